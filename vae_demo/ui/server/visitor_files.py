"""What visitors save on the server's disk: one folder per visitor, found by their cookie.

A folder holds the visitor's runs and data sets, and the progress of a training that has not ended.
The names of folders and files are hashes of the visitor's token and of the run's name. A listing of
the folder therefore reveals no token, and the name of a run can't lead to a path outside it.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import logging
import os
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np

from vae_demo import runs
from vae_demo.atomic import write_atomically
from vae_demo.datasets import DataFileError, DataSet, data_file
from vae_demo.datasets.array_files import read_npz
from vae_demo.digits.mnist import Digits, check_pictures
from vae_demo.runs import progress
from vae_demo.runs.progress import Progress
from vae_demo.ui.server.cookie import DAYS

log = logging.getLogger(__name__)

FOLDER = Path(os.environ.get("VAE_DEMO_VISITORS", "visitors"))
MAX_STORED_BYTES = int(os.environ.get("VAE_DEMO_VISITORS_MB", "2000")) * 10**6
PROGRESS_DAYS = 7  # after which the progress of a training is deleted
DRAWINGS = "drawings"  # the name of the data set of what a visitor has drawn
_PROGRESS = "training.progress"
_DATA, _DATA_NAME = ".data", ".name"  # suffixes of a data set, and of its name
_DAY = 24 * 3600
_PROTECTED_SECONDS = _DAY  # after a visit, before its folder may be deleted to make room


class VisitorFolder:
    """One visitor's runs, and their training, on the disk."""

    def __init__(self, folders: VisitorFolders, path: Path) -> None:
        self._folders, self._path = folders, path

    def load(self) -> dict[str, runs.Run]:
        """All runs by name, the oldest first; a damaged file is logged and left out."""
        found: dict[str, runs.Run] = {}
        with contextlib.suppress(OSError):
            if time.time() > self._path.stat().st_mtime:  # the clock may be wrong
                os.utime(self._path)  # the time of the visitor's last visit
        for path in sorted(self._path.glob(f"*{runs.SUFFIX}"), key=_last_used):
            try:
                run = runs.load(path)
            except runs.RunError as error:
                log.warning("left out of a visitor's runs: %s", error)
            else:
                found[run.name] = run
        return found

    def save(self, run: runs.Run) -> None:
        """Write a run and replace an earlier one of the same name.

        Raises:
            RunError: if the disk is full or not writable, or all folders together are too large.
        """
        self._make_room()
        runs.save(run, self._file(run.name))

    def delete(self, name: str) -> None:
        """Delete a run. If that fails, it is deleted later, with the folder."""
        with contextlib.suppress(OSError):
            self._file(name).unlink(missing_ok=True)

    def has_progress(self) -> bool:
        """Whether there is a training that has not ended."""
        with contextlib.suppress(OSError):
            return time.time() - (self._path / _PROGRESS).stat().st_mtime < PROGRESS_DAYS * _DAY
        return False

    def load_progress(self) -> Progress | None:
        """The training that has not ended; None if there is none.

        A damaged file is logged and deleted.
        """
        if not self.has_progress():
            return None
        path = self._path / _PROGRESS
        try:
            return progress.loads(path.read_bytes(), str(path))
        except (runs.RunError, OSError) as error:
            log.warning("a visitor's training can't go on: %s", error)
            self.delete_progress()
            return None

    def save_progress(self, training: Progress) -> None:
        """Write the progress of a training in place of an earlier one.

        Raises:
            RunError: if all folders together are too large.
            OSError: if the disk is full or not writable.
        """
        self._make_room()
        write_atomically(self._path / _PROGRESS, progress.dumps(training))

    def delete_progress(self) -> None:
        """Delete the training that has not ended, if there is one."""
        with contextlib.suppress(OSError):
            (self._path / _PROGRESS).unlink(missing_ok=True)

    def data_names(self) -> list[str]:
        """The names of the visitor's data sets, the oldest first."""
        names = []
        for path in sorted(self._path.glob(f"*{_DATA_NAME}"), key=_last_used):
            with contextlib.suppress(OSError, UnicodeDecodeError):
                if path.with_suffix(_DATA).is_file():
                    names.append(path.read_text("utf-8"))
        return names

    def save_data(self, data: DataSet) -> None:
        """Write a data set, and its name beside it.

        Raises:
            RunError: if all folders together are too large.
            OSError: if the disk is full or not writable.
        """
        self._make_room()
        path = self._path / _hash(data.name)
        write_atomically(path.with_suffix(_DATA), data_file.dumps(data))
        write_atomically(path.with_suffix(_DATA_NAME), data.name.encode())

    def load_data(self, name: str) -> DataSet:
        """A data set by name.

        Raises:
            DataFileError: if its file is damaged.
            OSError: if it can't be read.
        """
        path = (self._path / _hash(name)).with_suffix(_DATA)
        return data_file.loads(path.read_bytes(), name)

    def save_drawings(self, drawings: Digits) -> None:
        """Write the visitor's drawings in place of earlier ones.

        Raises:
            RunError: if all folders together are too large.
            OSError: if the disk is full or not writable.
        """
        self._make_room()
        raw = io.BytesIO()
        np.savez_compressed(raw, images=drawings.images, labels=drawings.labels)
        write_atomically((self._path / _hash(DRAWINGS)).with_suffix(_DATA), raw.getvalue())

    def load_drawings(self) -> Digits | None:
        """The visitor's drawings; None if there are none, or their file is damaged."""
        path = (self._path / _hash(DRAWINGS)).with_suffix(_DATA)
        try:
            arrays = read_npz(io.BytesIO(path.read_bytes()), str(path))
            found = Digits(arrays["images"], arrays["labels"])[:]
            check_pictures(found.images, 0)
        except FileNotFoundError:
            return None
        except (DataFileError, OSError, KeyError, ValueError) as error:
            log.warning("a visitor's drawings can't be read: %s", error)
            return None
        return found

    def delete_data(self, name: str) -> None:
        """Delete a data set. If that fails, it is deleted later, with the folder."""
        for suffix in (_DATA_NAME, _DATA):
            with contextlib.suppress(OSError):
                (self._path / _hash(name)).with_suffix(suffix).unlink(missing_ok=True)

    def _make_room(self) -> None:
        self._folders.make_room(self._path)
        with contextlib.suppress(OSError):  # whatever is written next raises a better error
            self._path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _file(self, name: str) -> Path:
        return self._path / f"{_hash(name)}{runs.SUFFIX}"


class VisitorFolders:
    """The folders of all visitors in one folder, limited in age and total size."""

    def __init__(self, path: Path | None = None, max_bytes: int = MAX_STORED_BYTES) -> None:
        self._path = FOLDER if path is None else path
        self._max_bytes = max_bytes
        try:
            self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self._path):
                pass
            self.writable = True
            self.make_room()
        except OSError as error:
            log.warning("the runs that visitors keep will be lost at a restart: %s", error)
            self.writable = False

    def folder_of(self, token: str) -> VisitorFolder | None:
        """The folder for a token; None if the disk is not writable."""
        return VisitorFolder(self, self._path / _hash(token)) if self.writable else None

    def contains(self, token: str) -> bool:
        """Whether there are runs for this token, which proves that the server issued it."""
        return self.writable and (self._path / _hash(token)).is_dir()

    def make_room(self, own: Path | None = None) -> None:
        """Delete what is expired and, if the limit is exceeded, the least recently used folders.

        Raises:
            RunError: if the limit is still exceeded; folders used within a day are not deleted.
        """
        now = time.time()
        for path in self._path.glob(f"*/{_PROGRESS}"):
            if now - _last_used(path)[0] > PROGRESS_DAYS * _DAY:
                path.unlink(missing_ok=True)
        folders = sorted((f for f in self._path.iterdir() if f.is_dir()), key=_last_used)
        sizes = {folder: _size(folder) for folder in folders}
        for folder in folders:
            age = now - _last_used(folder)[0]
            full = sum(sizes.values()) >= self._max_bytes
            if folder != own and (age > DAYS * _DAY or (full and age > _PROTECTED_SECONDS)):
                shutil.rmtree(folder, ignore_errors=True)
                sizes[folder] = 0
        if own is not None and sum(sizes.values()) >= self._max_bytes:
            raise runs.RunError("disk", "the visitors' share of the disk is full")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _last_used(path: Path) -> tuple[float, str]:
    """A sort key: when a file was written or a folder was last used, then the name."""
    try:
        return path.stat().st_mtime, path.name
    except OSError:  # it was just deleted
        return 0.0, path.name


def _size(folder: Path) -> int:
    total = 0
    for path in folder.glob("*"):
        with contextlib.suppress(OSError):
            total += path.stat().st_size
    return total
