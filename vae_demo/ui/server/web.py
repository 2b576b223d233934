"""JavaScript modules, styles and files over HTTP, each at an address that holds a hash.

    web/VERSION/parts/draw/part.js     a module; VERSION is the hash of all modules and styles
    files/KEY                          weights and other arrays; KEY is the hash of the bytes

The content at such an address never changes, so browsers may cache it for ever. Modules import
each other by relative paths and so stay within their version: no bundler is needed.
"""

from __future__ import annotations

import asyncio
import functools
import gzip
import hashlib
import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

UI = Path(__file__).parents[1]
MODULE_FOLDERS = ("engine", "parts", "pad")
TYPES = {".js": "text/javascript", ".css": "text/css"}
IMMUTABLE = "public, max-age=31536000, immutable"
MAX_BYTES = 256 * 2**20  # of all files that pages have offered
_STYLE = re.compile(r"""new URL\("(\.{1,2}/[^"]+\.css)", import\.meta\.url\)""")
_IMPORT = re.compile(r"""^(?:import|export)\b[^;"']*["'](\.{1,2}/[^"']+\.js)["']""", re.MULTILINE)


@dataclass(frozen=True, eq=False)
class Content:
    """Bytes to send, and the same compressed with gzip where that is smaller."""

    raw: bytes
    media_type: str
    etag: str  # in quotation marks, as the header has it

    @functools.cached_property
    def compressed(self) -> bytes | None:
        """The bytes compressed; None where that saves less than a twentieth."""
        compressed = gzip.compress(self.raw, mtime=0)
        return compressed if len(compressed) < 0.95 * len(self.raw) else None

    def answer(self, request: Request, cache_control: str) -> Response:
        """The response to a request; the first call takes the time to compress."""
        headers = {"Cache-Control": cache_control, "Vary": "Accept-Encoding", "ETag": self.etag}
        known = request.headers.get("if-none-match", "")
        if self.etag in (tag.strip().removeprefix("W/") for tag in known.split(",")):
            return Response(status_code=304, headers=headers)
        body = self.raw
        if self.compressed is None:
            headers["Content-Encoding"] = "identity"  # else Streamlit compresses it in vain
        elif "gzip" in request.headers.get("accept-encoding", ""):
            body = self.compressed
            headers |= {"Content-Encoding": "gzip", "ETag": f"W/{self.etag}"}
        return Response(body, headers=headers, media_type=self.media_type)


@functools.cache
def modules() -> dict[str, Content]:
    """Every module and style sheet: its path below `ui/` -> its content."""
    return {
        path.relative_to(UI).as_posix(): _content(path.read_bytes(), TYPES[path.suffix])
        for folder in MODULE_FOLDERS
        for path in sorted((UI / folder).rglob("*"))
        if path.is_file() and path.suffix in TYPES
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


@functools.cache
def imported_modules(name: str) -> tuple[str, ...]:
    """A module and all modules that it imports, directly or through others, each once.

    Raises:
        KeyError: there is no such module, or it imports one that there is not.
    """
    found = [name]
    for importer in found:  # grows while it is read
        for path in _IMPORT.findall(modules()[importer].raw.decode()):
            imported = _resolve(importer, path)
            if imported not in found:
                found.append(imported)
    return tuple(found)


@functools.cache
def imported_styles(name: str) -> tuple[str, ...]:
    """The style sheets that a module and all modules that it imports load.

    Raises:
        KeyError: there is no such module, or it imports one that there is not.
    """
    return tuple(
        _resolve(module, path)
        for module in imported_modules(name)
        for path in _STYLE.findall(modules()[module].raw.decode())
    )


def _resolve(importer: str, path: str) -> str:
    """The name of the module that `importer` means by a relative path."""
    parts: list[str] = []
    for part in (PurePosixPath(importer).parent / path).parts:
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


class Files:
    """Bytes for browsers by the hash of their content; the least recently used are removed."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._contents: OrderedDict[str, Content] = OrderedDict()
        self._bytes = 0

    def offer(self, key: str, raw: bytes) -> dict[str, str]:
        """Hold a file and return its address: {"key", "url"}, the URL relative to the app."""
        with self._lock:
            if key not in self._contents:
                self._contents[key] = Content(raw, "application/octet-stream", f'"{key}"')
                self._bytes += len(raw)
            self._contents.move_to_end(key)
            while self._bytes > self._max_bytes and len(self._contents) > 1:
                self._bytes -= len(self._contents.popitem(last=False)[1].raw)
        return {"key": key, "url": file_address(key)}

    def find(self, key: str) -> Content | None:
        """The file of this key; None if it was never offered, or has been removed."""
        with self._lock:
            if key in self._contents:
                self._contents.move_to_end(key)
            return self._contents.get(key)


FILES = Files()


def file_address(key: str) -> str:
    """Where a file is, relative to the app."""
    return f"files/{key}"


async def serve_module(request: Request) -> Response:
    """A module or style sheet.

    At the address of another version it is the present content: a page that was open while the
    server was updated goes on, and no browser caches that content for the other version.
    """
    content = modules().get(request.path_params["name"])
    if content is None:
        return PlainTextResponse("there is no such module", 404, {"Cache-Control": "no-store"})
    current = request.path_params["version"] == version()
    return await _answer(content, request, IMMUTABLE if current else "no-store")


async def serve_file(request: Request) -> Response:
    """A file that a page has offered."""
    content = FILES.find(request.path_params["key"])
    if content is None:
        text = "there is no such file any more; load the page again"
        return PlainTextResponse(text, 404, {"Cache-Control": "no-store"})
    return await _answer(content, request, IMMUTABLE)


async def _answer(content: Content, request: Request, cache_control: str) -> Response:
    if "compressed" not in vars(content):  # not computed yet: others shall not wait for it
        await asyncio.to_thread(lambda: content.compressed)
    return content.answer(request, cache_control)


def _content(raw: bytes, media_type: str) -> Content:
    return Content(raw, media_type, f'"{hashlib.sha256(raw).hexdigest()[:32]}"')


ROUTES = [
    Route("/web/{version}/{name:path}", serve_module),
    Route("/files/{key}", serve_file),
]
