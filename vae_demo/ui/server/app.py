"""What a server for the public has beside the pages: addresses for its operator, and headers.

/health   200 as long as the process answers
/ready    200 when it can show every page, else 503; why, as JSON
/metrics  numbers in Prometheus' text format
"""

from __future__ import annotations

import logging
import os
import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.ui.frame.session import warm_up
from vae_demo.ui.server import counts, web  # noqa: F401  (what it counts is in /metrics)
from vae_demo.ui.server.compression import Packing
from vae_demo.ui.server.cookie import VisitorCookie
from vae_demo.ui.server.limits import Door
from vae_demo.ui.server.logs import begin, number, write_json
from vae_demo.ui.server.uploads import Uploads

log = logging.getLogger(__name__)

# Who may show the app in a frame: a Space is one; a learning platform has to be named.
FRAMES = os.environ.get("VAE_DEMO_FRAMES", "'self' https://huggingface.co")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # an address holds drawings and is nobody else's business
    "Content-Security-Policy": f"frame-ancestors {FRAMES}",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
NUMBER = "X-Request-ID"
DAMAGED = "missing or damaged; the log says which"


class Envelope:
    """Gives every request a number, and every answer that number and the headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get(NUMBER, "")  # a proxy may have numbered it already
        own = begin(given if re.fullmatch(r"[\w-]{1,64}", given, re.ASCII) else "")

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update({**HEADERS, NUMBER: own})
            await send(message)

        await self.app(scope, receive, sealed)


def health(request: Request) -> Response:
    return PlainTextResponse("ok")


def ready(request: Request) -> Response:
    """Whether a visitor sent here now would see every page."""
    told = {"start": _started(), "digits": _digits(), "runs": _shipped()}
    fit = all(state == "ok" for state in told.values())
    # What can't be kept on the disk can still be downloaded: no reason to send visitors away.
    return JSONResponse(told | {"disk": _disk()}, 200 if fit else 503)


def metrics(request: Request) -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def sorry(request: Request, error: Exception) -> Response:
    """What is answered where a request itself fails; why, the server logs under the number."""
    sentence = f"Something went wrong; the operator finds the details under {number()}."
    return PlainTextResponse(sentence, 500, HEADERS | {NUMBER: number()})


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """Load what every page needs before the first visitor comes."""
    write_json()
    warm_up()
    log.info("serving")
    yield
    log.info("no longer serving")


def _started() -> str:
    return "torch and the digits are still being loaded" if warm_up().is_alive() else "ok"


def _digits() -> str:
    try:
        mnist.load()  # verifies their checksum, once
    except mnist.DataError as error:
        log.error("not ready: %s", error)
        return DAMAGED
    return "ok"


def _shipped() -> str:
    """One of the shipped runs can be read from the disk."""
    for path in runs.available().values():
        if path.parent == runs.SHIPPED:
            try:
                runs.load(path)
                return "ok"
            except runs.RunError as error:
                log.error("not ready: %s", error)
    return DAMAGED


def _disk() -> str:
    """Whether runs can be saved."""
    folder = runs.SAVED
    while not folder.exists():
        folder = folder.parent
    try:
        with tempfile.TemporaryFile(dir=folder):
            return "ok"
    except OSError as error:
        log.warning("%s can't be written: %s", runs.SAVED, error)
        return "runs can't be saved; the log says why"


MAIN = Path(__file__).parents[1] / "main.py"
ROUTES = [
    Route("/health", health),
    Route("/ready", ready),
    Route("/metrics", metrics),
    *web.ROUTES,
]
MIDDLEWARE = [
    Middleware(Envelope),
    Middleware(VisitorCookie),
    Middleware(Packing),
    Middleware(Door),
    Middleware(Uploads),
]
HANDLERS = {Exception: sorry}
