"""What visitors keep, on the server's disk: a folder for each, found again by their cookie.

Neither a visitor's token nor the name of a run is ever part of a path: folders and files are
named by hashes of them. So the folder tells nobody a token, and no name leads out of it.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import shutil
import tempfile
import time
from pathlib import Path

from vae_demo import runs
from vae_demo.ui.server.cookie import DAYS

log = logging.getLogger(__name__)

FOLDER = Path(os.environ.get("VAE_DEMO_VISITORS", "visitors"))
MOST_BYTES = int(os.environ.get("VAE_DEMO_VISITORS_MB", "2000")) * 10**6
_DAY = 24 * 3600
_SPARED = _DAY  # whoever was here since then does not make room for others


class Shelf:
    """One visitor's runs on the disk."""

    def __init__(self, shelves: Shelves, folder: Path) -> None:
        self._shelves, self._folder = shelves, folder

    def load(self) -> dict[str, runs.Run]:
        """All runs, the oldest first; a damaged file is left out and reported to the log."""
        found: dict[str, runs.Run] = {}
        with contextlib.suppress(OSError):
            if time.time() > self._folder.stat().st_mtime:  # a clock may start in 1970
                os.utime(self._folder)  # the visitor is here
        for path in sorted(self._folder.glob(f"*{runs.SUFFIX}"), key=_seen):
            try:
                run = runs.load(path)
            except runs.RunError as error:
                log.warning("left out of a visitor's runs: %s", error)
            else:
                found[run.name] = run
        return found

    def put(self, run: runs.Run) -> None:
        """Write a run, in place of the one of that name.

        Raises:
            RunError: the disk, or the visitors' share of it, is full or can't be written.
        """
        self._shelves.make_room(self._folder)
        with contextlib.suppress(OSError):  # what is wrong, saving says
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        runs.save(run, self._file(run.name))

    def remove(self, name: str) -> None:
        with contextlib.suppress(OSError):  # it goes with the folder, at the latest
            self._file(name).unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        return self._folder / f"{_hash(name)}{runs.SUFFIX}"


class Shelves:
    """All visitors' shelves in one folder, bounded in age and size."""

    def __init__(self, folder: Path | None = None, most_bytes: int = MOST_BYTES) -> None:
        self._folder = FOLDER if folder is None else folder
        self._most_bytes = most_bytes
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self._folder):
                pass
            self.writable = True
            self.make_room()
        except OSError as error:
            log.warning("what visitors keep is lost at a restart: %s", error)
            self.writable = False

    def of(self, token: str) -> Shelf | None:
        """The shelf of a token; None where nothing can be written."""
        return Shelf(self, self._folder / _hash(token)) if self.writable else None

    def has(self, token: str) -> bool:
        """Whether something is kept for this token; so it was not made up."""
        return self.writable and (self._folder / _hash(token)).is_dir()

    def make_room(self, own: Path | None = None) -> None:
        """Remove what nobody came back for; where all is full, what was left longest.

        Raises:
            RunError: it stays full, for all others were here within a day.
        """
        now = time.time()
        folders = sorted((f for f in self._folder.iterdir() if f.is_dir()), key=_seen)
        sizes = {folder: _size(folder) for folder in folders}
        for folder in folders:
            age = now - _seen(folder)[0]
            full = sum(sizes.values()) >= self._most_bytes
            if folder != own and (age > DAYS * _DAY or (full and age > _SPARED)):
                shutil.rmtree(folder, ignore_errors=True)
                sizes[folder] = 0
        if own is not None and sum(sizes.values()) >= self._most_bytes:
            raise runs.RunError("disk", "the visitors' share of the disk is full")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _seen(path: Path) -> tuple[float, str]:
    """When it was last written or visited; the name settles a tie."""
    try:
        return path.stat().st_mtime, path.name
    except OSError:  # gone meanwhile
        return 0.0, path.name


def _size(folder: Path) -> int:
    total = 0
    for path in folder.glob("*"):
        with contextlib.suppress(OSError):
            total += path.stat().st_size
    return total
