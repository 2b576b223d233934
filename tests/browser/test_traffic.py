"""What travels: the bytes of a page's first load, and those of a release of the pen."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.hand import placed
from vae_demo.ui.frame.language import catalogue

EN = catalogue("en")
MOST_UP, MOST_DOWN = 4 * 1024, 12 * 1024  # of a release
STROKES = [
    [(0.2, 0.25), (0.45, 0.1), (0.7, 0.3), (0.45, 0.5), (0.75, 0.75), (0.4, 0.95), (0.15, 0.8)],
    [(0.15, 0.55), (0.85, 0.45)],
    [(0.8, 0.15), (0.9, 0.9)],
]


class Traffic:
    """Counts what a page sends and receives, in bytes as they travel."""

    def __init__(self, session: CDPSession) -> None:
        self.files: dict[str, int] = {}  # by the request: bytes with headers
        self.urls: dict[str, str] = {}
        self.up = self.down = 0  # of WebSocket frames
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._request)
        session.on("Network.loadingFinished", self._loaded)
        session.on("Network.webSocketFrameSent", lambda event: self._frame(event, "up"))
        session.on("Network.webSocketFrameReceived", lambda event: self._frame(event, "down"))

    def _request(self, event: dict[str, Any]) -> None:
        self.urls[event["requestId"]] = event["request"]["url"]

    def _loaded(self, event: dict[str, Any]) -> None:
        self.files[event["requestId"]] = int(event["encodedDataLength"])

    def _frame(self, event: dict[str, Any], way: str) -> None:
        frame = event["response"]
        data = frame["payloadData"]
        size = len(base64.b64decode(data)) if frame["opcode"] == 2 else len(data.encode())
        setattr(self, way, getattr(self, way) + size)

    def own(self) -> int:
        """The bytes of modules, files and messages, without Streamlit's own files."""
        ours = [
            size
            for request, size in self.files.items()
            if any(part in self.urls.get(request, "") for part in ("/web/", "/files/"))
        ]
        return sum(ours) + self.down


@pytest.mark.parametrize(
    ("page_name", "ready", "most"),
    [
        ("draw", "[data-testid=latent-map][data-live=true]", 2_500_000),
        ("compare", "[data-testid=reconstruction]", 1_500_000),
        ("", "h1", 1_500_000),
        ("generate", "h1", 1_500_000),
        ("train", "h1", 1_500_000),
    ],
)
def test_a_first_load_is_small(
    visit: Callable[..., Page],
    app_url: str,
    settled: Callable[[Page], None],
    page_name: str,
    ready: str,
    most: int,
) -> None:
    page = visit("about:blank", fresh=True)
    traffic = Traffic(page.context.new_cdp_session(page))
    page.goto(f"{app_url}/{page_name}?lang=en")
    expect(page.locator(ready).first).to_be_visible()
    settled(page)
    page.wait_for_load_state("networkidle")
    print(page_name, traffic.own())
    assert traffic.own() <= most


def test_a_release_of_the_pen_sends_little(
    visit: Callable[..., Page], app_url: str, settled: Callable[[Page], None]
) -> None:
    page = visit(f"{app_url}/draw?lang=en")
    agreement = page.locator(".agree:not(.stale)").filter(has_text="PyTorch")
    expect(agreement).to_be_visible()
    settled(page)
    traffic = Traffic(page.context.new_cdp_session(page))
    for stroke in STROKES:
        traffic.up = traffic.down = 0
        pad = placed(page.get_by_test_id("draw-pad"))
        page.mouse.move(*pad.at(*stroke[0]))
        page.mouse.down()
        for point in stroke[1:]:
            page.mouse.move(*pad.at(*point), steps=8)
        assert traffic.up == 0
        page.mouse.up()
        expect(page.locator(".agree.stale")).to_have_count(0)
        settled(page)
        page.wait_for_timeout(300)
        print("up", traffic.up, "down", traffic.down)
        assert 0 < traffic.up <= MOST_UP
        assert 0 < traffic.down <= MOST_DOWN
