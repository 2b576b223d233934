"""Tell the browser with each page what the page will need, besides what Streamlit's page names.

Otherwise it would ask for these files one after another: for the scripts of Streamlit's elements
when the first message has come, and for the app's own modules when an element mounts them.
"""

from __future__ import annotations

import functools

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vae_demo.ui.server import web
from vae_demo.ui.server.compression import element_files

EVERY_PAGE = ("shell", "copy_link")  # the parts of the frame
# The parts with the most modules, each with the name of its page.
PARTS = (
    *("home", "draw", "explore", "morph", "epochs"),
    *("denoise", "inpaint", "upscale", "anomaly", "manifold"),
)
MOST = 2950  # characters; some proxies have room for 4 KB of headers


class Preload:
    """Middleware that adds the header Link to every page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return

        async def send_with_links(message: Message) -> None:
            if message["type"] == "http.response.start":
                kind = Headers(raw=message["headers"]).get("content-type", "")
                if message["status"] == 200 and kind.startswith("text/html"):
                    page = scope["path"].rpartition("/")[2] or "home"
                    MutableHeaders(scope=message)["Link"] = links(page if page in PARTS else None)
            await send(message)

        await self.app(scope, receive, send_with_links)


@functools.cache
def links(part: str | None) -> str:
    """The value of the header Link for a page with a part, with addresses relative to the page.

    Modules come in the order in which they are imported, as many as there is room for.
    """
    entries = [f"parts/{name}/part.js" for name in (*EVERY_PAGE, part) if name]
    modules = dict.fromkeys(name for entry in entries for name in web.imported_modules(entry))
    value = ""
    for script in (*element_files(), *map(web.module_address, modules)):
        link = f", <{script}>; rel=modulepreload"
        if len(value) + len(link) > MOST:
            break
        value += link
    return value.removeprefix(", ")
