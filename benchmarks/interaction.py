"""Latency and frame rate while the mouse drags a control of the app, in headless Chromium.

Each page is opened in a new context, and a control is dragged for two seconds. For comparison, the
same is measured for a page with Streamlit's own sliders and the same decoder, and for a page with
only a slider and a canvas, which gives the latency of the browser itself. Measured in the page:

- answer: from the pointer event's own time stamp to the end of the frame that shows the picture
  (the first task after that frame was rendered), for every picture; where several events came
  before one picture, from the first of them. Streamlit's slider answers to the release only, so
  there it is from the release. Where a place of the pointer may ask for no other picture, the
  places are tried before, and the drag goes to and fro over those that do. Where the picture is
  computed in the background, each event waits for the picture of the one before, so that no
  picture is taken for the answer to a later event.
- work: processor time of the page's main thread for each frame in which the picture was painted:
  scripts, style, layout and painting. Other programs change it less than the answers.
- frames: pictures painted per second of the drag.
- messages: what the browser sent to the server between press and release.
- first load: bytes over the wire, the app itself included, until the page answers the hand.

    python benchmarks/interaction.py [--trials 5] [--only NAME ...] [--json]

The names are those of DRAGS in support/drags.py.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import streamlit
from playwright.sync_api import Browser, CDPSession, FloatRect, Page
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not
from benchmarks.support.drags import DRAGS, FLOOR, SLIDERS, Drag
from tests.support import servers
from tests.support.browsing import browsing
from tests.support.servers import HEALTH, ROOT
from tests.support.trials import trial_options

SECONDS = 2  # of each drag
NEXT = 8  # CSS pixels to the next place on a slider, where it has another value
TRIED = 120  # places of a drag, to find those that ask for another picture
TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
PATIENCE = 120_000  # milliseconds; the first visit to a server waits for torch

WATCH = """(wanted) => {
    const watch = (window.watch = { answers: [], pictures: 0, pending: null, on: null });
    let counted = false; // whether the picture of this frame is
    const channel = new MessageChannel();
    const due = [];
    channel.port1.onmessage = () => {
        const since = due.shift();
        if (since !== null) watch.answers.push(performance.now() - since);
        else counted = false;
    };
    // The frame's own callback, then the first task after it: by then the frame is rendered.
    const afterFrame = (since) => {
        const end = () => { due.push(since); channel.port2.postMessage(0); };
        if (inFrame) end();
        else frame(end);
    };
    const painted = () => {
        if (!counted) {
            counted = true;
            watch.pictures++;
            afterFrame(null);
        }
        if (watch.pending === null) return;
        afterFrame(watch.pending);
        watch.pending = null;
    };
    let inFrame = false;
    const frame = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (callback) => frame((now) => {
        inFrame = true;
        // A microtask, since an observer of changes is called in one after the callback.
        try { callback(now); } finally { queueMicrotask(() => { inFrame = false; }); }
    });
    watch.drawing = (drawing) => new MutationObserver(painted).observe(drawing, {
        attributes: true, characterData: true, childList: true, subtree: true,
    });
    for (const name of ["putImageData", "fill", "drawImage"]) {
        const original = CanvasRenderingContext2D.prototype[name];
        CanvasRenderingContext2D.prototype[name] = function (...given) {
            original.apply(this, given);
            if (this.canvas.dataset.testid === wanted) painted();
        };
    }
    const note = (event) => {
        if (event.type === watch.on) watch.pending ??= event.timeStamp;
    };
    for (const name of ["pointermove", "pointerup"]) window.addEventListener(name, note, true);
}"""


@dataclass
class Found:
    """The results of a page's trials: milliseconds, pictures per second, counts, bytes."""

    answers: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)
    frames: list[float] = field(default_factory=list)
    messages: list[int] = field(default_factory=list)
    loaded: list[int] = field(default_factory=list)

    def summary(self) -> dict[str, float]:
        ranked = sorted(self.answers)
        return {
            "answer_median_ms": statistics.median(ranked),
            "answer_p95_ms": ranked[min(int(0.95 * len(ranked)), len(ranked) - 1)],
            "answers": len(ranked),
            "work_ms": statistics.median(self.work),
            "pictures_per_second": statistics.median(self.frames),
            "messages_during_drag": max(self.messages),
            "first_load_bytes": int(statistics.median(self.loaded)),
        }


STREAMLITS_OWN = ("--runner.postScriptGC", "true")  # which .streamlit/config.toml switches off


class Wire:
    """Counts the bytes that a page receives and the messages that it sends."""

    def __init__(self, session: CDPSession) -> None:
        self.received = 0
        self.sent = 0
        session.send("Network.enable")
        session.on("Network.dataReceived", self._data)
        session.on("Network.webSocketFrameReceived", self._frame)
        session.on("Network.webSocketFrameSent", self._out)

    def _data(self, event: dict) -> None:
        self.received += event["encodedDataLength"]

    def _frame(self, event: dict) -> None:
        self.received += len(event["response"]["payloadData"]) * 3 // 4  # binary, as base64

    def _out(self, _event: dict) -> None:
        self.sent += 1


def main_thread_seconds(session: CDPSession) -> float:
    """The processor time that the page's main thread has used."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))


def ready(page: Page) -> None:
    """Wait until the script has run and all files are loaded."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.wait_for_load_state("networkidle")


def reach_of(drag: Drag, box: FloatRect) -> float:
    """How far from the middle the pointer goes, in CSS pixels."""
    reach = 0.4 * box["width"]
    return reach if drag.zigzag else min(reach, 100)  # a picture is due at each place


def place(drag: Drag, box: FloatRect, now: float, step: int) -> tuple[float, float]:
    """Where the pointer is at a step of a drag, `now` seconds after its start."""
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    reach = reach_of(drag, box)
    way = (now / SECONDS * 4) % 2
    across = (way if way < 1 else 2 - way) - 0.5
    down = reach * ((step % 40) / 20 - 1 if step % 40 < 20 else 1 - (step % 40 - 20) / 20)
    return x + 2 * reach * across, y + (down / 2 if drag.zigzag else 0)


def asking(page: Page, drag: Drag, box: FloatRect) -> list[tuple[float, float]]:
    """The places of a drag at which the picture becomes another one, found by trying them."""
    found = []
    for step in range(TRIED):
        spot = place(drag, box, SECONDS * step / TRIED, step)
        before = page.evaluate("watch.pictures")
        page.mouse.move(*spot)
        page.evaluate(TWO_FRAMES)
        if page.evaluate("watch.pictures") > before:
            found.append(spot)
    assert len(found) > TRIED / 4, f"the picture hardly changes: {len(found)} of {TRIED} times"
    return found


def trial(browser: Browser, url: str, drag: Drag, found: Found) -> None:
    """One visit: load, drag for `SECONDS`, release."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    session = context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    wire = Wire(session)
    page.add_init_script(f"({WATCH})({json.dumps(drag.canvas)})")
    page.goto(url + drag.path)
    handle = drag.handle(page)
    handle.wait_for()
    if not drag.bare:
        ready(page)
    found.loaded.append(wire.received)
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    places = asking(page, drag, box) if drag.pointing else []
    if drag.answered:
        reach = int(reach_of(drag, box))
        places = [(x + right, y) for right in range(-reach, reach + 1, NEXT)]
    places += places[-2:0:-1]  # and back
    page.evaluate(
        "(on) => { watch.answers.length = watch.pictures = 0; watch.on = on; }", drag.answers_to
    )
    if drag.drawing:
        page.locator(drag.drawing).first.evaluate("(drawing) => watch.drawing(drawing)")
    before, used = wire.sent, main_thread_seconds(session)
    start = time.perf_counter()
    step = 0
    while (now := time.perf_counter() - start) < SECONDS:
        step += 1
        answers = page.evaluate("watch.answers.length") if drag.answered else 0
        page.mouse.move(*(places[step % len(places)] if places else place(drag, box, now, step)))
        if drag.answered:
            page.wait_for_function("(before) => watch.answers.length > before", arg=answers)
    used = main_thread_seconds(session) - used
    found.messages.append(wire.sent - before)
    if drag.answers_to == "pointerup":
        page.mouse.up()
        page.wait_for_function("watch.answers.length > 0")
    answers = page.evaluate("watch.answers")
    found.answers += answers
    found.frames.append(len(answers) / SECONDS)
    found.work.append(1000 * used / max(page.evaluate("watch.pictures"), 1))
    context.close()


def main() -> int:
    options = trial_options(__doc__, 5, list(DRAGS))
    found = {name: Found() for name in [*options.only, "sliders", "floor"]}
    with (
        servers.streamlit(ROOT / "app.py") as app,
        servers.streamlit(
            ROOT / "benchmarks/pages/sliders_server.py", ready=HEALTH, settings=STREAMLITS_OWN
        ) as sliders,
        browsing() as browser,
    ):
        plan = [(app.url, name, DRAGS[name]) for name in options.only]
        plan.append((sliders.url, "sliders", SLIDERS))
        plan.append(((ROOT / "benchmarks/pages/floor.html").as_uri(), "floor", FLOOR))
        for url, _, drag in plan:  # the first visit to a server imports and reads; not counted
            trial(browser, url, drag, Found())
        for _ in tqdm(range(options.trials), unit="trial", disable=None, leave=False):
            for url, name, drag in plan:
                trial(browser, url, drag, found[name])
        version = browser.version
    pages = {name: each.summary() for name, each in found.items()}
    slow = pages["sliders"]["answer_median_ms"]
    for each in pages.values():
        each["times_as_fast_as_sliders"] = slow / each["answer_median_ms"]
    machine = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "streamlit": streamlit.__version__,
        "chromium": version,
        "trials": options.trials,
    }
    if options.json:
        print(json.dumps({"pages": pages, **machine}, indent=2))
        return 0
    print(
        f"{'':<10}{'median':>9}{'p95':>9}{'work':>9}{'pictures/s':>12}{'messages':>10}"
        f"{'first load':>12}{'sliders/this':>14}"
    )
    for name, each in pages.items():
        print(
            f"{name:<10}{each['answer_median_ms']:>6.1f} ms{each['answer_p95_ms']:>6.1f} ms"
            f"{each['work_ms']:>6.1f} ms"
            f"{each['pictures_per_second']:>12.1f}{each['messages_during_drag']:>10}"
            f"{each['first_load_bytes'] / 1e6:>9.2f} MB{each['times_as_fast_as_sliders']:>14.1f}"
        )
    print(", ".join(f"{name} {value}" for name, value in machine.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
