"""The table of a sweep: a row for each training, stored as JSON with one row per line."""

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
MEASURES = ("distortion", "rate", "neg_elbo", "mse", "active_units")
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
    """The settings that all rows of the file share."""

    model: str  # a key of `MODELS`
    digits: int  # number of training digits, from the first
    training: TrainingFields  # type: ignore[valid-type]  # except beta and seed


class _FileFields(msgspec.Struct):
    """The file of a table."""

    commands: list[str]  # that measured the rows
    recipe: _RecipeFields  # settings that all rows share
    rows: list[_RowFields]  # one for each training


@dataclass(frozen=True)
class Table:
    """The rows of a sweep, and the commands that measured them."""

    recipe: Mapping[str, Any]  # settings that all rows share, see `recipe`
    commands: tuple[str, ...]  # as typed at the command line
    rows: tuple[Row, ...]  # one for each training

    def values(self, name: str) -> list[float]:
        """All latent sizes, betas or seeds in the table, in increasing order."""
        return sorted({row[name] for row in self.rows})

    def along(self, axis: str, fixed: float) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """The numbers along one of `AXES`, with the other one `fixed`.

        Returns the values of the axis, (k,), and name -> (k, seeds), NaN if a row is missing.
        """
        (other,) = set(AXES) - {axis}
        chosen = [row for row in self.rows if row[other] == fixed]
        at, seeds = sorted({row[axis] for row in chosen}), self.values("seed")
        found = {name: np.full((len(at), len(seeds)), np.nan) for name in MEASURES}
        for row in chosen:
            for name, numbers in found.items():
                numbers[at.index(row[axis]), seeds.index(row["seed"])] = row[name]
        return np.array(at, float), found


def recipe(model: str, digits: int, training: TrainConfig) -> dict[str, Any]:
    """The settings that all rows of a table share: all except those that the sweep varies.

    Args:
        digits: The number of training digits, from the first.

    Raises:
        ValueError: if the model is unknown, or digits is not from 1 to 60,000.
    """
    ModelConfig(model)
    if not 1 <= digits <= 60_000:
        raise ValueError(f"digits is {digits}; it must be from 1 to 60000")
    shared = {name: value for name, value in asdict(training).items() if name not in KEY}
    return {"model": model, "digits": digits, "training": shared}


def shipped() -> Path:
    """The path of the shipped table."""
    return runs.library.SHIPPED / NAME


def saved() -> Path:
    """The path of the user's own table, which the Compare page shows instead of the shipped one."""
    return runs.library.SAVED / NAME


def load(path: Path) -> Table:
    """Load a table.

    Raises:
        ValueError: if the file is not a table.
    """
    try:
        found = json.loads(path.read_text("utf-8"))
        msgspec.convert(found, _FileFields)
        shared = found["recipe"]
        read = recipe(shared["model"], shared["digits"], TrainConfig(**shared["training"]))
        return Table(read, tuple(found["commands"]), tuple(found["rows"]))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ValueError(f"{path} can't be read as a sweep's table: {reason}") from None


def save(table: Table, path: Path) -> None:
    """Write a table with its rows in order. If that fails, the earlier file is unchanged."""
    rows = sorted(table.rows, key=lambda row: [row[name] for name in KEY])
    head = json.dumps({"commands": table.commands, "recipe": table.recipe}, indent=1)
    lines = ",\n".join(f"  {json.dumps(row)}" for row in rows)
    write_atomically(path, f'{head[:-2]},\n "rows": [\n{lines}\n ]\n}}\n'.encode())
