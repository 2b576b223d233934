"""How a file is to be read, and what a reader reports while it reads and afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from vae_demo.datasets.data_set import DataSet
from vae_demo.datasets.errors import Note

Fit = Literal["resize", "digit"]
FITS: tuple[Fit, ...] = get_args(Fit)
LabelPlace = Literal["first", "last"]
LABEL_PLACES: tuple[LabelPlace, ...] = get_args(LabelPlace)

Watch = Callable[[int, int, int], None]
"""Called with the pictures read so far, all pictures, and the bytes of memory that reading takes.

The first call comes before anything is unpacked.
"""


@dataclass(frozen=True)
class ReadOptions:
    """How a file is to be read."""

    fit: Fit = "resize"  # or "digit": cut out and centre a digit, as in MNIST
    label: LabelPlace | None = None  # the column of a table that holds the labels


@dataclass
class Report:
    """What a reader reports about a file."""

    watch: Watch = lambda done, total, memory: None
    notes: list[Note] = field(default_factory=list)
    skipped: list[tuple[str, ValueError]] = field(default_factory=list)  # file inside, and why

    def note(self, code: str, **details: Any) -> None:
        """Add a remark, unless it is there already."""
        made = Note(code, details)
        if made not in self.notes:
            self.notes.append(made)


@dataclass(frozen=True, eq=False)
class ReadData:
    """A data set that was read, and how."""

    data: DataSet
    notes: tuple[Note, ...]
    skipped: tuple[tuple[str, ValueError], ...]  # file inside, and why it was not read
