"""A room of a class, and what its visitors see of it."""

from __future__ import annotations

from dataclasses import dataclass

from vae_demo.classroom.task import Deal, Picture


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
