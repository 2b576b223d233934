"""What travels: the bytes of a page's first load, and those of a release of the pen."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.hand import placed
from tests.browser.line import Wire
from vae_demo.ui.parts.chart.part import TRACE_TYPES, plotly_script

MOST_UP, MOST_DOWN = 4 * 1024, 12 * 1024  # of a release
STROKES = [
    [(0.2, 0.25), (0.45, 0.1), (0.7, 0.3), (0.45, 0.5), (0.75, 0.75), (0.4, 0.95), (0.15, 0.8)],
    [(0.15, 0.55), (0.85, 0.45)],
    [(0.8, 0.15), (0.9, 0.9)],
]
ACROSS = [(0.4, 0.5), (0.65, 0.5), (0.6, 0.5)]


class Traffic:
    """Counts what a page sends and receives, in bytes as they travel."""

    def __init__(self, session: CDPSession) -> None:
        self.files: dict[str, int] = {}  # by the request: bytes with headers
        self.urls: dict[str, str] = {}
        self.down = 0  # of WebSocket frames
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._request)
        session.on("Network.loadingFinished", self._loaded)
        session.on("Network.webSocketFrameReceived", self._frame)

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


@pytest.mark.parametrize(
    ("page_name", "ready", "most", "charts"),
    [
        ("draw", "[data-testid=latent-map][data-live=true]", 2_500_000, False),
        ("compare", "[data-testid=reconstruction]", 1_500_000, False),
        ("", ".home:not([aria-busy])", 1_500_000, False),
        ("generate", ".js-plotly-plot", 1_500_000, True),
        ("train", ".js-plotly-plot", 1_500_000, True),
    ],
)
def test_a_first_load_is_small_and_plotly_is_loaded_for_charts_only(
    visit: Callable[..., Page],
    app_url: str,
    settled: Callable[[Page], None],
    page_name: str,
    ready: str,
    most: int,
    charts: bool,
) -> None:
    page = visit("about:blank", fresh=True)
    traffic = Traffic(page.context.new_cdp_session(page))
    page.goto(f"{app_url}/{page_name}?lang=en")
    expect(page.locator(ready).first).to_be_visible()
    settled(page)
    page.wait_for_load_state("networkidle")
    plotly = traffic.files_at(plotly_script())
    print(page_name, traffic.own(), plotly)
    assert traffic.own() <= most
    assert (plotly > 0) == charts
    if charts:
        drawn = page.evaluate("Object.keys(Plotly.PlotSchema.get().traces).sort()")
        assert drawn == sorted(TRACE_TYPES)


DRAGS = {  # by address: canvases and sliders, and the way of the hand over each
    "draw?lang=en": [("draw-pad", stroke) for stroke in STROKES],
    "morph?lang=en&ae=dae-500": 2 * [("morph-slider", ACROSS)],
    "explore?lang=tr&run=vae-20": [("latent-slider", ACROSS), ("latent-map", ACROSS)],
    "explore?lang=tr&run=dae-500": [("latent-slider", ACROSS), ("latent-map", ACROSS)],
}


def test_a_release_sends_little(
    visit: Callable[..., Page], app_url: str, until: Callable[..., None]
) -> None:
    page = visit("about:blank")
    wire = Wire(page)
    for address, drags in DRAGS.items():
        page.goto(f"{app_url}/{address}")
        for testid, _ in drags:
            expect(page.get_by_test_id(testid).first).to_be_visible()
        page.wait_for_load_state("networkidle")
        wire.rests(page)
        for testid, points in drags:
            box = placed(page.get_by_test_id(testid).first)
            page.mouse.move(*box.at(*points[0]))
            page.mouse.down()
            wire.clear()
            for point in points[1:]:
                page.mouse.move(*box.at(*point), steps=8)
            assert wire.sent == [], address
            page.mouse.up()
            until(page, lambda: bool(wire.sent and wire.received), "an answer to the release")
            wire.rests(page)
            said = f"{address}: {wire}"
            assert 0 < sum(wire.sent) <= MOST_UP, said
            assert sum(wire.received) <= MOST_DOWN, said
            assert len(wire.sent) == 1 or testid == "draw-pad", said
