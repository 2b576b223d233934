"""Every number of `metrics` for each run, side by side, and the file that keeps them.

    row = score(runs.find("vae-20"))
    row["numbers"]["squared_error"]

The file is plain JSON. A row holds the SHA-256 of the run it was measured on and of the
classifier that judged its pictures: once one of them changes, `fresh` leaves the row out.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from vae_demo import runs
from vae_demo.atomic import write_atomically
from vae_demo.digits import mnist
from vae_demo.evaluation import classifier
from vae_demo.evaluation.metrics import (
    active_units,
    linear_probe,
    negative_log_likelihood,
    sample_quality,
)
from vae_demo.models import Codec, decode_many
from vae_demo.runs import Run
from vae_demo.training.loop import evaluate

SAMPLES = (1, 50)
PICTURES = 1000  # made up by each run, to be judged
BOUNDS = ("dynamic", "fixed")  # pixels for which a likelihood compares with published ones
NAME = "scoreboard.json"

Row = dict[str, Any]
Told = Callable[[float], object]


@dataclass(frozen=True)
class Column:
    """One number of the scoreboard.

    key: its name in a row's numbers. unit: "nats", "latents", "share", "ink²", "features²",
    "digits". digits: decimals shown. better: "lower", "higher", or "" where neither is.
    within: what two runs must have in common for this number of theirs to compare.
    """

    key: str
    unit: str
    digits: int
    better: str = ""
    within: tuple[str, ...] = ()


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


# --- measuring ---------------------------------------------------------------------------------


def score(
    run: Run, *, samples: Sequence[int] = SAMPLES, seed: int = 0, progress: Told | None = None
) -> Row:
    """All numbers of a run over all test digits, and how they were measured.

    neg_elbo, distortion, rate: `evaluate`, on pixels as the run was trained. dynamic_k, fixed_k:
    `negative_log_likelihood` with k = each of `samples` draws, from `seed`; None for a run that
    has no posterior or whose likelihood is no probability of pixels that are 0 or 1. recognised,
    distance, kinds: `sample_quality` of 1,000 pictures drawn with `seed`; None without a prior.
    active_units: None where a code is words.

    Args:
        progress: told the share of the work that is done, again and again up to 1.

    Raises:
        ValueError: no samples, or fewer than one; or no shipped classifier.
    """
    check_samples(samples)
    model, digits = run.build(), mnist.test_digits()
    pixels = str(run.training.get("pixels", "grey"))  # the first runs do not say
    told = _Shares(progress, [1, 3] + [k for k in samples if bounded(model) for _ in BOUNDS])
    results = evaluate(model, digits, pixels=pixels)
    numbers: dict[str, float | None] = {
        "neg_elbo": results["neg_elbo"],
        "distortion": results["distortion"],
        "rate": results["rate"],
        "squared_error": results["mse"],
        "active_units": None if model.codebook_size else active_units(model, digits),
    }
    told.next()
    numbers["linear_probe"] = linear_probe(model, mnist.train_digits(), digits)
    told.next()
    for kind in BOUNDS:
        for k in samples:
            numbers[f"{kind}_{k}"] = None
            if bounded(model):
                nats = negative_log_likelihood(
                    model, digits, k, kind, seed, progress=lambda n: told.more(n / len(digits))
                )
                numbers[f"{kind}_{k}"] = float(nats.mean())
                told.next()
    return {
        "model": run.model["name"],
        "latent": run.latent,
        "likelihood": model.likelihood,
        "pixels": pixels,
        "generative": model.generative,
        "seed": seed,
        "samples": list(samples),
        "numbers": numbers | _quality(made_up(model, seed) if model.generative else None),
    }


def bounded(model: Codec) -> bool:
    """Whether a model gives pixels that are 0 or 1 a probability, to be bounded."""
    return model.generative and model.likelihood == "bernoulli"


@torch.inference_mode()
def made_up(model: Codec, seed: int = 0) -> np.ndarray:
    """1,000 pictures decoded from the model's prior, (1000, 28, 28) uint8."""
    generator = torch.Generator().manual_seed(seed)
    return decode_many(model, model.sample_prior(PICTURES, generator).numpy())


def score_real(seed: int = 0) -> Row:
    """What 1,000 of the test digits themselves get as pictures: as good as made-up ones can be.

    They are among the 10,000 with which the distance compares.
    """
    digits = mnist.test_digits().images
    chosen = np.random.default_rng(seed).choice(len(digits), PICTURES, replace=False)
    return {"seed": seed, "numbers": _quality(digits[np.sort(chosen)])}


def check_samples(samples: Sequence[int]) -> None:
    """Refuses numbers of draws that are none.

    Raises:
        ValueError: there is none, or one is below 1, or twice there.
    """
    if not samples or min(samples) < 1 or len(set(samples)) < len(samples):
        raise ValueError(f"samples are {list(samples)}; expected different whole numbers from 1 up")


def _quality(pictures: np.ndarray | None) -> dict[str, float | None]:
    if pictures is None:
        return dict.fromkeys(("recognised", "distance", "kinds"))
    return asdict(sample_quality(pictures))


class _Shares:
    """Work in parts of different size, told as the share that is done."""

    def __init__(self, told: Told | None, sizes: Sequence[float]) -> None:
        self._told = told
        self._ends = [0.0, *np.cumsum(sizes) / math.fsum(sizes)]
        self._part, self._within = 0, 0.0

    def more(self, share: float) -> None:
        """A further share of this part is done."""
        self._within += share
        if self._told is not None:
            start, end = self._ends[self._part : self._part + 2]
            self._told(start + min(self._within, 1.0) * (end - start))

    def next(self) -> None:
        """This part is done."""
        self._within = 1.0
        self.more(0)
        self._part, self._within = self._part + 1, 0.0


# --- the file ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scoreboard:
    """The rows of a file: real is that of the test digits themselves, {} where there is none."""

    rows: Mapping[str, Row]
    real: Row


def shipped() -> Path:
    """The file of the shipped runs."""
    return runs.library.SHIPPED / NAME


def fingerprint(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def marked(row: Row, path: Path | None = None) -> Row:
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
        rows, real = found["runs"], found["real"]
        for row in rows.values():
            if not {"samples", "file", "classifier"} <= row.keys():
                raise ValueError("a row lacks what it was measured on")
            for key, value in row["numbers"].items():
                if not (value is None or (type(value) in (int, float) and math.isfinite(value))):
                    raise ValueError(f"{key} is {value!r}")
        return Scoreboard(dict(rows), dict(real))
    except FileNotFoundError:
        return Scoreboard({}, {})
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} can't be read as a scoreboard: {error}") from None


def save(board: Scoreboard, path: Path) -> None:
    """Write all rows, by name: either all of them are there or what was there before."""
    text = json.dumps({"real": board.real, "runs": dict(sorted(board.rows.items()))}, indent=1)
    write_atomically(path, f"{text}\n".encode())


def fresh(board: Scoreboard, files: Mapping[str, Path]) -> dict[str, Row]:
    """The rows of those runs whose file, and the classifier, are still as they were measured."""
    judge = fingerprint(classifier.SHIPPED) if classifier.SHIPPED.exists() else ""
    return {
        name: row
        for name, row in board.rows.items()
        if name in files and (row["file"], row["classifier"]) == (fingerprint(files[name]), judge)
    }
