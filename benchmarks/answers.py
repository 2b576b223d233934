"""Time from a release on the Inpaint page to its six answers, in headless Chromium.

A visitor chooses each kind of hole, asks for six others, and paints a hole with the brush. Measured
in the page, from the time stamp of the release of the mouse to the end of the frame that shows the
new answers, and to the bar that says how far they are, if there is one. The processor's time of the
server for all that follows the release depends less on what else runs on the machine.

    python benchmarks/answers.py [--trials 10] [--only KIND ...] [--json]
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not
from tests.support import servers
from tests.support.browsing import browsing
from tests.support.servers import ROOT, Server
from tests.support.trials import trial_options
from vae_demo.repair.holes import HOLES
from vae_demo.repair.inpaint import ANSWERS
from vae_demo.ui.frame.catalogue import text

SOON = 200  # milliseconds
PATIENCE = 120_000  # milliseconds; the first visit to a server waits for torch
OTHERS, BRUSH = "six others", "brush"
ACTIONS = (*HOLES, OTHERS, BRUSH)

WATCH = """() => {
    const watch = (window.watch = { released: null, bar: null, shown: null });
    const pictures = new WeakMap();
    const paint = CanvasRenderingContext2D.prototype.putImageData;
    CanvasRenderingContext2D.prototype.putImageData = function (image, ...where) {
        paint.call(this, image, ...where);
        if (this.canvas.dataset.testid !== "answer") return;
        const now = image.data.join();
        if (pictures.get(this.canvas) === now) return;
        pictures.set(this.canvas, now);
        if (watch.released === null || watch.shown !== null) return;
        requestAnimationFrame(() => setTimeout(() => (watch.shown ??= performance.now())));
    };
    const look = () => {
        const bar = document.querySelector("[data-testid=stProgress]");
        const waits = watch.released !== null && watch.bar === null && watch.shown === null;
        const seen = bar?.checkVisibility({ visibilityProperty: true });
        if (waits && seen) watch.bar = performance.now();
        requestAnimationFrame(look);
    };
    look();
    window.addEventListener("pointerup", (event) => {
        Object.assign(watch, { released: event.timeStamp, bar: null, shown: null });
    }, true);
}"""


@dataclass(frozen=True)
class Release:
    """Milliseconds from a release."""

    answers: float
    bar: float | None  # None if there was no bar
    processor: float  # of the server


def ready(page: Page) -> None:
    """Wait until six answers are there and the script rests."""
    page.get_by_test_id("answer").nth(ANSWERS - 1).wait_for()
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.wait_for_load_state("networkidle")


def processor(server: Server) -> float:
    """The processor time of a server so far, in milliseconds."""
    lines = server.ask("/metrics")[2].splitlines()
    (seconds,) = (line.split()[1] for line in lines if line.startswith("process_cpu_seconds_total"))
    return 1000 * float(seconds)


def release(page: Page, server: Server, action: str) -> Release:
    """Do what is measured, on a page that is ready."""
    before = processor(server)
    if action == OTHERS:
        page.get_by_role("button", name=text("inpaint.answers.again", "en")).click()
    elif action == BRUSH:
        box = page.get_by_test_id("damaged").bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y - box["height"] / 5)
        page.mouse.down()
        page.mouse.move(x, y + box["height"] / 5, steps=8)
        page.mouse.up()
    else:
        page.get_by_text(text(f"inpaint.hole.{action}", "en"), exact=True).first.click()
    page.wait_for_function("watch.shown !== null")
    answers = page.evaluate("watch.shown - watch.released")
    bar = page.evaluate("watch.bar && watch.bar - watch.released")
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    return Release(answers, bar, processor(server) - before)


def trial(page: Page, server: Server, action: str) -> Release:
    """One visit; the page is there before the release."""
    other = next(kind for kind in HOLES if kind != action)
    page.goto(f"{server.url}/inpaint?lang=en&hole={BRUSH if action == BRUSH else other}")
    if action == BRUSH:  # without a hole there are no answers
        page.locator(".board.open").wait_for()
        page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    else:
        ready(page)
    return release(page, server, action)


def summary(found: list[Release]) -> dict[str, float]:
    ranked = sorted(each.answers for each in found)
    late = [each for each in found if each.answers > SOON]
    return {
        "median_ms": statistics.median(ranked),
        "p95_ms": ranked[min(int(0.95 * len(ranked)), len(ranked) - 1)],
        "within_200_ms": 1 - len(late) / len(found),
        "late_without_bar": sum(each.bar is None for each in late),
        "processor_ms": statistics.median(each.processor for each in found),
        "bar_median_ms": statistics.median([each.bar for each in found if each.bar] or [0]),
    }


def main() -> int:
    options = trial_options(__doc__, 10, ACTIONS)
    found: dict[str, list[Release]] = {action: [] for action in options.only}
    with servers.streamlit(ROOT / "app.py") as app, browsing() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
        page.set_default_timeout(PATIENCE)
        page.add_init_script(f"({WATCH})()")
        for action in options.only:  # the first visit imports and reads; not counted
            trial(page, app, action)
        for _ in tqdm(range(options.trials), unit="trial", disable=None, leave=False):
            for action in options.only:
                found[action].append(trial(page, app, action))
        version = browser.version
    rows = {action: summary(releases) for action, releases in found.items()}
    machine = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "chromium": version,
        "trials": options.trials,
    }
    if options.json:
        print(json.dumps({"actions": rows, **machine}, indent=2))
        return 0
    heads = ("median", "p95", "in 200 ms", "late, no bar", "bar after", "processor")
    print(f"{'':<14}" + "".join(f"{head:>13}" for head in heads))
    for action, row in rows.items():
        print(
            f"{action:<14}{row['median_ms']:>10.0f} ms{row['p95_ms']:>10.0f} ms"
            f"{row['within_200_ms']:>13.0%}{row['late_without_bar']:>13}"
            f"{row['bar_median_ms']:>10.0f} ms{row['processor_ms']:>10.0f} ms"
        )
    print(", ".join(f"{name} {value}" for name, value in machine.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
