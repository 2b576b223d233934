"""The results of pupils in the file of rooms: answers, scores, pictures, and the board.

Each function works on an open connection; `sqlite3.Error` is left to `Database`.
"""

from __future__ import annotations

import json
import sqlite3

import numpy as np

from vae_demo.classroom.room import Room, Row, Seat
from vae_demo.classroom.task import Picture

Answers = tuple[dict[str, float | None], float | None]  # what each was worth, and the score

_PLACE = "room = ? and pupil = ? and task = ? and round = ?"


def answers(base: sqlite3.Connection, seat: Seat) -> Answers:
    """What a pupil's answers to the current task were worth, and the score."""
    found = base.execute(f"select answers, score from result where {_PLACE}", _place(seat))
    row = found.fetchone()
    return (json.loads(row[0]), row[1]) if row else ({}, None)


def store(base: sqlite3.Connection, seat: Seat, result: Answers, at: float) -> None:
    """Store a pupil's answers to the current task and the score, in the place of those before."""
    known, score = result
    base.execute(
        "insert into result values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do update set "
        "answers = excluded.answers, score = excluded.score",
        (*_place(seat), json.dumps(known), score, at, None),
    )


def store_picture(base: sqlite3.Connection, seat: Seat, picture: Picture | None, at: float) -> None:
    """Store the picture and the time, in seconds since 1970, of a pupil's best score."""
    raw = None if picture is None else picture.tobytes()
    base.execute(f"update result set at = ?, picture = ? where {_PLACE}", (at, raw, *_place(seat)))


def board(base: sqlite3.Connection, room: Room, *, lowest_wins: bool) -> list[Row]:
    """All pupils, the best first, and of equal ones the earliest; then those without a score."""
    rank = "score" if lowest_wins else "-score"
    found = base.execute(
        "select number, nickname, score, picture from pupil left join result on "
        "result.room = pupil.room and pupil = number and task = ? and round = ? "
        f"where pupil.room = ? and not removed order by score is null, {rank}, at, number",
        (room.task, room.round, room.code),
    )
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


def _place(seat: Seat) -> tuple[str, int | None, str, int]:
    return seat.room.code, seat.pupil, seat.room.task, seat.room.round
