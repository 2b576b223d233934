"""energy.js, in a browser: energies, gradients and descents are PyTorch's."""

import base64
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from vae_demo.digits import mnist
from vae_demo.models import to_x
from vae_demo.repair.energy import Energy, descend
from vae_demo.repair.holes import hole
from vae_demo.repair.inpaint import starts
from vae_demo.runs import find

RUN = """
    const floats = (text) => new Float32Array(
        Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer);
    const layers = a.layers.map((layer) =>
        ({ ...layer, kind: "dense", weight: floats(layer.weight), bias: floats(layer.bias) }));
    const [x, mask, code] = [a.x, a.mask, a.code].map(floats);
    const energy = new m.Energy(layers, x, mask);
    const { energy: value, gradient } = energy.at(code);
    const first = [value, ...gradient];
    const { codes, energies } = m.descend(energy, code);
    return { first, codes: codes.map((each) => [...each]), energies };
"""


def text_of(array: torch.Tensor) -> str:
    return base64.b64encode(array.detach().numpy().astype(np.float32).tobytes()).decode()


@pytest.mark.parametrize("run", ["vae-20", "vae-deep-40"])
def test_a_descent_is_pytorch_s(in_module: Callable[..., Any], run: str) -> None:
    model = find(run).build()
    x = to_x(mnist.test_digits().images[7:8])
    mask = torch.from_numpy(hole("lower-half", 1, 1))[:, None]
    energy = Energy(model, x, mask)  # type: ignore[arg-type]
    code = starts(model, torch.where(mask, 0, x), 2)[:, 1].requires_grad_()  # type: ignore[arg-type]
    value = energy(code)
    (gradient,) = torch.autograd.grad(value.sum(), code)
    dense = [layer for layer in model.decoder if isinstance(layer, torch.nn.Linear)]  # type: ignore[union-attr]
    activations = ["relu"] * (len(dense) - 1) + ["sigmoid"]
    given = {
        "layers": [
            {
                "weight": text_of(layer.weight),
                "bias": text_of(layer.bias),
                "inputs": layer.in_features,
                "outputs": layer.out_features,
                "activation": activation,
            }
            for layer, activation in zip(dense, activations, strict=True)
        ],
        "x": text_of(torch.where(mask, 0.7, x)),
        "mask": text_of(mask),
        "code": text_of(code),
    }
    found = in_module("engine/energy.js", RUN, given)
    np.testing.assert_allclose(found["first"][0], value.item(), rtol=1e-5)
    np.testing.assert_allclose(found["first"][1:], gradient[0].numpy(), rtol=1e-4, atol=1e-3)
    steps = list(descend(energy, code.detach()))
    np.testing.assert_allclose(found["energies"], [float(each.energy) for each in steps], rtol=1e-3)
    codes = torch.cat([each.codes for each in steps]).numpy()
    np.testing.assert_allclose(found["codes"], codes, atol=5e-3)
    assert found["energies"][-1] < found["energies"][0] - 10


def test_another_decoder_is_refused(in_module: Callable[..., Any]) -> None:
    body = """
        try { new m.Energy([{ activation: "tanh" }, { activation: "sigmoid" }], [], []); }
        catch (error) { return error.message; }
    """
    wanted = "a decoder with an energy has relu inside and sigmoid last, not tanh, sigmoid"
    assert in_module("engine/energy.js", body) == wanted


CURVES = """
    const chart = new m.Curves("psnr-curve");
    const lines = a.map((values) =>
        ({ class: "best", values: values.map((value) => value ?? Infinity) }));
    chart.follow("PSNR", lines, [], String);
    const points = [...chart.drawing.querySelectorAll("polyline")].map((line) =>
        line.getAttribute("points").split(" ").map((point) => Number(point.split(",")[1])));
    return { points, top: chart.top.textContent };
"""


def test_curves_of_a_hole_that_steps_fill_exactly_are_at_the_top(
    in_module: Callable[..., Any],
) -> None:
    """The PSNR is infinite then, as of a black pixel in a corner: None below."""
    found = in_module("parts/inpaint/curves.js", CURVES, [[None, None], [None, None]])
    assert found == {"points": [[4, 4], [4, 4]], "top": "Infinity"}
    found = in_module("parts/inpaint/curves.js", CURVES, [[10, None], [20, 10]])
    assert found == {"points": [[96, 4], [4, 96]], "top": "20"}
