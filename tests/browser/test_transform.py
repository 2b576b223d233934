"""A visitor leans and moves an 8, by mouse and by keyboard, and reads what the ruler finds."""

import re
from collections.abc import Callable

import numpy as np
from playwright.sync_api import Page, expect

from tests.browser.hand import placed
from tests.browser.line import Wire
from vae_demo.digits import mnist
from vae_demo.digits.transforms import NAMES
from vae_demo.ui.frame.catalogue import catalogue
from vae_demo.ui.parts.transform.part import WAYS, Start

DIGIT = 61  # an 8
PIXELS = """(canvas) => [...canvas.getContext("2d").getImageData(0, 0, 28, 28).data]
    .filter((_, i) => i % 4 === 0)"""


def shown(page: Page) -> dict[str, np.ndarray]:
    canvas = "[data-testid=pulled][data-way={}]"
    return {way: np.array(page.locator(canvas.format(way)).evaluate(PIXELS)) for way in WAYS}


def away(page: Page, amounts: dict[str, float]) -> dict[str, int]:
    """The largest difference of each picture on the page from Python's, in levels."""
    row = np.array([amounts.get(name, 0.0) for name in NAMES])
    _, pictures = Start("vae-20", mnist.test_digits().images[DIGIT]).pulled(row)
    found = shown(page)
    return {way: int(np.abs(found[way] - pictures[way].ravel()).max()) for way in WAYS}


def test_a_visitor_pulls_a_digit(
    visit: Callable[..., Page],
    app_url: str,
    problems: list[str],
    until: Callable[..., None],
) -> None:
    page = visit("about:blank")
    wire = Wire(page)
    page.goto(f"{app_url}/transform?lang=en&shown=8&shown_index={DIGIT}")
    last = page.locator("[data-testid=pulled][data-way=attributes]")
    read = page.locator("figure", has=last).locator(".reading")
    expect(read).to_have_text(re.compile(r"read as 8, \d+ %"))
    wire.rests(page)
    assert max(away(page, {}).values()) <= 4

    slant = page.get_by_test_id("handle-slant")
    box = placed(slant)
    wire.clear()
    before = shown(page)
    page.mouse.move(*box.at(0.5, 0.5))
    page.mouse.down()
    for share in np.linspace(0.5, 0.75, 6):
        page.mouse.move(*box.at(float(share), 0.5))
    assert not wire.sent  # nothing is sent while it is dragged
    after = shown(page)
    assert all(np.abs(after[way] - before[way]).max() > 100 for way in WAYS)
    page.mouse.up()
    wire.settles(page, until)
    leaning = float(re.findall(r"slant=(-?[\d.]+)", page.url)[0])
    assert 8 < leaning < 14
    assert max(away(page, {"slant": leaning}).values()) <= 4

    right = page.get_by_test_id("handle-right")
    right.press("End")
    until(page, lambda: "right=4" in page.url, "the address follows the keyboard")
    wire.rests(page)
    amounts = {"slant": leaning, "right": 4.0}
    assert max(away(page, amounts).values()) <= 4

    page.reload()
    expect(page.get_by_test_id("handle-right")).to_have_attribute("aria-valuetext", "+4.0 px")
    expect(read).to_have_text(re.compile(r"read as \d, \d+ %"))
    wire.rests(page)
    assert max(away(page, amounts).values()) <= 4
    page.get_by_test_id("reset").click()
    until(page, lambda: "slant=" not in page.url, "the address forgets what is put back")

    page.goto(f"{app_url}/transform?lang=tr&shown=8&shown_index={DIGIT}")
    expect(page.get_by_role("heading", level=1)).to_have_text(catalogue("tr")["transform.title"])
    expect(page.locator("figure th + td").first).to_have_text(re.compile(r"^\d,\d$"))
    assert problems == []
