"""A limit on the number of open pages: each is a session, which takes memory."""

from __future__ import annotations

import html
import os

from prometheus_client import Counter, Gauge
from starlette.datastructures import Headers, QueryParams
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from vae_demo.ui.frame.menu import PAGES

MAX_SESSIONS = int(os.environ.get("VAE_DEMO_SESSIONS", "300"))
RETRY_SECONDS = 30  # after which a refused page reloads itself
REFUSED = Counter("vae_demo_sessions_refused", "Pages refused because the server was full")
Gauge("vae_demo_sessions_most", "Pages that may be open at a time").set(MAX_SESSIONS)
_REFUSAL = """<!doctype html><html lang="{language}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="{seconds}"><title>{title}</title>
<style>:root {{ color-scheme: light dark; font: 1.1rem system-ui; }}
body {{ max-width: 36rem; margin: 20vh auto; padding: 1rem; }}</style>
<h1>{title}</h1><p>{text}</p></html>"""
_open = 0  # number of open WebSockets; only the thread of the event loop changes it


def open_sessions() -> int:
    """The number of pages that are open on this server."""
    return _open


class SessionLimit:
    """Middleware that answers requests for pages with 503 and a sentence if too many are open.

    A page counts as open while its WebSocket is. If the limit is reached after the HTML of a page
    was sent, its WebSocket is refused, and Streamlit's script in the page tries again.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._open_session(scope, receive, send)
        elif _open >= MAX_SESSIONS and _is_page(scope):
            REFUSED.inc()
            await _refusal(scope)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _open_session(self, scope: Scope, receive: Receive, send: Send) -> None:
        global _open
        if _open >= MAX_SESSIONS:
            REFUSED.inc()
            await receive()  # ASGI: "websocket.connect" must be received first
            await send({"type": "websocket.close", "code": 1013})  # 1013: try again later
            return
        _open += 1
        try:
            await self.app(scope, receive, send)
        finally:
            _open -= 1


def _is_page(scope: Scope) -> bool:
    name = scope.get("path", "").rpartition("/")[2]
    return scope["type"] == "http" and (not name or name in PAGES)


def _refusal(scope: Scope) -> HTMLResponse:
    from vae_demo.ui.frame.catalogue import choose_language, text

    asked = QueryParams(scope["query_string"]).get("lang")
    language = choose_language(asked, Headers(scope=scope).get("accept-language"))
    page = _REFUSAL.format(
        language=language,
        seconds=RETRY_SECONDS,
        title=html.escape(text("app.name", language)),
        text=html.escape(text("frame.full", language, most=MAX_SESSIONS)),
    )
    return HTMLResponse(page, 503, {"Retry-After": str(RETRY_SECONDS)})
