"""The contractive penalty in the browser, and its gradient, are those that PyTorch derives."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import torch
from torch import nn
from torch.func import jacrev, vmap

from tests.support.javascript import in_node

PENALISE = """
    const network = new m.TrainableNetwork([2, 5, 4, 3, 2], ["tanh", "sigmoid", "linear", "relu"]);
    network.parameters.set(a.parameters);
    return [3, 2].map((depth) => {
      network.forward(a.x, 6);
      network.gradients.fill(0);
      const jacobian = new m.Jacobian(network, depth);
      const penalty = jacobian.penalise(0.3, 6);
      const values = [...jacobian.forward(6)];
      return { penalty, values, gradients: [...network.gradients] };
    });
"""


def test_penalty_and_gradient_are_pytorch_s() -> None:
    with torch.random.fork_rng():
        torch.manual_seed(3)
        sizes = (2, 5, 4, 3, 2)
        dense = [nn.Linear(a, b, dtype=torch.float64) for a, b in pairwise(sizes)]
        x = torch.randn(6, 2, dtype=torch.float64)
    layers = [dense[0], nn.Tanh(), dense[1], nn.Sigmoid(), dense[2], nn.Identity(), dense[3]]
    model = nn.Sequential(*layers)
    parameters = nn.utils.parameters_to_vector(model.parameters()).tolist()
    modules = ["engine/dense_training.js", "engine/jacobian.js"]
    given = {"parameters": parameters, "x": x.flatten().tolist()}
    found = in_node(modules, PENALISE, given)
    for answer, encoder in zip(found, (model[:6], model[:4]), strict=True):
        model.zero_grad()
        jacobian = vmap(jacrev(encoder))(x)  # (6, outputs, 2)
        penalty = 0.3 * jacobian.square().sum((1, 2)).mean()
        penalty.backward()
        wanted = [
            (torch.zeros_like(p) if p.grad is None else p.grad).flatten()
            for p in model.parameters()
        ]
        np.testing.assert_allclose(answer["penalty"], penalty.item(), rtol=1e-12)
        np.testing.assert_allclose(answer["values"], jacobian.mT.detach().flatten(), atol=1e-12)
        np.testing.assert_allclose(answer["gradients"], torch.cat(wanted), atol=1e-12)
