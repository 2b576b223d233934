"""The posterior on a grid and Gaussians beside it, against a model that can be solved exactly."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch.distributions import MultivariateNormal, Normal

from vae_demo.digits import mnist
from vae_demo.evaluation.likelihood import negative_log_likelihood
from vae_demo.latent.gaussian_fit import (
    Gaussian,
    best_gaussian,
    elbo,
    importance_bounds,
    quadrature,
)
from vae_demo.latent.posterior import Search, log_joint, posterior_grid
from vae_demo.models import ModelConfig, build, to_x
from vae_demo.models.vae import VAE
from vae_demo.runs import find

WEIGHT = torch.tensor([[1.0, 0.5], [-0.3, 2.0], [0.7, 0.1]])  # of probabilistic PCA
NOISE = 0.6  # its standard deviation
PICTURE = torch.tensor([1.2, -0.4, 0.9])


def linear_joint(z: torch.Tensor) -> torch.Tensor:
    """log p(x, z) of probabilistic PCA: x = W z + noise, z ~ N(0, I)."""
    pixels = Normal(z @ WEIGHT.T, NOISE).log_prob(PICTURE).sum(1)
    return (pixels + Normal(0, 1).log_prob(z).sum(1)).double()


def solved() -> tuple[float, Gaussian]:
    """log p(x) and the posterior of probabilistic PCA (Tipping & Bishop 1999)."""
    of_x = MultivariateNormal(torch.zeros(3), WEIGHT @ WEIGHT.T + NOISE**2 * torch.eye(3))
    covariance = torch.linalg.inv(torch.eye(2) + WEIGHT.T @ WEIGHT / NOISE**2)
    mean = covariance @ WEIGHT.T @ PICTURE / NOISE**2
    return of_x.log_prob(PICTURE).item(), Gaussian(
        mean.double().numpy(), covariance.double().numpy()
    )


def test_of_a_linear_model_grid_and_best_gaussian_are_exact() -> None:
    evidence, posterior = solved()
    grid = posterior_grid(linear_joint, (-2.5, -2.0), (3.0, 2.0))
    assert grid.log_evidence() == pytest.approx(evidence, abs=1e-4)
    assert grid.density().sum() * grid.cell == pytest.approx(1)
    mean, covariance = grid.moments()
    np.testing.assert_allclose(mean, posterior.mean, atol=1e-4)
    np.testing.assert_allclose(covariance, posterior.covariance, atol=1e-3)

    start = Gaussian.along_axes([-1.5, 1.0], [1.0, 0.1])
    full = best_gaussian(linear_joint, start, diagonal=False)
    np.testing.assert_allclose(full.mean, posterior.mean, atol=1e-3)
    np.testing.assert_allclose(full.covariance, posterior.covariance, atol=1e-3)
    assert elbo(linear_joint, full) == pytest.approx(evidence, abs=1e-4)  # no gap is left

    # The best diagonal Gaussian has the diagonal of the precision (Bishop 2006, section 10.1.2).
    diagonal = best_gaussian(linear_joint, start, diagonal=True)
    precision = np.linalg.inv(posterior.covariance)
    np.testing.assert_allclose(diagonal.mean, posterior.mean, atol=1e-3)
    np.testing.assert_allclose(diagonal.covariance, np.diag(1 / np.diag(precision)), atol=1e-3)
    gap = (np.log(np.diag(precision)).sum() + np.linalg.slogdet(posterior.covariance)[1]) / 2
    assert evidence - elbo(linear_joint, diagonal) == pytest.approx(gap, abs=1e-4)


def test_the_elbo_is_that_of_many_draws() -> None:
    q = Gaussian(np.array([0.3, -0.2]), np.array([[0.5, 0.2], [0.2, 0.3]]))
    as_torch = MultivariateNormal(
        *(torch.from_numpy(each).float() for each in (q.mean, q.covariance))
    )
    assert q.entropy() == pytest.approx(as_torch.entropy().item(), abs=1e-5)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        draws = as_torch.sample((100_000,))
    values = linear_joint(draws) - as_torch.log_prob(draws)
    error = values.std().item() / math.sqrt(len(draws))
    assert elbo(linear_joint, q) == pytest.approx(values.mean().item(), abs=4 * error)
    noise, weights = quadrature(5)  # exact for polynomials up to degree 9
    assert weights @ noise[:, 0] ** 8 == pytest.approx(105)
    assert weights @ (noise[:, 0] ** 2 * noise[:, 1] ** 4) == pytest.approx(3)


def test_bounds_of_k_draws_are_means_of_groups() -> None:
    weights = np.random.default_rng(0).exponential(size=1000)
    found = importance_bounds(np.log(weights), [1, 10, 300])
    by_hand = [
        np.mean([math.log(np.mean(weights[i : i + k])) for i in range(0, 1000 - k + 1, k)])
        for k in (1, 10, 300)
    ]
    np.testing.assert_allclose(found[:, 1], by_hand)
    assert (found[:, 0] <= found[:, 1]).all() and (found[:, 1] <= found[:, 2]).all()


def test_of_digits_grid_bound_of_5000_draws_and_gaussians_agree() -> None:
    model = find("vae-2").build()
    assert isinstance(model, VAE)
    # Digits that the encoder gets right to 3 nats: of others, 5,000 draws miss too much.
    digits, search = mnist.test_digits()[np.array([0, 1, 2, 3, 5, 9])], Search(model)
    bounds = -negative_log_likelihood(model, digits, 5000, "grey")
    for image, bound in zip(digits.images, bounds, strict=True):
        x = to_x(image[None])
        joint = log_joint(model, x)
        grid = posterior_grid(joint, *search.bounds(x))
        evidence = grid.log_evidence()
        assert evidence == pytest.approx(bound, abs=0.1)
        mean, logvar = (each[0].detach().numpy() for each in model.posterior(x))
        encoder = Gaussian.along_axes(mean, np.exp(logvar / 2))
        diagonal = best_gaussian(joint, encoder, diagonal=True)
        full = best_gaussian(joint, diagonal, diagonal=False)
        found = [elbo(joint, q) for q in (encoder, diagonal, full)]
        assert found == sorted(found) and found[-1] <= evidence + 0.01  # of the quadrature


def test_the_search_needs_bernoulli_pixels() -> None:
    model = build(ModelConfig("vae", latent=2, likelihood="gaussian"))
    assert isinstance(model, VAE)
    with pytest.raises(TypeError, match="Bernoulli"):
        Search(model)
