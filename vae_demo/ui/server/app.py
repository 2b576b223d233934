"""Routes, middleware and start-up code that the server adds to Streamlit."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.middleware import Middleware

from vae_demo.ui.frame.session import warm_up
from vae_demo.ui.server import health, metrics, web
from vae_demo.ui.server.compression import StaticCompression
from vae_demo.ui.server.cookie import VisitorCookie
from vae_demo.ui.server.headers import ResponseHeaders, internal_error
from vae_demo.ui.server.limits import SessionLimit
from vae_demo.ui.server.logs import log_as_json
from vae_demo.ui.server.uploads import UploadLimit

log = logging.getLogger(__name__)

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


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """Load what every page needs when the server starts."""
    log_as_json()
    warm_up()
    log.info("serving")
    yield
    log.info("no longer serving")
