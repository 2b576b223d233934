"""The training of small networks in the browser is PyTorch's, number for number."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from tests.support.javascript import in_node

MODULES = [f"engine/{name}.js" for name in ("dense_training", "adam", "training_losses")]
MODULES += ["engine/seeded_random.js", "engine/code_arithmetic.js"]
STEPS, BATCH = 50, 14
ACTIVATIONS = {"tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "relu": nn.ReLU, "linear": nn.Identity}

TRAIN = """
    const network = new m.TrainableNetwork(a.sizes, a.activations);
    network.parameters.set(a.parameters);
    const adam = new m.Adam(network.parameters.length, a.adam);
    const losses = [];
    const slopes = new Float64Array(a.targets[0].length);
    let below = null;
    for (let i = 0; i < a.inputs.length; i++) {
      const outputs = network.forward(a.inputs[i], a.batch);
      losses.push(m[a.loss](outputs, a.targets[i], a.batch, slopes));
      network.gradients.fill(0);
      below = network.backward(slopes, a.batch, true);
      adam.step(network.parameters, network.gradients);
    }
    return { losses, parameters: [...network.parameters], below: [...below] };
"""


def bernoulli(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return F.binary_cross_entropy_with_logits(logits, targets, reduction="none").sum(1).mean()


def squared(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return (outputs - targets).square().sum(1).mean() / 2


CASES: list[tuple[list[int], list[str], str, dict[str, float]]] = [
    ([2, 16, 16, 2], ["tanh", "tanh", "linear"], "squaredError", {"lr": 0.02}),
    ([3, 9, 5], ["relu", "sigmoid"], "squaredError", {}),
    (
        [4, 7, 6, 3],
        ["sigmoid", "relu", "linear"],
        "bernoulliError",
        {"lr": 0.05, "beta1": 0.7, "beta2": 0.9, "epsilon": 1e-3},
    ),
]


@pytest.mark.parametrize(("sizes", "activations", "loss", "options"), CASES)
def test_fifty_steps_are_pytorch_s(
    sizes: list[int], activations: list[str], loss: str, options: dict[str, float]
) -> None:
    with torch.random.fork_rng():
        torch.manual_seed(1)
        layers: list[nn.Module] = []
        for inputs, outputs, name in zip(sizes, sizes[1:], activations, strict=False):
            layers += [nn.Linear(inputs, outputs, dtype=torch.float64), ACTIVATIONS[name]()]
        model = nn.Sequential(*layers)
        x = torch.randn(STEPS, BATCH, sizes[0], dtype=torch.float64)
        targets = torch.rand(STEPS, BATCH, sizes[-1], dtype=torch.float64)
    given: dict[str, Any] = {
        "sizes": sizes,
        "activations": activations,
        "parameters": nn.utils.parameters_to_vector(model.parameters()).tolist(),
        "adam": options,
        "loss": loss,
        "batch": BATCH,
        "inputs": x.flatten(1).tolist(),
        "targets": targets.flatten(1).tolist(),
    }
    found = in_node(MODULES, TRAIN, given)
    betas = options.get("beta1", 0.9), options.get("beta2", 0.999)
    adam = torch.optim.Adam(
        model.parameters(), options.get("lr", 1e-3), betas, options.get("epsilon", 1e-8)
    )
    measure = squared if loss == "squaredError" else bernoulli
    losses = []
    for batch, wanted in zip(x.requires_grad_(), targets, strict=True):
        batch.retain_grad()
        value = measure(model(batch), wanted)
        adam.zero_grad()
        value.backward()
        adam.step()
        losses.append(value.item())
    np.testing.assert_allclose(found["losses"], losses, rtol=1e-10)
    trained = nn.utils.parameters_to_vector(model.parameters()).detach()
    np.testing.assert_allclose(found["parameters"], trained, rtol=1e-8, atol=1e-10)
    assert batch.grad is not None
    np.testing.assert_allclose(found["below"], batch.grad.flatten(), rtol=1e-8, atol=1e-10)


def test_random_numbers_and_first_weights() -> None:
    body = """
        const draw = (seed) => { const random = m.seededRandom(seed);
          return Array.from({ length: 20000 }, random); };
        const random = m.seededRandom(7);
        const normal = Array.from({ length: 20000 }, () => m.gaussian(random));
        const network = new m.TrainableNetwork([9, 400, 4], ["tanh", "linear"]);
        network.initialise(m.seededRandom(3));
        return { one: draw(7), same: draw(7), other: draw(8), normal,
          weights: network.layers.map(({ weight, bias }) => [...weight, ...bias]) };
    """
    found = in_node(MODULES, body)
    assert found["one"] == found["same"] != found["other"]
    uniform = np.array(found["one"])
    assert uniform.min() >= 0 and uniform.max() < 1
    assert np.allclose(np.histogram(uniform, 10, (0, 1))[0] / len(uniform), 0.1, atol=0.01)
    assert abs(np.mean(found["normal"])) < 0.02 and abs(np.std(found["normal"]) - 1) < 0.02
    for weights, bound in zip(found["weights"], (1 / 3, 1 / 20), strict=True):
        assert 0.95 * bound < np.abs(weights).max() <= bound
        assert np.std(weights) == pytest.approx(bound / 3**0.5, rel=0.05)


@pytest.mark.parametrize(
    ("sizes", "activations", "said"),
    [
        ([2, 3, 2], ["tanh", "elu"], "unknown activation 'elu'; there are: linear, relu, "),
        ([2, 3, 2], ["tanh"], "3 sizes need one activation less, not 1"),
    ],
)
def test_networks_that_cannot_be(sizes: list[int], activations: list[str], said: str) -> None:
    body = """
        try { new m.TrainableNetwork(a.sizes, a.activations); }
        catch (error) { return error.message; }
    """
    given = {"sizes": sizes, "activations": activations}
    assert in_node(MODULES, body, given).startswith(said)
