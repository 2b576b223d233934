"""A visitor of Generate watches a flow make digits, and sees what N(0, I) gives instead."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.hand import placed
from tests.browser.line import Wire
from vae_demo.ui.frame.language import catalogue

EN, TR = catalogue("en"), catalogue("tr")
Until = Callable[[Page, Callable[[], bool], str], None]


def recognised(page: Page) -> int:
    """The number beside "Recognised"."""
    metric = page.get_by_test_id("stMetric").filter(has_text=EN["generate.recognised"])
    return int(metric.get_by_test_id("stMetricValue").inner_text())


def lightness(wall: Locator) -> float:
    return float(
        wall.evaluate(
            "(c) => c.getContext('2d').getImageData(0, 0, c.width, c.height).data"
            ".reduce((sum, v, i) => sum + (i % 4 ? 0 : v), 0) / c.width / c.height"
        )
    )


def test_a_visitor_watches_a_flow_and_compares_it_with_the_prior(
    visit: Callable[..., Page], app_url: str, until: Until, problems: list[str]
) -> None:
    page = visit("about:blank")
    wire = Wire(page)
    page.goto(f"{app_url}/generate?lang=en")
    part, wall, way = (page.locator(".wall"), page.get_by_test_id("wall"), "wall-slider")
    expect(part).to_have_attribute("data-steps", "10")
    expect(part).to_have_attribute("data-step", "10")
    expect(page).to_have_url(re.compile("from=flow"))
    assert recognised(page) > 85
    assert 15 < lightness(wall) < 60  # digits, and black around them

    # The steps follow the hand in the browser; Python hears of the release.
    slider = page.get_by_test_id(way)
    wire.rests(page)
    wire.clear()
    box = placed(slider)
    page.mouse.move(*box.at(0.97, 0.5))
    page.mouse.down()
    page.mouse.move(*box.at(0.02, 0.5), steps=5)
    expect(part).to_have_attribute("data-step", "0")
    expect(part.get_by_text(EN["wall.noise"].format(steps=10))).to_be_visible()
    assert not wire.sent
    page.mouse.up()
    expect(page).to_have_url(re.compile("step=0"))
    slider.press("ArrowRight")
    expect(part).to_have_attribute("data-step", "1")
    expect(page).to_have_url(re.compile("step=1"))
    page.reload()
    expect(part).to_have_attribute("data-step", "1")
    page.get_by_test_id("wall-play").click()
    expect(part).to_have_attribute("data-step", "10")

    page.get_by_role("button", name=EN["generate.try.normal"]).click()
    expect(part).to_have_attribute("data-steps", "0")
    expect(slider).to_be_hidden()
    until(page, lambda: recognised(page) < 50, "N(0, I) misses")

    page.goto(f"{app_url}/generate?from=flow&kind=7&seed=2&step=4&lang=tr")
    expect(part).to_have_attribute("data-step", "4")
    expect(part.get_by_text(TR["wall.step"].format(at=4, steps=10))).to_be_visible()
    expect(page.get_by_text(TR["generate.about.flow"])).to_be_visible()
    page.goto(f"{app_url}/generate?run=ae-20&temperature=0.5&seed=3&lang=tr")  # an older link
    expect(page.get_by_text(TR["generate.about.alone"])).to_be_visible()
    assert not problems
