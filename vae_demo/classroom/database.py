"""The SQLite file of rooms: opened, read, and written in transactions."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from vae_demo.classroom.refusal import Refusal

log = logging.getLogger(__name__)

WAIT = 3.0  # seconds for another process that writes
_SCHEMA = """
create table if not exists room (
    code text primary key, secret blob not null, teacher text not null, opened real not null,
    ended integer not null default 0, task text not null, rounds text not null default '{}',
    hidden integer not null default 0, version integer not null default 0);
create table if not exists pupil (
    room text not null references room on delete cascade, number integer not null,
    visitor text not null, nickname text not null, folded text,
    removed integer not null default 0,
    primary key (room, number), unique (room, visitor), unique (room, folded));
create table if not exists result (
    room text not null, pupil integer not null, task text not null, round integer not null,
    answers text not null, score real, at real not null, picture blob,
    primary key (room, pupil, task, round),
    foreign key (room, pupil) references pupil on delete cascade);
"""


class Database:
    """One SQLite file; safe for several threads and processes."""

    def __init__(self, path: Path | None) -> None:
        """
        Args:
            path: The file; None, or a file that can't be written, to keep all in memory.
        """
        self._lock = threading.Lock()
        self._base = self._open(path)

    def __del__(self) -> None:
        with contextlib.suppress(AttributeError):  # where opening it has failed
            self._base.close()

    def _open(self, path: Path | None) -> sqlite3.Connection:
        try:
            return self._connect(str(path) if path else ":memory:")
        except sqlite3.OperationalError as error:  # not writable, or no disk
            log.warning("the rooms of classes will be lost at a restart: %s", error)
        except sqlite3.DatabaseError as error:
            assert path
            aside = path.with_suffix(f".damaged-{int(time.time())}")
            log.error("%s is damaged and was moved to %s: %s", path, aside, error)
            with contextlib.suppress(OSError):
                path.replace(aside)
                return self._connect(str(path))
        return self._connect(":memory:")

    @staticmethod
    def _connect(place: str) -> sqlite3.Connection:
        base = sqlite3.connect(place, timeout=WAIT, isolation_level=None, check_same_thread=False)
        try:
            base.execute("pragma journal_mode = wal")
            base.execute("pragma synchronous = normal")
            base.execute("pragma foreign_keys = on")
            base.executescript(_SCHEMA)
        except sqlite3.Error:
            base.close()
            raise
        return base

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._base
            except sqlite3.Error as error:
                log.warning("a room can't be read: %s", error)
                raise Refusal("disk") from None

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction, all of which is kept or nothing."""
        with self._lock:
            try:
                self._base.execute("begin immediate")
                try:
                    yield self._base
                    self._base.execute("commit")
                finally:
                    if self._base.in_transaction:
                        self._base.execute("rollback")
            except sqlite3.Error as error:
                log.warning("a room can't be stored: %s", error)
                raise Refusal("disk") from None
