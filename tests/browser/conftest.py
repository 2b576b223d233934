"""A browser, servers and pages for all browser tests.

    def test_something(visit, app_url, settled, problems):
        page = visit(f"{app_url}/draw", width=390, theme="dark", touch=True)
        settled(page)
        ...
        assert problems == []

Tests wait for what they expect to see, with Playwright's `expect`, and never for a time.
"""

import base64
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from tests.browser.contexts import SHARED_PROCESS, Contexts
from tests.support.browsing import browsing, serve_modules
from tests.support.servers import HEALTH, Server, streamlit

ROOT = Path(__file__).resolve().parents[2]
UI = ROOT / "vae_demo/ui"
PATIENCE = 90_000  # ms, for a busy machine; a condition that is met ends the wait at once

expect.set_options(timeout=PATIENCE)


def pytest_configure(config: pytest.Config) -> None:
    """Makes the marker known."""
    config.addinivalue_line("markers", "browser: drives a real browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests of this folder, so that `-m "not browser"` leaves them out.

    They are not traced: coverage is that of the core, by its own tests.
    """
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.no_cover)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for the whole session."""
    with browsing(SHARED_PROCESS) as chromium:
        yield chromium


class Servers:
    """Streamlit servers by script and environment; each is started once and then reused."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._servers: dict[tuple[object, ...], tuple[Server, ExitStack]] = {}

    def __call__(self, script: str | Path, **env: str) -> str:
        """Starts `streamlit run script` and returns its base URL, without a slash at its end.

        A test that needs a server nobody has visited yet passes any variable of its own.
        """
        known = (str(script), *sorted(env.items()))
        if known not in self._servers:
            self._servers[known] = self._start(ROOT / script, env)
        return self._servers[known][0].url

    def end(self, url: str) -> None:
        """Ends the server at `url`; the next one of this kind is a new one."""
        (known,) = (known for known, (server, _) in self._servers.items() if server.url == url)
        self._servers.pop(known)[1].close()

    def close(self) -> None:
        """Ends all servers, at once: no page is open any more."""
        for server, _ in self._servers.values():
            server.process.kill()
        for _, stack in self._servers.values():
            stack.close()

    def _start(self, script: Path, env: dict[str, str]) -> tuple[Server, ExitStack]:
        log = self._logs / f"{script.stem}-{hash(tuple(env.items()))}.log"
        stack = ExitStack()
        server = stack.enter_context(streamlit(script, log, HEALTH, **env))
        return server, stack


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """`serve("path/of/script.py", NAME="value")` -> base URL."""
    servers = Servers(tmp_path_factory.mktemp("servers"))
    yield servers
    servers.close()


@pytest.fixture(scope="session")
def app_url(serve: Servers) -> str:
    """The base URL of the app."""
    return serve("app.py")


@pytest.fixture(scope="session")
def apps_url(serve: Servers) -> str:
    """The base URL of the small apps, each a page below it."""
    return serve("tests/browser/apps/server.py")


@pytest.fixture
def problems() -> list[str]:
    """What went wrong on all pages of this test, as it comes.

    Errors in the console, uncaught exceptions, requests to any host but this one.
    """
    return []


def _watch(page: Page, problems: list[str]) -> None:
    """Notes the problems of a page."""

    def said(message: ConsoleMessage) -> None:
        if message.type == "error":
            problems.append(f"console: {message.text} {message.location['url']}")

    def asked(url: str) -> None:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("data", "blob", "about") and parts.hostname != "127.0.0.1":
            problems.append(f"request: {url[:200]}")

    page.on("console", said)
    page.on("pageerror", lambda error: problems.append(f"exception: {error}"))
    page.on("request", lambda request: asked(request.url))
    page.on("websocket", lambda socket: asked(socket.url))


class Visit(Protocol):
    """Opens a page as a visitor of its own: what others have stored, it does not find."""

    def __call__(
        self,
        url: str,
        *,
        width: int = 1280,
        height: int = 900,
        theme: Literal["light", "dark"] = "light",
        locale: str = "en-US",
        touch: bool = False,
        fresh: bool = False,
    ) -> Page: ...


@pytest.fixture(scope="session")
def contexts(browser: Browser) -> Contexts:
    """The visitors' browsers of the session."""
    return Contexts(browser, PATIENCE)


@pytest.fixture
def visit(contexts: Contexts, problems: list[str]) -> Iterator[Visit]:
    """`visit(url, width=, height=, theme=, locale=, touch=)` -> a page, closed after the test.

    Files by HTTP may come from the browser's cache; with `fresh=True` they come from the server.
    """
    with ExitStack() as stack:

        def visit(
            url: str,
            *,
            width: int = 1280,
            height: int = 900,
            theme: Literal["light", "dark"] = "light",
            locale: str = "en-US",
            touch: bool = False,
            fresh: bool = False,
        ) -> Page:
            page = stack.enter_context(contexts.page(locale, touch, fresh))
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=theme)
            _watch(page, problems)
            page.goto(url)
            return page

        yield visit


@pytest.fixture(scope="session")
def settled() -> Callable[[Page], None]:
    """`settled(page)` waits until the page's script has run.

    Just after a click it may still see the run before: wait for what the click changes, then.
    """

    def wait(page: Page) -> None:
        page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")

    return wait


@pytest.fixture(scope="session")
def gray() -> Callable[[Locator], np.ndarray]:
    """`gray(canvas)` -> its pixels, uint8 (height, width), where red is as good as green."""

    def read(canvas: Locator) -> np.ndarray:
        height, width, text = canvas.evaluate(
            """(canvas) => {
                const { width, height } = canvas;
                const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
                let text = "";
                for (let i = 0; i < data.length; i += 4) text += String.fromCharCode(data[i]);
                return [height, width, btoa(text)];
            }"""
        )
        return np.frombuffer(base64.b64decode(text), np.uint8).reshape(height, width)

    return read


class Until(Protocol):
    """Waits for what Playwright's `expect` can't see, such as the pixels of a canvas."""

    def __call__(self, page: Page, condition: Callable[[], bool], what: str) -> None: ...


@pytest.fixture(scope="session")
def until() -> Until:
    """`until(page, condition, what)` returns when the condition is met, else fails with `what`."""

    def wait(page: Page, condition: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + PATIENCE / 1000
        while not condition():
            if time.monotonic() > end:
                pytest.fail(f"never happened: {what}")
            page.wait_for_timeout(50)

    return wait


class InModule(Protocol):
    """Runs JavaScript with a module of the browser parts and all that it imports."""

    def __call__(self, module: str, body: str, argument: object = None) -> Any: ...


@pytest.fixture(scope="module")
def in_module(browser: Browser) -> Iterator[InModule]:
    """`in_module("engine/layers.js", body, argument)` -> what the JavaScript `body` returns.

    It is given the module as `m` and the argument as `a`, and may await.
    """
    page = browser.new_page()
    serve_modules(page)
    page.goto("http://localhost/")
    script = """async ([module, body, a]) => {
        const AsyncFunction = (async () => {}).constructor;
        return new AsyncFunction("m", "a", body)(await import(`/${module}`), a);
    }"""

    def run(module: str, body: str, argument: object = None) -> Any:
        return page.evaluate(script, [module, body, argument])

    yield run
    page.close()
