"""Recompute the figures of README.md, docs/ and checkpoints/README.md, and say which differ.

    python benchmarks/figures.py                    the commands that take minutes
    python benchmarks/figures.py --only style       those that contain this text
    python benchmarks/figures.py --long             also those that take hours
    python benchmarks/figures.py --saved            compare with saved results, recompute nothing

`figures.toml` beside it says for each command which figures it gives: where a document states them,
as a regular expression with a group for each; where they are in the command's JSON; and by how much
they may differ. Figures of time and memory belong to one machine and are not among them.
"""

from __future__ import annotations

import argparse
import json
import re
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not

import msgspec

ROOT = Path(__file__).parent.parent
TABLE = Path(__file__).with_suffix(".toml")
EACH = "{each}"  # in a command and its figures: replaced by one word of `each` after the other
OUT = "{out}"  # in a command: a file that it writes its JSON to, instead of standard output

Step = str | int | dict[str, str | float]
"""A key, a position, what elements of a list must have, "*" for all of them, or one of `OF_MANY`"""

OF_MANY = {"the mean": statistics.mean, "the lowest": min, "the highest": max}


class Figures(msgspec.Struct, forbid_unknown_fields=True):
    """Figures that stand in one line of a document."""

    file: str
    text: str  # regular expression with a group for each figure
    paths: list[list[Step]]  # for each group: the steps to the number in the command's JSON
    tolerance: float | list[float]  # in the document's unit; one for all groups, or one for each
    times: float | list[float] = 1.0  # the document's unit per unit of the JSON


class Command(msgspec.Struct, forbid_unknown_fields=True):
    """A command that prints JSON, and the figures in it."""

    run: str
    figures: list[Figures]
    each: tuple[str, ...] = ("",)
    long: bool = False  # takes hours
    saved: str = ""  # a file of the repository with the JSON of an earlier run


class Table(msgspec.Struct, forbid_unknown_fields=True):
    """The content of `figures.toml`."""

    command: list[Command]


@dataclass(frozen=True)
class Comparison:
    """A figure of a document beside what was measured."""

    file: str
    stated: float
    measured: float
    tolerance: float

    @property
    def differs(self) -> bool:
        return abs(self.stated - self.measured) > self.tolerance * (1 + 1e-9)


def commands() -> list[Command]:
    """The commands of `figures.toml`, one for each word of their `each`."""
    table = msgspec.convert(tomllib.loads(TABLE.read_text("utf-8")), Table)
    return [_with(word, command) for command in table.command for word in command.each]


def compare(figures: Figures, found: Any) -> list[Comparison]:
    """The figures of a document beside those of a command's JSON.

    Raises:
        ValueError: if the text is not in the document exactly once.
    """
    stated = re.findall(figures.text, (ROOT / figures.file).read_text("utf-8"), re.MULTILINE)
    if len(stated) != 1:
        raise ValueError(f"{figures.file} has {figures.text!r} {len(stated)} times; expected once")
    numbers = stated[0] if isinstance(stated[0], tuple) else (stated[0],)
    times, tolerances = (
        each if isinstance(each, list) else [each] * len(figures.paths)
        for each in (figures.times, figures.tolerance)
    )
    return [
        Comparison(figures.file, _number(text), by * _at(found, path), _allowed(text, allowed))
        for text, path, by, allowed in zip(numbers, figures.paths, times, tolerances, strict=True)
    ]


def recompute(command: Command) -> Any:
    """Run a command and return its JSON.

    Raises:
        subprocess.CalledProcessError: if it fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.json"
        words = shlex.split(command.run.replace(OUT, str(out)))
        printed = subprocess.run(
            [sys.executable, *words[1:]], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
        ).stdout
        return json.loads(out.read_text("utf-8") if OUT in command.run else printed)


def saved(command: Command) -> Any:
    """The JSON of an earlier run."""
    return json.loads((ROOT / command.saved).read_text("utf-8"))


def _with(word: str, command: Command) -> Command:
    raw = json.dumps(msgspec.to_builtins(command))
    return msgspec.convert(json.loads(raw.replace(EACH, word)), Command)


def _number(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))


def _allowed(text: str, allowed: float) -> float:
    """The tolerance, at least half a unit of the last digit that the document has."""
    decimals = len(text.partition(".")[2])
    return max(allowed, 0.5 * 10.0**-decimals)


def _at(found: Any, path: list[Step]) -> float:
    many = [found]
    for step in path:
        if isinstance(step, str) and step in OF_MANY:
            return float(OF_MANY[step](many))
        many = [each for one in many for each in _steps(one, step)]
    (only,) = many
    return float(only)


def _steps(found: Any, step: Step) -> list[Any]:
    if isinstance(step, dict):
        return [each for each in found if all(each[k] == v for k, v in step.items())]
    return list(found) if step == "*" else [found[step]]


def _chosen(options: argparse.Namespace) -> Iterator[tuple[Command, Any]]:
    for command in commands():
        if options.only not in command.run:
            continue
        start = time.perf_counter()
        if options.saved or (command.long and not options.long):
            if command.saved:
                print(f"{command.run}: its saved results, {command.saved}", flush=True)
                yield command, saved(command)
            continue
        print(command.run, flush=True)
        yield command, recompute(command)
        print(f"  {time.perf_counter() - start:.0f} s", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", default="", help="commands that contain this text")
    parser.add_argument("--long", action="store_true", help="also what takes hours")
    parser.add_argument("--saved", action="store_true", help="compare with saved results only")
    options = parser.parse_args()
    count = differ = 0
    for command, found in _chosen(options):
        for each in (each for figures in command.figures for each in compare(figures, found)):
            count += 1
            differ += each.differs
            if each.differs:
                print(
                    f"  {each.file} says {each.stated:g}, measured {each.measured:.5g}, "
                    f"tolerance {each.tolerance:g}"
                )
    print(f"{count} figures were compared, {differ} differ")
    return int(differ > 0)


if __name__ == "__main__":
    sys.exit(main())
