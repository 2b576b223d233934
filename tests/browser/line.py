"""The line between a page and its server, in a test's hand."""

from playwright.sync_api import Page, WebSocketRoute


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
