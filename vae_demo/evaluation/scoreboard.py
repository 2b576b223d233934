"""The scoreboard: a row of numbers for each run, and the file that stores them.

The file is JSON. A row contains the SHA-256 of the run and of the classifiers with which it was
measured; if one of them has changed since, `fresh` omits the row. `score` measures rows.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec

from vae_demo import runs
from vae_demo.atomic import write_atomically
from vae_demo.evaluation import classifier

SAMPLES = (1, 50)
QUALITY = ("agreed", "distance", "kinds")  # of samples, fields of `SampleQuality`
BOUNDS = ("dynamic", "fixed")  # pixels whose likelihood can be compared with published ones
NAME = "scoreboard.json"

Row = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """One number of the scoreboard."""

    key: str  # key in the numbers of a row
    unit: str  # "nats", "latents", "share", "ink²", "features²" or "digits"
    digits: int  # number of decimals shown, fewer if the spread is larger, see `decimals`
    better: str = ""  # "lower", "higher", or "" if neither is better
    within: tuple[str, ...] = ()  # what two runs must have in common to be compared


_SAME_LOSS = ("likelihood", "pixels")
COLUMNS = (
    Column("neg_elbo", "nats", 2, "lower", _SAME_LOSS),
    Column("distortion", "nats", 2, "lower", _SAME_LOSS),
    Column("rate", "nats", 2),
    Column("squared_error", "ink²", 5, "lower"),
    Column("active_units", "latents", 0),
    Column("linear_probe", "share", 3, "higher"),
    Column("dynamic", "nats", 1, "lower"),  # another seed changes them by 0.1
    Column("fixed", "nats", 1, "lower"),
    Column("agreed", "share", 3, "higher"),
    Column("distance", "features²", 1, "lower"),
    Column("kinds", "digits", 2, "higher"),
)


def columns(samples: Collection[int] = SAMPLES) -> list[tuple[Column, str, int]]:
    """All columns in order: column, key in the numbers of a row, number of importance samples.

    A bound has one column for each number of samples, such as "dynamic_50"; for all other columns
    the number is 0.
    """
    return [
        (column, f"{column.key}_{k}" if k else column.key, k)
        for column in COLUMNS
        for k in (sorted(samples) if column.key in BOUNDS else (0,))
    ]


def decimals(most: int, spread: float) -> int:
    """The decimals of a number with this spread: up to the spread's first digit, at most `most`."""
    if spread == 0:
        return most
    rounded = float(f"{spread:.0e}")  # 0.096 to 0.1
    first = math.floor(math.log10(rounded))
    return min(most, max(0, -first))


def written(column: Column, value: float, spread: float = 0.0) -> str:
    """A number with its spread, if one is seen, and with no more digits than hold."""
    digits = decimals(column.digits, spread)
    seen = round(spread, digits) > 0
    return f"{value:.{digits}f} ± {spread:.{digits}f}" if seen else f"{value:.{digits}f}"


@dataclass(frozen=True)
class Scoreboard:
    """The rows of a scoreboard."""

    rows: Mapping[str, Row]  # name of the run -> its row
    real: Row  # the row of real test digits; {} if not measured


class _RowFields(msgspec.Struct):
    """The required fields of a row; a row may have more."""

    samples: list[int]  # numbers of importance samples of the bounds
    file: str  # SHA-256 of the run's file
    classifier: str  # SHA-256 of the classifiers
    numbers: dict[str, Annotated[float, msgspec.Meta(ge=-1e300, le=1e300)] | None]  # finite


class _FileFields(msgspec.Struct):
    """The required fields of a scoreboard's file."""

    runs: dict[str, _RowFields]  # name of the run -> its row
    real: dict[str, Any]  # the row of real test digits


def shipped() -> Path:
    """The path of the shipped scoreboard."""
    return runs.library.SHIPPED / NAME


def fingerprint(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def of_classifiers() -> str:
    """SHA-256 of the two shipped classifiers together; "" if one is missing."""
    try:
        found = [path.read_bytes() for path in (classifier.SHIPPED, classifier.SECOND)]
    except FileNotFoundError:
        return ""
    return hashlib.sha256(b"".join(found)).hexdigest()


def with_fingerprints(row: Row, path: Path | None = None) -> Row:
    """Add the fingerprints of the run's file and of the classifiers to a row."""
    file = {} if path is None else {"file": fingerprint(path)}
    return row | file | {"classifier": of_classifiers()}


def with_other_bounds(row: Row, older: Row | None) -> Row:
    """Add the bounds of an older row that were not measured again; both have fingerprints.

    Nothing is added if the run has changed since, or other random numbers were used.
    """
    if older is None or any(row[key] != older.get(key) for key in ("file", "seed", "pixels")):
        return row
    kept = [k for k in older["samples"] if k not in row["samples"]]
    keys = [f"{kind}_{k}" for kind in BOUNDS for k in kept]
    errors = older.get("errors", {})
    return row | {
        "samples": sorted([*row["samples"], *kept]),
        "numbers": row["numbers"] | {key: older["numbers"][key] for key in keys},
        "errors": row["errors"] | {key: errors[key] for key in keys if key in errors},
    }


def load(path: Path) -> Scoreboard:
    """Load a scoreboard; it is empty if the file does not exist.

    Raises:
        ValueError: if the file is not a scoreboard.
    """
    try:
        found = json.loads(path.read_text("utf-8"))
        msgspec.convert(found, _FileFields)
        return Scoreboard(found["runs"], found["real"])
    except FileNotFoundError:
        return Scoreboard({}, {})
    except (OSError, ValueError, msgspec.ValidationError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ValueError(f"{path} can't be read as a scoreboard: {reason}") from None


def save(board: Scoreboard, path: Path) -> None:
    """Write all rows, sorted by name. If that fails, the earlier file is unchanged."""
    text = json.dumps({"real": board.real, "runs": dict(sorted(board.rows.items()))}, indent=1)
    write_atomically(path, f"{text}\n".encode())


def fresh(board: Scoreboard, files: Mapping[str, Path]) -> dict[str, Row]:
    """The rows that are still valid: neither the run's file nor a classifier has changed."""
    current = of_classifiers()
    return {
        name: row
        for name, row in board.rows.items()
        if name in files and (row["file"], row["classifier"]) == (fingerprint(files[name]), current)
    }
