"""A visitor of the Manifold page: denoisers of curves and a curve in space, in the browser."""

import re
from collections.abc import Callable

import numpy as np
from playwright.sync_api import Locator, Page, expect

from tests.browser.hand import placed
from vae_demo.toys.curves import SPACE_CURVES
from vae_demo.ui.frame.language import catalogue

EN, TR = catalogue("en"), catalogue("tr")


def distances(part: Locator, **settings: str) -> dict[str, float]:
    """How far the network trained with these settings sends points, on average."""
    for setting, value in settings.items():
        expect(part).to_have_attribute(f"data-{setting}", value)
    expect(part).to_have_attribute("data-trained", "true")
    return {
        name: float(part.get_attribute(f"data-{name}") or "nan")
        for name in ("curve", "corners", "map")
    }


# The middle of a slider's thumb, which is 20 pixels wide.
THUMB = """(slider) => {
    const { x, y, width, height } = slider.getBoundingClientRect();
    return [x + 10 + ((width - 20) * slider.value) / slider.max, y + height / 2];
}"""


def test_a_visitor_trains_denoisers(
    visit: Callable[..., Page], app_url: str, until: Callable[..., None], problems: list[str]
) -> None:
    page = visit(f"{app_url}/manifold?lang=en")
    part = page.locator(".manifold")
    arms = distances(part)
    assert arms["curve"] < arms["corners"] / 5

    # The point under the hand is sent somewhere at once, and nothing is sent to the server.
    sent = page.get_by_test_id("sent")
    before = sent.inner_text()
    plane = page.get_by_test_id("manifold-map")
    place = placed(plane)
    page.mouse.move(*place.at(0.9, 0.1))
    expect(sent).not_to_have_text(before)
    page.mouse.move(*place.at(0.5, 1.2))
    expect(sent).to_have_text(before)
    plane.focus()
    page.keyboard.press("ArrowRight")
    expect(sent).to_contain_text("(-0.85; 0.90)")
    until(page, lambda: "x=-0.85" in page.url, "the link holds the point")

    # The plain autoencoder copies: points of the map hardly move.
    page.get_by_test_id("kind-plain").check()
    plain = distances(part, kind="plain")
    assert plain["map"] < arms["map"] / 3
    expect(page.get_by_text(EN["manifold.part.copies"])).to_be_visible()
    page.get_by_test_id("kind-denoising").check()

    # Steps that are too large are named; with the usual ones it is trained again from the start.
    expect(part).to_have_attribute("data-kind", "denoising")
    lr, said = page.get_by_test_id("lr"), part.locator(".note")
    lr.press("End")
    expect(said).to_contain_text(re.compile(r"rose to \S+ × 10\S+ .* such as 0\.01\."))
    until(page, lambda: "lr=100" in page.url, "the link holds it")
    for _ in range(8):
        lr.press("ArrowLeft")
    assert distances(part, lr="0.01") == arms
    expect(said).to_be_empty()
    until(page, lambda: "lr=" not in page.url, "the link needs no usual value")

    # A slider that is dragged and brought back is released, too: the network is trained anew.
    noise = page.get_by_test_id("noise")
    x, y = noise.evaluate(THUMB)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y, steps=3)
    expect(part).to_have_attribute("data-trained", "false")
    page.mouse.move(x, y, steps=3)
    page.mouse.up()
    assert distances(part) == arms

    # An own curve: a line that is too short changes nothing, a longer one is learned.
    page.get_by_test_id("curve-drawn").click()
    expect(page.get_by_text(EN["manifold.part.drawing"])).to_be_visible()
    for end in (0.23, 0.8):
        page.mouse.move(*place.at(0.2, 0.6))
        page.mouse.down()
        page.mouse.move(*place.at(end, 0.6), steps=12)
        page.mouse.up()
        if end == 0.23:
            expect(page.get_by_text(EN["manifold.part.short"])).to_be_visible()
            expect(part).to_have_attribute("data-drawing", "true")
    expect(part).to_have_attribute("data-drawing", "false")
    drawn = distances(part)
    assert drawn["curve"] < drawn["corners"] / 5
    until(page, lambda: "stroke=" in page.url, "the link holds the curve")

    # A curve in space becomes a number: its ends are those of the line, and the view turns.
    space = page.locator(".straightened")
    page.get_by_test_id("space").focus()
    expect(space).to_have_attribute("data-trained", "true")
    assert float(space.get_attribute("data-error") or "nan") < 0.05
    code = page.get_by_test_id("space-at")
    ends = []
    for key, link in (("End", "at=1"), ("Home", "at=0")):
        code.press(key)
        until(page, lambda link=link: link in page.url, f"the link holds {link}")
        ends.append([float(v) for v in (space.get_attribute("data-point") or "").split(",")])
    wanted = SPACE_CURVES["helix"](np.array([0.0, 1.0]))
    assert np.allclose(sorted(ends, key=lambda end: end[2]), wanted, atol=0.15)
    page.get_by_test_id("space").press("ArrowRight")
    until(page, lambda: "turn=35" in page.url, "the link holds the view")

    page.get_by_role("radio", name="Türkçe").click()
    expect(page.get_by_text(TR["manifold.choice.curve.drawn"], exact=True)).to_be_visible()
    page.reload()
    assert distances(part) == drawn
    expect(code).to_have_value("0")
    expect(page.get_by_test_id("curve-drawn")).to_be_checked()
    assert problems == []
