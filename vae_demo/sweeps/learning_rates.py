"""The sweep over learning rates: how steady are families of models when the rate changes?"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from vae_demo.models import ModelConfig
from vae_demo.sweeps.sweep import Point, Sweep, check_each_once
from vae_demo.sweeps.table import LEARNING_RATES, Kind, recipe
from vae_demo.training.config import TrainConfig


@dataclass(frozen=True)
class LearningRates(Sweep):
    """All combinations of a family, a learning rate and a seed. Validated on construction.

    The trainings are those of a plain loop: Adam with a constant learning rate, PyTorch's
    initial weights, beta 1 from the first step on. Helps such as a warm-up or a start at the mean
    digit would hide what the rate does.

    Raises:
        ValueError: if a list is empty or has a value twice, or a model or the training does not
            accept a value.
    """

    kind: ClassVar[Kind] = LEARNING_RATES

    models: tuple[str, ...] = ("ae", "vae")  # keys of `MODELS`
    lrs: tuple[float, ...] = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3)  # of Adam
    seeds: tuple[int, ...] = (0, 1, 2)  # each pair is trained once with each seed
    latent: int = 20  # size of the code
    epochs: int = 2  # passes over the digits
    batch_size: int = 128  # pictures per step
    precision: str = "float32"  # of the matrix products
    digits: int = 60_000  # number of training pictures, from the first
    data: str = "mnist"  # a name in `KNOWN`

    def __post_init__(self) -> None:
        check_each_once(models=self.models, lrs=self.lrs, seeds=self.seeds)
        for model in self.models:
            ModelConfig(model, self.latent)
        self.recipe(), self.points()  # raise the errors of a training now

    def points(self) -> list[Point]:
        """All points, seed by seed, so that an interrupted sweep covers every pair."""
        shared = self._training()
        return [
            Point(
                LEARNING_RATES,
                model,
                self.latent,
                replace(shared, lr=lr, seed=seed),
                self.digits,
                self.data,
            )
            for seed, model, lr in itertools.product(self.seeds, self.models, self.lrs)
        ]

    def recipe(self) -> dict[str, Any]:
        """The settings that all points share, as must all rows of one table."""
        return recipe(LEARNING_RATES, self.digits, self._training(), self.data, latent=self.latent)

    def _training(self) -> TrainConfig:
        return TrainConfig(
            epochs=self.epochs,
            batch_size=self.batch_size,
            precision=self.precision,
            schedule="constant",
        )
