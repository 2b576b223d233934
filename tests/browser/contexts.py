"""Visitors' browsers, lent to one test after another, and emptied in between."""

import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from playwright.sync_api import Browser, BrowserContext, Frame, Page

# With this flag of Chromium the pages of a context share a process.
SHARED_PROCESS = "--process-per-site"
OWN_PAGE = "http://127.0.0.1/"  # of a lent context; all servers of the tests have this host


class Contexts:
    """Browser contexts by what can't be set on a page: the browser's language, and fingers.

    In a new context every script of Streamlit's is loaded and compiled anew, which is most of what
    opening a page costs. A lent one keeps that, files that are the same for every visitor, and with
    `SHARED_PROCESS` what its process has compiled, for which an empty page of its own stays open.
    Whatever a page can store is gone before the next visitor comes; whoever changes anything else
    of a context (its network, permissions, scripts) takes one of their own from `browser`.
    """

    def __init__(self, browser: Browser, patience: float) -> None:
        self._browser = browser
        self._patience = patience
        self._free: dict[tuple[str, bool], list[BrowserContext]] = {}
        self._origins: dict[BrowserContext, set[str]] = {}

    @contextmanager
    def page(self, locale: str, touch: bool, fresh: bool = False) -> Iterator[Page]:
        """A blank page in a context that nobody has stored anything in; `fresh`: a new one."""
        free = [] if fresh else self._free.setdefault((locale, touch), [])
        context = free.pop() if free else self._new(locale, touch)
        own = context.pages
        page = context.new_page()
        self._empty(page)
        yield page
        for each in context.pages:
            if each not in own:
                each.close()
        if fresh:
            del self._origins[context]
            context.close()
        else:
            free.append(context)

    def _new(self, locale: str, touch: bool) -> BrowserContext:
        context = self._browser.new_context(locale=locale, has_touch=touch)
        context.set_default_timeout(self._patience)
        origins = self._origins[context] = set()
        own = context.new_page()
        own.route(OWN_PAGE, lambda route: route.fulfill(body="", content_type="text/html"))
        own.goto(OWN_PAGE)
        context.on("page", lambda page: page.on("framenavigated", partial(_note, origins)))
        return context

    def _empty(self, page: Page) -> None:
        """Removes all that earlier pages have stored; they are closed, so none can add to it."""
        context = page.context
        context.clear_cookies()
        origins = self._origins[context]
        if origins:
            session = context.new_cdp_session(page)
            for origin in origins:
                given = {"origin": origin, "storageTypes": "all"}
                session.send("Storage.clearDataForOrigin", given)
            session.detach()
            origins.clear()


def _note(origins: set[str], frame: Frame) -> None:
    parts = urllib.parse.urlsplit(frame.url)
    if parts.netloc:
        origins.add(f"{parts.scheme}://{parts.netloc}")
