"""Servers for tests and benchmarks, each a process of its own."""

from __future__ import annotations

import asyncio
import functools
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120  # seconds
HEALTH = "/_stcore/health"  # what every Streamlit server answers; "/ready" is the app's own
LOCAL = (
    *("--server.address", "127.0.0.1", "--server.headless", "true"),
    *("--browser.gatherUsageStats", "false"),
)


def outcome(work: Coroutine[Any, Any, Any]) -> Any:
    """What comes of a coroutine, in a thread: the browser of other tests has its loop in this."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition; fail where it does not come true."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "never so"
        time.sleep(0.01)


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    url: str  # without a slash at its end
    log: Path  # the file of what it writes to stderr
    process: subprocess.Popen[bytes]

    def ask(self, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
        """Status, headers (their names in lower case) and text of an answer."""
        request = urllib.request.Request(self.url + path, headers=headers)
        try:
            answer: Any = urllib.request.urlopen(request, timeout=PATIENCE)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            found = {name.lower(): value for name, value in answer.headers.items()}
            return answer.status, found, answer.read().decode()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def running(
    command: Sequence[str],
    log: Path,
    port: int,
    ready: str = "/ready",
    cwd: Path = ROOT,
    **env: str,
) -> Iterator[Server]:
    """A server started by a command, from the time it is ready until the block ends."""
    with log.open("wb") as errors:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": str(ROOT), **env},
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
    server = Server(f"http://127.0.0.1:{port}", log, process)
    try:
        end = time.monotonic() + PATIENCE
        while not _answers(server, ready):
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{command} did not get ready:\n{log.read_text()}")
            time.sleep(0.05)
        yield server
    finally:
        process.terminate()
        process.wait(PATIENCE)


@contextmanager
def streamlit(
    script: str | Path,
    log: Path = Path(os.devnull),
    ready: str = "/ready",
    settings: Sequence[str] = (),
    port: int | None = None,
    **env: str,
) -> Iterator[Server]:
    """`streamlit run script` on this port, or on a free one."""
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    with running([*command, *LOCAL, *settings], log, port, ready, **env) as server:
        yield server


class _Quiet(SimpleHTTPRequestHandler):
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".js": "text/javascript"}

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def static_files(folder: Path) -> Iterator[str]:
    """A plain file server for a folder; yields its URL, without a slash at its end."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _answers(server: Server, path: str) -> bool:
    try:
        return server.ask(path)[0] == 200
    except OSError:
        return False
