"""Middleware in front of Gradio: it allows only the needed addresses, and limits uploads.

Gradio has more addresses than the pad needs: one renders icons of any size, one downloads files
from other sites, one accepts recordings. All addresses that are not listed are refused.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.utils import get_upload_folder
from starlette.responses import PlainTextResponse
from starlette.routing import Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vae_demo.digits import MAX_PICTURE_BYTES
from vae_demo.ui.server import web

log = logging.getLogger(__name__)

WRONG_KIND = (
    "invalid input: the endpoint expects a picture file that was uploaded to this server, and the "
    "name of a run"
)
FAILED = "an error occurred; see the log of the server"
NO_EVENT = b'event: error\ndata: {"error": "there is no request with this ID"}\n\n'
MOST_SENT = 2**21  # bytes of a request; a drawing has a tenth of that
AT_ONCE = 8  # uploads at the same time
PATIENCE = 60  # seconds that an upload may take
MOST_KEPT = 256 * 2**20  # bytes of all pictures on the disk; each is deleted after an hour
_BLOCK = 4096  # bytes on the disk of an empty file
_UPLOAD = "/gradio_api/upload"
_OPEN = re.compile(
    r"/|/(config|theme\.css|favicon\.ico|robots\.txt|manifest\.json)|/(static|assets)/[^:]+"
    r"|/gradio_api/(info|openapi\.json|app_id|user|token|startup-events|theme\.css|upload"
    r"|upload_progress|queue/(join|data|status)|heartbeat/\w+|cancel|reset|run/\w+|api/\w+"
    r"|call/(v2/)?\w+(/\w+)?|file=[^:]+)/?"
)


class Gate:
    """Middleware that passes on requests that the pad needs, and refuses others with a sentence."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._coming = 0
        self._one = asyncio.Lock()
        self._modules = Router(web.ROUTES)
        self._folder = Path(get_upload_folder())
        self._kept: OrderedDict[Path, int] = OrderedDict()  # path -> bytes, the oldest first
        self._keep(sorted(self._folder.glob("*/*")))  # left by an earlier process

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["path"].startswith(("/web/", "/files/")):
            await self._modules(scope, receive, send)
            return
        sends = scope["path"].rstrip("/") == _UPLOAD
        refusal = self._refusal(scope, sends)
        if refusal:
            await refusal(scope, receive, send)
        elif sends:
            self._coming += 1
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._take(scope, receive, send)
            except TimeoutError:
                log.info("an upload took longer than %s s", PATIENCE)
            finally:
                self._coming -= 1
        else:
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send Gradio's response, or a sentence if it fails."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            log.warning("%s failed: %s: %s", scope["path"], type(error).__name__, error)
            if begun:  # the only streamed response that can fail
                await send({"type": "http.response.body", "body": NO_EVENT})
            else:
                await PlainTextResponse(FAILED, 500)(scope, receive, send)

    def _refusal(self, scope: Scope, sends: bool) -> PlainTextResponse | None:
        if not _OPEN.fullmatch(scope["path"]):
            return PlainTextResponse("there is nothing at this address", 404)
        length = dict(scope["headers"]).get(b"content-length", b"")
        if scope["method"] == "POST" and not length.isdigit():
            return PlainTextResponse("the Content-Length header is required", 411)
        most = MAX_PICTURE_BYTES + MOST_SENT if sends else MOST_SENT
        if length.isdigit() and int(length) > most:
            message = f"the request has {int(length)} bytes; at most {most} are allowed"
            return PlainTextResponse(message, 413)
        if sends and self._coming >= AT_ONCE:
            return PlainTextResponse("too many uploads at the same time; try again soon", 503)
        return None

    async def _take(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Receive an upload completely; delete the oldest pictures if all of them are too large."""
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        answer = bytearray()

        async def whole() -> Message:
            return {"type": "http.request", "body": bytes(body)}

        async def heard(message: Message) -> None:
            answer.extend(message.get("body", b""))
            await send(message)

        async with self._one:
            await self._answer(scope, whole, heard)
            for half in self._folder.glob("*"):  # incomplete files of a refused upload
                if half.is_file():
                    half.unlink()
        self._keep(_paths(bytes(answer)))

    def _keep(self, paths: Iterable[Path]) -> None:
        for path in paths:
            self._kept.pop(path, None)
            self._kept[path] = _BLOCK + (path.stat().st_size if path.is_file() else 0)
        while sum(self._kept.values()) > MOST_KEPT:
            oldest, _ = self._kept.popitem(last=False)
            with contextlib.suppress(OSError):  # already deleted, or not empty
                oldest.unlink()
                oldest.parent.rmdir()


class Page(gr.Blocks):
    """Blocks whose error messages are sentences, unlike Gradio's own."""

    async def preprocess_data(self, *given: Any, **more: Any) -> Any:
        try:
            return await super().preprocess_data(*given, **more)
        except gr.Error:
            raise
        except Exception as error:
            log.info("refused: %s", type(error).__name__)
            raise gr.Error(WRONG_KIND, print_exception=False) from None

    async def process_api(self, *given: Any, **more: Any) -> Any:
        try:
            return await super().process_api(*given, **more)
        except gr.Error as error:
            error.print_exception = False
            raise
        except Exception:
            log.exception("a request failed")
            raise gr.Error(FAILED, print_exception=False) from None


def _taken(slider: gr.Slider, payload: float | None) -> float:
    """The value of a slider for the number in its box.

    A number out of bounds is clamped; for an empty box, the initial value is used. Gradio's own
    method fails in both cases.
    """
    number = slider.value if payload is None else payload
    return min(max(number, slider.minimum), slider.maximum)


# Patched, not subclassed: for a subclass, Gradio would write a type stub beside this file.
gr.Slider.preprocess = _taken


def _paths(answer: bytes) -> list[Path]:
    """The paths of the files in the response to an upload; none if it was refused."""
    try:
        answered = json.loads(answer)
    except ValueError:
        return []
    return [Path(path) for path in answered] if isinstance(answered, list) else []
