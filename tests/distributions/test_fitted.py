"""Distributions of codes: each against what it must give, known from elsewhere."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from torch import nn

from tests.support.small import SMALL
from vae_demo.distributions import flow, words
from vae_demo.distributions.distribution import KINDS
from vae_demo.distributions.fitting import RunningMean
from vae_demo.distributions.flow import CodeFlow, fit_flow
from vae_demo.distributions.mixture import LEAST_VARIANCE, fit_mixture
from vae_demo.distributions.prior import ModelPrior
from vae_demo.distributions.words import WordPrior, fit_words
from vae_demo.models import ModelConfig, build


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


# --- mixtures ----------------------------------------------------------------------------------


def clusters(count: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Codes of ten digits, each around (kind, 0, -kind) · 10 with a covariance of its own."""
    rng = np.random.default_rng(1)
    labels = np.arange(KINDS * count) % KINDS
    noise = rng.standard_normal((len(labels), 3)) @ np.array([[2, 0, 0], [1, 1, 0], [0, 0, 3]])
    return (noise + 10 * labels[:, None] * [1, 0, -1]).astype(np.float32), labels


def test_one_gaussian_has_the_moments_of_the_codes() -> None:
    codes, _ = clusters()
    drawn = fit_mixture(codes, 1).draw(20_000, seeded()).numpy()
    spread = np.cov(codes, rowvar=False)
    np.testing.assert_allclose(drawn.mean(0), codes.mean(0), atol=0.05 * spread.max() ** 0.5)
    np.testing.assert_allclose(np.cov(drawn, rowvar=False), spread, atol=0.03 * spread.max())


def test_a_mixture_for_each_digit_draws_that_digit() -> None:
    codes, labels = clusters()
    mixture = fit_mixture(codes, 2, labels)
    kinds = torch.arange(2000) % KINDS
    drawn = mixture.draw(len(kinds), seeded(), kinds=kinds).numpy()
    for kind in range(KINDS):
        own = codes[labels == kind]
        np.testing.assert_allclose(drawn[kinds == kind].mean(0), own.mean(0), atol=0.8)
        least = LEAST_VARIANCE * codes.var(0)  # added to the variance of every component
        wanted = np.sqrt(own.var(0) + least)
        np.testing.assert_allclose(drawn[kinds == kind].std(0), wanted, rtol=0.2)
    shares = mixture.weights.reshape(KINDS, 2).sum(1)
    np.testing.assert_allclose(shares, 0.1, atol=1e-6)
    means = mixture.draw(50, seeded(), temperature=0.0)
    assert (torch.cdist(means, mixture.means).min(1).values < 0.1).all()


# --- flow --------------------------------------------------------------------------------------


class Widening(nn.Module):
    """The exact velocity from N(0, 1) to N(0, width²), and with a drift where the kind is told."""

    def __init__(self, width: float, drift: float = 0.0) -> None:
        super().__init__()
        self.width, self.drift = width, drift

    def forward(self, z: torch.Tensor, time: torch.Tensor, kinds: torch.Tensor) -> torch.Tensor:
        t = time[:, None]  # z is (1 - t) noise + t code, and its variance:
        variance = (1 - t) ** 2 + (t * self.width) ** 2
        return z * (t * self.width**2 - (1 - t)) / variance + self.drift * (kinds < KINDS)[:, None]


@pytest.mark.parametrize("width", [0.3, 1.0, 3.0])
def test_noise_moves_as_the_velocity_says(width: float) -> None:
    found = CodeFlow(2)
    found.velocity, found.guidance = Widening(width), 0.0  # type: ignore[assignment]
    found.mean, found.spread = torch.tensor([1.0, -2.0]), torch.tensor([1.0, 5.0])
    noise = torch.randn((50, 2), generator=seeded())
    path = found.path(noise, torch.zeros(50, dtype=torch.long), steps=20)
    t = torch.linspace(0, 1, 21)[:, None, None]
    exact = noise * ((1 - t) ** 2 + (t * width) ** 2).sqrt()
    torch.testing.assert_close(path, exact * found.spread + found.mean, atol=0.15, rtol=0.02)


def test_guidance_exaggerates_what_the_kind_changes() -> None:
    found = CodeFlow(3)
    found.velocity = Widening(1e-3, drift=2.0)  # type: ignore[assignment]
    noise, kinds = torch.zeros((4, 3)), torch.arange(4)
    for found.guidance in (0.0, 0.5, 2.0):
        first = found.path(noise, kinds, steps=1)[-1]  # Heun: both velocities, at 0 and at drift
        drift = 2 * (1 + found.guidance)
        torch.testing.assert_close(first, torch.full((4, 3), drift + drift / 2))


def test_a_flow_learns_where_codes_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "BATCH", 128)
    codes, labels = clusters(40)
    *_, step = fit_flow(codes, labels, steps=150)
    assert isinstance(step.network, CodeFlow) and step.batch == step.batches == 150
    kinds = torch.arange(200) % KINDS
    drawn = step.network.draw(200, seeded(), kinds=kinds).numpy()
    middles = np.stack([codes[labels == kind].mean(0) for kind in range(KINDS)])
    nearest = np.linalg.norm((drawn[:, None] - middles) / codes.std(0), axis=2).argmin(1)
    assert (np.abs(nearest - kinds.numpy()) <= 1).mean() > 0.8
    again = step.network.draw(200, seeded(), kinds=kinds).numpy()
    np.testing.assert_array_equal(drawn, again)


# --- words -------------------------------------------------------------------------------------


def test_words_are_drawn_with_their_chances() -> None:
    prior = WordPrior(1, 4)
    logits = torch.tensor([0.0, 1.0, 2.0, -1.0])
    prior.network.forward = lambda words, known, kinds: logits.expand(len(words), 1, 4)  # type: ignore
    for temperature in (1.0, 0.5):
        drawn = prior.draw(20_000, seeded(), temperature).long().flatten()
        found = torch.bincount(drawn, minlength=4) / len(drawn)
        torch.testing.assert_close(found, (logits / temperature).softmax(0), atol=0.015, rtol=0)
    assert (prior.draw(10, seeded(), 0.0) == 2).all()


def test_a_prior_over_words_learns_how_they_go_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "BATCH", 128)
    rng = np.random.default_rng(2)
    kinds = rng.integers(0, KINDS, 2000)
    first = rng.integers(0, 5, 2000)
    codes = np.stack([first, (first + 2) % 5, kinds % 5], 1).astype(np.float32)
    *_, step = fit_words(codes, kinds, 5, steps=150)
    asked = torch.arange(300) % KINDS
    drawn = step.network.draw(300, seeded(), kinds=asked).long()
    right = ((drawn[:, 0] + 2) % 5 == drawn[:, 1]) & (drawn[:, 2] == asked % 5)
    assert right.float().mean() > 0.9
    assert len(drawn[:, 0].unique()) == 5


# --- what they share ---------------------------------------------------------------------------


def test_a_prior_gives_the_digit_that_is_asked_for_if_it_can() -> None:
    model = build(ModelConfig("cvae", SMALL["cvae"]))
    drawn = ModelPrior(model).draw(3, seeded(), kinds=torch.tensor([4, 0, 9]))
    assert drawn[:, -10:].argmax(1).tolist() == [4, 0, 9]
    with pytest.raises(ValueError, match="draws digits of all kinds, not of one"):
        ModelPrior(build(ModelConfig("vae", 3))).draw(1, seeded(), kinds=torch.tensor([4]))
    with pytest.raises(ValueError, match=r"kinds are 3\.\.10; they must be 0\.\.9"):
        ModelPrior(model).draw(2, seeded(), kinds=torch.tensor([3, 10]))
    with pytest.raises(TypeError, match="has no prior"):
        ModelPrior(build(ModelConfig("ae", 3)))


def test_the_running_mean_forgets_the_first_weights() -> None:
    layer = nn.Linear(1, 1)
    kept = RunningMean(layer)
    with torch.no_grad():
        for value in itertools.repeat(3.0, 60):
            layer.weight.fill_(value)
            kept.add(layer)
    assert float(kept.network.weight) == pytest.approx(3, abs=1e-3)
    assert not kept.network.weight.requires_grad and layer.weight.requires_grad
