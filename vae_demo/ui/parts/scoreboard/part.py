"""The scoreboard of the Compare page: a row for each run, with the best numbers marked."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from vae_demo import runs
from vae_demo.evaluation import classifier, scoreboard
from vae_demo.evaluation.scoreboard import Column, Scoreboard
from vae_demo.models.losses import LIKELIHOODS
from vae_demo.runs import Run
from vae_demo.training.config import PIXEL_KINDS
from vae_demo.ui.frame.language import n, t, t_or_name
from vae_demo.ui.frame.runs import run
from vae_demo.ui.frame.session import visitor

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler

log = logging.getLogger(__name__)

USUAL = (next(iter(LIKELIHOODS)), PIXEL_KINDS[0])  # likelihood and pixels of most runs
FIELDS = ("loss", "latent")  # columns that describe the run
NAME_WIDTH = 140  # pixels
STAR = " ★"
NOTHING = "–"


@dataclass(frozen=True)
class Line:
    """A row of the table."""

    name: str  # name of the run
    words: dict[str, Any]  # column of `FIELDS` -> value
    numbers: dict[str, float]  # column -> number, if it is known
    spreads: dict[str, float] = field(default_factory=dict)  # over several seeds
    same: dict[str, str] = field(default_factory=dict)  # equal in rows that can be compared
    samples: tuple[int, ...] = ()  # numbers of importance samples of the bounds
    measured: bool = True  # False if the numbers come from the run's own file


def comparable(chosen: Run) -> bool:
    """Whether the run's losses can be compared with those of most runs."""
    return (chosen.likelihood, chosen.pixels) == USUAL


def lines(names: Sequence[str]) -> list[Line]:
    """A line for each run, and one for real digits, if they were measured and runs are of them."""
    board, rows = _board()
    found = [_line(run(name), {} if name in visitor().own_runs else rows) for name in names]
    if board.real and all(run(name).data.is_mnist for name in names):
        numbers = {k: v for k, v in board.real["numbers"].items() if v is not None}
        spreads = board.real.get("spreads", {})
        found.append(Line(t("compare.real"), dict.fromkeys(FIELDS), numbers, spreads))
    return found


def _line(chosen: Run, rows: dict[str, scoreboard.Row]) -> Line:
    same = {"likelihood": chosen.likelihood, "pixels": chosen.pixels}
    words = {
        "loss": t(
            "compare.loss",
            likelihood=t_or_name(f"likelihood.{same['likelihood']}", same["likelihood"]),
            pixels=t(f"compare.pixels.{same['pixels']}"),
        ),
        "latent": chosen.latent,
    }
    row = rows.get(chosen.name)
    spreads, samples = {}, ()
    if row is not None:
        numbers = {k: v for k, v in row["numbers"].items() if v is not None}
        spreads, samples = row.get("spreads", {}), tuple(row["samples"])
    else:
        results = chosen.results
        numbers = {k: results[k] for k in ("neg_elbo", "distortion", "rate")}
        numbers |= {"squared_error": results["mse"]} if "mse" in results else {}
    if not chosen.has_elbo:
        del numbers["neg_elbo"]
    return Line(chosen.name, words, numbers, spreads, same, samples, row is not None)


def best(column: Column, key: str, all_lines: Sequence[Line]) -> set[int]:
    """The positions of the lines with the best number of a column among comparable lines.

    A number that differs from the best by no more than both spreads together is among the best.
    """
    groups: dict[tuple[str, ...], dict[int, float]] = {}
    for i, line in enumerate(all_lines):
        if line.same and key in line.numbers:
            alike = tuple(line.same[what] for what in column.within)
            groups.setdefault(alike, {})[i] = line.numbers[key]
    top = {"lower": min, "higher": max}.get(column.better)
    found = set()
    for group in groups.values():
        if top is not None and len(group) > 1:
            first = top(group, key=group.__getitem__)
            spread = [line.spreads.get(key, 0.0) for line in all_lines]
            found |= {i for i in group if abs(group[i] - group[first]) <= spread[i] + spread[first]}
    return found


def show_board(all_lines: Sequence[Line], language: str) -> None:
    """Show the lines in the visitor's language; the table is cached for all visitors."""
    _show_board(repr(all_lines), language, all_lines)


@st.cache_resource(show_spinner=False, max_entries=16)
def _show_board(content: str, language: str, _all_lines: Sequence[Line]) -> None:
    """Show the lines; Streamlit hashes their `content` much faster than the lines themselves."""
    shown, config = table(_all_lines)
    st.dataframe(
        shown,
        column_config=config,
        hide_index=True,
        height="content",
        placeholder=NOTHING,
        key="scoreboard",
        alt=t("compare.board"),
    )


def table(all_lines: Sequence[Line]) -> tuple[Styler, dict[str, Any]]:
    """The lines as a table in the format of the visitor's language, and its columns."""
    import pandas as pd

    frame = pd.DataFrame({"name": [line.name for line in all_lines]})
    for name in FIELDS:
        frame[name] = [line.words[name] for line in all_lines]
    frame["latent"] = frame["latent"].astype("Int64")
    config: dict[str, Any] = {
        "name": st.column_config.TextColumn(t("compare.field.name"), pinned=True, width=NAME_WIDTH),
        "loss": st.column_config.TextColumn(
            t("compare.field.loss"), help=t("compare.field.loss.help")
        ),
        "latent": st.column_config.NumberColumn(t("compare.field.latent")),
    }
    every = scoreboard.columns({k for line in all_lines for k in line.samples})
    known = {key for line in all_lines for key in line.numbers}
    shown = [each for each in every if each[1] in known]  # of other data, not what reads digits
    for column, key, samples in shown:
        frame[key] = pd.Series([line.numbers.get(key) for line in all_lines], dtype="float64")
        config[key] = st.column_config.NumberColumn(
            t(f"compare.column.{column.key}", samples=n(samples, 0)),
            help=t(f"compare.help.{column.key}", samples=n(samples, 0)),
        )
    styler = frame.style.format({"latent": "{:d}"}, na_rep=NOTHING)
    for column, key, _ in shown:
        stars = best(column, key, all_lines)
        for i, line in enumerate(all_lines):
            write = _written(column, line.spreads.get(key, 0.0), STAR if i in stars else "")
            styler = styler.format(write, subset=pd.IndexSlice[[i], [key]], na_rep=NOTHING)
        rows = pd.IndexSlice[sorted(stars), [key]]
        styler = styler.set_properties(
            subset=rows, **{"background-color": "rgba(63, 144, 218, 0.22)"}
        )
    return styler, config


def _written(column: Column, spread: float, mark: str) -> Any:
    """Writes a number as `scoreboard.written` does, in the visitor's language."""
    times, fewer = (100, 2) if column.unit == "share" else (1, 0)
    digits = max(0, scoreboard.decimals(column.digits, spread) - fewer)

    def write(value: float) -> str:
        text = n(times * value, digits)
        if round(times * spread, digits) > 0:
            text = f"{text} ± {n(times * spread, digits)}"
        return (t("frame.percent", percent=text) if column.unit == "share" else text) + mark

    return write


def _board() -> tuple[Scoreboard, dict[str, scoreboard.Row]]:
    """The shipped scoreboard and its valid rows, read again when a file changes."""
    files, classifiers = runs.available(), (classifier.SHIPPED, classifier.SECOND)
    return _read(files, tuple(map(_stamp, [scoreboard.shipped(), *classifiers, *files.values()])))


def _stamp(path: Path) -> tuple[str, int, int]:
    try:
        status = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), status.st_mtime_ns, status.st_size


@st.cache_resource(show_spinner=False, max_entries=4)
def _read(
    _files: dict[str, Path], stamps: tuple[tuple[str, int, int], ...]
) -> tuple[Scoreboard, dict[str, scoreboard.Row]]:
    try:
        board = scoreboard.load(scoreboard.shipped())
        return board, scoreboard.fresh(board, _files)
    except (ValueError, OSError) as error:
        log.warning("%s", error)
        return Scoreboard({}, {}), {}
