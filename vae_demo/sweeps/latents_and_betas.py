"""The sweep over latent sizes and betas."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from vae_demo.models import MODELS, ModelConfig
from vae_demo.sweeps.sweep import Point, Sweep, check_each_once
from vae_demo.sweeps.table import LATENTS_AND_BETAS, Kind, recipe
from vae_demo.training.config import TrainConfig


@dataclass(frozen=True)
class LatentsAndBetas(Sweep):
    """All combinations of a latent size, a beta and a seed. Validated on construction.

    By default, a training has four epochs and a large learning rate, starts from the mean digit if
    the model supports it, and increases beta slowly: a large beta from the start would make most
    latents inactive for the whole training.

    Raises:
        ValueError: if a list is empty or has a value twice, the model's objective has no beta, or
            the model or the training does not accept a value.
    """

    kind: ClassVar[Kind] = LATENTS_AND_BETAS

    model: str = "vae"  # a key of `MODELS`
    latents: tuple[int, ...] = (2, 5, 10, 20, 40, 80)  # sizes of the code
    betas: tuple[float, ...] = (0.25, 0.5, 1, 2, 4, 8)  # weights of the rate
    seeds: tuple[int, ...] = (0, 1)  # each pair is trained once with each seed
    epochs: int = 4  # passes over the digits
    batch_size: int = 256  # pictures per step
    lr: float = 1.2e-2  # peak learning rate
    rate_from_zero: float = 0.5  # share of the training in which beta rises from 0
    precision: str = "float32"  # of the matrix products
    digits: int = 60_000  # number of training pictures, from the first
    data: str = "mnist"  # a name in `KNOWN`

    def __post_init__(self) -> None:
        check_each_once(latents=self.latents, betas=self.betas, seeds=self.seeds)
        for latent in self.latents:
            ModelConfig(self.model, latent)
        self.recipe(), self.points()  # raise the errors of a training now
        if not MODELS[self.model].generative:
            having = ", ".join(name for name, family in MODELS.items() if family.generative)
            raise ValueError(f"model {self.model!r} has no rate; models with a rate: {having}")

    def points(self) -> list[Point]:
        """All points, seed by seed, so that an interrupted sweep covers every pair."""
        shared = self._training()
        return [
            Point(
                LATENTS_AND_BETAS,
                self.model,
                latent,
                replace(shared, beta=beta, seed=seed),
                self.digits,
                self.data,
            )
            for seed, latent, beta in itertools.product(self.seeds, self.latents, self.betas)
        ]

    def recipe(self) -> dict[str, Any]:
        """The settings that all points share, as must all rows of one table."""
        return recipe(LATENTS_AND_BETAS, self.digits, self._training(), self.data, model=self.model)

    def _training(self) -> TrainConfig:
        return TrainConfig(
            epochs=self.epochs,
            batch_size=self.batch_size,
            lr=self.lr,
            rate_from_zero=self.rate_from_zero,
            precision=self.precision,
            mean_start=MODELS[self.model].can_start_at_mean,
        )
