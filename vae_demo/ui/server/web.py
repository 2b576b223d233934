"""Serve JavaScript modules, style sheets and data files, each at an address with a hash.

    web/VERSION/parts/draw/part.js     a module; VERSION is the hash of all modules and styles
    files/KEY                          weights, other arrays, Plotly; KEY is the hash of the bytes

The content at such an address never changes, so browsers may cache it forever. Modules import
each other by relative paths, which lead to the same version; no bundler is needed.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import threading
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from vae_demo.ui.server.module_graph import style_sheets, with_imports

UI = Path(__file__).parents[1]
MODULE_FOLDERS = ("engine", "parts", "pad")
TYPES = {".js": "text/javascript", ".css": "text/css"}
IMMUTABLE = "public, max-age=31536000, immutable"
MAX_OFFERED_BYTES = 256 * 2**20  # of all files that pages have offered


@dataclass(frozen=True, eq=False)
class Content:
    """A file to send, uncompressed and compressed with gzip."""

    raw: bytes  # the file itself
    media_type: str  # value of the Content-Type header
    etag: str  # value of the ETag header, with its quotation marks

    @functools.cached_property
    def compressed(self) -> bytes | None:
        """The compressed bytes; None if they are not at least a twentieth smaller."""
        compressed = _gzip(self.raw)
        return compressed if len(compressed) < 0.95 * len(self.raw) else None

    def answer(self, request: Request, cache_control: str) -> Response:
        """The response to a request. The first call compresses the content."""
        headers = {"Cache-Control": cache_control, "Vary": "Accept-Encoding", "ETag": self.etag}
        known = request.headers.get("if-none-match", "")
        if self.etag in (tag.strip().removeprefix("W/") for tag in known.split(",")):
            return Response(status_code=304, headers=headers)
        body = self.raw
        if self.compressed is None:
            headers["Content-Encoding"] = "identity"  # keeps Streamlit from compressing it
        elif "gzip" in request.headers.get("accept-encoding", ""):
            body = self.compressed
            headers |= {"Content-Encoding": "gzip", "ETag": f"W/{self.etag}"}
        return Response(body, headers=headers, media_type=self.media_type)


@functools.cache
def modules() -> dict[str, Content]:
    """All modules and style sheets: path below `ui/` -> content.

    Libraries (*.min.js) are not among them, so that their addresses survive a change of a module.
    """
    return {
        path.relative_to(UI).as_posix(): _content(path.read_bytes(), TYPES[path.suffix])
        for folder in MODULE_FOLDERS
        for path in sorted((UI / folder).rglob("*"))
        if path.is_file() and path.suffix in TYPES and not path.match("*.min.js")
    }


@functools.cache
def version() -> str:
    """The hash of all modules and styles, 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for name, content in modules().items():
        digest.update(f"{name}\0{len(content.raw)}\0".encode() + content.raw)
    return digest.hexdigest()[:16]


def module_address(name: str) -> str:
    """The address of a module relative to the app: "web/VERSION/parts/draw/part.js".

    Raises:
        KeyError: if there is no such module.
    """
    modules()[name]
    return f"web/{version()}/{name}"


@functools.cache
def imported_modules(name: str) -> tuple[str, ...]:
    """A module and all modules that it imports directly or indirectly, each once.

    Raises:
        KeyError: if the module or one of its imports does not exist.
    """
    return tuple(with_imports([name], _source_of))


@functools.cache
def imported_styles(name: str) -> tuple[str, ...]:
    """The style sheets of a module and of all modules that it imports.

    Raises:
        KeyError: if the module or one of its imports does not exist.
    """
    return tuple(style_sheets(imported_modules(name), _source_of))


def _source_of(name: str) -> str:
    return modules()[name].raw.decode()


def _gzip(raw: bytes) -> bytes:
    """The smaller of two gzip files, the second with Huffman codes only, which suits weights.

    Level 9 would make weights 1 % smaller in 15 times the time: a second for 1.5 MB.
    """
    found = []
    for strategy in (zlib.Z_DEFAULT_STRATEGY, zlib.Z_HUFFMAN_ONLY):
        compressor = zlib.compressobj(6, wbits=31, strategy=strategy)  # 31: with the header of gzip
        found.append(compressor.compress(raw) + compressor.flush())
    return min(found, key=len)


class Files:
    """Files for browsers by the hash of their content; the least recently used are removed."""

    def __init__(self, max_bytes: int = MAX_OFFERED_BYTES) -> None:
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._contents: OrderedDict[str, Content] = OrderedDict()
        self._bytes = 0

    def offer(
        self, key: str, raw: bytes, media_type: str = "application/octet-stream"
    ) -> dict[str, str]:
        """Store a file and return its address: {"key", "url"}, the URL relative to the app."""
        with self._lock:
            if key not in self._contents:
                self._contents[key] = Content(raw, media_type, f'"{key}"')
                self._bytes += len(raw)
            self._contents.move_to_end(key)
            while self._bytes > self._max_bytes and len(self._contents) > 1:
                self._bytes -= len(self._contents.popitem(last=False)[1].raw)
        return {"key": key, "url": file_address(key)}

    def find(self, key: str) -> Content | None:
        """The file with this key; None if it was never stored or has been removed."""
        with self._lock:
            if key in self._contents:
                self._contents.move_to_end(key)
            return self._contents.get(key)


FILES = Files()


def file_address(key: str) -> str:
    """The address of a file relative to the app."""
    return f"files/{key}"


async def serve_module(request: Request) -> Response:
    """Serve a module or style sheet.

    At the address of another version, the current content is served and not cached, so that a page
    which was open during an update of the server continues to work.
    """
    content = modules().get(request.path_params["name"])
    if content is None:
        return PlainTextResponse("there is no such module", 404, {"Cache-Control": "no-store"})
    current = request.path_params["version"] == version()
    return await _answer(content, request, IMMUTABLE if current else "no-store")


async def serve_file(request: Request) -> Response:
    """Serve a file that a page has stored."""
    content = FILES.find(request.path_params["key"])
    if content is None:
        text = "this file is no longer available; reload the page"
        return PlainTextResponse(text, 404, {"Cache-Control": "no-store"})
    return await _answer(content, request, IMMUTABLE)


async def _answer(content: Content, request: Request, cache_control: str) -> Response:
    if "compressed" not in vars(content):  # in a thread, so that other requests do not wait
        await asyncio.to_thread(lambda: content.compressed)
    return content.answer(request, cache_control)


def _content(raw: bytes, media_type: str) -> Content:
    return Content(raw, media_type, f'"{hashlib.sha256(raw).hexdigest()[:32]}"')


ROUTES = [
    Route("/web/{version}/{name:path}", serve_module),
    Route("/files/{key}", serve_file),
]
