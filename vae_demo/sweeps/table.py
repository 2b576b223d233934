"""The table of a sweep: a row for each training, and the file that keeps them.

Plain JSON, a row on each line.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec
import numpy as np

from vae_demo import runs
from vae_demo.atomic import write_atomically
from vae_demo.models import ModelConfig
from vae_demo.runs.checks import TrainingFields
from vae_demo.training.config import TrainConfig

NAME = "sweep.json"
AXES = ("latent", "beta")
NUMBERS = ("distortion", "rate", "neg_elbo", "mse", "active_units")
KEY = (*AXES, "seed")

Row = Mapping[str, Any]
Finite = Annotated[float, msgspec.Meta(ge=-1e300, le=1e300)]


class _RowFields(msgspec.Struct, forbid_unknown_fields=True):
    """A row of the file."""

    latent: int  # size of the code
    beta: Finite  # weight of the rate in training
    seed: int  # of the training
    distortion: Finite  # nats per image
    rate: Finite  # nats per image
    neg_elbo: Finite  # nats per image
    mse: Finite  # squared error per pixel
    active_units: Finite  # latents
    seconds: Finite  # of the training
    python: str  # its version
    torch: str  # its version


class _RecipeFields(msgspec.Struct):
    """What all rows of the file have in common."""

    model: str  # a key of `MODELS`
    digits: int  # trained on the first so many
    training: TrainingFields  # type: ignore[valid-type]  # but for beta and seed


class _FileFields(msgspec.Struct):
    """The file of a table."""

    commands: list[str]
    recipe: _RecipeFields
    rows: list[_RowFields]


@dataclass(frozen=True)
class Table:
    """Rows of one recipe, and the commands that made them."""

    recipe: Mapping[str, Any]  # what all rows have in common, see `recipe`
    commands: tuple[str, ...]  # of the command line
    rows: tuple[Row, ...]  # one for each training

    def values(self, name: str) -> list[float]:
        """Every latent size, beta or seed that is in it, from the smallest up."""
        return sorted({row[name] for row in self.rows})

    def along(self, axis: str, fixed: float) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """How numbers depend on one of `AXES` where the other is `fixed`.

        Returns the values of the axis, (k,), and name -> (k, seeds), NaN where a row is missing.
        """
        (other,) = set(AXES) - {axis}
        chosen = [row for row in self.rows if row[other] == fixed]
        at, seeds = sorted({row[axis] for row in chosen}), self.values("seed")
        found = {name: np.full((len(at), len(seeds)), np.nan) for name in NUMBERS}
        for row in chosen:
            for name, numbers in found.items():
                numbers[at.index(row[axis]), seeds.index(row["seed"])] = row[name]
        return np.array(at, float), found


def recipe(model: str, digits: int, training: TrainConfig) -> dict[str, Any]:
    """What all rows of one table have in common: all settings but those that the sweep varies.

    Args:
        digits: how many of the 60,000 training digits are used, from the first.

    Raises:
        ValueError: no such model, or another number of digits.
    """
    ModelConfig(model)
    if not 1 <= digits <= 60_000:
        raise ValueError(f"digits is {digits}; it must be from 1 to 60000")
    shared = {name: value for name, value in asdict(training).items() if name not in KEY}
    return {"model": model, "digits": digits, "training": shared}


def shipped() -> Path:
    """The table that comes with the project."""
    return runs.library.SHIPPED / NAME


def saved() -> Path:
    """The user's own table, which the Compare page shows in place of the shipped one."""
    return runs.library.SAVED / NAME


def load(path: Path) -> Table:
    """The table of a file.

    Raises:
        ValueError: it can't be read as one.
    """
    try:
        found = json.loads(path.read_text("utf-8"))
        msgspec.convert(found, _FileFields)
        shared = found["recipe"]
        read = recipe(shared["model"], shared["digits"], TrainConfig(**shared["training"]))
        return Table(read, tuple(found["commands"]), tuple(found["rows"]))
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} can't be read as a sweep's table: {error}") from None


def save(table: Table, path: Path) -> None:
    """Write a table, its rows in order, so that `path` holds all of it or what it held before."""
    rows = sorted(table.rows, key=lambda row: [row[name] for name in KEY])
    head = json.dumps({"commands": table.commands, "recipe": table.recipe}, indent=1)
    lines = ",\n".join(f"  {json.dumps(row)}" for row in rows)
    write_atomically(path, f'{head[:-2]},\n "rows": [\n{lines}\n ]\n}}\n'.encode())
