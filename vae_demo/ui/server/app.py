"""Routes, middleware and start-up code that the server adds to Streamlit."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.middleware import Middleware

from vae_demo.ui.frame.session import WARM_UP, stop_trainings, warm_up
from vae_demo.ui.server import health, metrics, web
from vae_demo.ui.server.compression import StaticCompression
from vae_demo.ui.server.cookie import VisitorCookie
from vae_demo.ui.server.headers import ResponseHeaders, internal_error
from vae_demo.ui.server.limits import SessionLimit
from vae_demo.ui.server.logs import log_as_json
from vae_demo.ui.server.uploads import UploadLimit

log = logging.getLogger(__name__)

HEAD_START = 2  # seconds in which a first visitor's browser gets the page, before torch is loaded
STOP_SECONDS = 4  # that the server waits for its trainings when it stops
MAIN = Path(__file__).parents[1] / "main.py"
ROUTES = [*health.ROUTES, *metrics.ROUTES, *web.ROUTES]
MIDDLEWARE = [  # from the outermost to the innermost
    Middleware(ResponseHeaders),
    Middleware(VisitorCookie),
    Middleware(StaticCompression),
    Middleware(SessionLimit),
    Middleware(UploadLimit),
]
EXCEPTION_HANDLERS = {Exception: internal_error}


def _exit_normally_on_sigterm() -> None:
    """Let the server exit with status 0 when it is asked to stop.

    Otherwise uvicorn sends itself the signal again when all is done, and the process counts as
    killed.
    """
    server: Any = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    if not hasattr(server, "should_exit"):  # another server, or not the main thread's
        return

    def stop(*_: object) -> None:
        server.should_exit = True

    signal.signal(signal.SIGTERM, stop)


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """Load what every page needs when the server starts; save what goes on when it stops."""
    log_as_json()
    _exit_normally_on_sigterm()
    asyncio.get_running_loop().call_later(HEAD_START, warm_up)
    log.info("serving")
    yield
    await asyncio.to_thread(stop_trainings, STOP_SECONDS)
    for thread in threading.enumerate():  # Python can't exit while torch is loaded
        if thread.name == WARM_UP:
            await asyncio.to_thread(thread.join, STOP_SECONDS)
    log.info("no longer serving")
