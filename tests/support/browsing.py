<<<<<<< HEAD
"""Start a Streamlit server and a headless Chromium, for measurements and tests."""
=======
"""The Chromium of tests and benchmarks."""
>>>>>>> 146c4fb (Browser tests: one walk of a visitor for what had many openings; one way to start a server)

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def _chromium() -> str | None:
    """The path of an installed Chromium, preferably the headless shell; None: Playwright's own."""
    return (
        os.environ.get("CHROMIUM")
        or shutil.which("chromium-headless-shell")
        or shutil.which("chromium")
    )


@contextmanager
def browsing() -> Iterator[Browser]:
    """A headless browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=FLAGS)
        yield browser
        browser.close()
<<<<<<< HEAD


@contextmanager
def serving(
    script: Path, log: int | IO[bytes] = subprocess.DEVNULL, settings: Sequence[str] = ()
) -> Iterator[str]:
    """Start a Streamlit server and yield its URL; its stderr is written to `log`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    options = ["--server.port", str(port), "--server.headless", "true"]
    options += ["--server.fileWatcherType", "none", "--browser.gatherUsageStats", "false"]
    server = subprocess.Popen(
        [*command, *options, *settings],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=log,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{url}/_stcore/health", timeout=5)
                break
            except OSError:
                time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait()
=======
>>>>>>> 146c4fb (Browser tests: one walk of a visitor for what had many openings; one way to start a server)
