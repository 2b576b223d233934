"""The energy of a code given the known pixels of a digit: descend it, or draw codes by it.

    E(w) = -log p(known pixels | w) + ½‖w‖²

A code is whitened: w is N(0, I) under the model's prior, and the decoder sees `model.unwhiten(w)`.
E is -log p(w | known pixels) up to a constant: its minimum is the most probable code, and codes
with the density exp(-E) are samples of the posterior.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from jaxtyping import Bool
from torch import Generator, Tensor, nn
from torch.nn import functional as F

from vae_demo.models.hierarchical import HierarchicalVAE
from vae_demo.models.losses import Codes, Images, PerImage
from vae_demo.models.vae import VAE
from vae_demo.training.adam import Adam

Masks = Bool[Tensor, "batch 1 28 28"]

STEPS = 60  # of a descent
LR = 0.1  # of Adam, falling to a tenth of it
PARTICLES = 48  # codes that are drawn together
_LEAPS = 4  # leapfrog steps of a move
_MOVES = 2  # moves after each change of the temperature
_KEPT = 0.5  # the share of the particles that a change of the temperature may leave effective
_ACCEPTED = 0.7  # the share of moves that should be accepted


@dataclass(frozen=True, eq=False)
class Energy:
    """The energy of codes for pictures with holes, one code for each picture, in nats."""

    model: VAE | HierarchicalVAE
    x: Images  # what is in the hole is ignored
    mask: Masks  # True = unknown

    def distortion(self, w: Codes) -> PerImage:
        """-log p(known pixels | w)."""
        logits = self.model.logits(self.model.unwhiten(w))
        each = F.binary_cross_entropy_with_logits(logits, self.x, reduction="none")
        return each.masked_fill(self.mask, 0).flatten(1).sum(1)

    def __call__(self, w: Codes) -> PerImage:
        return self.distortion(w) + w.square().sum(1) / 2

    def pictures(self, w: Codes) -> Images:
        """The decoded codes, ink in [0, 1]."""
        return self.model.decode(self.model.unwhiten(w))


@dataclass(frozen=True, eq=False)
class Descent:
    """Where a descent is."""

    step: int  # steps done
    codes: Codes  # whitened
    energy: PerImage


def descend(energy: Energy, start: Codes, steps: int = STEPS) -> Iterator[Descent]:
    """Descend the energy from whitened codes by Adam; yields the start, then after each step."""
    w = nn.Parameter(start.clone())
    optimizer = Adam([w])
    for step in range(steps + 1):
        optimizer.zero_grad()
        with torch.enable_grad():
            found = energy(w)
            if step < steps:
                found.sum().backward()
        yield Descent(step, w.detach().clone(), found.detach())
        if step < steps:
            optimizer.step(LR * (1 - 0.9 * step / steps))


@torch.no_grad()
def sample_posterior(energy: Energy, generator: Generator, count: int) -> Codes:
    """Draw whitened codes of one picture from exp(-E), (count, latent).

    Sequential Monte Carlo (Del Moral et al. 2006): particles are drawn from the prior, and the
    known pixels count more and more, by a power t of their likelihood that grows from 0 to 1.
    At each t, particles that do not fit are replaced by copies of those that do (the next t leaves
    half of them effective; Jasra et al. 2011), then all are moved by Hamiltonian Monte Carlo,
    which leaves the distribution as it is (Neal 2011).

    Args:
        energy: Of one picture, (1, 1, 28, 28).
        count: At most `PARTICLES`.
    """
    many = Energy(
        energy.model,
        energy.x.expand(PARTICLES, -1, -1, -1),
        energy.mask.expand(PARTICLES, -1, -1, -1),
    )
    w = torch.randn(PARTICLES, energy.model.latent, generator=generator)
    t, stride = 0.0, 0.3
    while t < 1:
        distortion = many.distortion(w)
        step = _next(distortion, 1 - t)
        t += step
        w = w[_resampled(torch.softmax(-step * distortion, 0), generator)]
        for _ in range(_MOVES):
            w, accepted = _move(many, w, t, stride, generator)
            stride *= 1.15 if accepted > _ACCEPTED else 0.8
    return w[torch.randperm(PARTICLES, generator=generator)[:count]]


def _next(distortion: PerImage, most: float) -> float:
    """The step of t that leaves half of the particles effective, at most `most`."""

    def effective(step: float) -> float:
        return 1 / float(torch.softmax(-step * distortion, 0).square().sum())

    low, high = 0.0, most
    while effective(high) < _KEPT * len(distortion) and high - low > 1e-6:
        middle = (low + high) / 2
        low, high = (
            (middle, high) if effective(middle) >= _KEPT * len(distortion) else (low, middle)
        )
    return high


def _resampled(weights: Tensor, generator: Generator) -> Tensor:
    """Systematic resampling: each particle about as often as its weight says."""
    count = len(weights)
    places = (torch.arange(count) + torch.rand((), generator=generator)) / count
    return torch.searchsorted(weights.cumsum(0), places).clamp_max(count - 1)


def _move(
    energy: Energy, w: Codes, t: float, stride: float, generator: Generator
) -> tuple[Codes, float]:
    """A move of Hamiltonian Monte Carlo, and the share of the particles that accepted it."""

    def slope(at: Codes) -> tuple[PerImage, Codes]:
        at = at.detach().requires_grad_()
        with torch.enable_grad():
            found = t * energy.distortion(at) + at.square().sum(1) / 2
            (gradient,) = torch.autograd.grad(found.sum(), at)
        return found.detach(), gradient

    momentum = torch.randn(w.shape, generator=generator)
    before, gradient = slope(w)
    before = before + momentum.square().sum(1) / 2
    there = w
    for _ in range(_LEAPS):
        momentum = momentum - stride / 2 * gradient
        there = there + stride * momentum
        after, gradient = slope(there)
        momentum = momentum - stride / 2 * gradient
    after = after + momentum.square().sum(1) / 2
    chance = torch.rand(len(w), generator=generator)
    taken = chance < torch.exp(before - after)  # nan, after a move too far, is not taken
    return torch.where(taken[:, None], there, w), float(taken.float().mean())
