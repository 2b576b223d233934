"""The commands `data ...`, and the options by which other commands find a data set."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from vae_demo.commands.arguments import add_json
from vae_demo.commands.output import warn
from vae_demo.datasets import (
    FITS,
    KNOWN,
    LABEL_PLACES,
    DataFileError,
    DataSet,
    ReadData,
    ReadOptions,
    known_data,
    read_path,
)

if TYPE_CHECKING:
    from vae_demo.runs import Run

SHOWN = 20  # files that were not read are listed; --json lists all


def data(options: argparse.Namespace) -> None:
    """Look at data sets: check a file of pictures."""
    options.task(options)


def add_to(parser: argparse.ArgumentParser, parser_class: type[argparse.ArgumentParser]) -> None:
    """Add the tasks and their options to the command `data`."""
    tasks = parser.add_subparsers(required=True, metavar="TASK", parser_class=parser_class)
    about = (check.__doc__ or "").strip()
    one = tasks.add_parser("check", help=about.partition("\n")[0], description=about)
    one.set_defaults(task=check)
    one.add_argument("file", help=f"a file or a folder of files, or {', '.join(KNOWN)}")
    _add_reading(one)
    add_json(one)


def add_options(one: argparse.ArgumentParser, meaning: str, default: str | None = None) -> None:
    """Add `--data` and how its file is read."""
    names = ", ".join(KNOWN)
    one.add_argument(
        "--data",
        default=default,
        metavar="NAME|FILE",
        help=f"{meaning}: {names}, or a ZIP of pictures, .npz, IDX or CSV file",
    )
    _add_reading(one)


def _add_reading(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--fit",
        choices=FITS,
        default=FITS[0],
        help="how a file's pictures become 28x28: resize, or digit: cut out and centred (resize)",
    )
    one.add_argument(
        "--label", choices=LABEL_PLACES, help="the column of a CSV file that is the label"
    )


def check(options: argparse.Namespace) -> None:
    """Read a file of pictures and say what was found, how it was read, and what was refused."""
    found = _read(options.file, options)
    made = found.data
    skipped = [{"file": file, "why": str(error)} for file, error in found.skipped]
    if options.json:
        counts = {"train": len(made.train), "test": len(made.test)}
        described = {
            "name": made.name,
            "checksum": made.description.checksum,
            "kinds": list(made.kinds),
            "pictures": counts,
            "read_as": [str(note) for note in found.notes],
            "refused": skipped,
        }
        print(json.dumps(described, indent=2, ensure_ascii=False))
        return
    print(f"{made.name}: {len(made)} pictures, checksum {made.description.checksum[:16]}")
    for note in found.notes:
        print(f"  {note}")
    for each in skipped[:SHOWN]:
        print(f"  not read: {each['file']}: {each['why']}")
    if len(skipped) > SHOWN:
        print(f"  and {len(skipped) - SHOWN} more; --json lists all")


def chosen_data(options: argparse.Namespace) -> DataSet:
    """The data set of `--data`. What was not read of a file is said in one line.

    Raises:
        DataFileError: if there is none of that name, or the file can't be read.
    """
    found = _read(options.data, options)
    if found.skipped:
        file, why = found.skipped[0]
        warn(f"{len(found.skipped)} files were not read; the first is {file}: {why}")
    return found.data


def data_of_run(run: Run, options: argparse.Namespace) -> DataSet:
    """The data set of `--data`, by default that on which a run was trained.

    Raises:
        ValueError: if that is a file, which has to be given.
    """
    if options.data is not None:
        return chosen_data(options)
    name = run.data.name
    if run.data.is_mnist:
        name = "mnist"
    elif name not in KNOWN:
        raise ValueError(
            f"run {run.name!r} was trained on {name!r}; give that file with --data, or another one"
        )
    return known_data(name, _Bar("B").downloaded)


def _read(name: str, options: argparse.Namespace) -> ReadData:
    if name in KNOWN:
        return ReadData(known_data(name, _Bar("B").downloaded), (), ())
    path = Path(name)
    if not path.exists():
        raise DataFileError("no_data", name=repr(name)[:100], names=", ".join(KNOWN))
    bar = _Bar("picture")
    try:
        return read_path(path, ReadOptions(options.fit, options.label), bar.read)
    finally:
        bar.close()


class _Bar:
    """A progress bar that appears with the first progress; hidden if there is no terminal."""

    def __init__(self, unit: str) -> None:
        self._bar = tqdm(unit=unit, unit_scale=True, disable=None, leave=False, delay=0.5)

    def read(self, done: int, total: int, memory: int) -> None:
        """Follow a reader: see `vae_demo.datasets.report.Watch`."""
        if done == 0 and not self._bar.disable:
            size = f"{memory / 2**20:.0f} MB"
            self._bar.write(f"reading about {total} pictures takes {size} of memory")
        self.downloaded(done, total)

    def downloaded(self, done: int, total: int) -> None:
        """Follow a download."""
        self._bar.total = total
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        self._bar.close()
