"""Time from the start of a server to the first picture of a page, beside a bare Streamlit page.

Each trial starts each server anew and opens its page, as soon as the server answers, in a new
browser context with an empty cache:

- bare: a page with nothing but a heading, until the heading is shown.
- home: until the map is drawn.
- draw: until the digit that stands in for a drawing is drawn.
- watched: home, while the server watches all files, as Streamlit does by default.

Also measured: the server's processor time until then.

    python benchmarks/start.py [--trials 3] [--json]
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not
from tests.support.browsing import browsing
from tests.support.servers import HEALTH, ROOT, streamlit

BARE = ROOT / "benchmarks/pages/bare.py"
APP = ROOT / "app.py"
WATCH = ("--server.fileWatcherType", "auto")
# Script, page, settings, and what is shown first: a test id of a canvas, or "" for the heading.
PLAN = {
    "bare": (BARE, "", (), ""),
    "home": (APP, "", (), "latent-map"),
    "draw": (APP, "draw", (), "digit-28"),
    "watched": (APP, "", WATCH, "latent-map"),
}
PATIENCE = 120_000  # ms
SHOWN = """(id) => {
    if (!id) return document.querySelector("h1");
    const canvas = [...document.querySelectorAll("[data-testid=stBidiComponentIsolated]")]
        .map((host) => host.shadowRoot?.querySelector(`[data-testid=${id}]`)).find(Boolean);
    if (!canvas?.width) return false;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return data.some((value, at) => at % 4 < 3 && value > 0);
}"""


def trial(
    browser: Browser, script: Path, page: str, settings: tuple[str, ...], picture: str
) -> tuple[float, float]:
    """Seconds from the start to the first picture; seconds of the server's processor."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    with streamlit(script, ready=HEALTH, settings=settings) as server:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
        opened = context.new_page()
        opened.goto(f"{server.url}/{page}", wait_until="commit")
        opened.wait_for_function(SHOWN, arg=picture, timeout=PATIENCE)
        seconds = time.perf_counter() - start
        context.close()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)  # the server has ended
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, spent


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.trials < 1:
        parser.error("trials must be positive")
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in PLAN}
    with browsing() as browser:
        trial(browser, *PLAN["bare"])  # the first start reads files from the disk
        trial(browser, *PLAN["home"])
        for _ in tqdm(range(options.trials), unit="trial", disable=None, leave=False):
            for name, plan in PLAN.items():
                found[name].append(trial(browser, *plan))
        version = browser.version
    seconds, processor = (
        {name: statistics.median(each[i] for each in trials) for name, trials in found.items()}
        for i in (0, 1)
    )
    if options.json:
        report = {"seconds": seconds, "processor": processor, "trials": options.trials}
        print(json.dumps({**report, "chromium": version}))
        return 0
    for name, median in seconds.items():
        line = f"{name:<8}{median:>6.1f} s{median / seconds['bare']:>6.2f} times bare"
        print(f"{line}{processor[name]:>7.1f} s of a core")
    print(f"{options.trials} trials, medians, Chromium {version}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
