"""The time machine of the Epochs page, in a browser: its decoders, its digit, its links."""

import functools
import re
import urllib.parse
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.hand import placed, together
from tests.browser.line import Wire
from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.latent import project
from vae_demo.models import decode_many, reconstruct_many
from vae_demo.runs.decoders import models_by_snapshot
from vae_demo.ui.frame.language import catalogue
from vae_demo.ui.parts.epochs.data import map_of, plane_over
from vae_demo.ui.parts.epochs.state import first_digit

EN = catalogue("en")
Gray = Callable[[Locator], np.ndarray]
Until = Callable[[Page, Callable[[], bool], str], None]

MOVED = """async (slider) => {
    const before = slider.value;
    for (let i = 0; i < 10; i++) await new Promise(requestAnimationFrame);
    return slider.value !== before;
}"""


@functools.cache
def run(name: str) -> runs.Run:
    return runs.find(name)


def decoded(moment: int, codes: np.ndarray) -> np.ndarray:
    """What the decoder of a moment of vae-2 makes of codes, by PyTorch."""
    for i, model in enumerate(models_by_snapshot(run("vae-2"))):
        if i == moment:
            return decode_many(model, codes)
    raise IndexError(moment)


def opened(visit: Callable[..., Page], url: str, query: str = "at=16", **how: object) -> Page:
    """The page, once all its files are here."""
    page = visit(f"{url}/epochs?lang=en&{query}", **how)
    whole(page)
    return page


def whole(page: Page) -> None:
    expect(page.get_by_test_id("latent-cloud")).to_be_visible()
    expect(page.get_by_text(EN["frame.behind"])).to_be_visible()
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.wait_for_selector(".epochs:not([aria-busy])")
    page.wait_for_load_state("networkidle")


def slider(page: Page) -> Locator:
    return page.get_by_test_id("epoch-slider")


def near(canvas: Locator, picture: np.ndarray, gray: Gray) -> bool:
    return int(np.abs(gray(canvas).astype(int) - picture).max()) <= 2


def shows_digit(page: Page, point: int, gray: Gray, until: Until) -> None:
    """Waits until a digit of the probe is shown: the file with all of them may still be read."""
    digit, wanted = page.get_by_test_id("chosen-digit"), mnist.probe().images[point]
    until(page, lambda: np.array_equal(gray(digit), wanted), f"digit {point} of the probe")


def dots(page: Page, name: str, moment: int) -> np.ndarray:
    """Where the probe's dots are on the screen, (1000, 2) CSS pixels."""
    history = run(name).history
    points = project(history.codes[-1])(history.codes)
    middle, reach = map_of(points)
    cloud = placed(page.get_by_test_id("latent-cloud"))
    size = np.array([cloud.width, cloud.height])
    scale = ((size - 16) / reach).min() / 2
    places = (points[moment] - middle) * scale * [1, -1]
    return places + size / 2 + [cloud.left, cloud.top]


def lonely(places: np.ndarray) -> int:
    """The dot that is farthest from all others."""
    away = np.linalg.norm(places[:, None] - places, axis=2)
    np.fill_diagonal(away, np.inf)
    return int(away.min(1).argmax())


# ---- one visitor, from the plane of one run to the digits of another


def test_a_visitor_walks_through_the_page(
    visit: Callable[..., Page], app_url: str, gray: Gray, until: Until, problems: list[str]
) -> None:
    page = opened(visit, app_url)
    the_plane_is_that_of_the_moment(page, gray)
    the_followed_digit_is_drawn_by_the_moment_s_decoder(page, gray, until)
    the_arrow_keys_go_from_dot_to_dot(page, gray, until)
    the_chart_is_of_the_chosen_epoch_and_its_dots_are_followed(page, gray, until)
    slider(page).fill("6")
    another_run_stands_at_the_same_epoch(page, gray, until)
    leaving_and_returning_changes_nothing(page)
    a_run_without_decoders_shows_what_it_became(page, gray, until)
    assert problems == []


def the_plane_is_that_of_the_moment(page: Page, gray: Gray) -> None:
    plane = plane_over(run("vae-2").history.codes.astype(np.float32))
    canvas = page.get_by_test_id("epoch-plane")
    for moment in (19, 0, 3, 19):  # the last is painted from what was kept
        slider(page).fill(str(moment + 0.3 if moment < 19 else moment))
        expect(canvas).to_have_attribute("data-painted", str(moment))
        digits = decoded(moment, plane.codes()).reshape(plane.up, plane.across, 28, 28)
        sheet = digits.swapaxes(1, 2).reshape(28 * plane.up, 28 * plane.across)
        assert near(canvas, sheet, gray), moment
    # It lies where its codes are on the map: as wide as its cells, around the same middle.
    box, cloud = together(canvas, page.get_by_test_id("latent-cloud"))
    _, reach = map_of(run("vae-2").history.codes.astype(np.float32))
    scale = min((cloud.width - 16) / reach[0], (cloud.height - 16) / reach[1]) / 2
    assert box.width == pytest.approx(plane.across * plane.cell * scale, abs=1)
    assert box.at(0.5, 0.5) == pytest.approx(cloud.at(0.5, 0.5), abs=1)


def the_followed_digit_is_drawn_by_the_moment_s_decoder(
    page: Page, gray: Gray, until: Until
) -> None:
    history = run("vae-2").history
    point = int(np.flatnonzero(mnist.probe_indices() == first_digit(mnist.shown_probe()))[0])
    again = page.get_by_test_id("chosen-again")
    shows_digit(page, point, gray, until)
    for moment in (0, 2, 7, 19):
        slider(page).fill(str(moment))
        wanted = decoded(moment, history.codes[moment, [point]].astype(np.float32))[0]
        until(page, lambda wanted=wanted: near(again, wanted, gray), f"moment {moment}")
        expect(page.get_by_text(f"At epoch {history.epochs[moment]:g}", exact=True)).to_be_visible()


def a_run_without_decoders_shows_what_it_became(page: Page, gray: Gray, until: Until) -> None:
    slider(page).fill("5")
    expect(page).to_have_url(re.compile(r"at=2(&|$)"))
    expect(page.get_by_test_id("epoch-plane")).to_be_hidden()
    expect(page.get_by_test_id("epoch-fade")).to_be_hidden()
    places = dots(page, "ae-30", 5)
    point = lonely(places)
    page.mouse.click(*places[point])
    wanted = reconstruct_many(run("ae-30").build(), mnist.probe().images[[point]])[0]
    until(
        page, lambda: near(page.get_by_test_id("chosen-again"), wanted, gray), "the reconstruction"
    )
    expect(page.get_by_text(EN["epochs.part.trained"], exact=True)).to_be_visible()


# ---- the hand


def test_a_drag_is_silent_and_its_release_is_small(
    visit: Callable[..., Page], app_url: str, until: Until, problems: list[str]
) -> None:
    page = visit("about:blank")
    wire = Wire(page)
    page.goto(f"{app_url}/epochs?lang=en&run=vae-20")
    whole(page)
    expect(page.get_by_role("button", name=EN["epochs.part.pause"])).to_be_visible()  # it plays
    page.get_by_test_id("epoch-play").click()
    expect(page).to_have_url(re.compile(r"[?&]at=\d"))
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    track = placed(slider(page))
    page.mouse.move(*track.at(0.5, 0.5))
    page.mouse.down()
    wire.clear()
    for share in np.linspace(0.5, 0.2, 12):
        page.mouse.move(*track.at(share, 0.5))
    assert wire.sent == []
    page.mouse.up()
    place = float(slider(page).input_value())
    at = run("vae-20").history.epochs
    epoch = np.interp(place, np.arange(len(at)), at)
    expect(page).to_have_url(re.compile(rf"[?&]at={round(float(epoch), 3):g}(&|$)"))
    wire.settles(page, until)
    assert len(wire.sent) == 1
    assert not slider(page).evaluate(MOVED)
    wire.clear()  # a click on a dot is a release, too
    page.mouse.click(*placed(page.get_by_test_id("latent-cloud")).at(0.5, 0.5))
    expect(page).to_have_url(re.compile(r"digit=\d"))
    wire.settles(page, until)
    assert problems == []


@pytest.mark.long
def test_decoders_arrive_one_after_another_and_the_first_load_is_small(
    visit: Callable[..., Page], app_url: str, until: Until
) -> None:
    page = visit("about:blank", fresh=True)
    page.emulate_media(reduced_motion="reduce")
    loaded: list[int] = []
    page.on(
        "requestfinished",
        lambda request: (
            loaded.append(request.sizes()["responseBodySize"]) if "/files/" in request.url else None
        ),
    )
    page.goto(f"{app_url}/epochs?lang=en&run=vae-2")
    whole(page)
    print("epochs", sum(loaded))
    assert sum(loaded) <= 4_000_000 - 400_000  # the rest of the page's own is smaller
    files = len(loaded)
    assert files <= 7  # snapshots, digits, network; the last decoder and the next two; Plotly
    slider(page).fill("9")
    expect(page.get_by_test_id("epoch-plane")).to_have_attribute("data-painted", "9")
    until(page, lambda: len(loaded) >= files + 3, "the decoders of the snapshot and the next two")


@pytest.mark.long
def test_a_link_shows_the_same(
    visit: Callable[..., Page], app_url: str, gray: Gray, until: Until, problems: list[str]
) -> None:
    page = opened(visit, app_url, "at=0.3")
    expect(slider(page)).to_have_value("2.2")  # between the moments ¼ and ½
    slider(page).fill("3")
    expect(page).to_have_url(re.compile(r"at=0\.5"))
    places = dots(page, "vae-2", 3)
    point = lonely(places)
    page.mouse.click(*places[point])
    position = mnist.probe_indices()[point]
    expect(page).to_have_url(re.compile(rf"digit={position}(&|$)"))
    page.get_by_test_id("epoch-fade").fill("0.6")
    expect(page).to_have_url(re.compile(r"plane=0\.6"))

    copy = visit(page.url)
    whole(copy)
    expect(copy.get_by_role("button", name=EN["epochs.part.play"])).to_be_visible()
    expect(slider(copy)).to_have_value("3")
    wanted = decoded(3, run("vae-2").history.codes[3, [point]].astype(np.float32))[0]
    until(copy, lambda: near(copy.get_by_test_id("chosen-again"), wanted, gray), "its decoder")
    shows_digit(copy, point, gray, until)
    expect(copy.get_by_test_id("epoch-plane")).to_have_css("opacity", "0.6")
    assert problems == []


def the_arrow_keys_go_from_dot_to_dot(page: Page, gray: Gray, until: Until) -> None:
    labels = mnist.probe().labels
    order = np.argsort(labels, kind="stable")
    point = int(np.flatnonzero(mnist.probe_indices() == first_digit(mnist.shown_probe()))[0])
    rank = int(np.flatnonzero(order == point)[0])
    page.get_by_test_id("latent-cloud").focus()
    for _ in range(3):
        page.keyboard.down("ArrowRight")
    assert "digit=" not in page.url
    page.keyboard.up("ArrowRight")
    wanted = order[rank + 3]
    expect(page).to_have_url(re.compile(rf"digit={mnist.probe_indices()[wanted]}(&|$)"))
    shows_digit(page, wanted, gray, until)


@pytest.mark.long
def test_a_finger_chooses_a_dot(
    visit: Callable[..., Page], app_url: str, problems: list[str]
) -> None:
    page = opened(visit, app_url, width=390, height=844, touch=True)
    cloud = placed(page.get_by_test_id("latent-cloud"))
    assert cloud.left >= 0 and cloud.left + cloud.width <= 390
    places = dots(page, "vae-2", 19)
    point = lonely(places)
    page.touchscreen.tap(*places[point])
    expect(page).to_have_url(re.compile(rf"digit={mnist.probe_indices()[point]}(&|$)"))
    assert problems == []


def the_chart_is_of_the_chosen_epoch_and_its_dots_are_followed(
    page: Page, gray: Gray, until: Until
) -> None:
    history = run("vae-2").history
    ones = mnist.probe().labels == 1
    expect(page.locator(".js-plotly-plot")).to_have_count(2)  # the code's bars, the chart
    plotted = "[...document.querySelectorAll('.js-plotly-plot')].at(-1)._fullData[1]"
    for snapshot in (19, 3):
        slider(page).fill(str(snapshot))
        expect(page).to_have_url(re.compile(rf"at={history.epochs[snapshot]:g}(&|$)"))
        page.get_by_role("button", name=EN["epochs.chart.take"]).click()
        places = history.codes[snapshot, ones].astype(np.float32)

        def shows(places: np.ndarray = places) -> bool:
            shown = page.evaluate(f"[[...{plotted}.x], [...{plotted}.y]]")
            return np.allclose(np.transpose(shown), places, atol=1e-4)

        until(page, shows, f"the chart of snapshot {snapshot}")
    expect(page.locator(".modebar-btn")).to_have_count(2)  # lasso, and saving the picture
    canvas = page.get_by_test_id("chosen-digit")
    before = gray(canvas)
    point = page.locator(".scatterlayer .trace").nth(1).locator(".point").nth(4)
    page.mouse.click(*placed(point).at(0.5, 0.5))
    expect(page).to_have_url(re.compile(r"digit=\d"))
    until(page, lambda: bool((gray(canvas) != before).any()), "another digit")
    found = np.flatnonzero((mnist.probe().images == gray(canvas)).all((1, 2)))
    assert len(found) == 1
    assert f"digit={mnist.probe_indices()[found[0]]}" in page.url


def another_run_stands_at_the_same_epoch(page: Page, gray: Gray, until: Until) -> None:
    expect(page).to_have_url(re.compile(r"at=3(&|$)"))
    page.get_by_role("button", name=EN["epochs.try.ae-30"]).click()
    expect(page).to_have_url(re.compile("run=ae-30"))
    expect(slider(page)).to_have_attribute("max", "23")
    expect(slider(page)).to_have_value("6")
    expect(slider(page)).to_have_attribute("aria-valuetext", "Epoch 3")
    strip = run("ae-30").history.strip[6]
    digit = page.get_by_test_id("epoch-digit").nth(4)
    until(page, lambda: bool((gray(digit) == strip[4]).all()), "its digits")
    assert "at=3" in page.url


def leaving_and_returning_changes_nothing(page: Page) -> None:
    place = slider(page).input_value()
    state = set(urllib.parse.parse_qsl(urllib.parse.urlsplit(page.url).query))
    menu = page.get_by_test_id("stSidebarNav")
    menu.get_by_role("link", name=EN["morph.menu"], exact=True).click()
    expect(page.get_by_test_id("morph-slider")).to_be_visible()
    menu.get_by_role("link", name=EN["epochs.menu"], exact=True).click()
    whole(page)
    expect(slider(page)).to_have_value(place)
    for name, value in state:
        expect(page).to_have_url(re.compile(rf"[?&]{name}={value}(&|$)"))


@pytest.mark.long
def test_odd_links_are_ignored(visit: Callable[..., Page], app_url: str) -> None:
    page = visit("about:blank")
    for query in ("at=nan&digit=-4&plane=nan", "at=x&digit=999999&plane=z&run=nope"):
        page.goto(f"{app_url}/epochs?lang=en&{query}")
        whole(page)
        expect(page).not_to_have_url(re.compile(r"[?&](at|digit|plane)="))
        expect(page.get_by_role("button", name=EN["epochs.part.pause"])).to_be_visible()
