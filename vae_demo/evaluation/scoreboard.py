"""The scoreboard: a row of numbers for each run, and the file that keeps them.

The file is plain JSON. A row holds the SHA-256 of the run it was measured on and of the classifier
that read its pictures: once one of them changes, `fresh` leaves the row out. Rows are measured by
`score`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec

from vae_demo import runs
from vae_demo.atomic import write_atomically
from vae_demo.evaluation import classifier

SAMPLES = (1, 50)
BOUNDS = ("dynamic", "fixed")  # pixels for which a likelihood compares with published ones
NAME = "scoreboard.json"

Row = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """One number of the scoreboard."""

    key: str  # its name in a row's numbers
    unit: str  # "nats", "latents", "share", "ink²", "features²" or "digits"
    digits: int  # decimals shown
    better: str = ""  # "lower", "higher", or "" where neither is better
    within: tuple[str, ...] = ()  # what two runs must have in common for it to compare


_SAME_LOSS = ("likelihood", "pixels")
COLUMNS = (
    Column("neg_elbo", "nats", 2, "lower", _SAME_LOSS),
    Column("distortion", "nats", 2, "lower", _SAME_LOSS),
    Column("rate", "nats", 2),
    Column("squared_error", "ink²", 5, "lower"),
    Column("active_units", "latents", 0),
    Column("linear_probe", "share", 4, "higher"),
    Column("dynamic", "nats", 2, "lower"),
    Column("fixed", "nats", 2, "lower"),
    Column("recognised", "share", 3, "higher"),
    Column("distance", "features²", 1, "lower"),
    Column("kinds", "digits", 2, "higher"),
)


def columns(samples: Collection[int] = SAMPLES) -> list[tuple[Column, str, int]]:
    """All columns in order, each with its name in a row's numbers, and the draws of a bound.

    A bound has a column for each number of draws, "dynamic_50"; elsewhere the draws are 0.
    """
    return [
        (column, f"{column.key}_{k}" if k else column.key, k)
        for column in COLUMNS
        for k in (sorted(samples) if column.key in BOUNDS else (0,))
    ]


@dataclass(frozen=True)
class Scoreboard:
    """The rows of a file."""

    rows: Mapping[str, Row]  # by the name of the run
    real: Row  # of the test digits themselves; {} where there is none


class _RowFields(msgspec.Struct):
    """What the file must say of a run; the row has more."""

    samples: list[int]  # draws of z of the bounds
    file: str  # SHA-256 of the run's file
    classifier: str  # SHA-256 of the classifier
    numbers: dict[str, Annotated[float, msgspec.Meta(ge=-1e300, le=1e300)] | None]  # finite


class _FileFields(msgspec.Struct):
    """What the file of a scoreboard must hold."""

    runs: dict[str, _RowFields]
    real: dict[str, Any]


def shipped() -> Path:
    """The file of the shipped runs."""
    return runs.library.SHIPPED / NAME


def fingerprint(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def with_fingerprints(row: Row, path: Path | None = None) -> Row:
    """A row with the fingerprints of its run's file and of the classifier."""
    file = {} if path is None else {"file": fingerprint(path)}
    return row | file | {"classifier": fingerprint(classifier.SHIPPED)}


def load(path: Path) -> Scoreboard:
    """The rows of a file; none where there is no such file.

    Raises:
        ValueError: it can't be read as a scoreboard.
    """
    try:
        found = json.loads(path.read_text("utf-8"))
        msgspec.convert(found, _FileFields)
        return Scoreboard(found["runs"], found["real"])
    except FileNotFoundError:
        return Scoreboard({}, {})
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} can't be read as a scoreboard: {error}") from None


def save(board: Scoreboard, path: Path) -> None:
    """Write all rows, by name: either all of them are there or what was there before."""
    text = json.dumps({"real": board.real, "runs": dict(sorted(board.rows.items()))}, indent=1)
    write_atomically(path, f"{text}\n".encode())


def fresh(board: Scoreboard, files: Mapping[str, Path]) -> dict[str, Row]:
    """The rows of those runs whose file, and the classifier, have not changed since."""
    current = fingerprint(classifier.SHIPPED) if classifier.SHIPPED.exists() else ""
    return {
        name: row
        for name, row in board.rows.items()
        if name in files and (row["file"], row["classifier"]) == (fingerprint(files[name]), current)
    }
