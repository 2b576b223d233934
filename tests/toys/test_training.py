"""Tiny autoencoders of curves: what noise and the penalty do, seen in where points are sent."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.func import jacrev, vmap

from vae_demo.toys.curves import CURVES, SPACE_CURVES
from vae_demo.toys.training import (
    ToyAutoencoder,
    ToyConfig,
    distance_moved,
    plane_autoencoder,
    space_autoencoder,
    train_toy,
)

ON_CIRCLE = torch.from_numpy(CURVES["circle"](np.linspace(0, 1, 100))).float()
CORNERS = torch.tensor([[1.1, 1.1], [1.1, -1.1], [-1.1, 1.1], [-1.1, -1.1]])


def trained(config: ToyConfig) -> ToyAutoencoder:
    """An autoencoder of the circle."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = plane_autoencoder()
    losses = list(train_toy(model, CURVES["circle"], config))
    assert len(losses) == config.steps and np.mean(losses[-20:]) < losses[0] / 5
    return model


def stretched(model: ToyAutoencoder, x: Tensor) -> tuple[Tensor, Tensor]:
    """How long the output of a unit step along the circle, and of one across it, is."""
    jacobian = vmap(jacrev(model))(x)  # (batch, 2, 2)
    across = torch.nn.functional.normalize(x)
    along = torch.stack([-across[:, 1], across[:, 0]], 1)
    steps = [(jacobian @ way[:, :, None]).norm(dim=1).mean() for way in (along, across)]
    return steps[0], steps[1]


def test_noise_and_the_penalty_send_points_back_to_the_curve_and_nothing_else_does() -> None:
    plain = trained(ToyConfig(steps=500))
    along, across = stretched(plain, ON_CIRCLE)
    assert distance_moved(plain, CORNERS).mean() < 0.5
    assert across > 0.7 * along  # it copies
    for config in (ToyConfig(noise=0.15, steps=500), ToyConfig(penalty=0.03, steps=400)):
        model = trained(config)
        assert distance_moved(model, CORNERS).mean() > 0.55
        assert distance_moved(model, ON_CIRCLE).mean() < 0.1
        along, across = stretched(model, ON_CIRCLE)
        assert along > 0.7 and across < along / 2


def test_a_penalty_on_the_code_makes_the_code_small_and_leaves_the_output() -> None:
    plain = trained(ToyConfig(steps=300))
    model = trained(ToyConfig(penalty=0.01, penalised="code", steps=300))
    codes = [each.jacobian_norm(ON_CIRCLE, "code").mean() for each in (model, plain)]
    assert codes[0] < codes[1] / 2
    outputs = [each.jacobian_norm(ON_CIRCLE).mean() for each in (model, plain)]
    assert outputs[0] > outputs[1] / 2


def test_the_jacobian_norm_is_that_of_finite_differences() -> None:
    model = plane_autoencoder().double()
    x = torch.tensor([[0.3, -0.2], [1.0, 0.5]], dtype=torch.float64)
    step = 1e-6 * torch.eye(2, dtype=torch.float64)
    for of, function in (("output", model), ("code", model.encoder)):
        slopes = [(function(x + each) - function(x - each)) / 2e-6 for each in step]
        wanted = sum(slope.square().sum(1) for slope in slopes)
        assert torch.allclose(model.jacobian_norm(x, of), wanted, rtol=1e-6)  # type: ignore[arg-type]


def test_a_curve_in_space_becomes_a_number() -> None:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = space_autoencoder()
    curve = SPACE_CURVES["cone"]
    losses = list(train_toy(model, curve, ToyConfig(steps=700)))
    points = torch.from_numpy(curve(np.linspace(0.02, 0.98, 200))).float()
    assert model.encoder(points).shape == (200, 1) and np.mean(losses[-20:]) < 0.01
    steps = model.encoder(points).flatten().diff().sign().sum()
    assert abs(steps.item()) > 190  # the codes are in the order of the curve


def test_a_seed_gives_the_same_losses_again() -> None:
    start = plane_autoencoder().state_dict()
    runs = []
    for seed in (1, 1, 2):
        model = plane_autoencoder()
        model.load_state_dict(start)
        runs.append(
            list(train_toy(model, CURVES["arms"], ToyConfig(noise=0.1, steps=3, seed=seed)))
        )
    assert runs[0] == runs[1] != runs[2]
