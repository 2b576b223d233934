"""The line between a page and its server: counted, or in a test's hand."""

import base64
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, WebSocket, WebSocketRoute


class Line:
    """What a server sends to a page that is not open yet; `behind`: what does not go through now.

    told: what the page has sent.
    holds: a message of so many bytes or more stays, and all behind it; None lets all through.
    """

    def __init__(self, page: Page) -> None:
        self.behind: list[bytes] = []
        self.told: list[str | bytes] = []
        self.holds: int | None = None
        page.route_web_socket("**/_stcore/stream", self._open)

    def _open(self, socket: WebSocketRoute) -> None:
        self._socket = socket
        server = socket.connect_to_server()
        server.on_message(self._take)

        def tell(message: str | bytes) -> None:
            self.told.append(message)
            server.send(message)

        socket.on_message(tell)

    def _take(self, message: str | bytes) -> None:
        assert isinstance(message, bytes)
        if self.behind or (self.holds is not None and len(message) >= self.holds):
            self.behind.append(message)
        else:
            self._socket.send(message)

    def move(self) -> None:
        """Let the message through that holds the others up, and those behind it likewise."""
        waiting, self.behind = self.behind, []
        for i, message in enumerate(waiting):
            if i == 0:
                self._socket.send(message)
            else:
                self._take(message)


MOST_UP, MOST_DOWN = 4 * 1024, 12 * 1024  # bytes of a release of the hand


class Wire:
    """Counts the bytes of each message over the WebSocket of a page that is not open yet."""

    def __init__(self, page: Page) -> None:
        self.sent: list[int] = []
        self.received: list[int] = []
        page.on("websocket", self._open)

    def __str__(self) -> str:
        return f"sent {self.sent}, received {self.received}"

    def clear(self) -> None:
        self.sent.clear()
        self.received.clear()

    def rests(self, page: Page) -> None:
        """Waits until the page's script has run and nothing comes for half a second."""
        page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
        before = -1
        while before != len(self.received):
            before = len(self.received)
            page.wait_for_timeout(500)

    def settles(self, page: Page, until: Callable[..., None]) -> None:
        """Waits until a release of the hand is answered, and asserts that little was said."""
        until(page, lambda: bool(self.sent and self.received), "an answer to the release")
        self.rests(page)
        assert sum(self.sent) <= MOST_UP and sum(self.received) <= MOST_DOWN, str(self)

    def _open(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: self.sent.append(len(frame)))
        socket.on("framereceived", lambda frame: self.received.append(len(frame)))


class Traffic:
    """Counts what a page receives, in bytes as they travel; no file comes from the cache."""

    def __init__(self, page: Page) -> None:
        self.files: dict[str, int] = {}  # by the request: bytes with headers
        self.urls: dict[str, str] = {}
        self.down = 0  # of WebSocket frames
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        session.on("Network.requestWillBeSent", self._request)
        session.on("Network.loadingFinished", self._loaded)
        session.on("Network.webSocketFrameReceived", self._frame)

    def clear(self) -> None:
        self.files.clear()
        self.urls.clear()
        self.down = 0

    def _request(self, event: dict[str, Any]) -> None:
        self.urls[event["requestId"]] = event["request"]["url"]

    def _loaded(self, event: dict[str, Any]) -> None:
        self.files[event["requestId"]] = int(event["encodedDataLength"])

    def _frame(self, event: dict[str, Any]) -> None:
        frame = event["response"]
        data = frame["payloadData"]
        self.down += len(base64.b64decode(data)) if frame["opcode"] == 2 else len(data.encode())

    def files_at(self, *parts: str) -> int:
        """The bytes of the files whose addresses contain one of these parts."""
        return sum(
            size
            for request, size in self.files.items()
            if any(part in self.urls.get(request, "") for part in parts)
        )

    def own(self) -> int:
        """The bytes of modules, files and messages, without Streamlit's own files."""
        return self.files_at("/web/", "/files/") + self.down
