"""Streamlit's scripts and styles, packed: a first visit is a third of the bytes on its line.

Streamlit sends them as they are, for packing a file at every request costs more than it saves. Here
each is packed at its first request and kept, 7 MB for all there are.
"""

from __future__ import annotations

import asyncio
import gzip
import re

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# One spelling for each file: what is kept is known by it. A base path may stand before.
_FILE = re.compile(r"(/[\w-]+)*/static/\w+/[\w.-]+\.(js|css|json|svg)", re.ASCII)


class Packing:
    """Answers with gzip what never changes, where the browser takes it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: dict[str, tuple[bytes, dict[str, str]]] = {}
        self._packing = asyncio.Lock()  # a class comes at once, and asks for the same files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _asks_for_packed(scope):
            await self.app(scope, receive, send)
            return
        path, answer = scope["path"], []
        if path not in self._kept:
            async with self._packing:  # sending is left out: who reads slowly keeps nobody waiting
                if path not in self._kept:
                    answer = await self._answer(scope)
                    if _never_changes(answer[0]) and _is_whole(answer):
                        self._kept[path] = await asyncio.to_thread(_packed, answer)
        if path in self._kept:
            body, headers = self._kept[path]
            await Response(body, headers=headers)(scope, receive, send)
            return
        for message in answer:
            await send(message)

    async def _answer(self, scope: Scope) -> list[Message]:
        """The whole answer, also where the visitor who asked is gone meanwhile."""
        found: list[Message] = []
        asked: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

        async def stay() -> Message:
            return asked.pop() if asked else await asyncio.Future()

        async def keep(message: Message) -> None:
            found.append(message)

        await self.app(scope, stay, keep)
        return found


def _asks_for_packed(scope: Scope) -> bool:
    """Whether this is a request for a whole static file that packing makes smaller."""
    if scope["type"] != "http" or scope["method"] != "GET" or not _FILE.fullmatch(scope["path"]):
        return False
    asked = Headers(scope=scope)
    whole = "range" not in asked and "if-none-match" not in asked
    return whole and "gzip" in asked.get("accept-encoding", "")


def _never_changes(start: Message) -> bool:
    """Whether an answer is a file whose name holds the hash of its content."""
    told = Headers(raw=start["headers"])
    return start["status"] == 200 and "immutable" in told.get("cache-control", "")


def _is_whole(answer: list[Message]) -> bool:
    """Whether an answer's body is as long as its head says: what is kept is sent to everybody."""
    told = Headers(raw=answer[0]["headers"]).get("content-length")
    return told == str(sum(len(message.get("body", b"")) for message in answer[1:]))


def _packed(answer: list[Message]) -> tuple[bytes, dict[str, str]]:
    """The packed body of an answer, and its headers."""
    body = gzip.compress(b"".join(message.get("body", b"") for message in answer[1:]), mtime=0)
    told = Headers(raw=answer[0]["headers"])
    kept = ("content-type", "cache-control", "last-modified")
    headers = {name: told[name] for name in kept if name in told}
    headers |= {"content-encoding": "gzip", "vary": "Accept-Encoding"}
    if "etag" in told:  # of the same content in other bytes
        headers["etag"] = "W/" + told["etag"].removeprefix("W/")
    return body, headers
