"""The first request to a new server may be any link; its answer is the right page in its frame."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from playwright.sync_api import Page, expect

from tests.browser.conftest import Servers
from tests.browser.test_faults import load, offered, settled
from vae_demo.runs import library
from vae_demo.ui.frame.language import catalogue
from vae_demo.ui.server import cookie

EN = catalogue("en")


LINKS = {"explore": "lang=en&run=vae-2", "epochs": "lang=en", "draw": "lang=en"}
NOTE_BOXES = """window.boxes = [];
new MutationObserver(() => {
    const box = document.querySelector("[role=dialog]");
    if (box) window.boxes.push(box.innerText);
}).observe(document, { childList: true, subtree: true });"""


def test_the_first_request_to_a_new_server_shows_the_page_of_its_link(
    serve: Servers, visit: Callable[..., Page], problems: list[str]
) -> None:
    with ThreadPoolExecutor(len(LINKS)) as pool:  # a server of its own for each
        urls = list(pool.map(lambda name: serve("app.py", VAE_DEMO_FRESH=name), LINKS))
    for url, (name, query) in zip(urls, LINKS.items(), strict=True):
        page = visit("about:blank")
        page.add_init_script(NOTE_BOXES)
        page.goto(f"{url}/{name}?{query}")
        settled(page, name)
        expect(page).to_have_title(re.compile(re.escape(EN[f"{name}.menu"])))
        menu = page.get_by_test_id("stSidebarNav")
        for other in ("home", "explore", "train", "compare"):
            expect(menu.get_by_text(EN[f"{other}.menu"], exact=True)).to_have_count(1)
        expect(page.get_by_text(re.compile("not found", re.IGNORECASE))).to_have_count(0)
        assert page.evaluate("window.boxes") == []
        expect(page).to_have_url(re.compile(rf"^{url}/{name}\?"))
        page.close()
        serve.end(url)
    assert problems == []


def test_the_cookie_is_the_server_s_and_finds_the_visitor_again(
    app_url: str, visit: Callable[..., Page]
) -> None:
    page = settled(visit(f"{app_url}/train?lang=en"), "train")
    load(page, replace(library.find("vae-2"), name="kept over a reload"), EN)
    page.goto(f"{app_url}/explore?lang=en")
    assert "kept over a reload" in offered(settled(page, "explore"))

    assert cookie.NAME not in page.evaluate("document.cookie")
    (kept,) = (each for each in page.context.cookies() if each["name"] == cookie.NAME)
    assert kept["httpOnly"] and kept["sameSite"] == "Lax" and cookie.is_token(kept["value"])
    page.context.clear_cookies(name=cookie.NAME)
    page.reload()
    assert "kept over a reload" not in offered(settled(page, "explore"))
    page.context.add_cookies([{**kept, "value": cookie.new_token()}])  # type: ignore[typeddict-item]
    page.reload()
    assert "kept over a reload" not in offered(settled(page, "explore"))
