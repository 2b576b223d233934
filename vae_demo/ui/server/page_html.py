"""The HTML of every page: Streamlit's, and what its scripts would have to ask for one by one.

- The address of the server, as Streamlit's script reads it from `window.__streamlit`. It then opens
  its WebSocket at once. Otherwise it first looks for the server below the page's own address, waits
  a tenth of a second, and looks for it below the site's.
- The scripts of Streamlit's elements and the app's own modules and styles, to be loaded beside
  Streamlit's.
- A module of the app that runs before Streamlit's: it watches the browser's history.
- The title, icon and language of the app.
"""

from __future__ import annotations

import base64
import functools
import gzip
import html
import json
from pathlib import Path

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vae_demo.ui.server import web
from vae_demo.ui.server.compression import element_files
from vae_demo.ui.server.cookie import LANGUAGE

FIRST = "parts/shell/first.js"  # modules run in the order in which the HTML names them
EVERY_PAGE = ("shell", "copy_link")  # the parts of the frame
# The parts with the most modules, each with the name of its page.
PARTS = (
    *("home", "draw", "explore", "morph", "epochs"),
    *("denoise", "inpaint", "upscale", "anomaly", "manifold"),
)
# An 8 of the test set as a data URL: Streamlit fetches named icons from another site, and an icon
# in a media file can be removed during a rerun before the browser has loaded it.
ICON = (
    "data:image/png;base64,"
    + base64.b64encode((Path(__file__).parents[1] / "frame/icon.png").read_bytes()).decode()
)
_FORGOTTEN = ("content-encoding", "etag", "last-modified")  # those of Streamlit's file


class PageHtml:
    """Middleware that completes the HTML of every page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = scope["path"].rpartition("/")[2] if scope["type"] == "http" else "."
        if "." in name or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        start: Message = {}
        body: list[bytes] = []

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_html(message):
                start.update(message)
            elif start:
                body.append(message.get("body", b""))
                if not message.get("more_body"):
                    await self._complete(scope, start, b"".join(body), receive, send)
            else:
                await send(message)

        await self.app(_unconditional(scope), receive, collect)

    async def _complete(
        self, scope: Scope, start: Message, body: bytes, receive: Receive, send: Send
    ) -> None:
        below = below_site(scope["path"])
        if "/" in below:  # no page is there, and the addresses of Streamlit's scripts lead nowhere
            query = scope["query_string"].decode("latin-1")
            up = "../" * below.count("/") + below.partition("/")[0] + ("?" + query if query else "")
            await RedirectResponse(up, 302, {"Cache-Control": "no-cache"})(scope, receive, send)
            return
        headers = MutableHeaders(raw=start["headers"])
        if headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        packed = "gzip" in Headers(scope=scope).get("accept-encoding", "")
        part = below or "home"
        found = page_html(body, _language(scope), part if part in PARTS else None, packed)
        for name in _FORGOTTEN:
            del headers[name]
        headers["Content-Length"] = str(len(found))
        headers["Vary"] = "Accept-Encoding, Accept-Language, Cookie"
        if packed:
            headers["Content-Encoding"] = "gzip"
        await send({**start, "headers": headers.raw})
        await send({"type": "http.response.body", "body": found})


@functools.lru_cache(maxsize=100)
def page_html(original: bytes, language: str, part: str | None, packed: bool) -> bytes:
    """Streamlit's HTML, completed as the module's docstring says.

    Args:
        original: What Streamlit would send.
        language: The visitor's, "en" or "tr".
        part: The part of the page whose modules are named; None if it is none of `PARTS`.
        packed: Whether to compress it with gzip.
    """
    from vae_demo.ui.frame.catalogue import text

    links = "".join(f'<link {how} crossorigin href="./{name}">' for name, how in files(part))
    whole = original.decode()
    for old, new in (
        ('<html lang="en">', f'<html lang="{language}">'),
        ("<title>Streamlit</title>", f"<title>{html.escape(text('app.name', language))}</title>"),
        ('href="./favicon.png"', f'href="{ICON}"'),
        (
            '<script type="module"',
            f"<script>{_server_address()}</script>"
            f'<script type="module" crossorigin src="./{web.module_address(FIRST)}"></script>'
            '<script type="module"',
        ),
        ("</head>", f"{links}</head>"),
    ):
        whole = whole.replace(old, new, 1)
    return gzip.compress(whole.encode(), mtime=0) if packed else whole.encode()


@functools.cache
def files(part: str | None) -> tuple[tuple[str, str], ...]:
    """What a page with a part needs beside what Streamlit's HTML names: addresses, how to load."""
    entries = [f"parts/{name}/part.js" for name in (*EVERY_PAGE, part) if name]
    modules = dict.fromkeys(name for entry in entries for name in web.imported_modules(entry))
    styles = dict.fromkeys(name for entry in entries for name in web.imported_styles(entry))
    return (
        *((name, 'rel="modulepreload"') for name in element_files()),
        *((web.module_address(name), 'rel="modulepreload"') for name in modules),
        *((web.module_address(name), 'rel="preload" as="fetch"') for name in styles),
    )


def _server_address() -> str:
    """JavaScript that says where the server is, and what `/_stcore/host-config` answers."""
    host = {
        "allowedOrigins": list(st.get_option("client.allowedOrigins")),
        "useExternalAuthToken": False,
        "enableCustomParentMessages": False,
        "enforceDownloadInNewTab": False,
        "metricsUrl": "",
        "blockErrorDialogs": False,
    }
    address = 'BACKEND_BASE_URL: new URL("./", location.href).href'
    return f"window.__streamlit ??= {{ {address}, HOST_CONFIG: {json.dumps(host)} }};"


def below_site(path: str) -> str:
    """A path below that of the site: "draw" of "/draw", or of "/site/draw" if the site is there."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{path.strip('/')}/".removeprefix(f"{base}/" if base else "").strip("/")


def _language(scope: Scope) -> str:
    from vae_demo.ui.frame.catalogue import choose_language

    headers = Headers(scope=scope)
    asked = QueryParams(scope["query_string"]).get("lang")
    chosen = cookie_parser(headers.get("cookie", "")).get(LANGUAGE)
    return choose_language(asked or chosen, headers.get("accept-language"))


def _is_html(start: Message) -> bool:
    kind = Headers(raw=start["headers"]).get("content-type", "")
    return bool(start["status"] == 200 and kind.startswith("text/html"))


def _unconditional(scope: Scope) -> Scope:
    """The request without its question whether the browser's copy is current."""
    headers = [each for each in scope["headers"] if not each[0].startswith(b"if-")]
    return {**scope, "headers": headers}
