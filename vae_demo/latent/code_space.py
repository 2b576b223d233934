"""A run's code space: which latents matter, how far they go, and a map of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vae_demo.digits import mnist
from vae_demo.latent.activity import active, by_importance
from vae_demo.latent.projection import Projection, project
from vae_demo.models import Codec, embed_many, need_continuous, rate_per_latent

PRIOR_REACH = 3.5  # standard deviations of the prior
DECIMALS = 3  # of a code that a visitor sets, so that a link holds it exactly


@dataclass(frozen=True, eq=False)
class CodeSpace:
    """A run's code space, as the digits of the probe fill it."""

    codes: np.ndarray  # (1000, latent), the probe's
    order: np.ndarray  # (latent,), latents in the order of what they tell, most first
    rate: np.ndarray  # (latent,), nats per image
    active: np.ndarray  # (latent,) bool, whether a latent is active
    low: np.ndarray  # (latent,), lower ends of the sliders
    high: np.ndarray  # (latent,), upper ends of the sliders
    centre: np.ndarray  # (latent,), the code in the middle
    spread: np.ndarray  # (latent,), standard deviation of the codes
    generative: bool  # random codes: from the prior N(0, I); else from a normal fitted per latent
    flat: Projection  # from codes to points of the map
    points: np.ndarray  # (1000, 2), the probe on the map
    middle: np.ndarray  # (2,), the map's middle
    reach: float  # the map is a square that goes so far from its middle to each side

    @property
    def latent(self) -> int:
        return self.codes.shape[1]

    @property
    def scale(self) -> np.ndarray:
        """The standard deviation of random codes, (latent,)."""
        return np.ones_like(self.spread) if self.generative else self.spread

    def sample(self, rng: np.random.Generator, temperature: float = 1.0) -> np.ndarray:
        """A random code, centre + temperature · scale · ε with ε ~ N(0, I)."""
        noise = rng.standard_normal(self.latent).astype(np.float32)
        return rounded(self.centre + temperature * self.scale * noise)


def rounded(code: np.ndarray) -> np.ndarray:
    """A code as a visitor sets it and a link holds it: float32 with three decimals."""
    return np.round(code.astype(np.float64), DECIMALS).astype(np.float32)


def measure_code_space(model: Codec) -> CodeSpace:
    """Measure a model's code space on the probe.

    Raises:
        TypeError: its codes hold indices of code vectors, which are not continuous.
    """
    need_continuous(model, "its code space can't be measured")
    seen = mnist.probe()
    codes = embed_many(model, seen.images)
    rate = rate_per_latent(model, seen.images)
    generative = model.generative
    centre, spread = codes.mean(0), codes.std(0)
    if generative:
        centre = np.zeros_like(centre)
        high = np.ceil(10 * np.maximum(np.abs(codes).max(0), PRIOR_REACH)) / 10
        low = -high
    else:
        margin = 0.1 * np.maximum(np.ptp(codes, axis=0), 1e-2)
        low, high = codes.min(0) - margin, codes.max(0) + margin
    low, high = rounded(low), rounded(high)
    flat = project(codes)
    points = flat(codes)
    if codes.shape[1] <= 2:  # what the sliders reach, the map shows
        ends = flat(np.stack([low, high]))
    else:
        ends = np.quantile(points, [0.002, 0.998], axis=0)
        ends += 0.1 * np.ptp(ends, axis=0) * np.array([[-1], [1]])
    middle, reach = ends.mean(0), max(float(np.ptp(ends, axis=0).max()) / 2, 1e-3)
    if codes.shape[1] == 1:  # a line of its own for each digit: on one they would hide each other
        points[:, 1] = 0.9 * reach * (1 - seen.labels / 4.5)
    return CodeSpace(
        codes=codes,
        order=by_importance(codes, rate),
        rate=rate,
        active=active(codes),
        low=low,
        high=high,
        centre=rounded(centre),
        spread=spread,
        generative=generative,
        flat=flat,
        points=points,
        middle=middle.astype(np.float32),
        reach=reach,
    )
