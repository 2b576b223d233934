"""Routes, middleware and start-up code that the server adds to Streamlit.

What a page needs is not imported here but by `warm_up`, while a first visitor's browser loads
Streamlit's scripts.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

from vae_demo.ui.server import health, metrics, web
from vae_demo.ui.server.classroom import routes as classroom
from vae_demo.ui.server.compression import StaticCompression
from vae_demo.ui.server.cookie import VisitorCookie
from vae_demo.ui.server.headers import ResponseHeaders, internal_error
from vae_demo.ui.server.logs import log_as_json
from vae_demo.ui.server.page_html import PageHtml
from vae_demo.ui.server.session_limit import SessionLimit
from vae_demo.ui.server.uploads import UploadLimit
from vae_demo.ui.server.warm_up import end_warm_up, prepare_first_page, warm_up

log = logging.getLogger(__name__)

STOP_SECONDS = 4  # that the server waits for its trainings when it stops
MAIN = Path(__file__).parents[1] / "main.py"


def routes(base_path: str) -> list[Route]:
    """The app's own routes, also below the path of Streamlit's option server.baseUrlPath."""
    own = [*health.ROUTES, *metrics.ROUTES, *web.ROUTES, *classroom.ROUTES]
    base = base_path.strip("/")
    below = [Route(f"/{base}{each.path}", each.endpoint, methods=each.methods) for each in own]
    return [*own, *below] if base else own


ROUTES = routes(st.get_option("server.baseUrlPath") or "")
MIDDLEWARE = [  # from the outermost to the innermost
    Middleware(ResponseHeaders),
    Middleware(VisitorCookie),
    Middleware(PageHtml),
    Middleware(StaticCompression),
    Middleware(SessionLimit),
    Middleware(UploadLimit),
]
EXCEPTION_HANDLERS = {Exception: internal_error}

# Read by torch when it is imported. A digit is small: several threads would wait for each other and
# keep the cores from other visitors. A training uses one core anyway.
os.environ.setdefault("OMP_NUM_THREADS", "1")


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
    prepare_first_page()
    warm_up()
    log.info("serving")
    yield
    from vae_demo.ui.frame.session import stop_trainings

    await asyncio.to_thread(stop_trainings, STOP_SECONDS)
    await asyncio.to_thread(end_warm_up, STOP_SECONDS)
    log.info("no longer serving")
