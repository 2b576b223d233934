"""A visitor of the Bubbles page switches each term of the loss off, and drags a bubble."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.hand import placed
from tests.browser.line import Wire
from vae_demo.ui.frame.language import catalogue

EN, TR = catalogue("en"), catalogue("tr")
Until = Callable[[Page, Callable[[], bool], str], None]


def number(part: Locator, name: str) -> float:
    return float(part.get_attribute(f"data-{name}") or "nan")


def test_a_visitor_switches_each_term_off(
    visit: Callable[..., Page], app_url: str, until: Until, problems: list[str]
) -> None:
    page = visit("about:blank")
    wire = Wire(page)
    page.goto(f"{app_url}/bubbles?lang=en")
    part, rate = page.locator(".bubbles"), page.get_by_test_id("term-rate")
    until(page, lambda: number(part, "steps") > 3, "the training runs by itself")
    assert 0.1 < number(part, "radius") < 0.5 and 1 < number(part, "spread") < 2.5
    until(page, lambda: number(part, "ratio") > 10, "the score function varies more than the trick")

    rate.uncheck()
    until(page, lambda: number(part, "radius") < 0.05, "points of a plain autoencoder")
    until(page, lambda: number(part, "spread") > 2.5, "points that drift apart")
    expect(page).to_have_url(re.compile("rate=off"))
    page.get_by_role("button", name=EN["bubbles.try.no_reconstruction"]).click()
    until(page, lambda: abs(number(part, "radius") - 1) < 0.1, "unit bubbles")
    until(page, lambda: number(part, "spread") < 0.1, "in the centre")
    expect(page).to_have_url(re.compile("reconstruction=off"))
    expect(rate).to_be_checked()

    # A bubble under the hand stops the training; nothing is sent until it is released.
    page.get_by_test_id("play").click()
    expect(part).to_have_attribute("data-playing", "false")
    wire.rests(page)
    wire.clear()
    built = page.get_by_text(re.compile("½"))
    box = placed(page.get_by_test_id("curves"))
    page.mouse.move(*box.at(0.17, 0.8))
    page.mouse.down()
    before = built.inner_text()
    page.mouse.move(*box.at(0.4, 0.5), steps=4)
    expect(built).not_to_have_text(before)
    assert not wire.sent
    page.mouse.up()
    canvas = page.get_by_test_id("bubble-map")
    canvas.focus()
    page.keyboard.press("PageDown")
    expect(page).to_have_url(re.compile("digit=12"))
    before = built.inner_text()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    expect(built).not_to_have_text(before)

    page.get_by_test_id("again").click()
    expect(page).to_have_url(re.compile("start=1"))

    # Steps that are too large are named; with the usual ones it trains again from the start.
    page.get_by_test_id("term-reconstruction").check()
    lr, said = page.get_by_test_id("lr"), page.locator(".bubbles .warning")
    lr.press("End")
    expect(page).to_have_url(re.compile("lr=100"))
    expect(said).to_contain_text(re.compile(r"rose to \S+ × 10\S+ .* such as 0\.003\."))
    expect(lr).to_have_attribute("aria-valuetext", "100")
    for _ in range(9):
        lr.press("ArrowLeft")
    expect(lr).to_have_attribute("aria-valuetext", "0.003")
    until(page, lambda: number(part, "steps") > 10, "it trains")
    expect(said).to_be_hidden()
    page.get_by_test_id("term-reconstruction").uncheck()
    expect(page).to_have_url(re.compile("reconstruction=off"))
    page.reload()
    until(page, lambda: number(part, "radius") > 0.9, "unit bubbles again, by the link alone")
    expect(page.get_by_test_id("term-reconstruction")).not_to_be_checked()
    page.get_by_role("radio", name="Türkçe").click()
    expect(page.get_by_text(TR["bubbles.part.legend"])).to_be_visible()
    assert problems == []
