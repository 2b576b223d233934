"""Tell browsers with a page's HTML which files it needs, before Streamlit's scripts ask for them.

The response header `Link` names the scripts of Streamlit's elements and the modules and styles of
the app's parts; otherwise the browser would request them one after another.
"""

from __future__ import annotations

import functools

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vae_demo.ui.server.compression import element_files
from vae_demo.ui.server.web import imported_modules, imported_styles, module_address

ON_EVERY_PAGE = ("shell", "copy_link")
FIRST = {"": "home", "home": "home", "draw": "draw"}  # address of a page -> its part


class Preload:
    """Middleware that adds the header to pages of HTML."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return

        async def send_with_links(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers["Link"] = links(scope["path"].rpartition("/")[2])
            await send(message)

        await self.app(scope, receive, send_with_links)


@functools.lru_cache(maxsize=100)
def links(page: str) -> str:
    """The value of the header `Link` for the page at an address such as "draw"."""
    scripts, styles = element_files(), list[str]()
    for part in filter(None, (*ON_EVERY_PAGE, FIRST.get(page))):
        module = f"parts/{part}/part.js"
        scripts += map(module_address, imported_modules(module))
        styles += map(module_address, imported_styles(module))
    named = [f"<./{path}>; rel=modulepreload" for path in dict.fromkeys(scripts)]
    named += [f"<./{path}>; rel=preload; as=fetch; crossorigin" for path in dict.fromkeys(styles)]
    return ", ".join(named)
