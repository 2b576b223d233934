"""Send Streamlit's own scripts and styles compressed, a third of their size.

Streamlit sends its static files uncompressed, since compressing them for every request would take
too long. This middleware compresses a file at its first request and caches it (7 MB in all). Those
of the first page are read when the server starts, and compressed once a first browser has them, or
soon: one on the same machine, which comes before, gets them sooner uncompressed.
"""

from __future__ import annotations

import asyncio
import functools
import gzip
import re
import threading
from collections.abc import Mapping
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.file_util import get_static_dir
from streamlit.web.server.starlette.starlette_server_config import (
    STATIC_ASSET_CACHE_MAX_AGE_SECONDS,
)

# Matches one spelling of each path only, which limits the cache; a base path may come first.
_STATIC_FILE = re.compile(r"(/[\w-]+)*/static/\w+/[\w.-]+\.(js|css|json|svg)", re.ASCII)
_KEPT_HEADERS = ("content-type", "cache-control", "last-modified")
# Streamlit's page, and the scripts of the elements on every page of the app, which it loads later.
_STATIC = Path(get_static_dir())
_PAGE = "index.html"
_HEAD = 1 << 16  # bytes at the beginning of a file that hold all its imports
_QUICK = 4  # gzip's level at the start: in three fifths of the time of 6, and 4 % larger
_ELEMENTS = ("Html", "ButtonGroup", "BidiComponent", "PageLink", "Button")
_NAMED = re.compile(r'(?:from|import|href=|src=)"\./(?:static/)?([\w./-]+\.(?:js|css))"')

_first: dict[str, tuple[bytes, dict[str, str]]] = {}  # "/static/js/..." -> body, headers
_unsent: set[str] = set()  # those of `_first` that Streamlit's page names and nobody has got
scripts_asked = threading.Event()  # whether a browser has asked for one of `_first`
scripts_sent = threading.Event()  # whether all that Streamlit's page names has been sent


@functools.cache
def page_files() -> list[str]:
    """The scripts and styles that Streamlit's page names, such as "static/js/index.HASH.js"."""
    return _with_imports(_STATIC / _PAGE)[1:]


@functools.cache
def element_files() -> list[str]:
    """The scripts of the elements on every page of the app, without those of Streamlit's page."""
    elements = [path for name in _ELEMENTS for path in _STATIC.glob(f"static/js/{name}.*.js")]
    known = page_files()
    return [name for name in _with_imports(*elements) if name not in known]


def first_files() -> list[str]:
    """The scripts and styles of Streamlit's page and of the elements on every page of the app."""
    return [*page_files(), *element_files()]


def _with_imports(*paths: Path) -> list[str]:
    """Files of Streamlit and all that they name, directly or indirectly."""
    found = list(paths)
    for path in found:  # the loop extends the list
        base = _STATIC / "static" if path.name == _PAGE else path.parent
        with path.open("rb") as file:
            head = file.read(_HEAD).decode("utf-8", "ignore")
        named = [base / name for name in _NAMED.findall(head)]
        found += [each for each in dict.fromkeys(named) if each not in found]
    return [path.relative_to(_STATIC).as_posix() for path in found]


def read_first_files() -> None:
    """Read the files of the first page, so that they are there when a browser wants them."""
    _unsent.update(f"/{name}" for name in page_files())
    forever = {"Cache-Control": f"public, immutable, max-age={STATIC_ASSET_CACHE_MAX_AGE_SECONDS}"}
    for name in first_files():
        path = _STATIC / name
        whole = FileResponse(path, headers=forever, stat_result=path.stat())
        kept = {key: whole.headers[key] for key in (*_KEPT_HEADERS, "etag")}
        _first[f"/{name}"] = path.read_bytes(), kept


def compress_first_files() -> None:
    """Compress the files that `read_first_files` has read."""
    for name, (body, headers) in _first.items():
        _first[name] = _compress(body, headers, _QUICK)


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
        name = scope["path"][scope["path"].rindex("/static/") :]
        if name not in _first:
            await self._answer(scope, receive, send)
            return
        scripts_asked.set()
        body, headers = _first[name]
        if "content-encoding" in headers or _is_local(scope):
            await Response(body, headers=headers)(scope, receive, send)
        else:
            await self._answer(scope, receive, send)
        _unsent.discard(name)
        if not _unsent:
            scripts_sent.set()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the compressed file, which is compressed at the first request."""
        path, answer = scope["path"], []
        if path not in self._compressed:
            async with (
                self._lock
            ):  # sent after the lock is released, so slow clients block no other
                if path not in self._compressed:
                    answer = await self._collect(scope)
                    if _is_immutable(answer[0]) and _is_complete(answer):
                        body = b"".join(message.get("body", b"") for message in answer[1:])
                        self._compressed[path] = await asyncio.to_thread(
                            _compress, body, Headers(raw=answer[0]["headers"])
                        )
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


def _is_local(scope: Scope) -> bool:
    """Whether the browser runs on this machine, and asks the server itself and no proxy."""
    host = scope["client"][0] if scope.get("client") else ""
    return host in ("127.0.0.1", "::1") and "x-forwarded-for" not in Headers(scope=scope)


def _is_immutable(start: Message) -> bool:
    """Whether a response is a file whose name contains the hash of its content."""
    headers = Headers(raw=start["headers"])
    return start["status"] == 200 and "immutable" in headers.get("cache-control", "")


def _is_complete(answer: list[Message]) -> bool:
    """Whether the body is as long as Content-Length says; only then may it be cached."""
    length = Headers(raw=answer[0]["headers"]).get("content-length")
    return length == str(sum(len(message.get("body", b"")) for message in answer[1:]))


def _compress(
    body: bytes, original: Mapping[str, str], level: int = 6
) -> tuple[bytes, dict[str, str]]:
    """The compressed body of a response, and its headers."""
    headers = {name: original[name] for name in _KEPT_HEADERS if name in original}
    headers |= {"content-encoding": "gzip", "vary": "Accept-Encoding"}
    if "etag" in original:  # weak, since the bytes differ but not the content
        headers["etag"] = "W/" + original["etag"].removeprefix("W/")
    return gzip.compress(body, level, mtime=0), headers
