"""That page, served as `app.py` serves the app; an address of it fails, too."""

from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.routing import Route

from vae_demo.ui.server.app import EXCEPTION_HANDLERS, MIDDLEWARE, ROUTES, lifespan
from vae_demo.ui.server.logs import report_error


def broken(request: Request) -> None:
    raise RuntimeError("a secret of the server")


app = st.App(
    Path(__file__).with_name("failing.py"),
    lifespan=lifespan,
    routes=[*ROUTES, Route("/broken", broken)],
    middleware=MIDDLEWARE,
    exception_handlers=EXCEPTION_HANDLERS,
    on_script_error=report_error,
)
