"""Rooms, their pupils and their scores in one SQLite file, which survives a restart.

    room     one row for each room, until a day after it was opened
    pupil    one row for each pupil of a room
    result   one row for each pupil, task and round: the best score and its picture

Visitors are stored by a hash of their cookie's token. Several servers on one machine may use the
same file: SQLite makes them wait for each other (its write-ahead log needs a disk that they share,
and does not work on network file systems).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vae_demo.classroom import TASKS
from vae_demo.classroom.names import folded, new_code, read_code, read_nickname
from vae_demo.classroom.refusal import Refusal
from vae_demo.classroom.task import Deal, Judgement, Picture, Task, add

log = logging.getLogger(__name__)

DAY = 24 * 3600  # seconds after which a room ends and is deleted
MOST_ROOMS, MOST_OF_A_TEACHER, MOST_PUPILS = 500, 5, 100
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


@dataclass(frozen=True)
class Room:
    """A room as all in it see it."""

    code: str
    task: str
    round: int  # of this task, from 0
    hidden: bool  # whether the board shows numbers in place of nicknames
    ended: bool
    opened: float  # seconds since 1970
    version: int  # grows with every change


@dataclass(frozen=True, eq=False)
class Row:
    """A row of the board."""

    number: int  # of the pupil in the room, from 1
    nickname: str
    place: int | None  # from 1; None without a score
    score: float | None
    picture: Picture | None


@dataclass(frozen=True)
class Seat:
    """What a visitor is in a room."""

    room: Room
    teacher: bool
    pupil: int | None  # their number
    nickname: str
    removed: bool
    secret: bytes

    @property
    def deal(self) -> Deal:
        """What decides which puzzles this pupil gets."""
        return Deal(self.secret, self.room.task, self.room.round, self.pupil or 0)


class Rooms:
    """All rooms of a server; safe for several threads and processes."""

    def __init__(self, path: Path | None, clock: Callable[[], float] = time.time) -> None:
        """
        Args:
            path: The file; None to keep the rooms in memory.
            clock: Seconds since 1970.
        """
        self._clock = clock
        self._lock = threading.Lock()
        self._base = self._open(path)

    def __del__(self) -> None:
        with contextlib.suppress(AttributeError):  # where opening it has failed
            self._base.close()

    # ---- what a teacher does

    def open(self, teacher: str) -> str:
        """Open a room; returns its code.

        Args:
            teacher: The token of the visitor.

        Raises:
            Refusal: "rooms", "disk".
        """
        now = self._clock()
        with self._writing() as base:
            base.execute("delete from room where opened <= ?", (now - DAY,))
            own = "select count(*) from room where teacher = ? and not ended"
            (count,) = base.execute(own, (_who(teacher),)).fetchone()
            (every,) = base.execute("select count(*) from room").fetchone()
            for number, limit in ((count, MOST_OF_A_TEACHER), (every, MOST_ROOMS)):
                if number >= limit:
                    raise Refusal("rooms", limit=limit)
            while True:
                code = new_code()
                if not base.execute("select 1 from room where code = ?", (code,)).fetchone():
                    break
            base.execute(
                "insert into room (code, secret, teacher, opened, task) values (?, ?, ?, ?, ?)",
                (code, secrets.token_bytes(16), _who(teacher), now, TASKS[0]),
            )
        return code

    def choose(self, code: str, teacher: str, task: str) -> None:
        """Give the class another task.

        Raises:
            Refusal: "room", "teacher", "ended", "task", "disk".
        """
        if task not in TASKS:
            raise Refusal("task")
        with self._teaching(code, teacher) as (base, room):
            base.execute("update room set task = ? where code = ?", (task, room.code))

    def begin_round(self, code: str, teacher: str) -> None:
        """Begin another round of the current task, with new puzzles and an empty board.

        Raises:
            Refusal: "room", "teacher", "ended", "disk".
        """
        with self._teaching(code, teacher) as (base, room):
            (rounds,) = base.execute(
                "select rounds from room where code = ?", (room.code,)
            ).fetchone()
            text = json.dumps(json.loads(rounds) | {room.task: room.round + 1})
            base.execute("update room set rounds = ? where code = ?", (text, room.code))

    def hide_names(self, code: str, teacher: str, hidden: bool) -> None:
        """Show numbers in place of the nicknames, or the nicknames again.

        Raises:
            Refusal: "room", "teacher", "ended", "disk".
        """
        with self._teaching(code, teacher) as (base, room):
            base.execute("update room set hidden = ? where code = ?", (hidden, room.code))

    def remove(self, code: str, teacher: str, number: int) -> None:
        """Remove a pupil, who can't come back; the nickname is free again.

        Raises:
            Refusal: "room", "teacher", "ended", "pupil", "disk".
        """
        with self._teaching(code, teacher) as (base, room):
            remove = (
                "update pupil set removed = 1, folded = null, nickname = '' "
                "where room = ? and number = ?"
            )
            if not base.execute(remove, (room.code, number)).rowcount:
                raise Refusal("pupil")
            base.execute("delete from result where room = ? and pupil = ?", (room.code, number))

    def end(self, code: str, teacher: str) -> None:
        """End the room: its board stays until the day is over, and nothing more is accepted.

        Raises:
            Refusal: "room", "teacher", "ended", "disk".
        """
        with self._teaching(code, teacher) as (base, room):
            base.execute("update room set ended = 1 where code = ?", (room.code,))

    # ---- what a pupil does

    def join(self, code: str, visitor: str, nickname: str) -> None:
        """Enter a room, or take another nickname there.

        Raises:
            Refusal: "room", "ended", "full", "removed", "nickname...", "disk".
        """
        name = read_nickname(nickname)
        with self._writing() as base:
            seat = self._seat(base, code, visitor)
            _check_open(seat)
            here, last = base.execute(
                "select count(*) - sum(removed), max(number) from pupil where room = ?",
                (seat.room.code,),
            ).fetchone()
            try:
                if seat.pupil:
                    base.execute(
                        "update pupil set nickname = ?, folded = ? where room = ? and number = ?",
                        (name, folded(name), seat.room.code, seat.pupil),
                    )
                elif (here or 0) >= MOST_PUPILS:
                    raise Refusal("full", limit=MOST_PUPILS)
                else:
                    base.execute(
                        "insert into pupil (room, number, visitor, nickname, folded) "
                        "values (?, ?, ?, ?, ?)",
                        (seat.room.code, (last or 0) + 1, _who(visitor), name, folded(name)),
                    )
            except sqlite3.IntegrityError:
                raise Refusal("nickname.taken") from None
            _changed(base, seat.room.code)

    def look(self, code: str, visitor: str) -> Seat:
        """What a visitor is in a room.

        Raises:
            Refusal: "room", "disk".
        """
        with self._reading() as base:
            return self._seat(base, code, visitor)

    def own(self, visitor: str) -> list[str]:
        """The codes of the open rooms in which a visitor is, the newest first.

        Raises:
            Refusal: "disk".
        """
        with self._reading() as base:
            found = base.execute(
                "select code from room where opened > ? and not ended and (teacher = ? or code in "
                "(select room from pupil where visitor = ? and not removed)) order by opened desc",
                (self._clock() - DAY, _who(visitor), _who(visitor)),
            ).fetchall()
        return [code for (code,) in found]

    def playing(self, code: str, visitor: str, task: str, round: int) -> Seat:
        """The seat of a pupil who sends something for a task and a round.

        Raises:
            Refusal: "room", "removed", "pupil", "ended", "late", "disk".
        """
        with self._reading() as base:
            return self._playing(base, code, visitor, task, round)

    def answers(self, seat: Seat) -> tuple[dict[str, float | None], float | None]:
        """What a pupil's answers to the current task were worth, and the score.

        Raises:
            Refusal: "disk".
        """
        with self._reading() as base:
            return self._answers(base, seat)

    def keep(
        self, code: str, visitor: str, task: tuple[str, Task], round: int, judged: Judgement
    ) -> tuple[dict[str, float | None], float | None, bool]:
        """Add what was judged to a pupil's answers; the best score stays.

        Returns:
            The answers, the score, and whether it is better than before.

        Raises:
            Refusal: "room", "removed", "pupil", "ended", "late", "tries", "disk".
        """
        name, kind = task
        with self._writing() as base:
            seat = self._playing(base, code, visitor, name, round)
            known, before = self._answers(base, seat)
            answers, score = add(kind, known, before, judged)
            improved = score is not None and score != before
            if (answers, score) == (known, before):
                return answers, score, False
            place = (seat.room.code, seat.pupil, name, round)
            base.execute(
                "insert into result values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do update set "
                "answers = excluded.answers, score = excluded.score",
                (*place, json.dumps(answers), score, self._clock(), None),
            )
            if improved:
                picture = None if judged.picture is None else judged.picture.tobytes()
                base.execute(
                    "update result set at = ?, picture = ? "
                    "where room = ? and pupil = ? and task = ? and round = ?",
                    (self._clock(), picture, *place),
                )
            _changed(base, seat.room.code)
        return answers, score, improved

    # ---- the board

    def board(self, room: Room, *, lowest_wins: bool) -> list[Row]:
        """All pupils, the best first, and of equal ones the earliest; then those without a score.

        Raises:
            Refusal: "disk".
        """
        rank = "score" if lowest_wins else "-score"
        with self._reading() as base:
            found = base.execute(
                "select number, nickname, score, picture from pupil left join result on "
                "result.room = pupil.room and pupil = number and task = ? and round = ? "
                f"where pupil.room = ? and not removed order by score is null, {rank}, at, number",
                (room.task, room.round, room.code),
            ).fetchall()
        return [
            Row(
                number,
                nickname,
                None if score is None else place,
                score,
                None if raw is None else np.frombuffer(raw, np.uint8).reshape(28, 28),
            )
            for place, (number, nickname, score, raw) in enumerate(found, 1)
        ]

    # ---- SQLite

    def _open(self, path: Path | None) -> sqlite3.Connection:
        try:
            return self._connect(str(path) if path else ":memory:")
        except sqlite3.OperationalError as error:  # not writable, or no disk
            log.warning("the rooms of classes will be lost at a restart: %s", error)
        except sqlite3.DatabaseError as error:
            assert path
            aside = path.with_suffix(f".damaged-{int(self._clock())}")
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
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._base
            except sqlite3.Error as error:
                log.warning("a room can't be read: %s", error)
                raise Refusal("disk") from None

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
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

    @contextlib.contextmanager
    def _teaching(self, code: str, teacher: str) -> Iterator[tuple[sqlite3.Connection, Room]]:
        with self._writing() as base:
            seat = self._seat(base, code, teacher)
            if not seat.teacher:
                raise Refusal("teacher")
            _check_open(seat)
            yield base, seat.room
            _changed(base, seat.room.code)

    def _seat(self, base: sqlite3.Connection, code: str, visitor: str) -> Seat:
        code, who = read_code(code), _who(visitor)
        found = base.execute(
            "select task, rounds, hidden, ended, opened, version, teacher, secret, number, "
            "nickname, removed from room left join pupil on room = code and visitor = ? "
            "where code = ? and opened > ?",
            (who, code, self._clock() - DAY),
        ).fetchone()
        if found is None:
            raise Refusal("room")
        task, rounds, hidden, ended, opened, version, teacher, secret, *pupil = found
        number, nickname, removed = pupil
        round = json.loads(rounds).get(task, 0)
        room = Room(code, task, round, bool(hidden), bool(ended), opened, version)
        return Seat(room, teacher == who, number, nickname or "", bool(removed), secret)

    def _playing(
        self, base: sqlite3.Connection, code: str, visitor: str, task: str, round: int
    ) -> Seat:
        seat = self._seat(base, code, visitor)
        if seat.pupil is None:
            raise Refusal("pupil")
        _check_open(seat)
        if (task, round) != (seat.room.task, seat.room.round):
            raise Refusal("late")
        return seat

    def _answers(
        self, base: sqlite3.Connection, seat: Seat
    ) -> tuple[dict[str, float | None], float | None]:
        found = base.execute(
            "select answers, score from result where room = ? and pupil = ? and task = ? "
            "and round = ?",
            (seat.room.code, seat.pupil, seat.room.task, seat.room.round),
        ).fetchone()
        return (json.loads(found[0]), found[1]) if found else ({}, None)


def _check_open(seat: Seat) -> None:
    if seat.removed:
        raise Refusal("removed")
    if seat.room.ended:
        raise Refusal("ended")


def _changed(base: sqlite3.Connection, code: str) -> None:
    base.execute("update room set version = version + 1 where code = ?", (code,))


def _who(token: str) -> str:
    """A visitor in the file: a hash, so that the file reveals no token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
