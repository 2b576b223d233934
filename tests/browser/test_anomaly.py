"""A visitor of the Anomaly page: draws, chooses something strange, moves the threshold."""

from collections.abc import Callable

import numpy as np
from playwright.sync_api import Locator, Page, expect

from tests.browser.hand import placed
from vae_demo.repair.anomaly import SCORES, threshold
from vae_demo.ui.frame.catalogue import catalogue
from vae_demo.ui.parts.anomaly.part import strange_pictures

EN = catalogue("en")
Gray = Callable[[Locator], np.ndarray]
Until = Callable[[Page, Callable[[], bool], str], None]


def test_a_visitor_draws_chooses_and_moves_the_threshold(
    visit: Callable[..., Page], app_url: str, gray: Gray, until: Until, problems: list[str]
) -> None:
    page = visit(f"{app_url}/anomaly?lang=en")
    digit, said = page.get_by_test_id("digit-28"), page.get_by_test_id("stAlert")
    example = strange_pictures("letters")[0]
    until(page, lambda: np.array_equal(gray(digit), example), "the example")
    expect(said).to_contain_text(EN["anomaly.verdict.strange"])

    pad = placed(page.get_by_test_id("draw-pad"))
    page.mouse.move(*pad.at(0.5, 0.2))
    page.mouse.down()
    page.mouse.move(*pad.at(0.5, 0.8), steps=8)
    page.mouse.up()
    expect(said).to_contain_text(EN["anomaly.verdict.digit"])  # a stroke is a 1
    ink = gray(digit) > 128
    assert ink[8:20, 11:17].sum() > 20 and not ink[:, :8].any()
    rebuilt = gray(page.get_by_test_id("reconstruction"))
    assert np.abs(rebuilt.astype(int) - gray(digit)).mean() < 20
    page.reload()
    expect(said).to_contain_text(EN["anomaly.verdict.digit"])  # the link holds the drawing

    page.get_by_role("button", name=EN["anomaly.try.averaged"]).click()
    averaged = strange_pictures("averaged")[2]
    until(page, lambda: np.array_equal(gray(digit), averaged), "two digits averaged")
    expect(page.get_by_test_id("draw-pad")).to_be_hidden()
    assert float(SCORES["combined"](averaged[None])[0]) > threshold("combined", 0.01)
    expect(said).to_contain_text(EN["anomaly.verdict.strange"])
    page.get_by_role("radio", name="10.0%", exact=True).click()
    expect(said).to_contain_text(f"{threshold('combined', 0.1):.2f}")
    expect(said).to_contain_text(EN["anomaly.verdict.strange"])
    assert problems == []
