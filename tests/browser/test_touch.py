"""A finger on the maps of Understand: it drags what it holds, and scrolls the page elsewhere."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.hand import placed, swipe

Spot = tuple[float, float]  # shares of the width and the height

# What a finger does on each page: on which element, from where to where, and what the link holds
# afterwards; "" if the page is scrolled instead.
DONE: dict[str, list[tuple[str, Spot, Spot, str]]] = {
    "bubbles": [
        ("[data-testid=bubble-map]", (0.03, 0.8), (0.03, 0.2), ""),
        ("[data-testid=curves]", (0.25, 0.9), (0.25, 0.1), ""),
        ("[data-testid=bubble-map]", (0.5, 0.5), (0.5, 0.2), "digit="),
    ],
    "manifold": [
        ("[data-testid=manifold-map]", (0.6, 0.8), (0.6, 0.2), ""),
        ("[data-testid=manifold-map]", (0.125, 0.125), (0.5, 0.5), "x=0&y=0"),
        ("[data-testid=space]", (0.5, 0.8), (0.5, 0.2), ""),
        ("[data-testid=space]", (0.2, 0.5), (0.7, 0.52), "turn="),
        ("[data-testid=manifold-map]", (0.5, 0.8), (0.5, 0.2), "stroke="),  # once it is asked for
    ],
    "posterior": [
        ("[data-testid=posterior-map]", (0.04, 0.8), (0.04, 0.2), ""),
        ("[data-testid=posterior-map]", (0.5, 0.5), (0.7, 0.2), "hand="),
    ],
    "loss": [(".js-plotly-plot", (0.5, 0.8), (0.5, 0.2), "")],
}


def scrolled(page: Page) -> int:
    return int(page.get_by_test_id("stMain").evaluate("(main) => main.scrollTop"))


@pytest.mark.long
@pytest.mark.parametrize("name", DONE)
def test_a_finger_drags_what_it_holds_and_scrolls_elsewhere(
    name: str,
    visit: Callable[..., Page],
    app_url: str,
    until: Callable[[Page, Callable[[], bool], str], None],
    problems: list[str],
) -> None:
    page = visit(f"{app_url}/{name}?lang=en", width=390, height=844, touch=True)
    for selector, start, end, link in DONE[name]:
        target = page.locator(selector).first
        if link == "stroke=":
            page.get_by_test_id("curve-drawn").click()
        target.evaluate("(element) => element.scrollIntoView({ block: 'center' })")
        place, before, address = placed(target), scrolled(page), page.url
        swipe(page, place.at(*start), place.at(*end))
        if link:
            until(page, lambda link=link: link in page.url, link)
            assert scrolled(page) == before
        else:
            until(page, lambda before=before: scrolled(page) > before + 50, "it scrolls")
            assert page.url == address
    assert problems == []
