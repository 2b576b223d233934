"""What the server answers to the teacher and the pupils of a class."""

from __future__ import annotations

import functools
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import msgspec
import numpy as np

from vae_demo.classroom import TASKS
from vae_demo.classroom.names import read_code
from vae_demo.classroom.refusal import Refusal
from vae_demo.classroom.store import DAY, Room, Rooms, Row, Seat
from vae_demo.classroom.task import Deal, Judgement, Task
from vae_demo.ui.frame.catalogue import choose_language, format_number, text
from vae_demo.ui.parts.base64_text import base64_text
from vae_demo.ui.server import visitor_files
from vae_demo.ui.server.classroom.limits import Limit
from vae_demo.ui.server.cookie import is_token
from vae_demo.ui.server.shared_cache import shared

log = logging.getLogger(__name__)

FILE = "rooms.sqlite"
SHOWN = 5  # rows of the board that pupils see, besides their own
PICTURES = 12  # rows of the teacher's board with a picture
STATUS = {"room": 404, "teacher": 403, "pupil": 403, "removed": 403, "often": 429, "disk": 503}
OTHER_STATUS = 409  # of what the state of the room refuses
DECIMALS = {"percent": 1, "psnr": 1, "least": 0, "beta": 2}  # of numbers in sentences

# A class may share one address, so that an address may do more than a visitor.
GUESSES = Limit(10, 600), Limit(300, 600)  # wrong codes: of a visitor, of an address
OPENINGS = Limit(5, 60), Limit(60, 600)
JOININGS = Limit(10, 60), Limit(200, 60)
SENDINGS = Limit(20, 20), Limit(1200, 60)

Answer = dict[str, Any]


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


class Asked:
    """One request."""

    def __init__(self, asked: Mapping[str, Any]) -> None:
        self.action: str = asked["action"]
        self.code: str = asked["code"]
        self.task: str = asked["task"]
        self.visitor: str = asked["visitor"] or ""
        self.address: str = asked["address"]
        self.query: Mapping[str, str] = asked["query"]
        self.body: Mapping[str, Any] = asked["body"]
        chosen, accepted = asked["language"]
        self.language = choose_language(self.query.get("lang") or chosen, accepted)

    def read(self, kind: type[Any]) -> Any:
        """The body as a type.

        Raises:
            Refusal: if it is of another one.
        """
        try:
            return msgspec.convert(self.body, kind)
        except msgspec.ValidationError:
            raise Refusal("state") from None

    def limit(self, limits: tuple[Limit, Limit], *, count: bool = True) -> None:
        """Count this request for its visitor and its address.

        Raises:
            Refusal: if there have been too many.
        """
        keys = (self.visitor, self.address)
        wait = max(limit.wait(key) for limit, key in zip(limits, keys, strict=True))
        if wait:
            raise Refusal("often", seconds=int(wait) + 1)
        if count:
            for limit, key in zip(limits, keys, strict=True):
                limit.note(key)


def answer(asked: Mapping[str, Any]) -> tuple[int, Answer]:
    """The status and the JSON of an answer."""
    found = Asked(asked)
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


def _open(asked: Asked) -> tuple[int, Answer]:
    asked.limit(OPENINGS)
    return 200, {"code": rooms().open(asked.visitor)}


def _seat(asked: Asked) -> Seat:
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


def _look(asked: Asked) -> tuple[int, Answer]:
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
    return rooms().board(room, lowest_wins=_task(room.task).lowest_wins)


def _join(asked: Asked) -> tuple[int, Answer]:
    _seat(asked)
    asked.limit(JOININGS)
    rooms().join(asked.code, asked.visitor, asked.read(_Nickname).nickname)
    return 200, {"code": read_code(asked.code)}


def _puzzle(asked: Asked) -> tuple[int, Answer]:
    seat = _seat(asked)
    rooms().playing(asked.code, asked.visitor, seat.room.task, seat.room.round)
    return 200, _given(seat)


def _given(seat: Seat) -> Answer:
    answers, score = rooms().answers(seat)
    task = _task(seat.room.task)
    return {
        "task": seat.room.task,
        "round": seat.room.round,
        "answers": answers,
        "score": score,
        "tries": task.tries,
        "puzzle": _plain(task.puzzle(seat.deal, len(answers))),
    }


def _submit(asked: Asked) -> tuple[int, Answer]:
    asked.limit(SENDINGS)
    sent = asked.read(_Sent)
    _seat(asked)
    seat = rooms().playing(asked.code, asked.visitor, sent.task, sent.round)
    task = _task(sent.task)
    judged = task.judge(seat.deal, sent.state)
    kept = (asked.code, asked.visitor, (sent.task, task), sent.round, judged)
    _, score, improved = rooms().keep(*kept)
    return 200, {
        **_said(sent.task, judged, asked.language),
        "improved": improved,
        "best": None if score is None else score_text(sent.task, score, asked.language),
        **_given(seat),
    }


def _teaching(act: Callable[[Asked], None]) -> Callable[[Asked], tuple[int, Answer]]:
    def answer(asked: Asked) -> tuple[int, Answer]:
        _seat(asked)
        act(asked)
        return 200, {"done": True}

    return answer


# ---- practice


@functools.cache
def _secret() -> bytes:
    return secrets.token_bytes(16)


def _alone(asked: Asked) -> tuple[Task, Deal]:
    asked.limit(SENDINGS)
    if asked.task not in TASKS:
        raise Refusal("task")
    pupil = int.from_bytes(asked.visitor.encode())
    round = asked.query.get("round", "0")
    if not (round.isascii() and round.isdigit() and len(round) < 7):
        raise Refusal("state")
    return _task(asked.task), Deal(_secret(), asked.task, int(round), pupil)


def _practice(asked: Asked) -> tuple[int, Answer]:
    task, deal = _alone(asked)
    return 200, {"task": asked.task, "puzzle": _plain(task.puzzle(deal, 0))}


def _try(asked: Asked) -> tuple[int, Answer]:
    task, deal = _alone(asked)
    state = asked.read(_State).state
    judged = task.judge(deal, state)
    following = int(judged.key) + 1 if task.first_counts else 0
    return 200, {
        **_said(asked.task, judged, asked.language),
        "key": judged.key,
        "score": judged.score,
        "puzzle": _plain(task.puzzle(deal, following)),
    }


# ---- texts and plain data


def _task(name: str) -> Task:
    from vae_demo.classroom.tasks import TABLE  # needs torch

    if name not in TABLE:
        raise Refusal("task")
    return TABLE[name]


def score_text(task: str, score: float, language: str) -> str:
    """A score with its unit."""
    number = format_number(score, _task(task).decimals, language)
    return text(f"class.score.{task}", language, score=number)


def _said(task: str, judged: Judgement, language: str) -> Answer:
    numbers = {
        name: format_number(value, DECIMALS.get(name, 0), language)
        for name, value in judged.details.items()
    }
    return {
        "say": text(f"class.said.{judged.verdict}", language, **numbers),
        "verdict": judged.verdict,
        "this": None if judged.score is None else score_text(task, judged.score, language),
        "counts": judged.score is not None,
        "picture": None if judged.picture is None else base64_text(judged.picture),
    }


def _plain(puzzle: Mapping[str, Any]) -> Answer:
    """A puzzle for JSON: pictures as base64 of their 784 bytes."""
    return {
        name: base64_text(value) if isinstance(value, np.ndarray) else value
        for name, value in puzzle.items()
    }


_ACTIONS: dict[str, Callable[[Asked], tuple[int, Answer]]] = {
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
