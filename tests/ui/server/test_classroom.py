"""What the server answers to teachers, to pupils, and to scripts that cheat."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from tests.support.servers import outcome
from vae_demo.classroom.names import new_code
from vae_demo.classroom.rooms import Rooms
from vae_demo.ui.server.classroom import answers, routes
from vae_demo.ui.server.classroom.limits import Limit
from vae_demo.ui.server.cookie import new_token

TEACHER, ADA, BOB = (new_token() for _ in range(3))
Answer = tuple[int, dict[str, Any]]


@pytest.fixture(autouse=True)
def own_rooms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    rooms = Rooms(tmp_path / "rooms.sqlite")
    monkeypatch.setattr(answers, "rooms", lambda: rooms)
    for name in ("GUESSES", "OPENINGS", "JOININGS", "SENDINGS"):
        old = getattr(answers, name)
        monkeypatch.setattr(answers, name, tuple(Limit(one.count, one.seconds) for one in old))
    answers._board.cache_clear()
    yield


def ask(
    path: str,
    who: str | None = ADA,
    body: object = None,
    *,
    kind: str = "application/json",
    address: str = "school",
) -> Answer:
    """The answer to one request, sent as a browser sends it."""
    path, _, query = path.partition("?")
    raw = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = [(b"content-type", kind.encode())] if body is not None else []
    if who is not None:
        headers.append((b"cookie", f"vae_demo_visitor={who}".encode()))
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET" if body is None else "POST",
        "path": f"/classroom/{path}",
        "query_string": query.encode(),
        "headers": headers,
        "client": (address, 1),
        "server": ("testserver", 80),
        "scheme": "http",
        "root_path": "",
    }
    for route in routes.ROUTES:
        match, more = route.matches(scope)
        if match.value == 2:
            scope |= more
            break
    else:
        raise AssertionError(f"no route for {path}")

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": raw, "more_body": False}

    response = outcome(routes.answer(Request(scope, receive)))
    found = bytes(response.body)
    return response.status_code, json.loads(found) if found else {}


def opened(*pupils: str) -> str:
    code: str = ask("rooms", TEACHER, {})[1]["code"]
    for number, pupil in enumerate(pupils):
        assert ask(f"rooms/{code}/join", pupil, {"nickname": f"pupil {number}"})[0] == 200
    return code


def eight(x: float = 0.5, **more: object) -> dict[str, Any]:
    return {"task": "eight", "round": 0, "state": {"z": [x, 0.5]}, **more}


def test_a_class_plays() -> None:
    code = opened(ADA, BOB)
    said = ask(f"rooms/{code}/submit?lang=tr", ADA, eight())[1]
    assert "8" in said["say"] and said["say"].startswith("Okuyucu") and said["improved"]
    assert not ask(f"rooms/{code}/submit", ADA, eight())[1]["improved"]  # sent twice
    seen = ask(f"rooms/{code}", TEACHER)[1]
    assert (seen["role"], seen["pupils"], seen["sent"]) == ("teacher", 2, 1)
    first, second = seen["board"]
    assert (first["name"], first["place"], second["place"]) == ("pupil 0", 1, None)
    assert first["picture"] == said["picture"]
    assert said["best"] == f"%{first['score'].rstrip('%').replace('.', ',')}"
    assert ask(f"rooms/{code}?version={seen['version']}", TEACHER) == (204, {})

    assert ask(f"rooms/{code}/hide", TEACHER, {"hidden": True})[0] == 200
    mine, other = ask(f"rooms/{code}", ADA)[1]["board"][0], ask(f"rooms/{code}", BOB)[1]["board"][0]
    assert mine["name"] == "pupil 0" and other["name"] == "Pupil 1"
    assert "pupil 0" not in json.dumps(ask(f"rooms/{code}", TEACHER)[1])

    ask(f"rooms/{code}/choose", TEACHER, {"task": "guess"})
    assert ask(f"rooms/{code}/submit", ADA, eight())[1]["reason"] == "late"
    given = ask(f"rooms/{code}/puzzle", ADA)[1]
    guess = {"task": "guess", "round": 0, "state": {"question": 0, "side": "left"}}
    one = ask(f"rooms/{code}/submit", ADA, guess)[1]
    guess["state"] = {"question": 0, "side": "right"}  # the other side, once the answer is known
    two = ask(f"rooms/{code}/submit", ADA, guess)[1]
    assert one["answers"] == two["answers"] and one["puzzle"]["question"] == 1
    assert given["puzzle"]["left"] != one["puzzle"]["left"]


def test_strangers_see_nothing_of_a_room() -> None:
    code = opened(ADA)
    assert ask(f"rooms/{code}", BOB)[1].keys() == {"role", "version", "code", "ended"}
    for path, body in (("puzzle", None), ("submit", eight()), ("end", {}), ("begin", {})):
        status, found = ask(f"rooms/{code}/{path}", BOB, body)
        assert status == 403 and found["reason"] in ("pupil", "teacher")
    for who in (None, "", "short", "x" * 22 + "!"):
        assert ask(f"rooms/{code}", who)[1]["reason"] == "cookie"
    assert ask(f"rooms/{code}/remove", ADA, {"pupil": 1})[1]["reason"] == "teacher"
    assert ask(f"rooms/{code}/remove", TEACHER, {"pupil": 2**70})[1]["reason"] == "state"
    assert ask(f"rooms/{code}/remove", TEACHER, {"pupil": 1})[0] == 200
    assert ask(f"rooms/{code}", ADA)[1]["reason"] == "removed"


def test_guessing_codes_is_limited_and_disturbs_nobody_in_a_room() -> None:
    code = opened(ADA)
    found = [ask(f"rooms/{new_code()}", BOB)[0] for _ in range(12)]
    assert found == [404] * 10 + [429] * 2
    assert ask(f"rooms/{code}", BOB)[0] == 429  # even the right one
    assert ask(f"rooms/{code}/join", BOB, {"nickname": "Bob"})[1]["reason"] == "often"
    found = [ask(f"rooms/{new_code()}", new_token())[0] for _ in range(400)]  # cookies cost nothing
    assert found.count(404) < 300 and found[-1] == 429
    assert ask(f"rooms/{code}", new_token())[0] == 429
    assert ask(f"rooms/{code}", new_token(), address="another school")[0] == 200
    assert ask(f"rooms/{code}", ADA)[0] == ask(f"rooms/{code}/submit", ADA, eight())[0] == 200


def test_a_visitor_finds_their_own_rooms_again() -> None:
    code, other = opened(ADA), opened()
    assert ask("rooms", TEACHER)[1]["rooms"] == [other, code]
    assert ask("rooms", ADA)[1]["rooms"] == [code] and ask("rooms", BOB)[1]["rooms"] == []
    ask(f"rooms/{code}/end", TEACHER, {})
    assert ask("rooms", ADA)[1]["rooms"] == []


def test_sending_and_opening_are_limited() -> None:
    code = opened(ADA)
    found = [ask(f"rooms/{code}/submit", ADA, eight())[0] for _ in range(22)]
    assert found == [200] * 20 + [429] * 2
    found = [ask("rooms", BOB, {})[0] for _ in range(6)]
    assert found == [200] * 5 + [429]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "application/json"),
        (b"[1]", "application/json"),
        (b"{", "application/json"),
        (b'{"state": NaN}', "application/json"),
        (b"[" * 9000, "application/json"),
        (b'{"nickname": "' + b"x" * 20_000 + b'"}', "application/json"),
        (b'{"nickname": "Ada"}', "text/plain"),  # what another site's page may send
    ],
)
def test_unreadable_requests_are_refused(body: bytes, kind: str) -> None:
    code = opened()
    assert ask(f"rooms/{code}/join", ADA, body, kind=kind)[1]["reason"] == "state"


@pytest.mark.parametrize(
    "body",
    [{}, {"task": "eight"}, eight(round="0"), eight(task="x"), eight(round=-1), eight(round=1)],
)
def test_submissions_that_make_no_sense_are_refused(body: dict[str, Any]) -> None:
    code = opened(ADA)
    status, found = ask(f"rooms/{code}/submit", ADA, body)
    assert status == 409 and found["reason"] in ("state", "late") and found["say"]
    assert ask(f"rooms/{code}", TEACHER)[1]["sent"] == 0


def test_practice_is_judged_and_kept_nowhere() -> None:
    for task in ("eight", "fool", "guess"):
        assert ask(f"practice/{task}")[1]["task"] == task
    judged = ask("practice/eight", ADA, {"state": {"z": [0.5, 0.5]}, "score": 100})[1]
    assert judged["score"] < 100 and judged["picture"]
    guess = ask("practice/guess", ADA, {"state": {"question": 3, "side": "left"}})[1]
    assert guess["puzzle"]["question"] == 4 and guess["key"] == "3"
    assert ask("practice/none")[1]["reason"] == "task"
    assert ask("practice/guess?round=-1")[1]["reason"] == "state"
    assert ask("practice/beta", ADA, {"state": {"beta": "all"}})[1]["reason"] == "state"


def test_what_fails_is_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(answers, "rooms", lambda: 1 / 0)
    assert ask("rooms", TEACHER, {})[0] == 500
    assert "ZeroDivisionError" in caplog.text
