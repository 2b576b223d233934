"""The code space of a model: importance and range of each latent, and a map of the codes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vae_demo.digits.probe import Probe
from vae_demo.latent.activity import active, by_importance
from vae_demo.latent.projection import Projection, project
from vae_demo.models import Codec, check_continuous, embed_many, rate_per_latent

PRIOR_REACH = 3.5  # standard deviations of the prior
LEAST_SHARE = 0.75  # of the map that is filled with codes if it covers the range of the sliders
DECIMALS = 3  # of a code that a visitor sets, so that a link reproduces it exactly


@dataclass(frozen=True, eq=False)
class CodeSpace:
    """The code space of a model, measured on the pictures of a probe."""

    codes: np.ndarray  # (n, latent), codes of the probe
    order: np.ndarray  # (latent,), positions of the latents, the most important first
    rate: np.ndarray  # (latent,), nats per image
    active: np.ndarray  # (latent,) bool, whether a latent is active
    low: np.ndarray  # (latent,), lower ends of the sliders
    high: np.ndarray  # (latent,), upper ends of the sliders
    centre: np.ndarray  # (latent,), the mean code
    spread: np.ndarray  # (latent,), standard deviation of the codes
    generative: bool  # whether latents have rates
    standard: bool  # random codes come from N(0, I); otherwise from a normal fitted per latent
    flat: Projection  # from codes to points of the map
    points: np.ndarray  # (n, 2), the probe on the map
    middle: np.ndarray  # (2,), the centre of the map
    reach: float  # half the side of the map, which is a square

    @property
    def latent(self) -> int:
        return self.codes.shape[1]

    @property
    def scale(self) -> np.ndarray:
        """The standard deviation of random codes, (latent,)."""
        return np.ones_like(self.spread) if self.standard else self.spread

    def sample(self, rng: np.random.Generator, temperature: float = 1.0) -> np.ndarray:
        """A random code, centre + temperature · scale · ε with ε ~ N(0, I)."""
        noise = rng.standard_normal(self.latent).astype(np.float32)
        return rounded(self.centre + temperature * self.scale * noise)


def rounded(code: np.ndarray) -> np.ndarray:
    """A code as float32, rounded to the three decimals that a link stores."""
    return np.round(code.astype(np.float64), DECIMALS).astype(np.float32)


def measure_code_space(model: Codec, seen: Probe) -> CodeSpace:
    """Measure a model's code space on a probe.

    Raises:
        TypeError: if its codes hold indices of code vectors, which are not continuous.
    """
    check_continuous(model, "its code space can't be measured")
    codes = embed_many(model, seen.images)
    rate = rate_per_latent(model, seen.images)
    generative = model.generative
    standard = model.has_normal_latents
    centre, spread = codes.mean(0), codes.std(0)
    if standard:
        centre = np.zeros_like(centre)
    if generative:
        high = np.ceil(10 * np.maximum(np.abs(codes).max(0), PRIOR_REACH)) / 10
        low = -high
    else:
        margin = 0.1 * np.maximum(np.ptp(codes, axis=0), 1e-2)
        low, high = codes.min(0) - margin, codes.max(0) + margin
    low, high = rounded(low), rounded(high)
    flat = project(codes)
    points = flat(codes)
    ends = np.quantile(points, [0.002, 0.998], axis=0)
    ends += 0.1 * np.ptp(ends, axis=0) * np.array([[-1], [1]])
    if codes.shape[1] <= 2:  # the map covers the range of the sliders, unless codes are in a corner
        whole = flat(np.stack([low, high]))
        if np.ptp(ends, axis=0).max() > LEAST_SHARE * np.ptp(whole, axis=0).max():
            ends = whole
    middle, reach = ends.mean(0), max(float(np.ptp(ends, axis=0).max()) / 2, 1e-3)
    if codes.shape[1] == 1:  # one row for each kind, so that points do not overlap
        points[:, 1] = 0.9 * reach * (1 - 2 * seen.labels / max(int(seen.labels.max()), 1))
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
        standard=standard,
        flat=flat,
        points=points,
        middle=middle.astype(np.float32),
        reach=reach,
    )
