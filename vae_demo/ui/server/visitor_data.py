"""What one visitor has uploaded and drawn: limited, kept on the disk if there is one."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import numpy as np

from vae_demo.datasets import KNOWN, DataDescription, DataFileError, DataSet
from vae_demo.datasets.data_set import make_data
from vae_demo.digits.mnist import SIDE, Digits
from vae_demo.runs import RunError
from vae_demo.ui.server.visitor_files import DRAWINGS

if TYPE_CHECKING:
    from vae_demo.ui.server.visitor_files import VisitorFolder

log = logging.getLogger(__name__)

MAX_DRAWINGS = 500
MAX_SETS = 3  # of one visitor; each has at most 70,000 pictures, 55 MB


NO_DRAWINGS = Digits(np.zeros((0, SIDE, SIDE), np.uint8), np.zeros(0, np.uint8))


class VisitorData:
    """The own data sets of a visitor, the oldest first, and the drawings that were kept."""

    def __init__(self, folder: VisitorFolder | None = None) -> None:
        """Those of the folder are listed; each is loaded when it is asked for."""
        self._folder = folder
        self._sets: dict[str, DataSet | None] = {}  # None: on the disk only
        self._drawings: Digits | None = None  # None: on the disk, or there are none
        if folder is not None:
            self._sets = dict.fromkeys(folder.data_names())

    def names(self) -> list[str]:
        """Their names, the oldest first."""
        return list(self._sets)

    def keep(self, data: DataSet) -> tuple[DataSet, list[str]]:
        """Add a data set in place of one of the same name.

        Returns:
            The data set, with another name if that was one of `KNOWN`; and the names of the older
            ones that made room for it.
        """
        if data.name in (*KNOWN, DRAWINGS):
            data = make_data(f"my-{data.name}", data.kinds, data.train, data.test)
        self.delete(data.name)
        removed = self.names()[: max(0, len(self._sets) - MAX_SETS + 1)]
        for name in removed:
            self.delete(name)
        self._sets[data.name] = data
        if self._folder is not None:
            try:
                self._folder.save_data(data)
            except (RunError, OSError) as error:  # it stays in memory
                log.warning("a visitor's data set was not saved: %s", error)
        return data, removed

    @property
    def drawings(self) -> Digits:
        """The drawings that were kept, with their labels, the oldest first."""
        if self._drawings is None:
            found = self._folder.load_drawings() if self._folder is not None else None
            self._drawings = NO_DRAWINGS if found is None else found
        return self._drawings

    def keep_drawing(self, digit: np.ndarray, label: int) -> None:
        """Add a drawing (28, 28) uint8 with its label; beyond `MAX_DRAWINGS`, the oldest goes."""
        before = self.drawings
        images = np.concatenate([before.images, digit[None]])[-MAX_DRAWINGS:]
        labels = np.append(before.labels, np.uint8(label))[-MAX_DRAWINGS:]
        self._drawings = Digits(images, labels)[:]
        if self._folder is not None:
            try:
                self._folder.save_drawings(self._drawings)
            except (RunError, OSError) as error:  # they stay in memory
                log.warning("a visitor's drawings were not saved: %s", error)

    def delete_drawings(self) -> None:
        """Delete all drawings from memory and from the disk."""
        self._drawings = NO_DRAWINGS
        if self._folder is not None:
            self._folder.delete_data(DRAWINGS)

    def find(self, name: str) -> DataSet | None:
        """A data set by name; None if there is none, or its file is damaged."""
        if self._sets.get(name) is None and name in self._sets and self._folder is not None:
            try:
                self._sets[name] = self._folder.load_data(name)
            except (DataFileError, OSError) as error:
                log.warning("left out of a visitor's data sets: %s", error)
                self._sets.pop(name)
        return self._sets.get(name)

    def matching(self, wanted: DataDescription) -> DataSet | None:
        """The data set with this name and this checksum; None if there is none."""
        found = self.find(wanted.name)
        return found if found is not None and found.description == wanted else None

    def delete(self, name: str) -> None:
        """Delete a data set from memory and from the disk."""
        self._sets.pop(name, None)
        if self._folder is not None:
            self._folder.delete_data(name)

    def free_memory(self) -> list[str]:
        """Unload those that are on the disk, and delete the others; returns their names."""
        there = set(self._folder.data_names()) if self._folder is not None else set()
        lost = [name for name in self._sets if name not in there]
        self._sets = dict.fromkeys(name for name in self._sets if name in there)
        return lost

    @property
    def bytes(self) -> int:
        """The size of the data sets in memory."""
        parts = [p for data in self._sets.values() if data for p in (data.train, data.test)]
        return sum(part.images.nbytes + part.labels.nbytes for part in parts)
