"""Processor time of the page's main thread for each picture while the mouse drags a control.

Latency and frame rate, which `benchmarks/interaction.py` measures, depend on what else the machine
does; this hardly does. Chromium's tracing says how much processor time every task of the thread
took: scripts, style, layout, painting. What lies between two frames in which the control's canvas
was drawn is one picture.

    python benchmarks/frame_work.py [--trials 3] [--only PAGE ...] [--beside FOLDER] [--json]

With `--beside`, another checkout of the app is measured in the same run, trial by trial.
"""

from __future__ import annotations

import argparse
import bisect
import json
import statistics
import sys
import time
from collections import Counter, defaultdict
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not
from benchmarks.interaction import DRAGS, PATIENCE, Drag, ready
from tests.support import servers
from tests.support.browsing import browsing
from tests.support.servers import ROOT

SECONDS = 4  # of each drag
FIRST = 5  # pictures of a drag that do not count
TASK, SCRIPT, LAYOUT = "ThreadControllerImpl::RunTask", "FunctionCall", "Layout"
NAMES = {"task": TASK, "script": SCRIPT, "layout": LAYOUT}
Event = dict[str, Any]


def dragged(browser: Browser, url: str, drag: Drag) -> list[Event]:
    """What the browser traces during one drag."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(url + drag.path)
    handle = drag.handle(page)
    handle.wait_for()
    ready(page)
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    events: list[Event] = []
    complete: list[Event] = []
    session = browser.new_browser_cdp_session()
    session.on("Tracing.dataCollected", lambda found: events.extend(found["value"]))
    session.on("Tracing.tracingComplete", lambda found: complete.append(found))
    page.mouse.move(x, y)
    page.mouse.down()
    categories = ["devtools.timeline", "toplevel"]
    session.send("Tracing.start", {"traceConfig": {"includedCategories": categories}})
    start = time.perf_counter()
    while (now := time.perf_counter() - start) < SECONDS:
        way = 2 * now % 2
        page.mouse.move(x + 200 * ((way if way < 1 else 2 - way) - 0.5), y)
    session.send("Tracing.end")
    while not complete:
        page.wait_for_timeout(20)
    session.detach()
    context.close()
    return events


def per_picture(events: list[Event]) -> dict[str, list[float]]:
    """Milliseconds of processor time for each picture."""
    drawing = [event for event in events if event["name"] == "FireAnimationFrame"]
    ((process, thread), _) = Counter((e["pid"], e["tid"]) for e in drawing).most_common(1)[0]
    frames = sorted(e["ts"] for e in drawing if (e["pid"], e["tid"]) == (process, thread))
    found: dict[str, list[float]] = defaultdict(lambda: [0.0] * len(frames))
    for event in events:
        at = bisect.bisect(frames, event["ts"]) - 1
        own = (event["pid"], event["tid"]) == (process, thread) and event["ph"] == "X"
        for name, traced in NAMES.items():
            if own and at >= 0 and event["name"] == traced:
                found[name][at] += float(event.get("tdur") or event["dur"]) / 1000
    return {name: values[FIRST:] for name, values in found.items()}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--trials", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=list(DRAGS), default=["transform"])
    parser.add_argument("--beside", type=Path, help="the folder of another checkout")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    folders = {"this": ROOT} | ({"beside": options.beside} if options.beside else {})
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    with ExitStack() as stack:
        urls = {
            name: stack.enter_context(servers.streamlit(folder / "app.py")).url
            for name, folder in folders.items()
        }
        browser = stack.enter_context(browsing())
        for trial in range(-1, options.trials):  # the first visit to a server is not counted
            for page in options.only:
                for name, url in urls.items():
                    for part, values in per_picture(dragged(browser, url, DRAGS[page])).items():
                        if trial >= 0:
                            found[f"{page}, {name}"][part] += values
    told = {
        name: {
            "pictures": len(parts["task"]),
            **{
                f"{part}_{kind}_ms": round(number, 2)
                for part, values in parts.items()
                for kind, number in (
                    ("median", statistics.median(values)),
                    ("p95", sorted(values)[int(0.95 * (len(values) - 1))]),
                )
            },
        }
        for name, parts in found.items()
    }
    if options.json:
        print(json.dumps(told, indent=2))
        return 0
    for name, numbers in told.items():
        print(name, *(f"{key} {value}" for key, value in numbers.items()), sep="\n  ")
    return 0


if __name__ == "__main__":
    sys.exit(main())
