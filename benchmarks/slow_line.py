"""How the app answers on a slow line: 1.6 Mbit/s, 150 ms, a processor four times as slow.

Each page is opened in a fresh browser; while its files are on their way, the visitor clicks on the
other language.

- app.py, text: from the request to the page's heading, from `streamlit run app.py`.
- text: the same from `streamlit run serve.py`, which packs Streamlit's scripts; so are the rest.
- click: from the click, 1 s after the first file was asked for, to the heading in that language.
- files: from the heading until all files are here, in a second visit without a click.

    python benchmarks/slow_line.py [--trials 2]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, WebSocket
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not
from benchmarks.browsing import ROOT, browsing, serving

PAGES = {"draw": 4, "explore": 2, "morph": 2, "epochs": 3}  # and the files that each asks for
LINE = {"offline": False, "latency": 150, "downloadThroughput": 2e5, "uploadThroughput": 1e5}
PATIENCE = 300_000  # ms


def opened(browser: Browser, address: str) -> tuple[Page, float, list[float]]:
    """A page that shows its heading, when it was asked for, and when it asked for files."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    asked: list[float] = []

    def sent(message: str | bytes) -> None:
        if isinstance(message, bytes) and b"courier" in message:
            asked.append(time.perf_counter())

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", sent)

    page.on("websocket", listen)
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", LINE)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    start = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.get_by_role("heading", level=1).wait_for()
    return page, start, asked


def first_text(browser: Browser, url: str, name: str) -> float:
    page, start, _ = opened(browser, f"{url}/{name}?lang=en")
    seconds = time.perf_counter() - start
    page.context.close()
    return seconds


def trial(browser: Browser, url: str, name: str) -> tuple[float, float, float]:
    """Seconds until the first text, from the click to its answer, and until all files are here."""
    page, start, asked = opened(browser, f"{url}/{name}?lang=en")
    text = time.perf_counter() - start
    while not asked:
        page.wait_for_timeout(50)
    page.wait_for_timeout(1000)
    heading = page.get_by_role("heading", level=1)
    before = heading.inner_text()
    page.get_by_role("radio", name="Türkçe").click()
    start = time.perf_counter()
    page.wait_for_function(
        "(before) => document.querySelector('h1')?.innerText !== before", arg=before
    )
    click = time.perf_counter() - start
    page.context.close()

    page, *_ = opened(browser, f"{url}/{name}?lang=en")
    start = time.perf_counter()
    page.wait_for_function(
        """(count) => [...(globalThis.vaeDemoFiles ?? new Map()).values()]
            .filter((file) => file.here).length >= count""",
        arg=PAGES[name],
    )
    files = time.perf_counter() - start
    page.context.close()
    return text, click, files


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=2)
    options = parser.parse_args()
    if options.trials < 1:
        parser.error("trials must be positive")
    with (
        serving(ROOT / "app.py") as plain,
        serving(ROOT / "app.py") as public,
        browsing() as browser,
    ):
        print(f"{'':<9}{'app.py, text':>14}{'text':>9}{'click':>9}{'files':>9}   seconds, medians")
        for name in tqdm(PAGES, unit="page", disable=None, leave=False):
            rows = [
                (first_text(browser, plain, name), *trial(browser, public, name))
                for _ in range(options.trials)
            ]
            before, text, click, files = map(statistics.median, zip(*rows, strict=True))
            print(f"{name:<9}{before:>14.1f}{text:>9.1f}{click:>9.1f}{files:>9.1f}", flush=True)
        print(f"{options.trials} trials, Chromium {browser.version}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
