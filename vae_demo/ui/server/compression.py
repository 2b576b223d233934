"""Send Streamlit's own scripts and styles compressed, a third of their size.

Streamlit sends its static files uncompressed, since compressing them for every request would take
too long. This middleware compresses a file at its first request and caches it (7 MB in all).
"""

from __future__ import annotations

import asyncio
import gzip
import re

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Matches one spelling of each path only, which limits the cache; a base path may come first.
_STATIC_FILE = re.compile(r"(/[\w-]+)*/static/\w+/[\w.-]+\.(js|css|json|svg)", re.ASCII)
_KEPT_HEADERS = ("content-type", "cache-control", "last-modified")


class StaticCompression:
    """Middleware that answers requests for immutable static files with gzip."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._compressed: dict[str, tuple[bytes, dict[str, str]]] = {}  # path -> body, headers
        self._lock = asyncio.Lock()  # many visitors may request the same file at once

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _wants_compression(scope):
            await self.app(scope, receive, send)
            return
        path, answer = scope["path"], []
        if path not in self._compressed:
            async with (
                self._lock
            ):  # sent after the lock is released, so slow clients block no other
                if path not in self._compressed:
                    answer = await self._collect(scope)
                    if _is_immutable(answer[0]) and _is_complete(answer):
                        self._compressed[path] = await asyncio.to_thread(_compress, answer)
        if path in self._compressed:
            body, headers = self._compressed[path]
            await Response(body, headers=headers)(scope, receive, send)
            return
        for message in answer:
            await send(message)

    async def _collect(self, scope: Scope) -> list[Message]:
        """All messages of a response, even if the client has disconnected."""
        answer: list[Message] = []
        request: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> Message:  # never says "http.disconnect"
            return request.pop() if request else await asyncio.Future()

        async def collect(message: Message) -> None:
            answer.append(message)

        await self.app(scope, receive, collect)
        return answer


def _wants_compression(scope: Scope) -> bool:
    """Whether this is a request for a complete static file by a client that accepts gzip."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    if not _STATIC_FILE.fullmatch(scope["path"]):
        return False
    headers = Headers(scope=scope)
    whole = "range" not in headers and "if-none-match" not in headers
    return whole and "gzip" in headers.get("accept-encoding", "")


def _is_immutable(start: Message) -> bool:
    """Whether a response is a file whose name contains the hash of its content."""
    headers = Headers(raw=start["headers"])
    return start["status"] == 200 and "immutable" in headers.get("cache-control", "")


def _is_complete(answer: list[Message]) -> bool:
    """Whether the body is as long as Content-Length says; only then may it be cached."""
    length = Headers(raw=answer[0]["headers"]).get("content-length")
    return length == str(sum(len(message.get("body", b"")) for message in answer[1:]))


def _compress(answer: list[Message]) -> tuple[bytes, dict[str, str]]:
    """The compressed body of a response, and its headers."""
    body = gzip.compress(b"".join(message.get("body", b"") for message in answer[1:]), mtime=0)
    original = Headers(raw=answer[0]["headers"])
    headers = {name: original[name] for name in _KEPT_HEADERS if name in original}
    headers |= {"content-encoding": "gzip", "vary": "Accept-Encoding"}
    if "etag" in original:  # weak, since the bytes differ but not the content
        headers["etag"] = "W/" + original["etag"].removeprefix("W/")
    return body, headers
