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
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from vae_demo.classroom import TASKS, results
from vae_demo.classroom.database import Database
from vae_demo.classroom.names import folded, new_code, read_code, read_nickname
from vae_demo.classroom.refusal import Refusal
from vae_demo.classroom.room import Room, Row, Seat
from vae_demo.classroom.task import Judgement, Task, add

DAY = 24 * 3600  # seconds after which a room ends and is deleted
MOST_ROOMS, MOST_OF_A_TEACHER, MOST_PUPILS = 500, 5, 100


class Rooms:
    """All rooms of a server; safe for several threads and processes."""

    def __init__(self, path: Path | None, clock: Callable[[], float] = time.time) -> None:
        """
        Args:
            path: The file; None to keep the rooms in memory.
            clock: Seconds since 1970.
        """
        self._clock = clock
        self._database = Database(path)

    # ---- what a teacher does

    def open(self, teacher: str) -> str:
        """Open a room; returns its code.

        Args:
            teacher: The token of the visitor.

        Raises:
            Refusal: "rooms", "disk".
        """
        now = self._clock()
        with self._database.writing() as base:
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
        with self._database.writing() as base:
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
        with self._database.reading() as base:
            return self._seat(base, code, visitor)

    def own(self, visitor: str) -> list[str]:
        """The codes of the open rooms in which a visitor is, the newest first.

        Raises:
            Refusal: "disk".
        """
        with self._database.reading() as base:
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
        with self._database.reading() as base:
            return self._playing(base, code, visitor, task, round)

    def answers(self, seat: Seat) -> tuple[dict[str, float | None], float | None]:
        """What a pupil's answers to the current task were worth, and the score.

        Raises:
            Refusal: "disk".
        """
        with self._database.reading() as base:
            return results.answers(base, seat)

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
        with self._database.writing() as base:
            seat = self._playing(base, code, visitor, name, round)
            known, before = results.answers(base, seat)
            answers, score = add(kind, known, before, judged)
            improved = score is not None and score != before
            if (answers, score) == (known, before):
                return answers, score, False
            results.store(base, seat, (answers, score), self._clock())
            if improved:
                results.store_picture(base, seat, judged.picture, self._clock())
            _changed(base, seat.room.code)
        return answers, score, improved

    # ---- the board

    def board(self, room: Room, *, lowest_wins: bool) -> list[Row]:
        """All pupils, the best first, and of equal ones the earliest; then those without a score.

        Raises:
            Refusal: "disk".
        """
        with self._database.reading() as base:
            return results.board(base, room, lowest_wins=lowest_wins)

    # ---- what all of these need

    @contextlib.contextmanager
    def _teaching(self, code: str, teacher: str) -> Iterator[tuple[sqlite3.Connection, Room]]:
        with self._database.writing() as base:
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
