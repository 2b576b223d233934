"""The Chromium of tests and benchmarks, and pages with the JavaScript modules alone."""

from __future__ import annotations

import os
import shutil
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Route, sync_playwright

UI = Path(__file__).resolve().parents[2] / "vae_demo/ui"
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
def browsing(*flags: str) -> Iterator[Browser]:
    """A headless browser, with more flags than the usual."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=[*FLAGS, *flags])
        yield browser
        browser.close()


def serve_modules(page: Page) -> None:
    """Answers every request of a page to http://localhost/ with the file below `vae_demo/ui`."""

    def answer(route: Route) -> None:
        path = UI / urllib.parse.urlsplit(route.request.url).path.lstrip("/")
        if path.is_file():
            route.fulfill(path=path)
        else:
            route.fulfill(body="<title>Modules</title>", content_type="text/html")

    page.route("http://localhost/**", answer)
