"""The data sets that a visitor can choose, and uploaded files as data sets."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import BinaryIO

from vae_demo.datasets import (
    KNOWN,
    MNIST,
    DataDescription,
    DataSet,
    ReadData,
    ReadOptions,
    known,
    known_data,
    read_files,
)
from vae_demo.datasets.data_set import split
from vae_demo.ui.server.visitor_files import DRAWINGS
from vae_demo.ui.server.visitors import Visitor

LEAST_DRAWINGS = 10  # to train on
_reading = threading.Lock()  # one file at a time, since each may take 512 MB of memory


def names_of_data(me: Visitor) -> list[str]:
    """The names of all data sets that a visitor can choose."""
    drawn = [DRAWINGS] if len(me.data.drawings) >= LEAST_DRAWINGS else []
    return [*KNOWN, *drawn, *me.data.names()]


def must_be_downloaded(name: str) -> bool:
    """Whether a published data set is not on this server yet."""
    return name in known.PUBLISHED and known.folder_of(name) is None


def find_data(me: Visitor, name: str) -> DataSet | None:
    """A data set by name; None if it is not here.

    Raises:
        DataFileError: if the files of a published one are damaged.
    """
    if name == DRAWINGS and len(me.data.drawings) >= LEAST_DRAWINGS:
        return split(DRAWINGS, MNIST.kinds, me.data.drawings)
    own = me.data.find(name)
    if own is not None or name not in KNOWN or must_be_downloaded(name):
        return own
    return known_data(name)


def matching_data(me: Visitor, wanted: DataDescription) -> DataSet | None:
    """The data set with the name and the checksum of a training's; None if it is not here any more.

    Raises:
        DataFileError: if the files of a published one are damaged.
    """
    found = find_data(me, "mnist" if wanted.is_mnist else wanted.name)
    return found if found is not None and found.description.checksum == wanted.checksum else None


class TimeLeft:
    """An estimate of the seconds that are left, from the share that is done."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def seconds(self, share: float) -> float | None:
        """None before a twentieth is done."""
        spent = time.monotonic() - self._start
        return spent * (1 - share) / share if share > 0.05 else None


def read_uploaded(
    files: Sequence[tuple[str, BinaryIO]],
    options: ReadOptions,
    watch: Callable[[int, int, int], None],
) -> ReadData:
    """Read uploaded files as a data set, when no other visitor's are being read.

    Raises:
        DataFileError: if they can't be read as pictures.
    """
    with _reading:
        return read_files(files, options, watch)
