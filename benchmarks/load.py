"""Load test: many visitors at the same time on one server, some of whom train models.

Visitors arrive evenly during the first third of the time and open a random page. Every 5 to 15
seconds they open another page or release a control. At half of the time some of them start a
training on the Train page and watch it. They use Streamlit's protocol (`tests/support/visitor.py`)
without a browser, so that the server has the processor to itself. With --hand, a headless browser
drags a slider of the Explore page at the same time.

- page load: from the first request to the last file of the page, including the files of the app for
  a visitor's first page.
- answer: from the release of a control to the end of the page's run.
- memory: the growth of the server process per visitor while they arrive, before any training;
  before that, one visitor has opened every page.
- work: the processor time of the server per page load and answer in the same period. Unlike the
  seconds above, it does not depend on other programs.

    python benchmarks/load.py [--sessions 50] [--trainings 4] [--seconds 120] [--hand] [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import statistics
import sys
import tempfile
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import streamlit

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not
from benchmarks.interaction import DRAGS, trial
from benchmarks.interaction import Found as Drags
from tests.support import servers
from tests.support.browsing import browsing
from tests.support.servers import ROOT
from tests.support.visitor import Dropped, Visitor
from vae_demo.digits import mnist
from vae_demo.ui.parts.base64_text import base64_text
from vae_demo.ui.parts.draw.data import pad_picture
from vae_demo.ui.parts.explore.data import CODE

PAGES = ("", "draw", "explore", "morph", "generate", "train", "epochs", "compare")
LOOKS = 5, 15  # seconds that a visitor looks at what it sees, at least and at most


@dataclass
class Found:
    """The results of a load test: seconds, bytes and errors."""

    loads: list[float] = field(default_factory=list)
    loads_beside_trainings: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    trained: int = 0
    memory: float = 0.0
    work: float = 0.0
    hand: dict[str, Any] = field(default_factory=dict)


class LoadTest:
    """A load test of one server, with a clock that all visitors share."""

    def __init__(self, url: str, sessions: int, trainings: int, seconds: float) -> None:
        self.url, self.sessions, self.trainings = url, sessions, trainings
        self.seconds = seconds
        self.start = 0.0
        self.found = Found()

    @property
    def now(self) -> float:
        return time.monotonic() - self.start

    async def run(self) -> Found:
        """Run the whole load test."""
        async with Visitor(self.url) as first:
            for page in PAGES:
                await first.open(page)
                self.found.errors += first.errors
        before = await asyncio.to_thread(cost, self.url)
        self.start = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for number in range(self.sessions):
                group.create_task(self._visit(number))
            group.create_task(self._weigh(before))
        return self.found

    async def _weigh(self, before: tuple[float, float]) -> None:
        """Measure memory and processor time when all visitors have arrived and none trains yet."""
        await asyncio.sleep(self.seconds / 2)
        after = await asyncio.to_thread(cost, self.url)
        self.found.memory = (after[0] - before[0]) / self.sessions
        runs = len(self.found.loads) + len(self.found.answers)
        self.found.work = (after[1] - before[1]) / max(1, runs)

    async def _visit(self, number: int) -> None:
        chance = random.Random(number)
        await asyncio.sleep(self.seconds / 3 * number / self.sessions)
        try:
            async with Visitor(self.url) as visitor:
                trains = number < self.trainings
                await self._look_around(visitor, chance, self.seconds / (2 if trains else 1))
                if trains:
                    await self._train(visitor)
        except (Dropped, OSError) as error:
            self.found.dropped.append(f"visitor {number}: {error}")

    async def _look_around(self, visitor: Visitor, chance: random.Random, until: float) -> None:
        pages = list(PAGES)
        chance.shuffle(pages)
        while True:
            page = pages.pop(0)
            pages.append(page)
            await self._open(visitor, page)
            await asyncio.sleep(min(chance.uniform(*LOOKS), max(0, until - self.now)))
            if self.now >= until:
                return
            if page in ("explore", "draw"):
                self.found.answers.append(await release(visitor, page, chance))
                self.found.errors += visitor.errors

    async def _open(self, visitor: Visitor, page: str) -> None:
        beside = self.now > self.seconds / 2
        load = await visitor.open(page)
        (self.found.loads_beside_trainings if beside else self.found.loads).append(load)
        self.found.errors += visitor.errors

    async def _train(self, visitor: Visitor) -> None:
        await self._open(visitor, "train")
        await visitor.press("train_start")
        self.found.trained += 1
        await asyncio.sleep(max(0, self.seconds - self.now))
        self.found.errors += visitor.errors
        await visitor.press("train_reset")


async def release(visitor: Visitor, page: str, chance: random.Random) -> float:
    """Send the message that a page's part sends when a control is released."""
    if page == "explore":
        part = visitor.parts["explore_part"]
        before = CODE.read([part["view"]["z"]])
        assert before is not None
        z = CODE.write(np.array([chance.gauss(0, 1) for _ in before]))
        view = {"z": z, "digit": None, "plane": 0, "temperature": 1}
        view |= {"reading": False, "spacing": "linear"}
        view |= {"network": part["key"], "version": part["version"]}
        return await visitor.send("explore_part", view=view)
    part = visitor.parts["draw_part"]
    digit = mnist.test_digits().images[chance.randrange(10_000)]
    work = part["settings"] | {"serial": part["serial"] + 1, "untouched": False}
    return await visitor.send("draw_part", message=work | {"png": base64_text(pad_picture(digit))})


def cost(url: str) -> tuple[float, float]:
    """The memory of the server process in bytes, and its processor time in seconds."""
    with urllib.request.urlopen(f"{url}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    results = dict(line.rsplit(" ", 1) for line in lines if line.startswith("process_"))
    return float(results["process_resident_memory_bytes"]), float(
        results["process_cpu_seconds_total"]
    )


def drag(url: str, seconds: float) -> Drags:
    """Drag a slider in a headless browser, from a third of the time to the end."""
    found, end = Drags(), time.monotonic() + seconds
    time.sleep(seconds / 3)
    with browsing() as browser:
        while time.monotonic() < end:
            trial(browser, url, DRAGS["explore"], found)
    return found


def measure(sessions: int, trainings: int, seconds: float, hand: bool = False) -> Found:
    """Run a load test on a new server, and count the errors in its log."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with servers.streamlit(ROOT / "app.py", log) as server, ThreadPoolExecutor() as pool:
            test = LoadTest(server.url, sessions, trainings, seconds)
            dragging = pool.submit(drag, server.url, seconds) if hand else None
            found = pool.submit(asyncio.run, test.run()).result()
            if dragging:
                found.hand = dragging.result().summary()
        lines = [json.loads(line) for line in log.read_text().splitlines()]
    found.errors += [f"log: {line}" for line in lines if line["level"] in ("ERROR", "CRITICAL")]
    return found


def spread(seconds: list[float]) -> dict[str, float]:
    ranked = sorted(seconds)
    p95 = ranked[min(int(0.95 * len(ranked)), len(ranked) - 1)]
    return {"median_s": statistics.median(ranked), "p95_s": p95, "count": len(ranked)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--trainings", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--hand", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not 0 <= options.trainings <= options.sessions or options.sessions < 1:
        parser.error("sessions must be positive, and trainings at most as many")
    if options.seconds < 6:
        parser.error("seconds must be 6 or more")
    found = measure(options.sessions, options.trainings, options.seconds, options.hand)
    times = {
        "page load": found.loads,
        "page load beside trainings": found.loads_beside_trainings,
        "answer": found.answers,
    }
    results = {what: spread(seconds) for what, seconds in times.items() if seconds} | {
        "dropped": found.dropped,
        "errors": found.errors,
        "memory_per_session_mb": found.memory / 1e6,
        "work_per_run_s": found.work,
        "trainings": found.trained,
        "hand": found.hand,
        "sessions": options.sessions,
        "seconds": options.seconds,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "load_average": os.getloadavg()[0],
        "python": platform.python_version(),
        "streamlit": streamlit.__version__,
    }
    print(json.dumps(results, indent=2) if options.json else report(results))
    return int(bool(found.dropped or found.errors))


def report(results: dict[str, Any]) -> str:
    lines = [
        f"{what:<27} median {each['median_s']:6.2f} s   p95 {each['p95_s']:6.2f} s"
        f"   of {each['count']}"
        for what, each in results.items()
        if isinstance(each, dict) and "p95_s" in each
    ]
    if hand := results["hand"]:
        lines.append(
            f"a slider under the hand     median {hand['answer_median_ms']:.1f} ms"
            f"   p95 {hand['answer_p95_ms']:.1f} ms"
        )
    lines.append(
        f"memory                      {results['memory_per_session_mb']:.1f} MB per session"
    )
    lines.append(
        f"work                        {results['work_per_run_s']:.3f} s per page or answer"
    )
    lines.append(f"dropped {len(results['dropped'])}, errors {len(results['errors'])}")
    lines += results["dropped"] + results["errors"]
    rest = ("sessions", "trainings", "seconds", "machine", "load_average", "python", "streamlit")
    return "\n".join([*lines, ", ".join(f"{name} {results[name]}" for name in rest)])


if __name__ == "__main__":
    sys.exit(main())
