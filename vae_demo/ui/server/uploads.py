"""What visitors send by Streamlit's upload boxes, and how long the server holds it."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime import Runtime

MOST_BYTES = 256 * 2**20  # of all files that are held; one has 64 MB at most
_PLACE = re.compile(r".*/_stcore/upload_file/([^/]+)/([^/]+)")


class Uploads:
    """Forgets the files that were sent longest ago, where all of them are too much.

    Streamlit holds each as long as its page is open, however many one visitor sends. But ours read
    a file in the run that follows its coming, and keep what they made of it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._lock = threading.Lock()
        self._came: OrderedDict[tuple[str, str], int] = OrderedDict()  # session, file -> bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        place = scope["type"] == "http" and _PLACE.fullmatch(scope["path"])
        if not place or scope["method"] != "PUT":
            await self.app(scope, receive, send)
            return
        size, taken = 0, False

        async def weighed() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            return message

        async def watched(message: Message) -> None:
            nonlocal taken
            if message["type"] == "http.response.start":
                taken = message["status"] < 300
            await send(message)

        await self.app(scope, weighed, watched)
        if taken:
            self._hold((place[1], place[2]), size)

    def _hold(self, place: tuple[str, str], size: int) -> None:
        manager = Runtime.instance().uploaded_file_mgr
        with self._lock:
            self._came.pop(place, None)
            self._came[place] = size
            while sum(self._came.values()) > MOST_BYTES:
                manager.remove_file(*self._came.popitem(last=False)[0])
