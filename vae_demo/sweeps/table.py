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
from vae_demo.datasets import KNOWN, MNIST
from vae_demo.models import ModelConfig
from vae_demo.runs.checks import TrainingFields
from vae_demo.training.config import TrainConfig

Row = Mapping[str, Any]
Finite = Annotated[float, msgspec.Meta(ge=-1e300, le=1e300)]


@dataclass(frozen=True)
class Kind:
    """A kind of sweep: what its trainings differ in besides their seed, and what is measured."""

    file: str  # name of its table
    axes: tuple[str, str]  # settings of a training
    measures: tuple[str, ...]  # over all test digits

    @property
    def key(self) -> tuple[str, ...]:
        """The settings that no two rows have in common."""
        return (*self.axes, "seed")


LOSSES = ("distortion", "rate", "neg_elbo", "mse")
LATENTS_AND_BETAS = Kind("sweep.json", ("latent", "beta"), (*LOSSES, "active_units"))
LEARNING_RATES = Kind("learning_rates.json", ("model", "lr"), LOSSES)
KINDS = {kind.axes: kind for kind in (LATENTS_AND_BETAS, LEARNING_RATES)}
_SETTINGS: dict[str, Any] = {"latent": int, "beta": Finite, "model": str, "lr": Finite, "seed": int}
_ROWS = {
    kind: msgspec.defstruct(
        "Row",
        [
            *((name, _SETTINGS[name]) for name in kind.key),
            *((name, Finite | None, None) for name in kind.measures),  # none if it diverged
            ("diverged", Finite | None, None),  # the epochs after which it did
            *(("seconds", Finite), ("python", str), ("torch", str)),
        ],
        forbid_unknown_fields=True,
        kw_only=True,
    )
    for kind in KINDS.values()
}


class _RecipeFields(msgspec.Struct, forbid_unknown_fields=True):
    """The settings that all rows of the file share."""

    digits: int  # number of training pictures, from the first
    training: TrainingFields  # type: ignore[valid-type]  # except those of the rows
    model: str | None = None  # a key of `MODELS`, unless the rows have it
    latent: int | None = None  # size of the code, unless the rows have it
    data: str = "mnist"  # a name in `KNOWN`


class _FileFields(msgspec.Struct):
    """The file of a table."""

    commands: list[str]  # that measured the rows
    recipe: _RecipeFields  # settings that all rows share
    rows: list[dict[str, Any]]  # one for each training
    axes: tuple[str, str] = LATENTS_AND_BETAS.axes  # of the kind


@dataclass(frozen=True)
class Table:
    """The rows of a sweep, and the commands that measured them.

    The row of a training that diverged has, instead of the measures, the epochs after which it did.
    """

    recipe: Mapping[str, Any]  # settings that all rows share, see `recipe`
    commands: tuple[str, ...]  # as typed at the command line
    rows: tuple[Row, ...]  # one for each training
    kind: Kind = LATENTS_AND_BETAS  # what the rows differ in

    def values(self, name: str) -> list[Any]:
        """All values of a setting in the table, in increasing order."""
        return sorted({row[name] for row in self.rows})

    def along(self, axis: str, fixed: Any, *extra: str) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """The numbers along one of the axes, with the other one `fixed`.

        Args:
            extra: Numbers beside the measures, such as "diverged".

        Returns:
            The values of the axis, (k,), and name -> (k, seeds), NaN where a number is missing.
        """
        (other,) = set(self.kind.axes) - {axis}
        chosen = [row for row in self.rows if row[other] == fixed]
        at, seeds = sorted({row[axis] for row in chosen}), self.values("seed")
        names = (*self.kind.measures, *extra)
        found = {name: np.full((len(at), len(seeds)), np.nan) for name in names}
        for row in chosen:
            for name, numbers in found.items():
                place = at.index(row[axis]), seeds.index(row["seed"])
                numbers[place] = np.nan if row.get(name) is None else row[name]
        return np.array(at, float), found


def recipe(
    kind: Kind, digits: int, training: TrainConfig, data: str = "mnist", **model: Any
) -> dict[str, Any]:
    """The settings that all rows of a table share: all except those that the sweep varies.

    Args:
        digits: The number of training pictures, from the first.
        data: What is trained on, a name in `KNOWN`; tables of MNIST don't have it.
        model: The name of the model, and the size of the code; those that the sweep varies are
            left out.

    Raises:
        ValueError: if the model or the data are unknown, or digits is not from 1 to 60,000.
    """
    shared = {name: value for name, value in model.items() if name not in kind.key}
    ModelConfig(shared.get("model", "vae"), shared.get("latent"))
    if not 1 <= digits <= 60_000:
        raise ValueError(f"digits is {digits}; it must be from 1 to 60000")
    if data not in KNOWN:
        raise ValueError(f"there is no data {data!r:.60}; there are: {', '.join(KNOWN)}")
    shared |= {"data": data} if data != MNIST.name else {}
    training_shared = {n: value for n, value in asdict(training).items() if n not in kind.key}
    return shared | {"digits": digits, "training": training_shared}


def shipped(kind: Kind = LATENTS_AND_BETAS) -> Path:
    """The path of the shipped table."""
    return runs.library.SHIPPED / kind.file


def saved(kind: Kind = LATENTS_AND_BETAS) -> Path:
    """The path of the user's own table, which the Compare page shows instead of the shipped one."""
    return runs.library.SAVED / kind.file


def load(path: Path) -> Table:
    """Load a table.

    Raises:
        ValueError: if the file is not a table.
    """
    try:
        found = json.loads(path.read_text("utf-8"))
        axes = msgspec.convert(found, _FileFields).axes
        if axes not in KINDS:
            raise ValueError(f"its axes are {', '.join(axes)}; there are: {_axes()}")
        kind, shared = KINDS[axes], dict(found["recipe"])
        if lack := {"model", "latent"} - {*kind.axes} - shared.keys():
            raise ValueError(f"its recipe lacks {', '.join(sorted(lack))}")
        for row in found["rows"]:
            msgspec.convert(row, _ROWS[kind])
            if row.get("diverged") is None and (lack := set(kind.measures) - row.keys()):
                raise ValueError(f"a row lacks {', '.join(sorted(lack))}")
        training = TrainConfig(**shared.pop("training"))
        read = recipe(kind, shared.pop("digits"), training, **shared)
        return Table(read, tuple(found["commands"]), tuple(found["rows"]), kind)
    except (OSError, ValueError, msgspec.ValidationError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ValueError(f"{path} can't be read as a sweep's table: {reason}") from None


def save(table: Table, path: Path) -> None:
    """Write a table with its rows in order. If that fails, the earlier file is unchanged."""
    rows = sorted(table.rows, key=lambda row: [row[name] for name in table.kind.key])
    axes = {} if table.kind is LATENTS_AND_BETAS else {"axes": table.kind.axes}
    head = json.dumps({"commands": table.commands, **axes, "recipe": table.recipe}, indent=1)
    lines = ",\n".join(f"  {json.dumps(row)}" for row in rows)
    write_atomically(path, f'{head[:-2]},\n "rows": [\n{lines}\n ]\n}}\n'.encode())


def _axes() -> str:
    return "; ".join(", ".join(axes) for axes in KINDS)
