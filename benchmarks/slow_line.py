"""Time until pages respond on a slow connection: 1.6 Mbit/s, 150 ms, a processor 4 times slower.

Each page is opened in a new browser context with an empty cache:

- bare: a page with nothing but a heading, until it is at rest, from Streamlit's own server, which
  sends its scripts uncompressed.
- compressed: the same page from a server with the app's middleware.
- draw: until a stroke on the pad is drawn and its digit is shown beside it.
- explore: until a latent slider, moved by a key, changes the decoded digit.

    python benchmarks/slow_line.py [--trials 3] [--json]
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not
from tests.support.browsing import browsing
from tests.support.servers import HEALTH, ROOT, streamlit
from tests.support.trials import trial_options

LINE = {"offline": False, "latency": 150, "downloadThroughput": 2e5, "uploadThroughput": 1e5}
SLOWER = 4  # times, of the processor
PATIENCE = 300_000  # ms
PIXELS = """(id) => {
    const canvas = [...document.querySelectorAll("[data-testid=stBidiComponentIsolated]")]
        .map((host) => host.shadowRoot?.querySelector(`[data-testid=${id}]`)).find(Boolean);
    return canvas?.toDataURL() ?? "";
}"""


def at_rest(page: Page) -> None:
    """Wait for a page without parts."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning] h1")


def stroke(page: Page) -> None:
    """Draw as soon as the pad is shown, and wait for the digit."""
    pad = page.get_by_test_id("draw-pad")
    pad.wait_for()
    before = page.evaluate(PIXELS, "digit-28")
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 40, steps=4)
    changed(page, "digit-28", before)
    page.mouse.up()


def slider(page: Page) -> None:
    """Move a slider until the decoded digit changes."""
    handle = page.get_by_test_id("latent-slider").first
    handle.wait_for()
    before = page.evaluate(PIXELS, "decoded")
    while page.evaluate(PIXELS, "decoded") == before:
        handle.press("ArrowRight")
        page.wait_for_timeout(50)


def changed(page: Page, testid: str, before: str) -> None:
    """Wait until a canvas shows another picture."""
    while page.evaluate(PIXELS, testid) == before:
        page.wait_for_timeout(20)


def trial(browser: Browser, address: str, answers: Callable[[Page], None]) -> float:
    """Seconds from the request to the answer."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", LINE)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    start = time.perf_counter()
    page.goto(address, wait_until="commit")
    answers(page)
    seconds = time.perf_counter() - start
    context.close()
    return seconds


def main() -> int:
    options = trial_options(__doc__, trials=3)
    with (
        streamlit(ROOT / "benchmarks/pages/bare.py", ready=HEALTH) as bare,
        streamlit(ROOT / "benchmarks/pages/compressed.py", ready=HEALTH) as compressed,
        streamlit(ROOT / "app.py") as app,
        browsing() as browser,
    ):
        plan = {
            "bare": (bare.url, at_rest),
            "compressed": (compressed.url, at_rest),
            "draw": (f"{app.url}/draw?lang=en", stroke),
            "explore": (f"{app.url}/explore?lang=en", slider),
        }
        for address, answers in plan.values():  # the first visit to a server is not counted
            trial(browser, address, answers)
        seconds: dict[str, list[float]] = {name: [] for name in plan}
        for _ in tqdm(range(options.trials), unit="trial", disable=None, leave=False):
            for name, (address, answers) in plan.items():
                seconds[name].append(trial(browser, address, answers))
        version = browser.version
    medians = {name: statistics.median(each) for name, each in seconds.items()}
    if options.json:
        print(json.dumps({"seconds": medians, "trials": options.trials, "chromium": version}))
        return 0
    for name, median in medians.items():
        print(f"{name:<11}{median:>7.1f} s{median - medians['bare']:>+8.1f} s beside the bare page")
    print(f"{options.trials} trials, medians, Chromium {version}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
