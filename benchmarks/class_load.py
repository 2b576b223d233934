"""Load test of a class: a room with a live board beside trainings, and a restart of the server.

Pupils open the page of a room, join, look at the board every 2.5 seconds, send an answer every 4 to
10 seconds, and open the page again from time to time; the teacher looks every 1.5 seconds. Other
visitors train. At two thirds of the time the server is stopped and started again; pupils send what
it did not take until it does, as the page does. Nobody uses a browser (`tests/support/visitor.py`).

- page: from the first request of a page to its last file.
- look: one request for the room and its board.
- answer: from sending a code to what the judge says.
- lost: answers that the server had taken and that are not on the board at the end.

The seconds around the restart, while the server is away, are not in the times.

    python benchmarks/class_load.py [--pupils 50] [--trainings 4] [--seconds 120] [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import os
import platform
import random
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import streamlit

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not
from benchmarks.load import spread
from tests.support import servers
from tests.support.servers import ROOT
from tests.support.visitor import Dropped, Visitor

LOOKS = {"pupil": 2.5, "teacher": 1.5}  # seconds between two looks, as in part.js
SENDS = 4, 10  # seconds between two answers of a pupil, at least and at most
PAGES = 20, 40  # seconds until a pupil opens the page again
RETRY = 1.0  # seconds between two attempts while the server is away
SETTLE = 5.0  # seconds after a restart that are not in the times


@dataclass
class Found:
    """The results: seconds, counts and errors."""

    pages: list[float] = field(default_factory=list)
    looks: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    bytes_per_look: float = 0.0
    sent: int = 0
    resent: int = 0
    lost: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    trained: int = 0


class Browser(Visitor):
    """A visitor who opens a page again has its cookie, and its files in the browser's cache."""

    def __init__(self, url: str, before: Visitor | None = None) -> None:
        super().__init__(url)
        if before:
            self.cookies, self._files = before.cookies, before._files

    def _get(self, address: str) -> bytes:
        if address in self._files:
            return b""
        raw = super()._get(address)
        if address.startswith("static/"):
            self._files.add(address)
        return raw


class Away(Exception):
    """The server did not answer."""


class Class:
    """A class on one server, whose clock all share."""

    def __init__(self, url: str, pupils: int, trainings: int, seconds: float) -> None:
        self.url, self.pupils, self.trainings, self.seconds = url, pupils, trainings, seconds
        self.found = Found()
        self.code = ""
        self.away = asyncio.Event()  # set while the server is restarted
        self.start = time.monotonic()
        self.best: dict[str, float] = {}  # nickname -> the best score that the server has taken
        self._bytes: list[int] = []

    @property
    def over(self) -> bool:
        return time.monotonic() - self.start > self.seconds

    async def ask(
        self, visitor: Visitor, path: str, body: object = None
    ) -> tuple[int, dict[str, Any]]:
        """Ask for something of the class, with the visitor's cookie."""

        def request() -> tuple[int, bytes]:
            connection = http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=60)
            cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
            headers = {"Cookie": cookies, "Content-Type": "application/json"}
            try:
                text = None if body is None else json.dumps(body)
                method = "GET" if body is None else "POST"
                connection.request(method, f"/classroom/{path}", text, headers)
                answer = connection.getresponse()
                return answer.status, answer.read()
            except (OSError, http.client.HTTPException) as error:
                raise Away(str(error)) from None
            finally:
                connection.close()

        status, raw = await asyncio.to_thread(request)
        self._bytes.append(len(raw))
        return status, json.loads(raw) if raw else {}

    async def insist(self, visitor: Visitor, path: str, body: object) -> tuple[int, dict[str, Any]]:
        """Ask until the server answers."""
        while True:
            try:
                return await self.ask(visitor, path, body)
            except Away:
                self.found.resent += 1
                await asyncio.sleep(RETRY)

    async def timed(self, times: list[float], work: Any) -> Any:
        """What comes of some work; its seconds count unless the server was away meanwhile."""
        before, start = self.away.is_set(), time.perf_counter()
        result = await work
        if not before and not self.away.is_set():
            times.append(time.perf_counter() - start)
        return result

    async def open_page(self, visitor: Visitor) -> None:
        await self.timed(self.found.pages, visitor.open("class", f"room={self.code}"))
        self.found.errors += visitor.errors

    # ---- who takes part

    async def teach(self, visitor: Visitor) -> None:
        while not self.over:
            await self.look(visitor, "teacher")
        _, room = await self.insist_look(visitor)
        shown = {row["name"]: row["score"] for row in room["board"]}
        for name, score in self.best.items():
            text = shown.get(name)
            if text is None or abs(float(text.rstrip("%")) - score) > 0.006:
                self.found.lost.append(f"{name} had {score}, the board has {text}")

    async def insist_look(self, visitor: Visitor) -> tuple[int, dict[str, Any]]:
        while True:
            try:
                return await self.ask(visitor, f"rooms/{self.code}")
            except Away:
                await asyncio.sleep(RETRY)

    async def look(self, visitor: Visitor, role: str) -> None:
        start = time.monotonic()
        try:
            asked = self.ask(visitor, f"rooms/{self.code}")
            status, _ = await self.timed(self.found.looks, asked)
            if status != 200:
                self.found.errors.append(f"a look was answered with {status}")
        except Away:
            if not self.away.is_set():
                self.found.errors.append("a look was not answered")
        await asyncio.sleep(max(0.0, LOOKS[role] - (time.monotonic() - start)))

    async def play(self, number: int) -> None:
        chance = random.Random(number)
        await asyncio.sleep(self.seconds / 6 * number / self.pupils)
        name = f"pupil {number}"
        visitor = await self.reopen(Visitor(self.url))
        try:
            status, _ = await self.insist(visitor, f"rooms/{self.code}/join", {"nickname": name})
            assert status == 200
            sending = asyncio.create_task(self.send(visitor, name, chance))
            again = time.monotonic() + chance.uniform(*PAGES)
            while not self.over:
                await self.look(visitor, "pupil")
                if time.monotonic() > again and not self.away.is_set():
                    again = time.monotonic() + chance.uniform(*PAGES)
                    visitor = await self.reopen(visitor)
            await sending
        finally:
            await visitor.__aexit__(None, None, None)

    async def reopen(self, before: Visitor) -> Visitor:
        """Open the page, anew with the same cookie, until the server answers."""
        while True:
            await before.__aexit__(None, None, None)
            visitor = Browser(self.url, before)
            was_away = self.away.is_set()
            try:
                await self.open_page(visitor)
                return visitor
            except (Dropped, OSError, http.client.HTTPException) as error:
                if not (was_away or self.away.is_set()):
                    self.found.errors.append(f"a page was not opened: {error}")
            before = visitor
            await asyncio.sleep(RETRY)

    async def send(self, visitor: Visitor, name: str, chance: random.Random) -> None:
        while not self.over:
            await asyncio.sleep(chance.uniform(*SENDS))
            state = {"z": [chance.uniform(-2, 2), chance.uniform(-2, 2)]}
            body = {"task": "eight", "round": 0, "state": state}
            asked = self.insist(visitor, f"rooms/{self.code}/submit", body)
            status, said = await self.timed(self.found.answers, asked)
            self.found.sent += 1
            if status == 200:
                score = float(said["this"].rstrip("%"))
                self.best[name] = max(score, self.best.get(name, 0))
            else:
                self.found.refused.append(f"{status}: {said.get('say')}")

    async def train(self, number: int) -> None:
        await asyncio.sleep(self.seconds / 12 * number / max(1, self.trainings))
        visitor = Visitor(self.url)
        try:
            await visitor.open("train")
            await visitor.press("train_start")
            self.found.trained += 1
            while not self.over and not self.away.is_set():
                await asyncio.sleep(0.5)
        except (Dropped, OSError, http.client.HTTPException) as error:
            if not self.away.is_set():
                self.found.errors.append(f"training {number}: {error}")
        finally:
            await visitor.__aexit__(None, None, None)


async def run(server_url: str, restart: Any, options: argparse.Namespace) -> Found:
    """Let a class play, and restart the server at two thirds of the time."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(2 * options.pupils + 20))
    test = Class(server_url, options.pupils, options.trainings, options.seconds)
    teacher = Visitor(server_url)
    await teacher.open("class")
    _, made = await test.ask(teacher, "rooms", {})
    test.code = made["code"]
    await teacher.__aexit__(None, None, None)
    test.start = time.monotonic()

    async def restarting() -> None:
        await asyncio.sleep(options.seconds * 2 / 3)
        test.away.set()
        await asyncio.to_thread(restart)
        await asyncio.sleep(SETTLE)
        test.away.clear()

    async with asyncio.TaskGroup() as group:
        group.create_task(test.teach(teacher))
        group.create_task(restarting())
        for number in range(options.pupils):
            group.create_task(test.play(number))
        for number in range(options.trainings):
            group.create_task(test.train(number))
    test.found.bytes_per_look = sum(test._bytes) / max(1, len(test._bytes))
    return test.found


def measure(options: argparse.Namespace) -> Found:
    """Run the test on a new server with rooms of its own."""
    with tempfile.TemporaryDirectory() as folder:
        port = servers.free_port()
        logs = [Path(folder) / f"log-{number}" for number in range(2)]
        env = {"VAE_DEMO_VISITORS": f"{folder}/visitors"}

        def started(log: Path) -> Any:
            return servers.streamlit(ROOT / "app.py", log, port=port, **env)

        first = started(logs[0])
        server = first.__enter__()
        second = started(logs[1])

        def restart() -> None:
            first.__exit__(None, None, None)
            second.__enter__()

        try:
            found = asyncio.run(run(server.url, restart, options))
        finally:
            second.__exit__(None, None, None)
        lines = [json.loads(line) for log in logs for line in log.read_text().splitlines() if line]
    found.errors += [f"log: {line}" for line in lines if line["level"] in ("ERROR", "CRITICAL")]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pupils", type=int, default=50)
    parser.add_argument("--trainings", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not 1 <= options.pupils <= 100 or options.trainings < 0 or options.seconds < 12:
        parser.error("pupils must be 1 to 100, trainings 0 or more, seconds 12 or more")
    found = measure(options)
    results = {
        **{
            what: spread(times)
            for what, times in (
                ("page", found.pages),
                ("look", found.looks),
                ("answer", found.answers),
            )
            if times
        },
        "sent": found.sent,
        "resent": found.resent,
        "lost": found.lost,
        "refused": found.refused,
        "errors": found.errors,
        "bytes_per_request": found.bytes_per_look,
        "pupils": options.pupils,
        "trainings": found.trained,
        "seconds": options.seconds,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "load_average": os.getloadavg()[0],
        "python": platform.python_version(),
        "streamlit": streamlit.__version__,
    }
    print(json.dumps(results, indent=2) if options.json else report(results))
    return int(bool(found.lost or found.refused or found.errors))


def report(results: dict[str, Any]) -> str:
    lines = [
        f"{what:<8} median {each['median_s']:6.2f} s   p95 {each['p95_s']:6.2f} s"
        f"   of {each['count']}"
        for what, each in results.items()
        if isinstance(each, dict)
    ]
    lines.append(
        f"answers sent {results['sent']}, attempts while the server was away {results['resent']}, "
        f"lost {len(results['lost'])}, refused {len(results['refused'])}"
    )
    lines += results["lost"] + results["refused"] + results["errors"]
    rest = ("pupils", "trainings", "seconds", "machine", "load_average", "python", "streamlit")
    return "\n".join([*lines, ", ".join(f"{name} {results[name]}" for name in rest)])


if __name__ == "__main__":
    sys.exit(main())
