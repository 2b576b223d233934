"""Distortion and rate against torch.distributions, numpy in float64, and by sampling."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch.distributions import Bernoulli, Normal, kl_divergence

from vae_demo.models.losses import (
    Losses,
    bernoulli_distortion,
    gaussian_distortion,
    gaussian_kl,
    gaussian_rate,
    gaussian_rate_per_latent,
    importance_bound,
)


def pictures(seed: int, *, binary: bool = False) -> torch.Tensor:
    x = torch.rand(5, 1, 28, 28, generator=torch.Generator().manual_seed(seed))
    return x.round() if binary else x


def normal(seed: int, *shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def test_bernoulli_is_the_log_probability_of_binary_pixels() -> None:
    x, logits = pictures(1, binary=True), 4 * normal(2, 5, 1, 28, 28)
    expected = -Bernoulli(logits=logits).log_prob(x).sum((1, 2, 3))
    torch.testing.assert_close(bernoulli_distortion(logits, x), expected)


def test_bernoulli_on_grey_pixels_is_the_cross_entropy_of_the_course() -> None:
    x, logits = pictures(3), 4 * normal(4, 5, 1, 28, 28)
    target, p = x.double().numpy(), 1 / (1 + np.exp(-logits.double().numpy()))
    expected = -(target * np.log(p) + (1 - target) * np.log(1 - p)).sum((1, 2, 3))
    np.testing.assert_allclose(bernoulli_distortion(logits, x), expected, rtol=1e-5)


@pytest.mark.parametrize("size", [50.0, 1e4, 1e30])
def test_bernoulli_stays_finite_however_sure_the_decoder_is(size: float) -> None:
    x = pictures(5, binary=True)
    right = torch.where(x > 0, size, -size)
    assert bernoulli_distortion(right, x).max() < 1e-15
    wrong = bernoulli_distortion(-right, x)
    torch.testing.assert_close(wrong, torch.full((5,), 784 * size))


def test_bernoulli_knows_nothing_at_log_2_per_pixel() -> None:
    found = bernoulli_distortion(torch.zeros(5, 1, 28, 28), pictures(6))
    torch.testing.assert_close(found, torch.full((5,), 784 * math.log(2)))


def test_the_gradient_is_that_of_pytorch_s_cross_entropy() -> None:
    logits = (6 * normal(30, 5, 1, 28, 28)).requires_grad_()
    x, weights = pictures(31).requires_grad_(), normal(32, 5)
    mine = torch.autograd.grad(bernoulli_distortion(logits, x) @ weights, (logits, x))
    each = F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum((1, 2, 3))
    for found, expected in zip(mine, torch.autograd.grad(each @ weights, (logits, x)), strict=True):
        torch.testing.assert_close(found, expected)


def test_gaussian_is_the_log_probability_without_its_constant() -> None:
    x, x_hat = pictures(7), pictures(8)
    constant = 784 / 2 * math.log(2 * math.pi)
    expected = -Normal(x_hat.double(), 1).log_prob(x.double()).sum((1, 2, 3)) - constant
    torch.testing.assert_close(gaussian_distortion(x_hat, x).double(), expected, rtol=1e-5, atol=0)


def test_gaussian_is_zero_only_for_the_same_picture() -> None:
    x = pictures(9)
    assert torch.equal(gaussian_distortion(x, x), torch.zeros(5))
    assert (gaussian_distortion(x + 0.01, x) > 0).all()


def test_each_picture_costs_the_same_alone_and_in_a_batch() -> None:
    """Nothing is averaged over the batch before its edge."""
    x, logits = pictures(10), normal(11, 5, 1, 28, 28)
    mean, logvar = normal(12, 5, 6), normal(13, 5, 6)
    for whole, one in (
        (bernoulli_distortion(logits, x), [bernoulli_distortion(logits[2:3], x[2:3])]),
        (gaussian_distortion(logits, x), [gaussian_distortion(logits[2:3], x[2:3])]),
        (gaussian_rate(mean, logvar), [gaussian_rate(mean[2:3], logvar[2:3])]),
    ):
        torch.testing.assert_close(whole[2:3], one[0])


def test_rate_is_the_kl_divergence() -> None:
    mean, logvar = 3 * normal(14, 50, 7), 2 * normal(15, 50, 7)
    posterior = Normal(mean.double(), (logvar.double() / 2).exp())
    expected = kl_divergence(posterior, Normal(0, 1))
    per_latent = gaussian_rate_per_latent(mean, logvar)
    torch.testing.assert_close(per_latent.double(), expected, rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(
        gaussian_rate(mean, logvar).double(), expected.sum(1), rtol=1e-5, atol=1e-6
    )


def test_rate_is_exactly_zero_at_the_prior_and_positive_elsewhere() -> None:
    zero = torch.zeros(3, 4)
    assert torch.equal(gaussian_rate(zero, zero), torch.zeros(3))
    for mean, logvar in ((1e-2, 0.0), (0.0, 1e-2), (0.0, -1e-2)):
        assert (gaussian_rate(zero + mean, zero + logvar) > 0).all()


@pytest.mark.parametrize("logvar", [1e-3, -1e-3, 1e-4, -3e-5])
def test_rate_keeps_its_digits_near_the_prior(logvar: float) -> None:
    """logvar²/4 + logvar³/12, where exp(logvar) − 1 − logvar in float32 would be noise."""
    found = gaussian_rate(torch.zeros(1, 1), torch.tensor([[logvar]])).item()
    assert found == pytest.approx(logvar**2 / 4 + logvar**3 / 12, rel=1e-3)


@pytest.mark.parametrize(("mean", "logvar"), [(0.7, -1.3), (-2.0, 0.5), (0.0, 1.0)])
def test_rate_by_sampling(mean: float, logvar: float) -> None:
    """The mean of log q(z) − log p(z) over 200,000 draws, within five standard errors."""
    q, p = Normal(mean, math.exp(logvar / 2)), Normal(0.0, 1.0)
    z = mean + math.exp(logvar / 2) * normal(16, 200_000).double()
    ratio = q.log_prob(z) - p.log_prob(z)
    error = ratio.std().item() / math.sqrt(len(z))
    found = gaussian_rate(torch.tensor([[mean]]), torch.tensor([[logvar]])).item()
    assert abs(found - ratio.mean().item()) < 5 * error


def test_kl_between_any_two_normals_is_the_kl_divergence() -> None:
    mean, logvar = 3 * normal(17, 50, 7), 2 * normal(18, 50, 7)
    prior_mean, prior_logvar = 2 * normal(19, 50, 7), normal(20, 50, 7)
    expected = kl_divergence(
        Normal(mean.double(), (logvar.double() / 2).exp()),
        Normal(prior_mean.double(), (prior_logvar.double() / 2).exp()),
    )
    found = gaussian_kl(mean, logvar, prior_mean, prior_logvar)
    torch.testing.assert_close(found.double(), expected, rtol=1e-5, atol=1e-5)
    assert not torch.allclose(gaussian_kl(prior_mean, prior_logvar, mean, logvar), found)


def test_kl_to_itself_is_exactly_zero_and_to_the_prior_is_the_rate() -> None:
    mean, logvar = normal(21, 5, 4), normal(22, 5, 4)
    zero = torch.zeros(5, 4)
    assert not gaussian_kl(mean, logvar, mean, logvar).any()
    found = gaussian_kl(mean, logvar, zero, zero)
    torch.testing.assert_close(found, gaussian_rate_per_latent(mean, logvar))


def test_importance_bound_is_minus_the_log_of_the_mean_weight() -> None:
    log_weights = 3 * normal(23, 6, 5)
    expected = -np.log(np.exp(log_weights.double().numpy()).mean(0))
    np.testing.assert_allclose(importance_bound(log_weights), expected, rtol=1e-5)
    far = log_weights - 1e4  # whose weights are 0 in any float
    torch.testing.assert_close(importance_bound(far), torch.from_numpy(expected + 1e4).float())


def test_importance_bound_of_one_draw_is_neg_elbo_and_more_draws_tighten_it() -> None:
    """The same 64 draws in groups of 1, 2, 4, ...: on average each doubling lowers the bound."""
    draws = 2 * normal(24, 64, 5).double() - 100
    torch.testing.assert_close(importance_bound(draws[:1]), -draws[0])
    sizes = (1, 2, 4, 8, 16, 32, 64)
    bounds = [
        torch.stack([importance_bound(group) for group in draws.split(size)]).mean(0)
        for size in sizes
    ]
    assert all((tighter < looser).all() for looser, tighter in pairwise(bounds))


@pytest.mark.parametrize("beta", [0.0, 1.0, 4.0])
def test_objective_weighs_the_rate_and_neg_elbo_never_does(beta: float) -> None:
    losses = Losses(torch.tensor([100.0, 80.0]), torch.tensor([2.0, 6.0]))
    assert losses.neg_elbo.tolist() == [102.0, 86.0]
    assert losses.objective(beta).item() == 90 + beta * 4


@pytest.mark.parametrize("free_bits", [0.0, 0.5, 3.0])
def test_free_bits_are_those_of_a_sum_over_latents_in_numpy(free_bits: float) -> None:
    """Kingma et al. 2016, eq. 15: max(λ, mean over the batch) of each latent, then the sum."""
    rates = np.random.default_rng(0).gamma(0.4, 2, (8, 6))
    distortion, penalty = np.arange(8) + 70.0, np.ones(8)
    tensors = [torch.tensor(each) for each in (distortion, rates.sum(1), penalty, rates)]
    tensors[3].requires_grad_()
    found = Losses(*tensors[:1], tensors[3].sum(1), *tensors[2:]).objective(2.0, free_bits)
    means = rates.mean(0)
    assert found.item() == pytest.approx(74.5 + 2 * np.maximum(free_bits, means).sum())
    found.backward()
    pushed = tensors[3].grad
    assert pushed is not None and 0 < (means > 0.5).sum() < 6
    np.testing.assert_allclose(pushed, np.broadcast_to(2 / 8 * (means > free_bits), (8, 6)))


def test_free_bits_need_the_rate_of_each_latent() -> None:
    losses = Losses(torch.tensor([100.0]), torch.tensor([2.0]))
    with pytest.raises(
        TypeError, match=r"free_bits is 0\.5; these losses lack the rate per latent"
    ):
        losses.objective(1.0, 0.5)


@pytest.mark.parametrize("beta", [0.0, 4.0])
def test_a_penalty_is_in_the_objective_whatever_beta_and_in_no_reported_number(beta: float) -> None:
    distortion, rate = torch.tensor([100.0, 80.0]), torch.tensor([2.0, 6.0])
    losses = Losses(distortion, rate, penalty=torch.tensor([1.0, 5.0]))
    assert losses.neg_elbo.tolist() == [102.0, 86.0]
    assert losses.objective(beta).item() == 90 + beta * 4 + 3
