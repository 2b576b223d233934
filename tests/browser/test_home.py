"""The first page in a browser: its map is played with, its training plays, its cards lead on."""

import re
from collections.abc import Callable

import numpy as np
from playwright.sync_api import Locator, Page, expect

from tests.browser.hand import Place, count_frames, placed, rests_out_of_sight, together
from vae_demo import runs
from vae_demo.models import decode_many
from vae_demo.ui.frame.language import catalogue
from vae_demo.ui.frame.menu import PAGES
from vae_demo.ui.parts.epochs.data import map_of

Gray = Callable[[Locator], np.ndarray]
Until = Callable[[Page, Callable[[], bool], str], None]
EN = catalogue("en")
RUN = runs.find("vae-2")
MOVES = """async (slider) => {
    const before = slider.value;
    for (let i = 0; i < 30; i++) await new Promise(requestAnimationFrame);
    return slider.value !== before;
}"""


def whole(page: Page) -> None:
    """Waits until map and decoder are there."""
    expect(page.locator(".home:not([aria-busy])")).to_be_visible()
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")


def code_at(place: Place, x: float, y: float) -> np.ndarray:
    """The code at a point of the map, by its shares of width and height."""
    middle, reach = map_of(RUN.history.codes[-1:].astype(np.float32))
    size = np.array([place.width, place.height])
    scale = ((size - 16) / reach).min() / 2
    return middle + (np.array([x, y]) - 0.5) * size * [1, -1] / scale


def decoded(code: np.ndarray) -> np.ndarray:
    return decode_many(RUN.build(), code[None])[0]


def shows(page: Page, gray: Gray, code: np.ndarray) -> bool:
    """Whether the digit beside the map is that of a code, by PyTorch."""
    off = gray(page.get_by_test_id("decoded")).astype(int) - decoded(code)
    return bool(np.abs(off).max() <= 4)  # a pointer is at whole pixels


def test_the_first_page_is_played_with_while_it_trains(
    visit: Callable[..., Page], app_url: str, gray: Gray, until: Until, problems: list[str]
) -> None:
    page = visit("about:blank")
    count_frames(page)
    page.goto(f"{app_url}/?lang=en")
    whole(page)
    digit, slider = page.get_by_test_id("decoded"), page.get_by_test_id("epoch-slider")
    canvas = page.get_by_test_id("latent-map")
    for box in together(canvas, digit, slider):
        assert box.top >= 0 and box.top + box.height <= 900  # all on the first screen
    before = gray(digit)
    until(page, lambda: bool((gray(digit) != before).any()), "the ring moves by itself")

    place = placed(canvas)
    for x, y in ((0.35, 0.3), (0.6, 0.7)):
        page.mouse.move(*place.at(x, y))
        until(page, lambda x=x, y=y: shows(page, gray, code_at(place, x, y)), "the code's digit")
    until(page, lambda: bool(slider.evaluate(MOVES)), "the training plays on")
    assert shows(page, gray, code_at(place, 0.6, 0.7))  # by the trained decoder all the time

    page.get_by_role("button", name=EN["epochs.part.pause"]).click()
    canvas.focus()
    page.keyboard.press("Home")
    page.keyboard.press("PageUp")
    edge = code_at(place, 0, 0.7 - 10 * min(place.width, place.height) / 100 / place.height)
    until(page, lambda: shows(page, gray, edge), "the digit at the left edge")
    x, y = (f"{value:.2f}" for value in edge)
    expect(page.get_by_text(EN["home.part.code"].format(x=x, y=y))).to_be_visible()
    page.get_by_role("button", name=EN["epochs.part.play"]).click()
    page.set_viewport_size({"width": 390, "height": 600})  # where there is something to scroll
    rests_out_of_sight(page)

    cards = page.get_by_test_id("stMain").locator("[class*=st-key-cards_] a")
    expect(cards).to_have_count(len(PAGES) - 1)
    cards.filter(has_text=EN["home.card.draw"]).click()  # its middle: all of a card leads there
    expect(page.get_by_role("heading", level=1)).to_have_text(EN["draw.title"])
    assert problems == []


def test_a_finger_plays_and_nothing_moves_for_who_prefers_that(
    visit: Callable[..., Page], app_url: str, gray: Gray, until: Until, problems: list[str]
) -> None:
    page = visit("about:blank", width=390, height=844, touch=True, theme="dark")
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{app_url}/?lang=tr")
    whole(page)
    digit, slider = page.get_by_test_id("decoded"), page.get_by_test_id("epoch-slider")
    canvas = page.get_by_test_id("latent-map")
    for box in together(canvas, digit, slider):
        assert box.top >= 0 and box.top + box.height <= 844
    until(page, lambda: bool(gray(digit).any()), "a digit")
    before = gray(digit)
    assert not slider.evaluate(MOVES)
    np.testing.assert_array_equal(gray(digit), before)
    place = placed(canvas)
    page.touchscreen.tap(*place.at(0.7, 0.4))
    until(page, lambda: shows(page, gray, code_at(place, 0.7, 0.4)), "the digit under the finger")
    x, y = (f"{value:.2f}".replace(".", ",") for value in code_at(place, 0.7, 0.4))
    expect(canvas).to_have_attribute("aria-label", re.compile(rf"{re.escape(x)}; {re.escape(y)}"))
    assert problems == []
