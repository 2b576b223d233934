"""The addresses of classes, which the part "classroom" asks for.

    POST classroom/rooms                     opens a room
    GET  classroom/rooms                     the codes of the rooms in which this visitor is
    GET  classroom/rooms/CODE?version=N      the room as this visitor sees it; 204 if N is current
    GET  classroom/rooms/CODE/puzzle         what this pupil is given for the current task
    POST classroom/rooms/CODE/join           {"nickname"}
    POST classroom/rooms/CODE/submit         {"task", "round", "state"}: judged here
    POST classroom/rooms/CODE/choose         {"task"}; this and what follows by the teacher only
    POST classroom/rooms/CODE/begin          another round
    POST classroom/rooms/CODE/hide           {"hidden"}
    POST classroom/rooms/CODE/remove         {"pupil": their number}
    POST classroom/rooms/CODE/end
    GET  classroom/practice/TASK             a puzzle for a visitor alone
    POST classroom/practice/TASK             {"state"}: judged, and kept nowhere

Visitors are known by their cookie. `?lang=` is the language of sentences. A refusal is a JSON
object {"reason", "say"} with a status of 400 and more.
"""

from __future__ import annotations

import asyncio
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vae_demo.ui.server import cookie

log = logging.getLogger(__name__)

MOST_BYTES = 16_384  # of a request
# Looks are short and must not wait for judges, which compute networks.
_LOOKING = ThreadPoolExecutor(4, "classroom")
_JUDGING = ThreadPoolExecutor(2, "judge")


async def answer(request: Request) -> Response:
    """Answer one request in a thread."""
    body = await _body(request)
    if body is None:
        return JSONResponse({"reason": "state", "say": "the request is not readable"}, 400)
    path = request.path_params
    action = _action(request)
    asked = {
        "action": action,
        "code": path.get("code", ""),
        "task": path.get("task", ""),
        "visitor": request.cookies.get(cookie.NAME),
        "address": request.client.host if request.client else "",
        "query": dict(request.query_params),
        "language": (request.cookies.get(cookie.LANGUAGE), request.headers.get("accept-language")),
        "body": body,
    }
    judges = action in ("submit", "puzzle", "practice", "try")
    pool = _JUDGING if judges else _LOOKING
    status, found = await asyncio.get_running_loop().run_in_executor(pool, _answer, asked)
    headers = {"Cache-Control": "no-store"}
    return JSONResponse(found, status, headers) if found else Response(None, status, headers)


def _action(request: Request) -> str:
    if "task" in request.path_params:
        return "try" if request.method == "POST" else "practice"
    last = request.url.path.rpartition("/")[2]
    if last in ("puzzle", *_POSTS):
        return last
    if "code" not in request.path_params:
        return "open" if request.method == "POST" else "own"
    return "look"


def _answer(asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    from vae_demo.ui.server.classroom.answers import answer  # needs what the server loads later

    return answer(asked)


async def _body(request: Request) -> dict[str, Any] | None:
    """The JSON object of a request; empty for GET, None if it can't be read.

    A page of another site can't send JSON without asking first.
    """
    if request.method == "GET":
        return {}
    if not request.headers.get("content-type", "").startswith("application/json"):
        return None
    raw = b""
    async for part in request.stream():
        raw += part
        if len(raw) > MOST_BYTES:
            return None
    try:
        found = json.loads(raw, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


_POSTS = ("join", "submit", "choose", "begin", "hide", "remove", "end")
ROUTES = [
    Route("/classroom/rooms", answer, methods=["GET", "POST"]),
    Route("/classroom/rooms/{code}", answer, methods=["GET"]),
    *(Route(f"/classroom/rooms/{{code}}/{name}", answer, methods=["POST"]) for name in _POSTS),
    Route("/classroom/rooms/{code}/puzzle", answer, methods=["GET"]),
    Route("/classroom/practice/{task}", answer, methods=["GET", "POST"]),
]
