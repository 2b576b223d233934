"""What the server answers to the teacher and the pupils of a class."""

from __future__ import annotations

import functools
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import msgspec

from vae_demo.classroom import TASKS
from vae_demo.classroom.names import read_code
from vae_demo.classroom.refusal import Refusal
from vae_demo.classroom.room import Room, Row, Seat
from vae_demo.classroom.rooms import DAY, Rooms
from vae_demo.classroom.task import Deal, Task
from vae_demo.ui.frame.catalogue import text
from vae_demo.ui.parts.base64_text import base64_text
from vae_demo.ui.server import visitor_files
from vae_demo.ui.server.classroom.limits import Limit
from vae_demo.ui.server.classroom.plain_data import Answer, plain, said, score_text, task_named
from vae_demo.ui.server.classroom.request import Request
from vae_demo.ui.server.cookie import is_token
from vae_demo.ui.server.shared_cache import shared

log = logging.getLogger(__name__)

FILE = "rooms.sqlite"
SHOWN = 5  # rows of the board that pupils see, besides their own
PICTURES = 12  # rows of the teacher's board with a picture
STATUS = {"room": 404, "teacher": 403, "pupil": 403, "removed": 403, "often": 429, "disk": 503}
OTHER_STATUS = 409  # of what the state of the room refuses

# A class may share one address, so that an address may do more than a visitor.
GUESSES = Limit(10, 600), Limit(300, 600)  # wrong codes: of a visitor, of an address
OPENINGS = Limit(5, 60), Limit(60, 600)
JOININGS = Limit(10, 60), Limit(200, 60)
SENDINGS = Limit(20, 20), Limit(1200, 60)


class _Nickname(msgspec.Struct):
    nickname: str


class _Sent(msgspec.Struct):
    task: str
    round: int
    state: Any


class _State(msgspec.Struct):
    state: Any


class _Chosen(msgspec.Struct):
    task: str


class _Hidden(msgspec.Struct):
    hidden: bool


class _Removed(msgspec.Struct):
    pupil: Annotated[int, msgspec.Meta(ge=1, le=10_000)]


@shared(max_entries=1)
def rooms() -> Rooms:
    """The rooms of this server, in the visitors' folder if it can be written."""
    folder = visitor_files.FOLDER
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        log.warning("the rooms of classes will be lost at a restart: %s", error)
        return Rooms(None)
    return Rooms(folder / FILE)


def answer(asked: Mapping[str, Any]) -> tuple[int, Answer]:
    """The status and the JSON of an answer."""
    found = Request(asked)
    try:
        if not is_token(found.visitor):
            return 403, {"reason": "cookie", "say": text("class.cookie", found.language)}
        return _ACTIONS[found.action](found)
    except Refusal as refusal:
        status = STATUS.get(refusal.reason, OTHER_STATUS)
        return status, {
            "reason": refusal.reason,
            "say": text(f"class.refused.{refusal.reason}", found.language, **refusal.details),
        }
    except Exception:
        log.exception("a class's request failed")
        return 500, {"reason": "server", "say": text("class.failed", found.language)}


# ---- rooms


def _open(asked: Request) -> tuple[int, Answer]:
    asked.limit(OPENINGS)
    return 200, {"code": rooms().open(asked.visitor)}


def _seat(asked: Request) -> Seat:
    """The visitor's seat. A code that leads to no room counts as a guess.

    Who has guessed too often finds no room where they are not yet.
    """
    try:
        seat = rooms().look(asked.code, asked.visitor)
    except Refusal as refusal:
        if refusal.reason == "room":
            asked.limit(GUESSES)
        raise
    if not seat.teacher and seat.pupil is None:
        asked.limit(GUESSES, count=False)
    return seat


def _look(asked: Request) -> tuple[int, Answer]:
    seat = _seat(asked)
    room = seat.room
    if seat.removed:
        raise Refusal("removed")
    if asked.query.get("version") == f"{room.version}":
        return 204, {}
    seen: Answer = {
        "role": "teacher" if seat.teacher else "pupil" if seat.pupil else "guest",
        "version": room.version,
        "code": room.code,
        "ended": room.ended,
    }
    if seat.teacher or seat.pupil:
        rows = _board(room)
        seen |= {
            "task": room.task,
            "round": room.round,
            "hidden": room.hidden,
            "hours": max(0.0, (room.opened + DAY - time.time()) / 3600),
            "pupils": len(rows),
            "sent": sum(row.score is not None for row in rows),
            "board": [
                _row(row, room, seat, asked.language)
                for row in rows
                if seat.teacher or row.number == seat.pupil or (row.place or SHOWN + 1) <= SHOWN
            ],
        }
    return 200, seen


def _row(row: Row, room: Room, seat: Seat, language: str) -> Answer:
    mine = row.number == seat.pupil
    pictured = row.picture is not None and (row.place or PICTURES + 1) <= PICTURES
    return {
        "pupil": row.number,
        "name": row.nickname
        if mine or not room.hidden
        else text("class.number", language, number=row.number),
        "place": row.place,
        "score": None if row.score is None else score_text(room.task, row.score, language),
        "picture": base64_text(row.picture) if pictured and row.picture is not None else None,
        "mine": mine,
    }


@functools.lru_cache(maxsize=64)
def _board(room: Room) -> list[Row]:
    """The board at one version of a room, sorted once for all who look."""
    return rooms().board(room, lowest_wins=task_named(room.task).lowest_wins)


def _join(asked: Request) -> tuple[int, Answer]:
    _seat(asked)
    asked.limit(JOININGS)
    rooms().join(asked.code, asked.visitor, asked.read(_Nickname).nickname)
    return 200, {"code": read_code(asked.code)}


def _puzzle(asked: Request) -> tuple[int, Answer]:
    seat = _seat(asked)
    rooms().playing(asked.code, asked.visitor, seat.room.task, seat.room.round)
    return 200, _given(seat)


def _given(seat: Seat) -> Answer:
    answers, score = rooms().answers(seat)
    task = task_named(seat.room.task)
    return {
        "task": seat.room.task,
        "round": seat.room.round,
        "answers": answers,
        "score": score,
        "tries": task.tries,
        "puzzle": plain(task.puzzle(seat.deal, len(answers))),
    }


def _submit(asked: Request) -> tuple[int, Answer]:
    asked.limit(SENDINGS)
    sent = asked.read(_Sent)
    _seat(asked)
    seat = rooms().playing(asked.code, asked.visitor, sent.task, sent.round)
    task = task_named(sent.task)
    judged = task.judge(seat.deal, sent.state)
    kept = (asked.code, asked.visitor, (sent.task, task), sent.round, judged)
    _, score, improved = rooms().keep(*kept)
    return 200, {
        **said(sent.task, judged, asked.language),
        "improved": improved,
        "best": None if score is None else score_text(sent.task, score, asked.language),
        **_given(seat),
    }


def _teaching(act: Callable[[Request], None]) -> Callable[[Request], tuple[int, Answer]]:
    def answer(asked: Request) -> tuple[int, Answer]:
        _seat(asked)
        act(asked)
        return 200, {"done": True}

    return answer


# ---- practice


@functools.cache
def _secret() -> bytes:
    return secrets.token_bytes(16)


def _alone(asked: Request) -> tuple[Task, Deal]:
    asked.limit(SENDINGS)
    if asked.task not in TASKS:
        raise Refusal("task")
    pupil = int.from_bytes(asked.visitor.encode())
    round = asked.query.get("round", "0")
    if not (round.isascii() and round.isdigit() and len(round) < 7):
        raise Refusal("state")
    return task_named(asked.task), Deal(_secret(), asked.task, int(round), pupil)


def _practice(asked: Request) -> tuple[int, Answer]:
    task, deal = _alone(asked)
    return 200, {"task": asked.task, "puzzle": plain(task.puzzle(deal, 0))}


def _try(asked: Request) -> tuple[int, Answer]:
    task, deal = _alone(asked)
    state = asked.read(_State).state
    judged = task.judge(deal, state)
    following = int(judged.key) + 1 if task.first_counts else 0
    return 200, {
        **said(asked.task, judged, asked.language),
        "key": judged.key,
        "score": judged.score,
        "puzzle": plain(task.puzzle(deal, following)),
    }


_ACTIONS: dict[str, Callable[[Request], tuple[int, Answer]]] = {
    "open": _open,
    "own": lambda asked: (200, {"rooms": rooms().own(asked.visitor)}),
    "look": _look,
    "join": _join,
    "puzzle": _puzzle,
    "submit": _submit,
    "choose": _teaching(lambda a: rooms().choose(a.code, a.visitor, a.read(_Chosen).task)),
    "begin": _teaching(lambda a: rooms().begin_round(a.code, a.visitor)),
    "hide": _teaching(lambda a: rooms().hide_names(a.code, a.visitor, a.read(_Hidden).hidden)),
    "remove": _teaching(lambda a: rooms().remove(a.code, a.visitor, a.read(_Removed).pupil)),
    "end": _teaching(lambda a: rooms().end(a.code, a.visitor)),
    "practice": _practice,
    "try": _try,
}
