"""Train with many settings, and write a table of the results.

    sweep = LatentsAndBetas(latents=(2, 20), betas=(1, 4), seeds=(0,))
    for outcome in run(sweep, Path("sweep.json"), local_processes(workers=2)):
        print(outcome.point, outcome.row)

The table (`vae_demo.sweeps.table`) is written after every point; points that it already contains
are not measured again. A backend of `vae_demo.sweeps.backends` runs the trainings.
"""

from __future__ import annotations

import platform
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import torch

from vae_demo.datasets import MNIST, known_data
from vae_demo.evaluation.codes import active_units
from vae_demo.evaluation.evaluate import evaluate
from vae_demo.models import ModelConfig, build
from vae_demo.sweeps.table import Kind, Row, Table, load, save
from vae_demo.training.config import TrainConfig
from vae_demo.training.divergence import TrainingDiverged
from vae_demo.training.loop import train

_WRITTEN = {"latent": "latent {}", "beta": "beta {:g}", "lr": "learning rate {:g}"}


@dataclass(frozen=True)
class Point:
    """One training of a sweep."""

    kind: Kind  # of the sweep
    model: str  # a key of `MODELS`
    latent: int  # size of the code
    training: TrainConfig  # how to train
    digits: int  # number of training pictures, from the first
    data: str = "mnist"  # a name in `KNOWN`

    @property
    def key(self) -> tuple[Any, ...]:
        """What no other point of the sweep has, as `Kind.key` lists it."""
        settings = {"model": self.model, "latent": self.latent} | asdict(self.training)
        return tuple(settings[name] for name in self.kind.key)

    def __str__(self) -> str:
        settings = dict(zip(self.kind.key, self.key, strict=True))
        said = [w.format(settings[name]) for name, w in _WRITTEN.items() if name in settings]
        return f"{self.model} with {', '.join(said)}, seed {self.training.seed}"


@dataclass(frozen=True)
class Outcome:
    """The result of one training."""

    point: Point  # the training
    row: Row  # its row in the table
    error: str = ""  # how it diverged, if it did


Backend = Callable[[Sequence[Point]], Generator[Outcome, None, None]]


@dataclass(frozen=True)
class Sweep(ABC):
    """Trainings with all combinations of some settings, each with several seeds."""

    kind: ClassVar[Kind]

    @abstractmethod
    def points(self) -> list[Point]:
        """All points, seed by seed, so that an interrupted sweep covers every combination."""

    @abstractmethod
    def recipe(self) -> dict[str, Any]:
        """The settings that all points share, as must all rows of one table."""

    def command(self) -> str:
        """The command that runs this sweep, with every option written out."""
        return f"python -m vae_demo sweep {written_options(asdict(self))}"


def written_options(settings: Mapping[str, Any]) -> str:
    """Options of a command: "--lrs 0.001,0.01 --epochs 2"; MNIST is not named."""
    parts = []
    for name, value in settings.items():
        if (name, value) == ("data", MNIST.name):
            continue
        written = ",".join(map(str, value)) if isinstance(value, tuple) else value
        parts.append(f"--{name.replace('_', '-')} {written}")
    return " ".join(parts)


def check_each_once(**values: tuple[Any, ...]) -> None:
    """Check the lists of values of a sweep.

    Raises:
        ValueError: if a list is empty or has a value twice.
    """
    for name, listed in values.items():
        if not listed or len(set(listed)) < len(listed):
            raise ValueError(f"{name} are {list(listed)}; expected one or more, each once")


def measure(point: Point) -> Outcome:
    """Build, train and evaluate on all test pictures; `seconds` is the training time."""
    model = build(ModelConfig(point.model, point.latent), point.training.seed)
    data = known_data(point.data)
    digits, test = data.train[: point.digits], data.test
    row: dict[str, Any] = dict(zip(point.kind.key, point.key, strict=True))
    start, error = time.perf_counter(), ""
    try:
        for _ in train(model, digits, point.training, test=test[:1], probe=data.probe):
            pass  # it is evaluated at the end
    except TrainingDiverged as diverged:
        error = f"{point}: {diverged}"
        row["diverged"] = round(diverged.epochs, 3)
    seconds = time.perf_counter() - start
    if not error:
        found = evaluate(model, test)
        if "active_units" in point.kind.measures:
            found["active_units"] = active_units(model, test)
        row |= {name: found[name] for name in point.kind.measures}
    versions = {"python": platform.python_version(), "torch": torch.__version__.split("+")[0]}
    return Outcome(point, row | {"seconds": round(seconds, 1)} | versions, error)


def run(sweep: Sweep, path: Path, backend: Backend) -> Iterator[Outcome]:
    """Measure the points that are not in the table, in any order, and write it after each.

    Raises:
        ValueError: if the table can't be continued, see `open_table`.
    """
    table = open_table(sweep, path)
    table = replace(table, commands=tuple(dict.fromkeys([*table.commands, sweep.command()])))
    with closing(backend(missing(sweep, table))) as outcomes:
        for outcome in outcomes:
            table = replace(table, rows=(*table.rows, outcome.row))
            save(table, path)
            yield outcome


def missing(sweep: Sweep, table: Table) -> list[Point]:
    """The points of a sweep that are not in a table."""
    done = {tuple(row[name] for name in table.kind.key) for row in table.rows}
    return [point for point in sweep.points() if point.key not in done]


def open_table(sweep: Sweep, path: Path) -> Table:
    """Load the table to continue, or make an empty one if the file does not exist.

    Raises:
        ValueError: if the file is not a table, or is one of another kind, model or training.
    """
    empty = Table(sweep.recipe(), (), (), sweep.kind)
    table = load(path) if path.exists() else empty
    if table.kind is not sweep.kind:
        there, wanted = (" and ".join(kind.axes) for kind in (table.kind, sweep.kind))
        raise ValueError(f"{path} is a table of {there}, not of {wanted}; choose another --out")
    old, new = _flat(table.recipe), _flat(sweep.recipe())
    if others := [name for name in new if old[name] != new[name]]:
        differences = ", ".join(f"{name} {old[name]}, not {new[name]}" for name in others)
        raise ValueError(f"{path} was measured with {differences}; choose another --out")
    return table


def _flat(recipe: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a recipe in one dict, those of the training included."""
    shared = {name: value for name, value in recipe.items() if name != "training"}
    return {"data": MNIST.name} | shared | recipe["training"]
