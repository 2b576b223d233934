"""The browser trains tiny autoencoders as vae_demo/toys/training.py does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from tests.support.javascript import in_node
from vae_demo.toys.curves import CURVES, SPACE_CURVES
from vae_demo.toys.training import ToyConfig, plane_autoencoder, space_autoencoder

STEPS = 12
MODULES = ["engine/toy_training.js", "engine/toy_curves.js"]
TRAIN = """
    const curve = { ...m.CURVES, ...m.SPACE_CURVES }[a.curve];
    const training = new m.ToyTraining(a.sizes, a.activations, { ...a.options, curve });
    const { network } = training;
    const found = { first: [...network.parameters], clean: [], noisy: [], losses: [] };
    while (!training.done) {
      training.next();
      found.clean.push([...training.clean]);
      found.noisy.push([...training.noisy]);
      found.losses.push(training.loss);
    }
    return { ...found, last: [...network.parameters], rose: training.course.rose };
"""
PLANE = {"sizes": [2, 32, 32, 2], "activations": ["tanh", "tanh", "linear"]}
SPACE = {
    "sizes": [3, 32, 32, 1, 32, 32, 3],
    "activations": ["tanh", "tanh", "linear", "tanh", "tanh", "linear"],
}


@pytest.mark.parametrize(
    ("network", "curve", "options"),
    [
        (PLANE, "spiral", {"noise": 0.2}),
        (PLANE, "moons", {"penalty": 0.05, "depth": 3, "lr": 0.3}),
        (PLANE, "arms", {"penalty": 0.3, "depth": 2}),
        (SPACE, "helix", {}),
    ],
)
def test_steps_are_those_of_python(
    network: dict[str, Any], curve: str, options: dict[str, Any]
) -> None:
    given = network | {"curve": curve, "options": options | {"seed": 5, "steps": STEPS}}
    found = in_node(MODULES, TRAIN, given)
    size = network["sizes"][0]
    model = (plane_autoencoder() if size == 2 else space_autoencoder()).double()
    nn.utils.vector_to_parameters(
        torch.tensor(found["first"], dtype=torch.float64), model.parameters()
    )
    adam = torch.optim.Adam(model.parameters())
    lr = options.get("lr", ToyConfig.lr)
    clean, noisy = (
        torch.tensor(found[name], dtype=torch.float64).view(STEPS, -1, size)
        for name in ("clean", "noisy")
    )
    of = {3: "output", 2: "code"}.get(options.get("depth", 0))
    for step, (x, given_x) in enumerate(zip(clean, noisy, strict=True)):
        loss = (model(given_x) - x).square().sum(1).mean() / 2
        if of:
            loss = loss + options["penalty"] * model.jacobian_norm(given_x, of).mean()
        adam.param_groups[0]["lr"] = lr * (1 - 0.9 * step / STEPS)
        adam.zero_grad()
        loss.backward()
        adam.step()
        assert found["losses"][step] == pytest.approx(loss.item(), rel=1e-9)
    assert found["rose"] == (lr > 0.1)  # to twice the first loss
    last = nn.utils.parameters_to_vector(model.parameters()).detach()
    np.testing.assert_allclose(found["last"], last, atol=1e-9)

    noise = (noisy - clean).numpy()
    assert noise.std() == pytest.approx(options.get("noise", 0), rel=0.05)
    there = (CURVES | SPACE_CURVES)[curve](np.linspace(0, 1, 4001))
    x = clean.reshape(-1, size).numpy()[:100]
    gaps = np.linalg.norm(x[:, None] - there, axis=2).min(1)
    assert gaps.max() < 2e-3  # all points lie on the curve


OVERFLOW = """
    const options = { noise: 1, penalty: 1, depth: 3, lr: 100, seed: 1, steps: 9 };
    const curve = m.CURVES.arms;
    const training = new m.ToyTraining(a.sizes, a.activations, { ...options, curve });
    const { parameters } = training.network;
    parameters.forEach((_, i) => (parameters[i] = a.largest * Math.sign(Math.sin(i * i))));
    const losses = [0, 1].map(() => (training.next(), training.loss));
    return [losses[0], [...losses, ...parameters].every(Number.isFinite)];
"""


def test_no_learning_rate_makes_the_numbers_overflow() -> None:
    """A step of Adam is at most lr (1 - beta1) / sqrt(1 - beta2), so weights grow by no more."""
    largest = 1_000_000 * 100 * 0.1 / 0.001**0.5  # after a million steps at the highest rate
    loss, finite = in_node(MODULES, OVERFLOW, PLANE | {"largest": largest})
    assert loss > 1e15 and finite
