"""Train with many latent sizes, betas and seeds, and write a table of the results.

    sweep = Sweep(latents=(2, 20), betas=(1, 4), seeds=(0,))
    for outcome in run(sweep, Path("sweep.json"), local_processes(workers=2)):
        print(outcome.point, outcome.row)

The table (`vae_demo.sweeps.table`) is written after every point; points that it already contains
are not measured again. A backend of `vae_demo.sweeps.backends` runs the trainings.
"""

from __future__ import annotations

import itertools
import platform
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch

from vae_demo.digits import mnist
from vae_demo.evaluation.codes import active_units
from vae_demo.evaluation.evaluate import evaluate
from vae_demo.models import MODELS, ModelConfig, build
from vae_demo.sweeps.table import KEY, MEASURES, Row, Table, load, recipe, save
from vae_demo.training.config import TrainConfig
from vae_demo.training.divergence import TrainingDiverged
from vae_demo.training.loop import train


@dataclass(frozen=True)
class Point:
    """One training of a sweep."""

    model: str  # a key of `MODELS`
    latent: int  # size of the code
    training: TrainConfig  # how to train
    digits: int  # number of training digits, from the first

    @property
    def key(self) -> tuple[float, ...]:
        return self.latent, self.training.beta, self.training.seed

    def __str__(self) -> str:
        beta, seed = self.training.beta, self.training.seed
        return f"{self.model} with latent {self.latent}, beta {beta:g}, seed {seed}"


@dataclass(frozen=True)
class Outcome:
    """The result of one training."""

    point: Point  # the training
    row: Row | None  # its row in the table; None if it diverged
    error: str = ""  # why there is no row


Backend = Callable[[Sequence[Point]], Generator[Outcome, None, None]]


@dataclass(frozen=True)
class Sweep:
    """All combinations of a latent size, a beta and a seed. Validated on construction.

    By default, a training has four epochs and a large learning rate, starts from the mean digit if
    the model supports it, and increases beta slowly: a large beta from the start would make most
    latents inactive for the whole training.

    Raises:
        ValueError: if a list is empty or has a value twice, the model's objective has no beta, or
            the model or the training does not accept a value.
    """

    model: str = "vae"  # a key of `MODELS`
    latents: tuple[int, ...] = (2, 5, 10, 20, 40, 80)  # sizes of the code
    betas: tuple[float, ...] = (0.25, 0.5, 1, 2, 4, 8)  # weights of the rate
    seeds: tuple[int, ...] = (0, 1)  # each pair is trained once with each seed
    epochs: int = 4  # passes over the digits
    batch_size: int = 256  # pictures per step
    lr: float = 1.2e-2  # peak learning rate
    rate_from_zero: float = 0.5  # share of the training in which beta rises from 0
    precision: str = "float32"  # of the matrix products
    digits: int = 60_000  # number of training digits, from the first

    def __post_init__(self) -> None:
        for name in ("latents", "betas", "seeds"):
            values = getattr(self, name)
            if not values or len(set(values)) < len(values):
                raise ValueError(f"{name} are {list(values)}; expected one or more, each once")
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
            Point(self.model, latent, replace(shared, beta=beta, seed=seed), self.digits)
            for seed, latent, beta in itertools.product(self.seeds, self.latents, self.betas)
        ]

    def _training(self) -> TrainConfig:
        return TrainConfig(
            epochs=self.epochs,
            batch_size=self.batch_size,
            lr=self.lr,
            rate_from_zero=self.rate_from_zero,
            precision=self.precision,
            mean_start=MODELS[self.model].can_start_at_mean,
        )

    def recipe(self) -> dict[str, Any]:
        """The settings that all points share, as must all rows of one table."""
        return recipe(self.model, self.digits, self._training())

    def command(self) -> str:
        """The command that runs this sweep, with every option written out."""
        parts = ["python -m vae_demo sweep"]
        for name, value in asdict(self).items():
            written = ",".join(map(str, value)) if isinstance(value, tuple) else value
            parts.append(f"--{name.replace('_', '-')} {written}")
        return " ".join(parts)


def measure(point: Point) -> Outcome:
    """Build, train and evaluate on all 10,000 test digits; `seconds` is the training time."""
    model = build(ModelConfig(point.model, point.latent), point.training.seed)
    test = mnist.test_digits()
    digits = mnist.train_digits()[: point.digits]
    start = time.perf_counter()
    try:
        for _ in train(model, digits, point.training, test=test[:1]):  # evaluated at the end
            pass
    except TrainingDiverged as error:
        return Outcome(point, None, f"{point}: {error}")
    seconds = time.perf_counter() - start
    found = evaluate(model, test) | {"active_units": active_units(model, test)}
    row = dict(zip(KEY, point.key, strict=True)) | {name: found[name] for name in MEASURES}
    versions = {"python": platform.python_version(), "torch": torch.__version__.split("+")[0]}
    return Outcome(point, row | {"seconds": round(seconds, 1)} | versions)


def run(sweep: Sweep, path: Path, backend: Backend) -> Iterator[Outcome]:
    """Measure the points that are not in the table, in any order, and write it after each.

    Raises:
        ValueError: if the table can't be continued, see `open_table`.
    """
    table = open_table(sweep, path)
    table = replace(table, commands=tuple(dict.fromkeys([*table.commands, sweep.command()])))
    with closing(backend(missing(sweep, table))) as outcomes:
        for outcome in outcomes:
            if outcome.row is not None:
                table = replace(table, rows=(*table.rows, outcome.row))
                save(table, path)
            yield outcome


def missing(sweep: Sweep, table: Table) -> list[Point]:
    """The points of a sweep that are not in a table."""
    done = {tuple(row[name] for name in KEY) for row in table.rows}
    return [point for point in sweep.points() if point.key not in done]


def open_table(sweep: Sweep, path: Path) -> Table:
    """Load the table to continue, or make an empty one if the file does not exist.

    Raises:
        ValueError: if the file is not a table, or is one of another model or training.
    """
    table = load(path) if path.exists() else Table(sweep.recipe(), (), ())
    there, wanted = _flat(table.recipe), _flat(sweep.recipe())
    if others := [name for name in wanted if there[name] != wanted[name]]:
        differences = ", ".join(f"{name} {there[name]}, not {wanted[name]}" for name in others)
        raise ValueError(f"{path} was measured with {differences}; choose another --out")
    return table


def _flat(recipe: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a recipe in one dict, those of the training included."""
    return {name: recipe[name] for name in ("model", "digits")} | recipe["training"]
