"""The line between a page and its server: counted, or in a test's hand."""

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

    def _open(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: self.sent.append(len(frame)))
        socket.on("framereceived", lambda frame: self.received.append(len(frame)))
