"""A visitor of the Inpaint page: the race is Python's, and a painted hole is filled."""

from collections.abc import Callable

import numpy as np
from playwright.sync_api import Page, expect

from tests.browser.hand import placed
from vae_demo.digits import mnist
from vae_demo.repair import inpaint
from vae_demo.repair.holes import hole
from vae_demo.repair.measures import psnr

TRUTH = mnist.test_digits().images[4]
HOLE = 96  # the grey of unknown pixels


def test_a_visitor_runs_the_race_and_paints_a_hole(
    visit: Callable[..., Page],
    app_url: str,
    gray: Callable[..., np.ndarray],
    until: Callable[..., None],
    problems: list[str],
) -> None:
    page = visit(f"{app_url}/inpaint")
    race = page.locator(".race")
    expect(race).to_have_attribute("data-descents", str(inpaint.STARTS))
    expect(page.get_by_test_id("answer")).to_have_count(inpaint.ANSWERS)
    mask = hole("upper-half", 1, 0)[0]

    # The last step of both is what Python's methods give, but that these mix all descents.
    slider = page.get_by_test_id("race-slider")
    slider.press("End")
    expect(race).to_have_attribute("data-step", "60")
    for lane, method in (("race-descent", "energy-vae-20"), ("race-denoiser", "denoiser")):
        wanted = inpaint.METHODS[method](TRUTH[None], mask[None])
        found = gray(page.get_by_test_id(lane))[None]
        assert np.array_equal(found[0][~mask], TRUTH[~mask])
        assert psnr(found, wanted) > 28
        assert np.array_equal(
            gray(page.locator(f"[data-testid=repaired][data-run={method}]")), wanted[0]
        )
    slider.press("Home")
    expect(race).to_have_attribute("data-step", "0")

    # A bar says that answers are drawn, as long as the script runs.
    app, bar = page.get_by_test_id("stApp"), page.get_by_test_id("stProgress")
    expect(app).to_have_attribute("data-test-script-state", "notRunning")
    expect(bar).to_be_hidden()
    state = "(app, state) => app.setAttribute('data-test-script-state', state)"
    app.evaluate(state, "running")
    expect(bar).to_be_visible()
    app.evaluate(state, "notRunning")
    expect(bar).to_be_hidden()

    # A stroke of the brush is a hole, and what is behind it does not show.
    page.get_by_text("Brush", exact=True).click()
    board = page.get_by_test_id("damaged")
    expect(page.locator(".board.open")).to_be_visible()
    place = placed(board)
    page.mouse.move(*place.at(0.5, 0.4))
    page.mouse.down()
    best = page.get_by_test_id("best")
    until(page, lambda: best.is_visible(), "the network is there")
    page.mouse.move(*place.at(0.6, 0.6), steps=4)
    # Before the brush is lifted, the browser fills the hole; one known pixel has its grey, too.
    painted = (gray(board) == HOLE) & (TRUTH != HOLE)
    wanted = inpaint.METHODS["unet"](TRUTH[None], painted[None])[0]
    assert np.abs(gray(best).astype(int) - wanted).max() <= 1
    page.mouse.up()
    until(page, lambda: (gray(best) == TRUTH).mean() > 0.9, "the painted hole is filled")
    known = gray(board) != HOLE
    assert 0.9 < known.mean() < 1
    assert np.array_equal(gray(best)[known], TRUTH[known])

    # The keyboard paints, too, and the link holds the hole.
    until(page, lambda: "mask=" in page.url, "the link holds the stroke")
    before = page.url
    board.focus()
    for key in ("ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", " "):
        page.keyboard.press(key)
    until(page, lambda: page.url != before, "the link holds the hole")
    again = visit(page.url)
    expect(again.locator(".race")).to_have_attribute("data-descents", str(inpaint.STARTS))
    assert np.array_equal(gray(again.get_by_test_id("damaged")), gray(board))
    assert problems == []
