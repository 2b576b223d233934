"""What the Explore page knows of a run's code space, apart from its widgets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from vae_demo import data
from vae_demo.latent import active, by_importance
from vae_demo.models import Codec, embed_many, rate_per_latent
from vae_demo.runs import Run

MOST = 24  # sliders on the page; the further latents keep their value
PRIOR_REACH = 3.5  # standard deviations of the prior


@dataclass(frozen=True)
class Landscape:
    """A run's code space, each array (latent,).

    order: latents, the one that says most first. rate: nats per image. awake: bool.
    low, high: ends of the sliders. centre: where "reset" goes. spread: standard deviation of
    the codes. generative: random codes come from the prior N(0, I), else from a normal
    distribution fitted to the codes one by one.
    """

    order: np.ndarray
    rate: np.ndarray
    awake: np.ndarray
    low: np.ndarray
    high: np.ndarray
    centre: np.ndarray
    spread: np.ndarray
    generative: bool

    def clip(self, code: np.ndarray) -> np.ndarray:
        """The code within the sliders' ends."""
        return np.clip(code, self.low, self.high)

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """A random code."""
        noise = rng.standard_normal(len(self.order)).astype(np.float32)
        return noise if self.generative else self.centre + self.spread * noise

    def name(self, dimension: int, t: Callable[..., str], n: Callable[..., str]) -> str:
        """A slider's label: the latent's number, and what it says or that it sleeps."""
        if not self.awake[dimension]:
            return t("explore.asleep", dimension=dimension + 1)
        if self.generative:
            return t("explore.rate", dimension=dimension + 1, rate=n(self.rate[dimension], 2))
        return t("explore.spread", dimension=dimension + 1, spread=n(self.spread[dimension], 2))


def survey(run: Run, model: Codec) -> Landscape:
    """Measure a run's code space on the probe."""
    seen = data.probe().images
    codes = embed_many(model, seen)
    rate = rate_per_latent(model, seen)
    generative = bool(rate.any())
    centre, spread = codes.mean(0), codes.std(0)
    if generative:
        centre = np.zeros_like(centre)
        low, high = np.full_like(centre, -PRIOR_REACH), np.full_like(centre, PRIOR_REACH)
    else:
        margin = 0.1 * np.maximum(np.ptp(codes, axis=0), 1e-3)
        low, high = codes.min(0) - margin, codes.max(0) + margin
    return Landscape(
        by_importance(codes, rate), rate, active(codes), low, high, centre, spread, generative
    )
