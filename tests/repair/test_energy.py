"""The energy, its descent, and samples of it, against what can be computed otherwise."""

import numpy as np
import pytest
import torch
from torch import nn

from vae_demo.digits import mnist
from vae_demo.models import to_x
from vae_demo.models.losses import bernoulli_distortion, gaussian_rate
from vae_demo.models.vae import VAE
from vae_demo.repair.energy import PARTICLES, Energy, descend, sample_posterior
from vae_demo.repair.holes import hole
from vae_demo.repair.inpaint import starts
from vae_demo.repair.shipped_models import shipped_model

X = to_x(mnist.test_digits().images[:4])
MASK = torch.from_numpy(hole("lower-half", 4, 1))[:, None]


@pytest.mark.parametrize("run", ["vae-20", "hvae-64"])
def test_with_all_pixels_known_it_is_minus_the_log_joint(run: str) -> None:
    model = shipped_model(run)
    z = model.embed(X)
    w = model.whiten(z)
    assert torch.allclose(model.unwhiten(w), z, atol=1e-5)
    nothing = torch.zeros_like(MASK)
    expected = bernoulli_distortion(model.logits(z), X)
    energy = Energy(model, X, nothing)
    assert torch.allclose(energy.distortion(w), expected, rtol=1e-5)
    prior = -torch.distributions.Normal(0, 1).log_prob(w).sum(1)
    constant = model.latent * np.log(2 * np.pi) / 2
    assert torch.allclose(energy(w), expected + prior - constant, rtol=1e-5)
    rate = gaussian_rate(w, torch.zeros_like(w))  # ½‖w‖² at variance 1
    assert torch.allclose(energy(w), expected + rate, rtol=1e-5)


def test_what_is_in_the_hole_changes_nothing() -> None:
    model = shipped_model("vae-20")
    w = torch.randn(4, 20, generator=torch.Generator().manual_seed(0))
    noise = torch.rand(X.shape, generator=torch.Generator().manual_seed(1))
    assert torch.equal(
        Energy(model, X, MASK)(w), Energy(model, torch.where(MASK, noise, X), MASK)(w)
    )


def test_a_descent_ends_below_its_start_and_all_that_is_near() -> None:
    energy = Energy(shipped_model("vae-20"), X, MASK)
    first, *between, last = descend(energy, starts(energy.model, X, 1)[:, 0])
    assert [each.step for each in (first, *between, last)] == list(range(61))
    assert (last.energy < first.energy - 1).all()
    nearby = last.codes + 0.3 * torch.randn(
        200, *last.codes.shape, generator=torch.Generator().manual_seed(0)
    )
    assert all((energy(each) > last.energy - 0.5).all() for each in nearby)


def linear() -> VAE:
    """Every pixel has the one latent as its logit: the posterior has one dimension."""
    model = VAE(1, "bernoulli")
    model.decoder = nn.Sequential(nn.Linear(1, 28 * 28))
    nn.init.ones_(model.decoder[0].weight)
    nn.init.zeros_(model.decoder[0].bias)
    return model


def test_samples_have_the_mean_and_the_spread_of_the_posterior() -> None:
    """Six known pixels, five of them white, in a model whose posterior a grid integrates."""
    x, mask = torch.zeros(1, 1, 28, 28), torch.ones(1, 1, 28, 28, dtype=torch.bool)
    x[..., 0, :5], mask[..., 0, :6] = 1, False
    model = linear()
    energy = Energy(model, x, mask)
    grid = torch.linspace(-6, 6, 2001)[:, None]
    many = Energy(model, x.expand(2001, -1, -1, -1), mask.expand(2001, -1, -1, -1))
    weights = torch.softmax(-many(grid).detach(), 0)
    mean = float((weights * grid[:, 0]).sum())
    spread = float((weights * (grid[:, 0] - mean) ** 2).sum().sqrt())
    drawings = [
        list(sample_posterior(energy, torch.Generator().manual_seed(seed), PARTICLES))
        for seed in range(20)
    ]
    for *powers, _ in drawings:  # of the likelihood of the known pixels
        assert powers == sorted(powers) and powers[-1] == 1
    drawn = torch.cat([found[-1] for found in drawings])
    assert drawn.shape == (20 * PARTICLES, 1)
    assert abs(float(drawn.mean()) - mean) < 0.15 * spread
    assert abs(float(drawn.std()) - spread) < 0.15 * spread
