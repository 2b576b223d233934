"""A limit on the memory of uploaded files."""

from __future__ import annotations

import re
from collections import OrderedDict

from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_UPLOADED_BYTES = 256 * 2**20  # of all uploads; for a single one, see .streamlit/config.toml
_UPLOAD = re.compile(r".*/_stcore/upload_file/[^/]+/[^/]+")


class UploadLimit:
    """Middleware that deletes the oldest uploads when all of them together exceed the limit.

    Streamlit keeps a file in memory as long as its page is open. This app reads a file right after
    the upload and keeps only the result, so older files are not needed.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._sizes: OrderedDict[str, int] = OrderedDict()  # path of an upload -> its bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_upload = scope["type"] == "http" and _UPLOAD.fullmatch(scope["path"])
        if not is_upload or scope["method"] != "PUT":
            await self.app(scope, receive, send)
            return
        size, accepted = 0, False

        async def receive_and_measure() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            return message

        async def send_and_note(message: Message) -> None:
            nonlocal accepted
            if message["type"] == "http.response.start":
                accepted = message["status"] < 300
            await send(message)

        await self.app(scope, receive_and_measure, send_and_note)
        if accepted:
            self._sizes.pop(scope["path"], None)
            self._sizes[scope["path"]] = size
            while sum(self._sizes.values()) > MAX_UPLOADED_BYTES:
                oldest, _ = self._sizes.popitem(last=False)
                await self._delete(oldest, scope)

    async def _delete(self, path: str, upload: Scope) -> None:
        """Delete a file through Streamlit's route, with the XSRF token of the accepted upload."""
        headers = [pair for pair in upload["headers"] if not pair[0].startswith(b"content-")]
        request = {
            **upload,
            "method": "DELETE",
            "path": path,
            "raw_path": path.encode(),
            "headers": headers,
        }

        async def receive_nothing() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def ignore(message: Message) -> None:
            pass

        await self.app(request, receive_nothing, ignore)
