"""Back leaves the page: what a hand does within a page adds no step to the browser's history."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import placed
from vae_demo.ui.frame.language import catalogue

EN = catalogue("en")


def press_sliders(page: Page) -> None:
    sliders = page.get_by_test_id("latent-slider")
    for i in range(5):
        sliders.nth(i).press("End")
        expect(page).to_have_url(re.compile(rf"[?&]z={'[^&]*' * (i + 1)}"))
        settled(page)
    page.get_by_role("combobox").first.click()
    page.keyboard.type("ae-20")  # of many runs, the list draws those in sight
    page.get_by_role("option", name="ae-20", exact=True).click()
    expect(page).to_have_url(re.compile("run=ae-20"))


def draw_strokes(page: Page) -> None:
    for i in range(3):
        before = page.url
        pad = placed(page.get_by_test_id("draw-pad"))
        page.mouse.move(*pad.at(0.3 + 0.1 * i, 0.2))
        page.mouse.down()
        page.mouse.move(*pad.at(0.4 + 0.1 * i, 0.8), steps=6)
        page.mouse.up()
        expect(page).not_to_have_url(before)
        settled(page)
    page.get_by_role("radio", name=EN["draw.source.test"]).click()
    expect(page).to_have_url(re.compile("source=test"))


def move_morph(page: Page) -> None:
    for at in ("End", "ArrowLeft", "Home"):
        before = page.url
        page.get_by_test_id("morph-slider").press(at)
        expect(page).not_to_have_url(before)
        settled(page)
    page.get_by_role("button", name=EN["morph.try.four_nine"]).click()
    expect(page).to_have_url(re.compile("from=4.*to=9|to=9.*from=4"))


def move_epochs(page: Page) -> None:
    for at in ("Home", "ArrowRight", "End"):
        before = page.url
        page.get_by_test_id("epoch-slider").press(at)
        expect(page).not_to_have_url(before)
        settled(page)


def settled(page: Page) -> None:
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")


@pytest.mark.long  # that nothing is added to the history is seen in each page's walk, too
@pytest.mark.parametrize(
    ("name", "use"),
    [
        ("explore", press_sliders),
        ("draw", draw_strokes),
        ("morph", move_morph),
        ("epochs", move_epochs),
    ],
)
def test_one_step_back_leaves_a_page(
    name: str,
    use: Callable[[Page], None],
    visit: Callable[..., Page],
    app_url: str,
    problems: list[str],
) -> None:
    page = visit(f"{app_url}/?lang=en")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(EN["home.title"])
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.wait_for_function('() => Object.hasOwn(history, "pushState")')
    steps = page.evaluate("() => history.length")
    menu = page.get_by_test_id("stSidebarNav")
    menu.get_by_role("link", name=EN[f"{name}.menu"], exact=True).click()
    expect(heading).to_have_text(EN[f"{name}.title"])
    expect(page.get_by_text(EN["frame.behind"])).to_be_visible()
    expect(page).to_have_url(re.compile(rf"/{name}\?.*lang=en"))
    settled(page)
    use(page)
    settled(page)
    assert page.evaluate("() => history.length") == steps + 1
    page.go_back()
    expect(heading).to_have_text(EN["home.title"])
    page.go_forward()
    expect(heading).to_have_text(EN[f"{name}.title"])
    assert problems == []
