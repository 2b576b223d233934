"""The headers of every response: the request ID and the security headers."""

from __future__ import annotations

import os
import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vae_demo.ui.server.logs import request_id, start_request

# Sites that may show the app in a frame, such as Hugging Face or a learning platform.
FRAME_ANCESTORS = os.environ.get("VAE_DEMO_FRAMES", "'self' https://huggingface.co")
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # an address may contain a visitor's drawing
}
DOCUMENT_HEADERS = {  # not for immutable files, of which a first visit gets a hundred
    "Content-Security-Policy": f"frame-ancestors {FRAME_ANCESTORS}",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
REQUEST_ID = "X-Request-ID"
_VALID_ID = re.compile(r"[\w-]{1,64}", re.ASCII)


class ResponseHeaders:
    """Middleware that gives every request an ID, and adds headers to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        from_proxy = Headers(scope=scope).get(REQUEST_ID, "")
        current = start_request(from_proxy if _VALID_ID.fullmatch(from_proxy) else "")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update({**SECURITY_HEADERS, REQUEST_ID: current})
                if "immutable" not in headers.get("cache-control", ""):
                    headers.update(DOCUMENT_HEADERS)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def internal_error(request: Request, error: Exception) -> Response:
    """The response to a request that raised an exception; the log has the same ID."""
    text = f"Something went wrong; the operator finds the details under {request_id()}."
    return PlainTextResponse(
        text, 500, SECURITY_HEADERS | DOCUMENT_HEADERS | {REQUEST_ID: request_id()}
    )
