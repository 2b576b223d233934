"""The visitor's cookie: the server sets it with each page, and no script can read it.

Its value is a token of 128 random bits that identifies the visitor: a page that is reloaded finds
their runs and their training, even after a restart of the server.
"""

from __future__ import annotations

import re
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NAME = "vae_demo_visitor"
LANGUAGE = "vae_demo_language"  # another cookie: the language that a visitor chose, see parts/shell
DAYS = 30  # after the last visit, until the browser deletes the cookie
_TOKEN = re.compile(r"[\w-]{22}", re.ASCII)  # the format of `new_token`


def new_token() -> str:
    """128 random bits as 22 characters."""
    return secrets.token_urlsafe(16)


def is_token(text: str | None) -> bool:
    """Whether a text has the format of a token."""
    return bool(text and _TOKEN.fullmatch(text))


class VisitorCookie:
    """Middleware that sends the visitor's cookie with every page, and creates it if needed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                headers = MutableHeaders(scope=message)
                headers.append("Set-Cookie", _set_cookie(HTTPConnection(scope)))
                headers["Cache-Control"] = "private, no-cache"  # a shared cache must not store it
            await send(message)

        await self.app(scope, receive, send_with_cookie)


def _is_page(answer: Message) -> bool:
    return Headers(raw=answer["headers"]).get("content-type", "").startswith("text/html")


def _set_cookie(request: HTTPConnection) -> str:
    """The value of the Set-Cookie header.

    Browsers accept the cookie in a frame of another site, such as Hugging Face, only over https and
    if it is secure and partitioned.
    """
    sent = request.cookies.get(NAME)
    token = sent if is_token(sent) else new_token()
    scheme = request.headers.get("x-forwarded-proto", request.scope["scheme"])
    https = scheme.split(",")[0].strip() == "https"
    site = "SameSite=None; Secure; Partitioned" if https else "SameSite=Lax"
    return f"{NAME}={token}; Path=/; Max-Age={DAYS * 24 * 3600}; HttpOnly; {site}"
