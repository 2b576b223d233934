"""The Explore page by hand: the digit follows the pointer, PyTorch agrees, a link restores it."""

import re
import urllib.parse
from collections.abc import Callable

import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, Page, Route, expect
from sklearn.neighbors import KDTree

from tests.browser.hand import placed, together
from tests.browser.line import Wire
from tests.support.classifying import read_small
from tests.support.code_spaces import MODELS, SPACES
from vae_demo.digits import mnist
from vae_demo.latent.code_space import CodeSpace, rounded
from vae_demo.models import decode_many, embed_many, reconstruct_many, to_x
from vae_demo.models.network_file import browser_files
from vae_demo.ui.charts.colours import DIGIT_COLOURS
from vae_demo.ui.frame.language import catalogue
from vae_demo.ui.frame.link_fields import FIELDS

EN = catalogue("en")
NEAR = 2  # of 255: the browser's weights are of half precision
ARROW = 1 / 100  # of a slider's way
PIXELS = """(it) => [...it.getContext("2d").getImageData(0, 0, 48, 48).data]"""
Visit = Callable[..., Page]
Gray = Callable[[Locator], np.ndarray]
Until = Callable[[Page, Callable[[], bool], str], None]


# ---- the page


def opened(visit: Visit, app_url: str, query: str = "", **options: object) -> Page:
    """The page, once the network is in the browser."""
    page = visit(f"{app_url}/explore?lang=en&{query}", **options)
    return ready(page)


def ready(page: Page, run: str | None = None) -> Page:
    if run:
        expect(page.locator(f"canvas[data-testid=decoded][data-run={run}]")).to_be_visible()
    expect(page.locator(".explore:not([aria-busy])")).to_be_visible()
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    return page


def slider(page: Page, dimension: int) -> Locator:
    return page.locator(f"input[data-testid=latent-slider][data-dim='{dimension}']")


def values(page: Page, run: str) -> np.ndarray:
    """The code that the sliders stand on, (latent,); NaN where there is none."""
    found = np.full(SPACES[run].latent, np.nan, np.float32)
    for dimension, value in page.get_by_test_id("latent-slider").evaluate_all(
        "(all) => all.map((it) => [Number(it.dataset.dim), Number(it.value)])"
    ):
        found[dimension] = value
    return found


def shows(canvas: Locator, gray: Gray, expected: np.ndarray, near: int = NEAR) -> bool:
    return int(np.abs(gray(canvas).astype(int) - expected).max()) <= near


def decodes(page: Page, gray: Gray, run: str, z: np.ndarray) -> bool:
    """Whether the large digit is what PyTorch decodes from a code."""
    return shows(page.get_by_test_id("decoded"), gray, decode_many(MODELS[run], z[None])[0])


def query(page: Page) -> dict[str, str]:
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(page.url).query))


def linked(page: Page, run: str) -> np.ndarray | None:
    code = FIELDS["explore"]["z"].read([query(page).get("z", "")])
    return code if code is not None and len(code) == SPACES[run].latent else None


def on_screen(page: Page, space: CodeSpace, place: np.ndarray) -> tuple[float, float]:
    """Where a place on the map is on the screen."""
    left, top, width, height = placed(page.get_by_test_id("latent-map"))
    x, y = (place - space.middle) / space.reach
    return float(left + width * (1 + x) / 2), float(top + height * (1 - y) / 2)


def place_of(page: Page, space: CodeSpace, x: float, y: float) -> np.ndarray:
    """The place on the map under a point of the screen."""
    left, top, width, height = placed(page.get_by_test_id("latent-map"))
    across, up = 2 * (x - left) / width - 1, 1 - 2 * (y - top) / height
    return space.middle + space.reach * np.array([across, up], np.float32)


def moved(space: CodeSpace, z: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The code at a place on the map that is otherwise like `z`."""
    return rounded(z + (target - space.flat(z)) @ space.flat.axes)


def check_neighbours(page: Page, gray: Gray, run: str, z: np.ndarray) -> None:
    """The nearest test digits are shown, and how many have a nearer neighbour."""
    space = SPACES[run]
    codes = space.codes[:, space.active]
    expect(page.locator(".neighbours:not(.none)")).to_be_visible()
    distances = np.linalg.norm(codes - z[space.active], axis=1)
    order = np.argsort(distances)
    shown = [gray(canvas) for canvas in page.get_by_test_id("explore-nearest").all()]
    digits = mnist.probe().images
    found = [int(np.flatnonzero((digits == one).all((1, 2)))[0]) for one in shown]
    np.testing.assert_allclose(distances[found], distances[order[:3]], atol=0.03)
    said = page.get_by_test_id("explore-density").inner_text()
    distance, percent = map(float, re.findall(r"(\d+\.\d+) away; (\d+)%", said)[0])
    gaps = KDTree(codes).query(codes, k=2)[0][:, 1]
    assert distance == pytest.approx(distances.min(), abs=0.03)
    assert percent == pytest.approx(100 * (gaps < distance).mean(), abs=2)


# ---- visitors


def test_a_visitor_with_twenty_latents(
    visit: Visit, app_url: str, gray: Gray, until: Until, problems: list[str]
) -> None:
    page = visit("about:blank")
    wire = Wire(page)
    page.goto(f"{app_url}/explore?lang=en")
    ready(page)
    steps = page.evaluate("history.length")
    a_drag_on_the_map_of_many_latents_keeps_the_rest(page, gray, until)
    the_keyboard_moves_a_slider(page, wire, gray, until)
    a_quick_hand_keeps_the_part(page)
    each_kind_has_a_button_and_another_digit_each_time(page, gray, until)
    the_plane_is_decoded_where_it_lies(page, "vae-20", gray, until)
    the_map_shows_what_a_classifier_reads(page, wire, until)
    the_temperature_scales_the_last_draw(page, "vae-20", gray, until)
    assert page.evaluate("history.length") == steps  # Back leaves the page
    assert problems == []


@pytest.mark.long
def test_buttons_set_run_and_controls(
    visit: Visit, app_url: str, gray: Gray, until: Until, problems: list[str]
) -> None:
    page = ready(visit(f"{app_url}/explore?lang=en"))
    the_buttons_below_set_run_and_controls(page, gray, until)
    the_temperature_scales_the_last_draw(page, "ae-20", gray, until)
    assert problems == []


@pytest.mark.long
def test_a_visitor_with_two_latents(
    visit: Visit, app_url: str, gray: Gray, until: Until, problems: list[str]
) -> None:
    page = visit("about:blank")
    wire = Wire(page)
    page.goto(f"{app_url}/explore?lang=en&run=vae-2&z=0,0")
    ready(page)
    the_keyboard_moves_the_point(page, gray, until)
    the_plane_is_decoded_where_it_lies(page, "vae-2", gray, until)
    a_touched_dot_is_its_test_digit(page, "vae-2", gray, until)
    the_point_is_dragged_over_the_map_of_two_latents(page, wire, gray, until)
    each_run_keeps_its_code(page, gray, until)
    assert problems == []


@pytest.mark.long
def test_a_visitor_with_five_hundred_latents(
    visit: Visit, app_url: str, gray: Gray, until: Until, problems: list[str]
) -> None:
    page = visit("about:blank")
    wire = Wire(page)
    page.goto(f"{app_url}/explore?lang=en&run=dae-500")
    ready(page)
    a_wide_code_has_the_sliders_that_say_most(page, visit, gray, until)
    a_touched_dot_is_its_test_digit(page, "dae-500", gray, until)
    for testid in ("latent-slider", "latent-map"):  # all 500 numbers travel
        box = placed(page.get_by_test_id(testid).first)
        page.mouse.move(*box.at(0.4, 0.5))
        page.mouse.down()
        wire.rests(page)
        wire.clear()
        page.mouse.move(*box.at(0.65, 0.5), steps=4)
        assert wire.sent == []
        page.mouse.up()
        wire.settles(page, until)
        assert len(wire.sent) == 1
    assert problems == []


# ---- sliders


def test_the_digit_follows_a_slider_under_the_mouse(
    visit: Visit, app_url: str, gray: Gray, until: Until, problems: list[str]
) -> None:
    page = visit("about:blank", fresh=True)
    wire = Wire(page)
    held: list[Route] = []  # a slider does not wait for the encoder
    key, _ = browser_files(MODELS["vae-20"], mnist.probe().images)["encoder"]
    page.route(f"**/files/{key}", lambda route: held.append(route))
    page.goto(f"{app_url}/explore?lang=en")
    space = SPACES["vae-20"]
    slider(page, int(space.order[0])).press("Home")
    start = rounded(space.codes[mnist.strip_positions()[3]])
    start[space.order[0]] = space.low[space.order[0]]
    until(page, lambda: decodes(page, gray, "vae-20", start), "the first answer")
    until(page, lambda: bool(held), "the encoder asked for, afterwards")
    held[0].continue_()
    page.unroute_all()
    assert space.active.all()
    expect(page.get_by_text(EN["explore.part.awake"])).to_be_visible()
    page.goto(f"{app_url}/explore?lang=en")
    ready(page)
    dimension = int(space.order[0])
    z = rounded(space.codes[mnist.strip_positions()[3]])
    assert decodes(page, gray, "vae-20", z)
    assert "z" not in query(page)

    left, top, width, height = placed(slider(page, dimension))
    page.mouse.move(left + width / 2, top + height / 2)
    page.mouse.down()
    wire.rests(page)
    wire.clear()
    seen = []
    for share in (0.3, 0.6, 0.85):
        page.mouse.move(left + share * width, top + height / 2)
        z[dimension] = values(page, "vae-20")[dimension]
        assert decodes(page, gray, "vae-20", z)
        place = page.get_by_test_id("latent-map").get_attribute("aria-label") or ""
        x, y = space.flat(z)
        assert f"{x:.2f}, {y:.2f}".replace("-0.00", "0.00") in place
        seen.append(float(z[dimension]))
    assert seen == sorted(seen) and seen[0] < -0.5 < 1.5 < seen[-1]
    assert wire.sent == []
    assert "z" not in query(page)
    page.mouse.up()
    wire.settles(page, until)
    assert len(wire.sent) == 1
    until(page, lambda: linked(page, "vae-20") is not None, "the code in the address")
    np.testing.assert_array_equal(linked(page, "vae-20"), z)
    position = str(mnist.probe_indices()[mnist.strip_positions()[3]])
    until(page, lambda: query(page).get("digit") == position, "the digit there, too")
    check_neighbours(page, gray, "vae-20", z)
    assert problems == []


HASTE = """async (zero, gaps) => {
    const place = zero.getRootNode();
    const seen = new Set();
    for (const gap of gaps) {
        for (let i = 0; i < 20; i++) {
            seen.add(place.querySelector(".explore"));
            place.querySelector(`[data-testid=explore-${i % 2 ? "zero" : "random"}]`)?.click();
            await new Promise((resolve) => setTimeout(resolve, gap));
        }
    }
    return seen.size;
}"""


def a_quick_hand_keeps_the_part(page: Page) -> None:
    """Answers that overtake each other make Streamlit say that the part is taken off the page."""
    one = page.get_by_test_id("latent-slider").first
    one.focus()
    assert page.get_by_test_id("explore-zero").evaluate(HASTE, [0, 10, 30, 50]) == 1
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    expect(one).to_be_focused()
    expect(page.get_by_role("dialog")).to_have_count(0)


def the_keyboard_moves_a_slider(page: Page, wire: Wire, gray: Gray, until: Until) -> None:
    page.get_by_test_id("explore-zero").click()
    space = SPACES["vae-20"]
    until(page, lambda: decodes(page, gray, "vae-20", space.centre), "the digit of the middle")
    until(page, lambda: linked(page, "vae-20") is not None, "the middle in the address")
    until(page, lambda: "digit" not in query(page), "no digit there any more")
    dimension = int(space.order[0])
    one = slider(page, dimension)
    name = EN["explore.part.rate"].format(
        dimension=dimension + 1, says=f"{space.rate[dimension]:.2f}"
    )
    expect(one).to_have_attribute("aria-label", name)
    expect(one).to_have_attribute("aria-valuetext", "0.00")
    low, high = float(space.low[dimension]), float(space.high[dimension])
    way = high - low
    one.focus()
    for key, wanted in [
        ("ArrowRight", ARROW * way),
        ("ArrowUp", 2 * ARROW * way),
        ("PageDown", -8 * ARROW * way),
        ("ArrowLeft", -9 * ARROW * way),
        ("Home", low),
        ("End", high),
        ("0", 0.0),
        ("PageUp", 10 * ARROW * way),
    ]:
        page.keyboard.press(key)
        z = space.centre.copy()
        z[dimension] = wanted
        np.testing.assert_allclose(values(page, "vae-20"), rounded(z), atol=1e-6)
        assert decodes(page, gray, "vae-20", rounded(z)), key
    until(
        page,
        lambda: np.array_equal(linked(page, "vae-20"), rounded(z)),
        "the last place in the address",
    )
    one.dblclick()
    expect(one).to_have_attribute("aria-valuetext", "0.00")
    assert decodes(page, gray, "vae-20", space.centre)

    until(
        page,
        lambda: np.array_equal(linked(page, "vae-20"), rounded(space.centre)),
        "the middle again",
    )
    wire.rests(page)
    before = len(wire.sent)
    for _ in range(20):
        page.keyboard.down("ArrowRight")  # a key that is held down is told once
    assert len(wire.sent) == before
    page.keyboard.up("ArrowRight")
    until(page, lambda: len(wire.sent) == before + 1, "one message")


def a_wide_code_has_the_sliders_that_say_most(
    page: Page, visit: Visit, gray: Gray, until: Until
) -> None:
    space = SPACES["dae-500"]
    sliders = page.get_by_test_id("latent-slider")
    expect(sliders).to_have_count(24)
    dims = [int(it.get_attribute("data-dim") or "") for it in sliders.all()]
    assert dims == space.order[:24].tolist()
    expect(page.get_by_text("24 of 500 latents")).to_be_visible()
    z = rounded(space.codes[mnist.strip_positions()[3]])
    for dimension in dims[:12]:
        z[dimension] = -z[dimension]
        slider(page, dimension).fill(f"{z[dimension]:.3f}")
    assert decodes(page, gray, "dae-500", z)
    until(page, lambda: np.array_equal(linked(page, "dae-500"), z), "all 500 in the address")
    before = gray(page.get_by_test_id("decoded"))
    other = ready(visit(page.url), "dae-500")
    np.testing.assert_array_equal(gray(other.get_by_test_id("decoded")), before)


@pytest.mark.parametrize(
    ("generative", "asleep", "key"),
    [(True, 7, "sleeping"), (True, 0, "awake"), (False, 7, "still"), (False, 0, "")],
)
def test_a_note_says_how_many_latents_are_asleep(
    in_module: Callable[..., str], generative: bool, asleep: int, key: str
) -> None:
    described = {"latent": 20, "sliders": [{}] * 20, "explained": 1}
    described |= {"generative": generative, "asleep": asleep}
    text = {
        name: EN[f"explore.part.{name}"]
        for name in ("sliders", "sleeping", "awake", "still", "back")
    }
    script = "const notes = new m.Notes(); notes.name(a.described, a.text); "
    note = in_module(
        "parts/explore/notes.js",
        script + "return notes.sliders.textContent;",
        {"described": described, "text": text},
    )
    shown, said = text["sliders"].format(shown=20, latent=20), text.get(key, "")
    middle = [said.format(asleep=asleep, latent=20)] if said else []
    assert note == " ".join([shown, *middle, text["back"]])


# ---- the map


def the_point_is_dragged_over_the_map_of_two_latents(
    page: Page, wire: Wire, gray: Gray, until: Until
) -> None:
    space = SPACES["vae-2"]
    x, y = on_screen(page, space, np.array([0.5, 0.5]))
    page.mouse.move(x, y)
    page.mouse.down()
    wire.rests(page)
    wire.clear()
    for right, down in [(20, 0), (90, -60), (-150, 100), (40, 130)]:
        page.mouse.move(x + right, y + down)
        z = rounded(place_of(page, space, x + right, y + down))
        np.testing.assert_allclose(values(page, "vae-2"), z, atol=0.002)
        assert decodes(page, gray, "vae-2", values(page, "vae-2"))
        lens = page.get_by_test_id("explore-lens")
        expect(lens).to_be_visible()
        np.testing.assert_array_equal(gray(lens), gray(page.get_by_test_id("decoded")))
    assert wire.sent == []
    page.mouse.up()
    wire.settles(page, until)
    assert len(wire.sent) == 1
    until(
        page,
        lambda: np.array_equal(linked(page, "vae-2"), values(page, "vae-2")),
        "the code in the address",
    )
    page.mouse.down()
    page.mouse.move(x, y - 5000)  # the point stays on the map
    assert values(page, "vae-2")[1] == pytest.approx(space.middle[1] + space.reach, abs=0.002)
    page.mouse.up()


def a_drag_on_the_map_of_many_latents_keeps_the_rest(page: Page, gray: Gray, until: Until) -> None:
    space = SPACES["vae-20"]
    z = rounded(space.codes[mnist.strip_positions()[3]])
    np.testing.assert_allclose(values(page, "vae-20"), z, atol=1e-6)
    x, y = on_screen(page, space, np.zeros(2))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 70, y + 30)
    wanted = moved(space, z, place_of(page, space, x - 70, y + 30))
    until(
        page,
        lambda: np.allclose(values(page, "vae-20"), wanted, atol=0.002),
        "twenty sliders where the point is",
    )
    assert decodes(page, gray, "vae-20", values(page, "vae-20"))
    page.mouse.move(x, y)  # there and back: nothing is lost on the way
    page.mouse.up()
    np.testing.assert_allclose(
        values(page, "vae-20"), moved(space, z, place_of(page, space, x, y)), atol=0.002
    )
    until(page, lambda: linked(page, "vae-20") is not None, "the code in the address")


@pytest.mark.long
def test_a_finger_drags_the_point_and_the_page_stays(
    visit: Visit, app_url: str, gray: Gray, until: Until, problems: list[str]
) -> None:
    page = opened(visit, app_url, "run=vae-2", width=390, height=844, touch=True)
    for button in together(page.locator(".explore .presets button")):
        assert min(button.width, button.height) >= 40, "too small for a finger"
    space = SPACES["vae-2"]
    x, y = on_screen(page, space, np.zeros(2))
    main = page.get_by_test_id("stMain")
    scrolled = main.evaluate("(it) => it.scrollTop")
    hand = page.context.new_cdp_session(page)

    def touch(kind: str, *point: float) -> None:
        points = [{"x": point[0], "y": point[1]}] if point else []
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", x, y)
    for step in range(1, 6):
        touch("touchMove", x + 10 * step, y + 16 * step)
    z = rounded(place_of(page, space, x + 50, y + 80))
    until(page, lambda: np.allclose(values(page, "vae-2"), z, atol=0.003), "the finger's place")
    assert decodes(page, gray, "vae-2", values(page, "vae-2"))
    touch("touchEnd")
    until(
        page,
        lambda: np.array_equal(linked(page, "vae-2"), values(page, "vae-2")),
        "the code in the address",
    )
    assert main.evaluate("(it) => it.scrollTop") == scrolled

    # While a slider far below is moved, the digit stays in sight.
    page.get_by_test_id("latent-slider").last.evaluate("(it) => it.scrollIntoView()")
    expect(page.get_by_test_id("decoded")).to_be_in_viewport(ratio=0.99)
    assert problems == []


def the_keyboard_moves_the_point(page: Page, gray: Gray, until: Until) -> None:
    space = SPACES["vae-2"]
    chart = page.get_by_test_id("latent-map")
    expect(chart).to_have_attribute("role", "application")
    chart.focus()
    step = space.reach / 50
    place = np.zeros(2)
    for key, way in [
        ("ArrowRight", (1, 0)),
        ("ArrowUp", (0, 1)),
        ("PageDown", (0, -10)),
        ("ArrowLeft", (-1, 0)),
        ("ArrowDown", (0, -1)),
    ]:
        page.keyboard.press(key)
        place = rounded(place + step * np.array(way)).astype(float)
        np.testing.assert_allclose(values(page, "vae-2"), place, atol=0.002)
    assert decodes(page, gray, "vae-2", values(page, "vae-2"))
    page.keyboard.press("End")
    assert values(page, "vae-2")[0] == pytest.approx(space.middle[0] + space.reach, abs=0.002)
    label = chart.get_attribute("aria-label") or ""
    x, y = values(page, "vae-2")
    assert label == EN["explore.part.map"].format(run="vae-2", x=f"{x:.2f}", y=f"{y:.2f}")
    until(
        page,
        lambda: np.array_equal(linked(page, "vae-2"), values(page, "vae-2")),
        "the code in the address",
    )


def a_touched_dot_is_its_test_digit(page: Page, run: str, gray: Gray, until: Until) -> None:
    space = SPACES[run]
    # A dot that no other one is near to.
    apart = np.linalg.norm(space.points[:, None] - space.points, axis=2)
    np.fill_diagonal(apart, np.inf)
    inside = (np.abs(space.points - space.middle) < 0.9 * space.reach).all(1)
    lonely = int(np.where(inside, apart.min(1), 0).argmax())
    digit = mnist.probe().images[lonely]
    page.mouse.move(*on_screen(page, space, space.points[lonely]))
    np.testing.assert_array_equal(gray(page.get_by_test_id("explore-original")), digit)
    again = page.get_by_test_id("explore-reconstruction")
    assert shows(again, gray, reconstruct_many(MODELS[run], digit[None])[0])
    position = int(mnist.probe_indices()[lonely])
    name = EN["explore.part.original"].format(position=position, digit=mnist.probe().labels[lonely])
    expect(page.get_by_text(name, exact=True)).to_be_visible()

    page.mouse.dblclick(*on_screen(page, space, space.points[lonely]))  # starts from it
    z = embed_many(MODELS[run], digit[None])[0]
    until(
        page,
        lambda: linked(page, run) is not None and np.allclose(linked(page, run), z, atol=0.02),
        "its code in the address",
    )
    until(page, lambda: query(page).get("digit") == str(position), "its position there, too")
    code = linked(page, run)
    assert code is not None and decodes(page, gray, run, code)
    measured = EN["explore.measured"].partition(":")[0].format(position=position)
    expect(page.get_by_text(measured)).to_be_visible()


OPAQUE = """(canvas, [x, y]) => {
    const at = (x, y) => [Math.round(x * canvas.width), Math.round(y * canvas.height)];
    return canvas.getContext("2d").getImageData(...at(x, y), 1, 1).data[3];
}"""


@pytest.mark.long
def test_the_ellipse_is_the_posterior_s(visit: Visit, app_url: str, problems: list[str]) -> None:
    space, model = SPACES["vae-20"], MODELS["vae-20"]
    three, one = mnist.strip_positions()[[3, 1]]
    away = FIELDS["explore"]["z"].write(space.codes[one])  # the ring would be on the ellipse
    i = int(three)
    page = opened(visit, app_url, f"run=vae-20&digit={mnist.probe_indices()[i]}&z={away}")
    with torch.inference_mode():
        logvar = model.posterior(to_x(mnist.probe().images[[i]]))[1][0].numpy()
    covariance = space.flat.axes * np.exp(logvar) @ space.flat.axes.T
    variances, directions = np.linalg.eigh(covariance)

    def opacity(deviations: float, direction: int) -> int:
        place = (
            space.points[i] + deviations * np.sqrt(variances[direction]) * directions[:, direction]
        )
        x, y = (place - space.middle) / space.reach
        found: int = page.get_by_test_id("latent-map").evaluate(
            OPAQUE, [float(1 + x) / 2, float(1 - y) / 2]
        )
        return found

    for direction in (0, 1):
        for side in (-1, 1):
            assert opacity(2.0 * side, direction) > 200  # its line
            assert 20 < opacity(1.5 * side, direction) < 200  # its inside
            assert opacity(2.6 * side, direction) == 0
    page.goto(f"{app_url}/explore?lang=en&run=ae-20")
    ready(page, "ae-20")
    x, y = (SPACES["ae-20"].points[i] - SPACES["ae-20"].middle) / SPACES["ae-20"].reach
    ring = page.get_by_test_id("latent-map").evaluate(
        OPAQUE, [float(1 + x) / 2 + 15 / 392, float(1 - y) / 2]
    )
    assert ring == 0  # a plain autoencoder has no posterior
    assert problems == []


def the_plane_is_decoded_where_it_lies(page: Page, run: str, gray: Gray, until: Until) -> None:
    plane = page.get_by_test_id("latent-plane")
    page.get_by_test_id("explore-plane").fill("0.8")
    expect(plane).to_have_css("opacity", "0.8")
    expect(page.locator("[data-testid=latent-plane][data-painted]")).to_be_visible()
    space = SPACES[run]

    def agrees() -> bool:
        if plane.get_attribute("data-painted") is None:
            return False
        side = int(plane.get_attribute("data-columns") or "")
        ticks = (2 * np.arange(side) + 1) / side - 1
        across, down = np.meshgrid(ticks, ticks)
        places = space.middle + space.reach * np.stack([across.ravel(), -down.ravel()], 1)
        z = values(page, run)
        codes = z + (places.astype(np.float32) - space.flat(z)) @ space.flat.axes
        wanted = decode_many(MODELS[run], codes).reshape(side, side, 28, 28)
        found = gray(plane).reshape(side, 28, side, 28).swapaxes(1, 2)
        assert side >= 12
        return int(np.abs(found.astype(int) - wanted).max()) <= NEAR

    assert agrees()
    until(page, lambda: query(page).get("plane") == "0.8", "the plane in the address")
    slider(page, int(space.order[-1])).fill("2")
    until(page, agrees, "the plane through the new code")


def the_map_shows_what_a_classifier_reads(page: Page, wire: Wire, until: Until) -> None:
    """Digit and certainty at each place are PyTorch's, in words at the ring, and in the link."""
    layer, space = page.get_by_test_id("latent-reading"), SPACES["vae-20"]
    expect(layer).to_be_hidden()
    page.get_by_test_id("explore-reading").press("Enter")
    page.get_by_test_id("spacing-probability").check(force=True)
    until(
        page,
        lambda: {"reading": "yes", "spacing": "probability"}.items() <= query(page).items(),
        "both in the address",
    )
    ticks = (2 * torch.arange(48) + 1) / 48 - 1
    normal = torch.special.ndtri((ticks + 1) / 2).numpy()
    assert (normal > 0).sum() == 24 and space.scale.all()
    across, up = np.meshgrid(normal, -normal)
    places = space.flat(space.centre[None]) + np.stack([across.ravel(), up.ravel()], 1)

    def read(codes: np.ndarray) -> np.ndarray:
        pixels = torch.tensor(decode_many(MODELS["vae-20"], codes))[:, None] / 255
        with torch.inference_mode():
            return read_small(pixels).softmax(1).numpy()

    def agrees() -> bool:
        if layer.get_attribute("data-painted") != "whole":
            return False
        z = values(page, "vae-20")
        wanted = read(z + (places.astype(np.float32) - space.flat(z)) @ space.flat.axes)
        found = np.array(layer.evaluate(PIXELS)).reshape(-1, 4)
        sure = (10 * wanted.max(1) - 1) / 9
        clear = np.sort(wanted, 1)[:, -2] < wanted.max(1) - 0.05  # no tie that rounding decides
        colours = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in DIGIT_COLOURS])
        near = np.abs(found[:, :3] - colours[wanted.argmax(1)]).max(1) <= 255 / (255 * sure + 1) + 1
        assert clear.mean() > 0.5
        return bool(near[clear].all()) and np.abs(found[:, 3] / 255 - sure).max() < 0.03

    dimension = int(space.order[-1])
    wire.rests(page)
    wire.clear()
    slider(page, dimension).evaluate("(it) => { it.value = -2; it.oninput(); }")
    until(page, agrees, "what PyTorch reads in the plane of the moved slider")
    assert wire.sent == []
    slider(page, dimension).dispatch_event("change")
    until(page, lambda: np.array_equal(linked(page, "vae-20"), values(page, "vae-20")), "its code")

    def says(text: str | None, wanted: np.ndarray) -> bool:
        digit, percent = map(int, re.findall(r"\d+", text or "-1 -1")[-2:])
        return digit == wanted.argmax() and abs(percent - 100 * wanted.max()) < 1.5

    here = read(values(page, "vae-20")[None])[0]
    assert says(page.get_by_test_id("explore-reads").text_content(), here)
    assert says(page.get_by_test_id("latent-map").get_attribute("aria-label"), here)
    left, top, width, height = placed(page.get_by_test_id("latent-map"))
    page.mouse.move(left + 0.25 * width, top + 0.75 * height)  # where Φ is 1/4
    quarter = space.flat(space.centre[None]) + float(normal[11] + normal[12]) / 2
    there = read(moved(space, values(page, "vae-20"), quarter.astype(np.float32)))[0]
    until(page, lambda: says(page.locator(".lens .words").text_content(), there), "its words")
    page.reload()
    ready(page)
    expect(page.get_by_test_id("spacing-probability")).to_be_checked()
    until(page, lambda: says(page.get_by_test_id("explore-reads").text_content(), here), "again")
    page.get_by_test_id("explore-reading").click()
    page.get_by_test_id("spacing-linear").check(force=True)
    until(page, lambda: not {"reading", "spacing"} & query(page).keys(), "the address without it")


# ---- presets and temperature


def each_kind_has_a_button_and_another_digit_each_time(
    page: Page, gray: Gray, until: Until
) -> None:
    images, labels = mnist.test_digits().images, mnist.test_digits().labels
    seen = []
    for kind in (7, 7, 0, 3, 3):
        before = query(page).get("digit")
        page.locator(f"[data-testid=explore-digit][data-digit='{kind}']").click()
        until(page, lambda before=before: query(page).get("digit") != before, "another digit")
        position = int(query(page)["digit"])
        assert labels[position] == kind
        np.testing.assert_array_equal(
            gray(page.get_by_test_id("explore-original")), images[position]
        )
        z = linked(page, "vae-20")
        assert z is not None and decodes(page, gray, "vae-20", z)
        np.testing.assert_allclose(
            z, embed_many(MODELS["vae-20"], images[[position]])[0], atol=0.02
        )
        seen.append(position)
    assert len(set(seen)) == len(seen) - seen.count(seen[3]) + 1


def the_temperature_scales_the_last_draw(page: Page, run: str, gray: Gray, until: Until) -> None:
    space = SPACES[run]
    before = query(page).get("z")
    page.get_by_test_id("explore-random").click()
    until(page, lambda: query(page).get("z") != before, "the draw in the address")
    until(page, lambda: "digit" not in query(page), "no digit there any more")
    first = linked(page, run)
    assert first is not None and decodes(page, gray, run, first)
    assert (np.abs((first - space.centre) / space.scale) < 6).all()
    heat = page.get_by_test_id("explore-temperature")
    for temperature in (0.5, 1.7, 0.0):
        heat.fill(str(temperature))
        z = space.centre + temperature * (first - space.centre)
        until(
            page,
            lambda z=z: (
                linked(page, run) is not None and np.allclose(linked(page, run), z, atol=0.002)
            ),
            f"the same draw at {temperature}",
        )
        found = linked(page, run)
        assert found is not None and decodes(page, gray, run, found)
        until(
            page,
            lambda temperature=temperature: query(page).get("temperature") == f"{temperature:g}",
            "the temperature there, too",
        )
    heat.fill("1")
    until(
        page, lambda: np.allclose(linked(page, run), first, atol=0.002), "the first draw once more"
    )
    page.get_by_test_id("explore-random").click()
    until(page, lambda: not np.allclose(linked(page, run), first, atol=0.1), "another draw")


def the_buttons_below_set_run_and_controls(page: Page, gray: Gray, until: Until) -> None:
    page.get_by_role("button", name=EN["explore.try.hot"]).click()
    until(page, lambda: query(page).get("temperature") == "1.6", "the temperature")
    expect(page.get_by_test_id("explore-temperature")).to_have_value("1.6")
    z = linked(page, "vae-20")
    assert z is not None
    until(page, lambda: decodes(page, gray, "vae-20", z), "a hot digit")
    page.get_by_role("button", name=EN["explore.try.plane"]).click()
    ready(page, "vae-2")
    expect(page.get_by_test_id("explore-plane")).to_have_value("1")
    expect(page).to_have_url(re.compile("run=vae-2&|run=vae-2$"))
    until(page, lambda: decodes(page, gray, "vae-2", np.zeros(2, np.float32)), "the middle")
    page.get_by_role("button", name=EN["explore.try.plain"]).click()
    ready(page, "ae-20")
    z = linked(page, "ae-20")
    assert z is not None
    until(page, lambda: decodes(page, gray, "ae-20", z), "a random digit")


# ---- the link


@pytest.mark.long
def test_a_link_shows_the_same(
    visit: Visit, app_url: str, gray: Gray, until: Until, problems: list[str]
) -> None:
    page = opened(visit, app_url, "run=vae-20")
    page.locator("[data-testid=explore-digit][data-digit='7']").click()
    page.get_by_test_id("explore-temperature").fill("0.7")
    page.get_by_test_id("explore-plane").fill("0.35")
    x, y, width, height = placed(page.get_by_test_id("latent-map"))
    page.mouse.move(x + 0.52 * width, y + 0.48 * height)
    page.mouse.down()
    page.mouse.move(x + 0.31 * width, y + 0.91 * height)
    page.mouse.up()
    page.mouse.move(x, y - 30)
    until(
        page,
        lambda: (
            linked(page, "vae-20") is not None
            and bool(np.allclose(linked(page, "vae-20"), values(page, "vae-20"), atol=1e-6))
            and {"digit", "temperature", "plane"} <= query(page).keys()
        ),
        "all of it in the address",
    )
    other = ready(visit(page.url), "vae-20")
    for testid in ("decoded", "explore-original", "explore-reconstruction"):
        until(
            page,
            lambda testid=testid: np.array_equal(
                gray(other.get_by_test_id(testid)), gray(page.get_by_test_id(testid))
            ),
            testid,
        )
    for testid in ("explore-temperature", "explore-plane"):
        value = page.get_by_test_id(testid).input_value()
        expect(other.get_by_test_id(testid)).to_have_value(value)
    np.testing.assert_array_equal(values(other, "vae-20"), values(page, "vae-20"))
    assert query(other) == query(page)
    assert problems == []


def each_run_keeps_its_code(page: Page, gray: Gray, until: Until) -> None:
    z = values(page, "vae-2")
    page.get_by_role("button", name=EN["explore.try.plain"]).click()
    ready(page, "ae-20")
    menu = page.get_by_test_id("stSidebarNav")
    menu.get_by_role("link", name=EN["home.menu"], exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(EN["home.title"])
    menu.get_by_role("link", name=EN["explore.menu"], exact=True).click()
    ready(page)
    page.get_by_role("combobox").click()
    page.get_by_role("option", name="vae-2", exact=True).click()
    ready(page, "vae-2")
    until(
        page,
        lambda: decodes(page, gray, "vae-2", z),
        "the code as it was left",
    )
    until(page, lambda: np.array_equal(linked(page, "vae-2"), z), "and in the address")


# ---- the arithmetic


@pytest.mark.parametrize("run", ["vae-2", "vae-20", "dae-500", "ae-20"])
def test_places_moves_and_ellipses_are_python_s(in_module: Callable[..., object], run: str) -> None:
    space = SPACES[run]
    rng = np.random.default_rng(4)
    codes, targets = space.codes[:20], rng.normal(size=(20, 2)).astype(np.float32)
    logvar = rng.normal(-1, 1, (20, space.latent)).astype(np.float32)
    names = ("low", "high", "centre", "scale")
    arrays = {name: getattr(space, name).tolist() for name in names}
    arrays |= {"origin": space.flat.centre.tolist(), "axes": space.flat.axes.ravel().tolist()}
    found = in_module(
        "engine/code_space.js",
        """const given = { middle: a.middle, reach: a.reach };
        for (const [name, values] of Object.entries(a.arrays)) {
            given[name] = Float32Array.from(values);
        }
        const space = new m.CodeSpace(given);
        return a.codes.map((code, i) => {
            const z = Float32Array.from(code);
            const there = space.moved(z, a.targets[i]);
            const { long, short, angle } = space.ellipse(Float32Array.from(a.logvar[i]));
            const direction = space.direction(1.5, z);
            return {
                place: space.place(z), moved: [...there], there: space.place(there),
                ellipse: [long, short, angle], back: [...space.drawn(1.5, direction)],
            };
        });""",
        {
            "arrays": arrays,
            "middle": space.middle.tolist(),
            "reach": space.reach,
            "codes": codes.tolist(),
            "targets": targets.tolist(),
            "logvar": logvar.tolist(),
        },
    )
    assert isinstance(found, list)
    column = {name: np.array([one[name] for one in found]) for name in found[0]}
    np.testing.assert_allclose(column["place"], space.flat(codes), atol=1e-4)
    wanted = codes + (targets - space.flat(codes)) @ space.flat.axes
    np.testing.assert_allclose(column["moved"], wanted, atol=1e-4)
    np.testing.assert_allclose(column["there"], targets, atol=1e-4)
    np.testing.assert_allclose(column["back"], codes, atol=1e-4)
    for (long, short, angle), row in zip(column["ellipse"], logvar, strict=True):
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        found = turn @ np.diag([long**2, short**2]) @ turn.T / 4
        np.testing.assert_allclose(
            found, space.flat.axes * np.exp(row) @ space.flat.axes.T, rtol=1e-4, atol=1e-5
        )


@pytest.mark.parametrize("run", ["vae-2", "vae-20", "ae-20"])
def test_equal_areas_of_the_map_are_equally_probable(
    in_module: Callable[..., object], run: str
) -> None:
    """Random codes are uniform on a map spaced so; both ways of its formula agree."""
    space = SPACES[run]
    rng = np.random.default_rng(5)
    codes = np.stack([space.sample(rng) for _ in range(2000)])
    given = {name: getattr(space, name).tolist() for name in ("low", "high", "centre", "scale")}
    given |= {"origin": space.flat.centre.tolist(), "axes": space.flat.axes.ravel().tolist()}
    found = in_module(
        "parts/explore/spacing.js",
        """const { CodeSpace } = await import("/engine/code_space.js");
        const given = { middle: a.middle, reach: a.reach };
        for (const [name, values] of Object.entries(a.given)) {
            given[name] = Float32Array.from(values);
        }
        const space = new CodeSpace(given);
        return ["linear", "probability"].map((name) => {
            const spacing = new m.Spacing(space, name);
            return a.places.map((place) => {
                const point = spacing.toSquare(place);
                return [...point, ...spacing.toPlace(point)];
            });
        });""",
        {
            "given": given,
            "middle": space.middle.tolist(),
            "reach": space.reach,
            "places": space.flat(codes).tolist(),
        },
    )
    linear, probable = np.array(found)
    places = space.flat(codes)
    np.testing.assert_allclose(linear[:, :2], (places - space.middle) / space.reach, atol=1e-5)
    np.testing.assert_allclose(linear[:, 2:], places, atol=1e-4)
    spread = np.sqrt((space.flat.axes**2 * space.scale**2).sum(1))
    mean = space.flat(space.centre[None])[0]
    cdf = torch.special.ndtr(torch.tensor((places - mean) / spread)).numpy()
    np.testing.assert_allclose(probable[:, :2], 2 * cdf - 1, atol=1e-5)
    inside = (np.abs(2 * cdf - 1) < 0.99).all(1)
    np.testing.assert_allclose(probable[inside, 2:], places[inside], atol=1e-3 * spread.max())
    counts = np.histogram2d(*probable[:, :2].T, bins=4, range=[[-1, 1]] * 2)[0]
    assert np.abs(counts - 125).max() < 4.5 * np.sqrt(125)
