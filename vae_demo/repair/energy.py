"""The energy of a code given the known pixels of a digit: descend it, or draw codes by it.

    E(w) = -log p(known pixels | w) + ½‖w‖²

A code is whitened: w is N(0, I) under the model's prior, and the decoder sees `model.unwhiten(w)`.
E is -log p(w | known pixels) up to a constant: its minimum is the most probable code, and codes
with the density exp(-E) are samples of the posterior.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Generator, Tensor, nn
from torch.nn import functional as F

from vae_demo.models.hierarchical import HierarchicalVAE
from vae_demo.models.losses import Codes, Images, PerImage
from vae_demo.models.vae import VAE
from vae_demo.training.adam import Adam

Masks = Bool[Tensor, "batch 1 28 28"]
Logits = Float[Tensor, "batch known"]

STEPS = 60  # of a descent
LR = 0.1  # of Adam, falling to a tenth of it
PARTICLES = 32  # codes that are drawn together
_FIRST = 2048  # codes of the prior, of which they are chosen
_CHOSEN = 48  # how many of these are effective
_EARLY = 0.1  # the power of the likelihood up to which one move is enough
_LEAPS = 4  # leapfrog steps of a move
_MOVES = 2  # moves after each later change of the temperature
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
    """The progress of a descent."""

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
def sample_posterior(energy: Energy, generator: Generator, count: int) -> Iterator[float | Codes]:
    """Draw whitened codes of one picture from exp(-E); yields each t, then codes (count, latent).

    Sequential Monte Carlo (Del Moral et al. 2006): particles are drawn from the prior, and the
    known pixels count more and more, by a power t of their likelihood that grows from 0 to 1.
    At each t, particles that do not fit are replaced by copies of those that do (the next t leaves
    half of them effective; Jasra et al. 2011), then all are moved by Hamiltonian Monte Carlo,
    which leaves the distribution as it is (Neal 2011). The first particles are chosen among many
    draws, which are decoded once and kept for other pictures.

    Args:
        energy: Of one picture, (1, 1, 28, 28).
        count: At most `PARTICLES`.
    """
    known, stride = _Known(energy), 0.18
    drawn = _drawn(energy.model)
    w, distortion = drawn.codes, drawn.distortion(energy)
    t = _next(distortion, 1.0, float(_CHOSEN))
    w = w[_resampled(torch.softmax(-t * distortion, 0), PARTICLES, generator)]
    at = known(w)
    while True:
        for _ in range(_MOVES if t > _EARLY else 1):
            at, accepted = _move(known, at, t, stride, generator)
            stride *= 1.15 if accepted > _ACCEPTED else 0.8
        yield t
        if t >= 1:
            break
        step = _next(at.distortion, 1 - t, _KEPT * PARTICLES)
        t += step
        at = at[_resampled(torch.softmax(-step * at.distortion, 0), PARTICLES, generator)]
    yield at.codes[torch.randperm(PARTICLES, generator=generator)[:count]]


@dataclass(frozen=True, eq=False)
class _Drawn:
    """Codes of the prior, and what the decoder makes of them."""

    codes: Codes  # whitened
    logits: Float[Tensor, "codes 784"]
    empty: Float[Tensor, "codes 784"]  # -log p of each pixel without ink

    def distortion(self, energy: Energy) -> PerImage:
        """`energy.distortion(codes)`, without decoding them."""
        known = (~energy.mask).flatten().float()
        return self.empty @ known - self.logits @ (energy.x.flatten() * known)


@functools.lru_cache(maxsize=2)
def _drawn(model: VAE | HierarchicalVAE) -> _Drawn:
    codes = torch.randn(_FIRST, model.latent, generator=Generator().manual_seed(0))
    with torch.no_grad():
        logits = model.logits(model.unwhiten(codes)).flatten(1)
    return _Drawn(codes, logits, F.softplus(logits))


class _Known:
    """What codes make of the known pixels of one picture; other pixels aren't decoded."""

    def __init__(self, energy: Energy) -> None:
        self._model = model = energy.model
        known = ~energy.mask.flatten()
        self._x = energy.x.flatten()[known]
        decoder: nn.Module = model.decoder
        if isinstance(model, HierarchicalVAE):
            decoder = model.decoder["picture"]
        *hidden, last = decoder.children()
        self._layers = nn.Sequential(*hidden, _rows(last, known))

    def __call__(self, w: Codes) -> _Particles:
        """Codes with their distortion and its gradient."""
        logits, gradient = self.logits_and_gradient(w)
        return self.particles(w, logits, gradient)

    def logits_and_gradient(self, w: Codes) -> tuple[Logits, Codes]:
        """The logits of the known pixels, and the gradient of the distortion.

        The distortion itself takes longer than its derivative by the logits, σ(logits) - x.
        """
        w = w.detach().requires_grad_()
        with torch.enable_grad():
            logits = self._layers(self._model.unwhiten(w))
        by_logits = torch.sigmoid(logits.detach()).sub_(self._x)
        (gradient,) = torch.autograd.grad(logits, w, by_logits)
        return logits.detach(), gradient

    def particles(self, w: Codes, logits: Logits, gradient: Codes) -> _Particles:
        """Codes with their distortion, from the logits, and its gradient."""
        return _Particles(w, F.softplus(logits).sum(1) - logits @ self._x, gradient)


def _rows(layer: nn.Module, kept: Tensor) -> nn.Linear:
    """A dense layer with some of its outputs, (outputs,) bool."""
    if not isinstance(layer, nn.Linear):
        raise TypeError(f"the decoder ends in {type(layer).__name__}; it must end in a dense layer")
    found = nn.Linear(layer.in_features, int(kept.sum()), device="meta")
    found.weight = nn.Parameter(layer.weight[kept], requires_grad=False)
    found.bias = nn.Parameter(layer.bias[kept], requires_grad=False)
    return found


@dataclass(frozen=True, eq=False)
class _Particles:
    """Codes, with the gradient that moves them."""

    codes: Codes
    distortion: PerImage
    gradient: Codes  # of the distortion

    def __getitem__(self, which: Tensor) -> _Particles:
        return _Particles(self.codes[which], self.distortion[which], self.gradient[which])

    def where(self, taken: Tensor, others: _Particles) -> _Particles:
        """These where `taken`, (particles,) bool, and others elsewhere."""
        rows = taken[:, None]
        return _Particles(
            torch.where(rows, self.codes, others.codes),
            torch.where(taken, self.distortion, others.distortion),
            torch.where(rows, self.gradient, others.gradient),
        )

    def energy(self, t: float, momentum: Codes) -> PerImage:
        """With the known pixels to the power t, and of the movement."""
        squares = self.codes.square().sum(1) + momentum.square().sum(1)
        return t * self.distortion + squares / 2


def _next(distortion: PerImage, most: float, effective: float) -> float:
    """The step of t, at most `most`, that leaves this number of codes effective."""

    def left(step: float) -> float:
        return 1 / float(torch.softmax(-step * distortion, 0).square().sum())

    low, high = 0.0, most
    while left(high) < effective and high - low > 1e-6:
        middle = (low + high) / 2
        low, high = (middle, high) if left(middle) >= effective else (low, middle)
    return high


def _resampled(weights: Tensor, count: int, generator: Generator) -> Tensor:
    """Systematic resampling: each code about as often as its weight says, `count` in all."""
    places = (torch.arange(count) + torch.rand((), generator=generator)) / count
    return torch.searchsorted(weights.cumsum(0), places).clamp_max(len(weights) - 1)


def _move(
    known: _Known, before: _Particles, t: float, stride: float, generator: Generator
) -> tuple[_Particles, float]:
    """A move of Hamiltonian Monte Carlo, and the share of the particles that accepted it."""
    start = momentum = torch.randn(before.codes.shape, generator=generator)
    codes, gradient = before.codes, before.gradient
    for _ in range(_LEAPS):
        momentum = momentum - stride / 2 * (t * gradient + codes)
        codes = codes + stride * momentum
        logits, gradient = known.logits_and_gradient(codes)
        momentum = momentum - stride / 2 * (t * gradient + codes)
    there = known.particles(codes, logits, gradient)
    risen = there.energy(t, momentum) - before.energy(t, start)
    chance = torch.rand(len(risen), generator=generator)
    taken = chance < torch.exp(-risen)  # nan, after a move too far, is not taken
    return there.where(taken, before), float(taken.float().mean())
