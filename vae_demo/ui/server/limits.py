"""How many pages may be open at a time: each is a session, which holds memory."""

from __future__ import annotations

import html
import os

from prometheus_client import Counter, Gauge
from starlette.datastructures import Headers, QueryParams
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from vae_demo.ui.frame.catalogue import choose_language, text
from vae_demo.ui.frame.page import PAGES

MOST = int(os.environ.get("VAE_DEMO_SESSIONS", "300"))
AGAIN = 30  # seconds until a page that found no place asks by itself
REFUSED = Counter("vae_demo_sessions_refused", "Pages that found no place")
Gauge("vae_demo_sessions_most", "Pages that may be open at a time").set(MOST)


class Door:
    """Beyond so many open pages, further ones are a sentence that asks again by itself.

    A page is its WebSocket. One that came in just before the last place was taken has none: it
    keeps asking, as Streamlit's pages do, until there is one.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._let_in(scope, receive, send)
        elif self._open >= MOST and _is_page(scope):
            REFUSED.inc()
            await _full(scope)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._open >= MOST:
            REFUSED.inc()
            await receive()  # what says that somebody is there
            await send({"type": "websocket.close", "code": 1013})  # "try again later"
            return
        self._open += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self._open -= 1


def _is_page(scope: Scope) -> bool:
    last = scope.get("path", "").rpartition("/")[2]
    return scope["type"] == "http" and (not last or last in PAGES)


def _full(scope: Scope) -> HTMLResponse:
    asked = QueryParams(scope["query_string"]).get("lang")
    language = choose_language(asked, Headers(scope=scope).get("accept-language"))
    title = html.escape(text("app.name", language))
    told = html.escape(text("frame.full", language, most=MOST))
    return HTMLResponse(
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><meta http-equiv="refresh" '
        f'content="{AGAIN}"><title>{title}</title><style>:root {{ color-scheme: light dark; '
        f"font: 1.1rem system-ui; }} body {{ max-width: 36rem; margin: 20vh auto; padding: 1rem; }}"
        f"</style><h1>{title}</h1><p>{told}</p></html>",
        503,
        {"Retry-After": str(AGAIN)},
    )
