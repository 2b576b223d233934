"""The browser's modules, styles and files over HTTP, each at an address that holds a hash.

    web/VERSION/parts/draw/part.js     a module; VERSION is the hash of all modules and styles
    files/KEY                          weights and other arrays; KEY is the hash of the bytes

What such an address answers never changes, so browsers may keep it for ever. Relative imports
between modules stay within their version: no bundler is needed.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

UI = Path(__file__).parents[1]
MODULE_FOLDERS = ("engine", "parts", "pad")
TYPES = {".js": "text/javascript", ".css": "text/css"}
FOR_EVER = "public, max-age=31536000, immutable"
MOST_BYTES = 256 * 2**20  # of all files that are held for browsers


@dataclass(frozen=True, eq=False)
class Content:
    """Bytes to send, and the same packed with gzip where that is smaller."""

    raw: bytes
    media_type: str

    @functools.cached_property
    def packed(self) -> bytes | None:
        """The bytes packed; None where packing saves less than a twentieth."""
        packed = gzip.compress(self.raw, mtime=0)
        return packed if len(packed) < 0.95 * len(self.raw) else None

    def answer(self, request: Request, cache: str = FOR_EVER) -> Response:
        headers = {"Cache-Control": cache, "Vary": "Accept-Encoding"}
        body = self.raw
        if "gzip" in Headers(scope=request.scope).get("accept-encoding", "") and self.packed:
            body = self.packed
            headers["Content-Encoding"] = "gzip"
        return Response(body, headers=headers, media_type=self.media_type)


@functools.cache
def modules() -> dict[str, Content]:
    """Every module and style sheet: its path below `ui/` -> its content."""
    found = (
        path for folder in MODULE_FOLDERS for path in (UI / folder).rglob("*") if path.is_file()
    )
    return {
        path.relative_to(UI).as_posix(): Content(path.read_bytes(), TYPES[path.suffix])
        for path in sorted(found)
        if path.suffix in TYPES
    }


@functools.cache
def version() -> str:
    """The hash of all modules and styles, 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for name, content in modules().items():
        digest.update(f"{name}\0{len(content.raw)}\0".encode() + content.raw)
    return digest.hexdigest()[:16]


def module_address(name: str) -> str:
    """Where a module is, relative to the app: "web/VERSION/parts/draw/part.js".

    Raises:
        KeyError: there is no such module.
    """
    modules()[name]
    return f"web/{version()}/{name}"


class Files:
    """Bytes for browsers by the hash of their content; those asked for longest ago go first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._held: OrderedDict[str, Content] = OrderedDict()

    def offer(self, key: str, raw: bytes) -> dict[str, str]:
        """Hold a file, and say where it is: {"key", "url"}, the URL relative to the app."""
        with self._lock:
            if key not in self._held:
                self._held[key] = Content(raw, "application/octet-stream")
            self._held.move_to_end(key)
            while sum(len(file.raw) for file in self._held.values()) > self._most_bytes:
                if len(self._held) == 1:
                    break
                self._held.popitem(last=False)
        return {"key": key, "url": f"files/{key}"}

    def find(self, key: str) -> Content | None:
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
            return self._held.get(key)


FILES = Files()


def serve_module(request: Request) -> Response:
    """A module or style sheet; of another version than this server's, the present content."""
    content = modules().get(request.path_params["name"])
    if content is None:
        return PlainTextResponse("there is no such module", 404)
    same = request.path_params["version"] == version()
    return content.answer(request, FOR_EVER if same else "no-store")


def serve_file(request: Request) -> Response:
    """A file that a page has offered."""
    content = FILES.find(request.path_params["key"])
    if content is None:
        return PlainTextResponse("there is no such file; load the page again", 404)
    return content.answer(request)


ROUTES = [
    Route("/web/{version}/{name:path}", serve_module),
    Route("/files/{key}", serve_file),
]
