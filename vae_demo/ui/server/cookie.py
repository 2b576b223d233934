"""The visitor's cookie: set by the server with the page, out of reach of any script.

A page that is loaded again finds its visitor by it, also after a restart of the server.
"""

from __future__ import annotations

import re
import secrets
from http.cookies import SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NAME = "vae_demo_visitor"
DAYS = 30  # that the browser keeps it after a visit
_TOKEN = re.compile(r"[\w-]{22}", re.ASCII)  # as `new_token` makes them


def new_token() -> str:
    """128 random bits as text."""
    return secrets.token_urlsafe(16)


def is_token(text: str | None) -> bool:
    """Whether a text has the form of a token."""
    return bool(text and _TOKEN.fullmatch(text))


class VisitorCookie:
    """Gives each browser a token with its first page, and keeps it for some days after each."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.append("Set-Cookie", _cookie(Headers(scope=scope), scope["scheme"]))
            await send(message)

        await self.app(scope, receive, with_cookie)


def _cookie(asked: Headers, scheme: str) -> str:
    """The header's value. Over https the cookie also works in another site's frame, as on a
    Space; browsers take it there only when it is secure and partitioned."""
    sent = SimpleCookie(asked.get("cookie", "")).get(NAME)
    token = sent.value if sent and is_token(sent.value) else new_token()
    secure = asked.get("x-forwarded-proto", scheme).split(",")[0].strip() == "https"
    place = "SameSite=None; Secure; Partitioned" if secure else "SameSite=Lax"
    return f"{NAME}={token}; Path=/; Max-Age={DAYS * 24 * 3600}; HttpOnly; {place}"
