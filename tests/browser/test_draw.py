"""The Draw page under the hand: all follows while it moves, Python agrees when it lets go."""

import io
import re
from collections.abc import Callable, Sequence
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.hand import placed, together
from tests.browser.line import Wire
from vae_demo import runs
from vae_demo.digits import STAGES, Stage, mnist, open_picture, to_digit
from vae_demo.digits.crop import Crop
from vae_demo.digits.damages import NOISES, damage
from vae_demo.models import Codec, embed_many, reconstruct_many, to_pixels, to_x
from vae_demo.ui.frame.language import catalogue
from vae_demo.ui.frame.link_fields import FIELDS

EN = catalogue("en")
LINK = FIELDS["draw"]
RUNS = ("ae-30", "dae-500", "vae-20")
CONVOLUTIONAL = "ae-conv-20"
MAP = "vae-2"
NEAR = 2  # of 255: weights are in half precision, and half a level goes up here and down there
NEAR_WITH_NOISE = 3  # pixels everywhere make sums larger, and what half precision leaves of them
STAND_IN = mnist.test_digits().images[112]
Points = Sequence[tuple[float, float]]
Gray = Callable[[Locator], np.ndarray]
Until = Callable[[Page, Callable[[], bool], str], None]

# In shares of the digit's height, from its upper left corner.
SEVEN = [(0.0, 0.05), (0.6, 0.0), (0.35, 0.5), (0.2, 1.0)]
THREE = [(0.0, 0.1), (0.3, 0.0), (0.55, 0.2), (0.2, 0.45), (0.6, 0.7), (0.35, 1.0), (0.0, 0.9)]


def at(shape: Points, left: float, top: float, height: float) -> Points:
    """A digit's points on the pad, in its pixels."""
    return [(left + height * x, top + height * y) for x, y in shape]


@pytest.fixture(scope="module")
def models() -> dict[str, Codec]:
    """The models that the page shows at first, a convolutional one, and that of the map."""
    return {name: runs.find(name).build() for name in (*RUNS, CONVOLUTIONAL, MAP)}


@pytest.fixture
def page(visit: Callable[..., Page], app_url: str) -> Page:
    """The Draw page before the first stroke."""
    return ready(visit(f"{app_url}/draw?lang=en"))


def ready(page: Page) -> Page:
    """Waits until the networks are here: only then the browser can say how near PyTorch is."""
    expect(page.get_by_test_id("reconstruction")).to_have_count(len(RUNS))
    expect(agreement(page)).to_be_visible()
    expect(page.get_by_test_id("latent-map")).to_have_attribute("data-live", "true")
    return page


def agreement(page: Page) -> Locator:
    """The line that says that PyTorch draws the same, while it is about what is seen."""
    sentence = re.escape(EN["draw.part.agree"]).replace(re.escape("{value}"), f"[0-{NEAR}]")
    return page.locator(".agree:not(.stale)").filter(has_text=re.compile(sentence))


def complete(page: Page) -> None:
    """Waits until every image is loaded: Streamlit forgets those of a page that was left."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.wait_for_function("[...document.images].every((image) => image.naturalWidth > 0)")


def on_screen(page: Page, points: Points, testid: str = "draw-pad", side: int = 280) -> Points:
    """Where points of a canvas, in its own pixels, are on the screen."""
    canvas = placed(page.get_by_test_id(testid))
    return [canvas.at(x / side, y / side) for x, y in points]


def press(page: Page, points: Points) -> None:
    """A stroke with the mouse, which is not let go."""
    first, *rest = points
    page.mouse.move(*first)
    page.mouse.down()
    for x, y in rest:
        page.mouse.move(x, y, steps=3)
    page.evaluate("() => new Promise(requestAnimationFrame)")


def draw(page: Page, points: Points) -> None:
    """One stroke with the mouse on the pad; Python has answered it."""
    press(page, on_screen(page, points))
    expect(agreement(page)).to_have_count(0)
    page.mouse.up()
    expect(agreement(page)).to_be_visible()


def asked(page: Page) -> dict[str, str]:
    """The page's address, key -> value."""
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}


def recovered(page: Page, name: str) -> Locator:
    return page.locator(f"canvas[data-testid=reconstruction][data-run={name}]")


def apart(one: np.ndarray, other: np.ndarray) -> int:
    """The largest difference of two pictures."""
    return int(np.abs(one.astype(int) - other).max())


def shows(
    page: Page,
    gray: Gray,
    models: dict[str, Codec],
    digit: np.ndarray,
    seen: torch.Tensor | None = None,
    near: int = NEAR,
) -> None:
    """Asserts that all pictures are, at this moment, what PyTorch makes of this digit.

    The ring on the map comes there soon.
    """
    most = NEAR if seen is None else NEAR_WITH_NOISE
    shown = gray(page.get_by_test_id("digit-28"))
    assert apart(shown, digit) <= near
    x = to_x(shown[None]) if seen is None else seen
    if seen is not None:
        assert apart(gray(page.get_by_test_id("damaged")), to_pixels(seen)[0]) <= near
    with torch.inference_mode():
        canvases = page.get_by_test_id("reconstruction").all()
        assert len(canvases) == len(RUNS)
        for canvas in canvases:
            name = canvas.get_attribute("data-run") or ""
            assert apart(gray(canvas), to_pixels(models[name](x))[0]) <= most, name
    page.wait_for_function(  # the ring takes turns with the pictures
        """([map, place]) => map.dataset.place.split(",").every(
            (value, axis) => Math.abs(value - place[axis]) < 0.02)""",
        arg=[
            page.get_by_test_id("latent-map").element_handle(),
            embed_many(models[MAP], shown[None])[0].tolist(),
        ],
    )


def centroid(digit: np.ndarray) -> tuple[float, float]:
    """Centre of mass in pixel indices, (row, column)."""
    weight = digit / digit.sum()
    places = np.arange(28)
    return float(weight.sum(1) @ places), float(weight.sum(0) @ places)


def followed(page: Page, gray: Gray, until: Until, wanted: np.ndarray) -> None:
    """Waits until the page shows exactly this digit."""
    canvas = page.get_by_test_id("digit-28")
    until(page, lambda: np.array_equal(gray(canvas), wanted), "the digit as MNIST sees it")


# ---- one visitor


def test_a_visitor_draws(
    visit: Callable[..., Page],
    app_url: str,
    gray: Gray,
    until: Until,
    models: dict[str, Codec],
    problems: list[str],
) -> None:
    page = visit("about:blank")
    wire = Wire(page)
    page.goto(f"{app_url}/draw?lang=en")
    ready(page)
    steps = page.evaluate("history.length")
    everything_follows_the_pen(page, wire, gray, until, models)
    a_drawing_stays_until_it_is_cleared(page, gray, until)
    noise_is_painted(page, wire, gray, until, models)
    page.get_by_role("button", name=EN["draw.try.clean"]).click()
    expect(page.get_by_test_id("damaged")).to_be_hidden()
    undo_clear_and_eraser_are_followed(page, gray, until, models)
    cleared(page, until)
    what_the_browser_can_t_read_python_does(page, gray, until)
    cleared(page, until)
    a_preset_reaches_the_drawing(page, gray, models)
    cleared(page, until)
    noise_follows_the_hand(page, wire, gray, until, models)
    cleared(page, until)
    a_stage_that_is_off_is_missed_at_once(page, gray, until, models)
    assert page.evaluate("history.length") == steps + 2  # to Morph and back: pages are steps
    assert problems == []


def cleared(page: Page, until: Until) -> None:
    """Empties the pad, and waits until the page has the example and a pen again."""
    page.get_by_test_id("draw-clear").click()
    page.get_by_test_id("draw-pen").click()
    expect(page.get_by_text(EN["draw.part.example"])).to_be_visible()
    until(page, lambda: "digit" not in asked(page), "no digit in the address")
    expect(agreement(page)).to_be_visible()


@pytest.mark.long
def test_drawings_are_kept_and_a_run_is_fine_tuned_on_them(page: Page, problems: list[str]) -> None:
    """The errors fall or rise live; the new run is beside the old one on the pad."""
    page.get_by_text(EN["handwriting.title"]).click()
    keep = page.locator(".st-key-handwriting_keep button")
    expect(keep).to_be_visible()
    for count in range(1, 6):
        draw(page, at(SEVEN, 90 + 5 * count, 60, 150))
        keep.click()
        kept = EN["handwriting.kept"].format(count=count, enough=20)
        expect(page.get_by_text(kept)).to_be_visible()
        page.get_by_test_id("draw-clear").click()
    page.locator(".st-key-handwriting_tune button").click()
    done = EN["handwriting.done"].format(name="my-vae-20")
    expect(page.get_by_text(done)).to_be_visible(timeout=60_000)
    changes = page.get_by_test_id("stMetricDelta")
    expect(changes.first).to_contain_text(re.compile(r"[-−]\d+%"))
    page.locator(".st-key-handwriting_show button").click()
    for run in ("vae-20", "my-vae-20"):
        expect(page.locator(f"[data-testid=reconstruction][data-run='{run}']")).to_be_visible()
    assert problems == []


# ---- strokes


def everything_follows_the_pen(
    page: Page, wire: Wire, gray: Gray, until: Until, models: dict[str, Codec]
) -> None:
    pad = page.get_by_test_id("draw-pad")
    for shape in ((SEVEN, 20, 15, 90), (THREE, 30, 40, 200)):  # a small 7, a large 3
        points = on_screen(page, at(*shape))
        wire.rests(page)
        wire.clear()
        before = page.url
        page.mouse.move(*points[0])
        page.mouse.down()
        for x, y in points[1:]:
            page.mouse.move(x, y, steps=6)
            page.evaluate("() => new Promise(requestAnimationFrame)")
            shows(page, gray, models, to_digit(gray(pad)))
        assert wire.sent == [] and page.url == before
        expect(agreement(page)).to_have_count(0)

        page.mouse.up()
        expect(agreement(page)).to_be_visible()
        wire.settles(page, until)
        digit = to_digit(gray(pad))
        shows(page, gray, models, digit, near=0)  # Python's own, now
        assert all(13.5 <= place <= 14.5 for place in centroid(digit))
        until(page, lambda: "digit" in asked(page), "the digit in the address")
        np.testing.assert_array_equal(LINK["digit"].read([asked(page)["digit"]]), digit)
        exact = page.locator("canvas[data-testid=exact][data-run=vae-20]")
        np.testing.assert_array_equal(
            gray(exact), reconstruct_many(models["vae-20"], digit[None])[0]
        )
        page.get_by_test_id("draw-clear").click()
        expect(page.get_by_text(EN["draw.part.example"])).to_be_visible()
        until(page, lambda: "digit" not in asked(page), "no digit in the address")
        expect(agreement(page)).to_be_visible()


def test_a_finger_draws_and_sees_it_at_once(
    visit: Callable[..., Page],
    app_url: str,
    gray: Gray,
    models: dict[str, Codec],
    problems: list[str],
) -> None:
    shown = f"vae-20,ae-30,{CONVOLUTIONAL}"
    page = visit("about:blank", width=390, height=844, touch=True)
    wire = Wire(page)
    page.goto(f"{app_url}/draw?lang=en&runs={shown}")
    ready(page)
    send = page.context.new_cdp_session(page).send
    main = page.get_by_test_id("stMain")
    pad = page.get_by_test_id("draw-pad")
    pad.evaluate("(pad) => pad.scrollIntoView({ block: 'start' })")
    main.evaluate("(main) => { main.scrollTop -= 70; }")  # below the page's header

    def touch(kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y} for x, y in points]
        send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    first, *rest = on_screen(page, at(THREE, 60, 30, 210))
    wire.rests(page)
    wire.clear()
    scrolled = main.evaluate("(main) => main.scrollTop")
    touch("touchStart", first)
    for point in rest:
        touch("touchMove", point)
    page.evaluate("() => new Promise(requestAnimationFrame)")
    shows(page, gray, models, to_digit(gray(pad)))
    for box in together(page.get_by_test_id("digit-28"), recovered(page, "vae-20")):
        assert box.top + box.height <= 844  # in sight with all of the pad
    assert wire.sent == []
    assert main.evaluate("(main) => main.scrollTop") == scrolled
    touch("touchEnd")
    expect(agreement(page)).to_be_visible()
    shows(page, gray, models, to_digit(gray(pad)), near=0)

    page.get_by_role("radio", name=EN["noise.salt_and_pepper"]).check(force=True)
    page.get_by_test_id("strength").fill("0.9")
    page.get_by_role("radio", name=EN["draw.part.paint"]).check(force=True)
    damaged = page.get_by_test_id("damaged")
    expect(damaged).to_have_css("width", "252px")
    first, *rest = on_screen(page, [(14, 24), (14, 4)], "damaged", 28)
    before, scrolled = gray(damaged), main.evaluate("(main) => main.scrollTop")
    touch("touchStart", first)
    touch("touchMove", *rest)
    touch("touchEnd")
    page.evaluate("() => new Promise(requestAnimationFrame)")
    assert (gray(damaged) != before).sum() > 30
    assert main.evaluate("(main) => main.scrollTop") == scrolled
    assert problems == []


def a_drawing_stays_until_it_is_cleared(page: Page, gray: Gray, until: Until) -> None:
    draw(page, at(SEVEN, 60, 40, 180))
    expect(page.get_by_text(EN["draw.part.example"])).to_have_count(0)
    ink = gray(page.get_by_test_id("draw-pad"))
    followed(page, gray, until, to_digit(ink))

    menu = page.get_by_test_id("stSidebarNav")
    menu.get_by_role("link", name=EN["morph.menu"], exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(EN["morph.title"])
    complete(page)
    page.get_by_role("combobox", name=EN["morph.from"], exact=True).click()
    page.get_by_role("option", name=EN["digit_choice.drawn"]).click()
    expect(page.get_by_role("button", name="Another 3", exact=True)).to_have_count(0)
    complete(page)

    menu.get_by_role("link", name=EN["draw.menu"], exact=True).click()
    ready(page)
    pad = page.get_by_test_id("draw-pad")
    until(page, lambda: np.array_equal(gray(pad), ink), "the drawing found again")
    followed(page, gray, until, to_digit(ink))
    expect(page.get_by_text(EN["draw.part.example"])).to_have_count(0)

    page.get_by_test_id("draw-clear").click()
    expect(page.get_by_text(EN["draw.part.example"])).to_be_visible()
    followed(page, gray, until, STAND_IN)


def undo_clear_and_eraser_are_followed(
    page: Page, gray: Gray, until: Until, models: dict[str, Codec]
) -> None:
    pad = page.get_by_test_id("draw-pad")
    draw(page, at(SEVEN, 60, 40, 180))
    one = to_digit(gray(pad))
    draw(page, [(60, 140), (160, 140)])
    two = to_digit(gray(pad))
    assert (one != two).any()
    page.get_by_test_id("draw-undo").click()
    followed(page, gray, until, one)
    page.get_by_test_id("draw-redo").click()
    followed(page, gray, until, two)
    page.get_by_test_id("draw-eraser").click()
    press(page, on_screen(page, [(60, 140), (100, 140)]))
    shows(page, gray, models, to_digit(gray(pad)))
    page.mouse.up()
    expect(agreement(page)).to_be_visible()
    page.get_by_test_id("draw-clear").click()
    shows(page, gray, models, STAND_IN, near=0)  # at once, before Python has answered
    expect(page.get_by_text(EN["draw.part.example"])).to_be_visible()
    until(page, lambda: "digit" not in asked(page), "no digit in the address")
    page.get_by_test_id("draw-undo").click()
    expect(page.get_by_text(EN["draw.part.example"])).to_have_count(0)


def what_the_browser_can_t_read_python_does(page: Page, gray: Gray, until: Until) -> None:
    """A pen that grazes most of the border leaves many shades there, as a photograph does."""
    draw(page, at(THREE, 90, 60, 150))
    pad = page.get_by_test_id("draw-pad")
    grazing = [(2, 270), (-9.8, 250), (-9.1, 4), (-4, -4), (4, -9.8), (276, -9.1), (289.2, 160)]
    press(page, on_screen(page, grazing))
    assert apart(gray(page.get_by_test_id("digit-28")), to_digit(gray(pad))) > NEAR
    page.mouse.up()
    followed(page, gray, until, to_digit(gray(pad)))


def a_stage_that_is_off_is_missed_at_once(
    page: Page, gray: Gray, until: Until, models: dict[str, Codec]
) -> None:
    page.get_by_test_id("draw-width").fill("9")
    draw(page, at(SEVEN, 20, 20, 120))
    pad = page.get_by_test_id("draw-pad")
    for stage in STAGES:
        chip = page.get_by_role("checkbox", name=EN[f"stage.{stage}"], exact=True)
        chip.uncheck(force=True)
        left: list[Stage] = [each for each in STAGES if each != stage]
        wanted = to_digit(gray(pad), left)
        shows(page, gray, models, wanted)
        expect(page.get_by_text(EN[f"stage.{stage}.about"])).to_be_visible()
        until(page, lambda stage=stage: asked(page).get("without") == stage, "its name in the link")
        followed(page, gray, until, wanted)
        chip.check(force=True)
        until(page, lambda: "without" not in asked(page), "all stages on")
    press(page, on_screen(page, at(THREE, 120, 60, 150)))
    shows(page, gray, models, to_digit(gray(pad)))
    page.mouse.up()


# ---- noise


def noise_follows_the_hand(
    page: Page, wire: Wire, gray: Gray, until: Until, models: dict[str, Codec]
) -> None:
    draw(page, at(THREE, 50, 30, 220))
    digit = to_digit(gray(page.get_by_test_id("draw-pad")))
    x = to_x(digit[None])
    slider = page.get_by_test_id("strength")
    for kind in NOISES:
        page.get_by_role("radio", name=EN[f"noise.{kind}"]).check(force=True)
        until(page, lambda kind=kind: asked(page).get("noise") == kind, "its name in the link")
        shows(page, gray, models, digit, damage(x, kind, float(slider.input_value()), 0))
        expect(agreement(page)).to_be_visible()
        track = placed(slider)
        wire.rests(page)
        wire.clear()
        where = float(slider.input_value()) / 0.9
        page.mouse.move(track.left + 10 + where * (track.width - 20), track.at(0, 0.5)[1])
        page.mouse.down()
        for share in (0.4, 0.8, 0.3):
            page.mouse.move(*track.at(share, 0.5), steps=4)
            page.evaluate("() => new Promise(requestAnimationFrame)")
            strength = float(slider.input_value())
            shows(page, gray, models, digit, damage(x, kind, strength, 0))
        assert wire.sent == []
        page.mouse.up()
        until(
            page,
            lambda strength=strength: asked(page).get("strength") == f"{strength:g}",
            "its strength in the link",
        )
        expect(agreement(page)).to_be_visible()
    page.get_by_role("button", name=EN["draw.part.again"]).click()
    shows(page, gray, models, digit, damage(x, kind, strength, 1))
    until(page, lambda: asked(page).get("seed") == "1", "its seed in the link")
    page.get_by_role("radio", name=EN["noise.none"]).check(force=True)
    expect(page.get_by_test_id("damaged")).to_be_hidden()
    shows(page, gray, models, digit)
    until(page, lambda: "noise" not in asked(page), "no noise in the link")


def noise_is_painted(
    page: Page, wire: Wire, gray: Gray, until: Until, models: dict[str, Codec]
) -> None:
    page.get_by_role("button", name=EN["draw.try.dropout"]).click()
    damaged = page.get_by_test_id("damaged")
    expect(damaged).to_be_visible()
    page.get_by_role("radio", name=EN["draw.part.paint"]).check(force=True)
    until(page, lambda: "mask" in asked(page), "an empty mask in the link")
    np.testing.assert_array_equal(gray(damaged), STAND_IN)
    expect(agreement(page)).to_be_visible()

    wire.rests(page)
    wire.clear()
    press(page, on_screen(page, [(8, 14), (20, 14)], "damaged", 28))
    picture = gray(damaged)
    assert wire.sent == []
    assert (picture[14, 8:20] != STAND_IN[14, 8:20]).any()
    np.testing.assert_array_equal(picture[:11], STAND_IN[:11])
    page.mouse.up()

    def mask() -> np.ndarray:
        found = LINK["mask"].read([asked(page).get("mask", "")])
        assert found is not None
        return found

    until(page, lambda: bool(mask().any()), "the mask in the link")
    assert mask()[14, 8:20].all() and not mask()[:11].any()
    x = to_x(STAND_IN[None])
    where = torch.tensor(mask(), dtype=torch.float32)[None, None]
    shows(page, gray, models, STAND_IN, damage(x, "dropout", 0.5, 0, where=where))
    expect(agreement(page)).to_be_visible()

    page.keyboard.press("Tab")  # the mouse has not moved the focus; the keys do
    damaged.focus()
    for _ in range(8):
        page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    until(page, lambda: bool(mask()[:9].any()), "a dab by keys in the link")
    page.get_by_role("button", name=EN["draw.part.wipe"]).click()
    np.testing.assert_array_equal(gray(damaged), STAND_IN)
    page.get_by_role("radio", name=EN["draw.part.everywhere"]).check(force=True)
    shows(page, gray, models, STAND_IN, damage(x, "dropout", 0.5, 0))


def a_preset_reaches_the_drawing(page: Page, gray: Gray, models: dict[str, Codec]) -> None:
    draw(page, at(SEVEN, 60, 40, 180))
    digit = to_digit(gray(page.get_by_test_id("draw-pad")))
    x = to_x(digit[None])
    for name, kind, strength in (("dropout", "dropout", 0.5), ("gaussian", "gaussian", 0.4)):
        page.get_by_role("button", name=EN[f"draw.try.{name}"]).click()
        expect(page.get_by_test_id(f"noise-{kind}")).to_be_checked()
        expect(page.get_by_test_id("strength")).to_have_value(str(strength))
        shows(page, gray, models, digit, damage(x, kind, strength, 0))
    page.get_by_role("button", name=EN["draw.try.clean"]).click()
    expect(page.get_by_test_id("damaged")).to_be_hidden()
    shows(page, gray, models, digit)


# ---- links


@pytest.mark.long
def test_a_link_shows_the_same_to_others(
    page: Page,
    visit: Callable[..., Page],
    gray: Gray,
    until: Until,
    models: dict[str, Codec],
    problems: list[str],
) -> None:
    draw(page, at(THREE, 30, 20, 150))
    page.get_by_test_id("stage-centre").uncheck(force=True)
    page.get_by_test_id("noise-gaussian").check(force=True)
    page.get_by_role("button", name=EN["draw.part.again"]).click()
    page.get_by_test_id("where-paint").check(force=True)
    press(page, on_screen(page, [(4, 20), (24, 8)], "damaged", 28))
    page.mouse.up()
    until(
        page,
        lambda: LINK["mask"].read([asked(page).get("mask", "")]) is not None,
        "the mask in the link",
    )
    until(
        page, lambda: asked(page).get("mask", "A" * 131) != "A" * 131, "what is painted in the link"
    )
    expect(agreement(page)).to_be_visible()
    assert {"digit", "noise", "seed", "mask", "without"} <= asked(page).keys()

    other = ready(visit(page.url))
    names = ["digit-28", "damaged"]
    for name in names:
        mine, theirs = page.get_by_test_id(name), other.get_by_test_id(name)
        np.testing.assert_array_equal(gray(theirs), gray(mine), name)
    for run in RUNS:
        assert apart(gray(recovered(other, run)), gray(recovered(page, run))) <= 1
    expect(other.get_by_test_id("where-paint")).to_be_checked()
    expect(other.get_by_test_id("stage-centre")).not_to_be_checked()
    digit = gray(other.get_by_test_id("digit-28"))
    pad = other.get_by_test_id("draw-pad")
    until(other, lambda: bool(gray(pad).any()), "the digit on the pad")
    large = np.asarray(Image.fromarray(digit).resize((280, 280), Image.Resampling.BICUBIC))
    assert apart(gray(pad), large) <= 1
    other.get_by_test_id("strength").press("ArrowRight")  # no ink yet: the digit stays
    until(other, lambda: asked(other).get("strength") == "0.51", "its strength in the link")
    np.testing.assert_array_equal(gray(other.get_by_test_id("digit-28")), digit)
    draw(other, [(200, 200), (240, 240)])  # and goes on from there
    left: list[Stage] = [each for each in STAGES if each != "centre"]
    followed(other, gray, until, to_digit(gray(pad), left))
    assert problems == []


@pytest.mark.long
def test_a_hostile_link_is_ignored(
    visit: Callable[..., Page], app_url: str, gray: Gray, problems: list[str]
) -> None:
    query = "digit=AAAA&mask=%00%ff&noise=evil&strength=1e999&seed=-1&without=all,%3Cb%3E&runs=nope"
    page = visit(f"{app_url}/draw?lang=en&{query}")
    expect(page.get_by_test_id("latent-map")).to_have_attribute("data-live", "true")
    np.testing.assert_array_equal(gray(page.get_by_test_id("digit-28")), STAND_IN)
    expect(page.get_by_test_id("damaged")).to_be_hidden()
    expect(page.locator("input[data-testid^=stage-]:checked")).to_have_count(len(STAGES))
    assert problems == []


def test_a_test_digit_has_noise_but_no_stages(
    visit: Callable[..., Page],
    app_url: str,
    gray: Gray,
    until: Until,
    models: dict[str, Codec],
    problems: list[str],
) -> None:
    page = ready(visit(f"{app_url}/draw?lang=en&source=test&index=7&noise=gaussian&strength=0.3"))
    expect(page.get_by_test_id("draw-pad")).to_be_hidden()
    expect(page.get_by_test_id("stage-cut")).to_be_hidden()
    digits = mnist.test_digits().images
    x = to_x(digits[7][None])
    shows(page, gray, models, digits[7], damage(x, "gaussian", 0.3, 0), near=0)
    page.get_by_role("spinbutton").press("ArrowUp")
    followed(page, gray, until, digits[8])
    x = to_x(digits[8][None])
    shows(page, gray, models, digits[8], damage(x, "gaussian", 0.3, 0), near=0)
    assert "digit" not in asked(page)
    page.get_by_role("radio", name=EN["draw.source.pad"], exact=True).check(force=True)
    followed(page, gray, until, STAND_IN)
    draw(page, at(SEVEN, 60, 40, 180))
    assert problems == []


# ---- files


def photograph() -> bytes:
    """A 4 on paper under slanting light, as a camera takes it: PNG of 320 x 400 pixels."""
    rng = np.random.default_rng(4)
    rows, columns = np.mgrid[:400, :320]
    light = 215 - 0.16 * rows - 0.1 * columns + rng.normal(0, 3, rows.shape)
    pen = np.zeros_like(rows, dtype=bool)
    pen[90:230, 100:116] = pen[215:231, 100:220] = pen[110:320, 190:206] = True
    light[pen] *= 0.35
    buffer = io.BytesIO()
    picture = np.stack([light * 1.0, light * 0.97, light * 0.9], 2).clip(0, 255)
    Image.fromarray(picture.astype(np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.long
def test_a_photograph_can_be_uploaded(
    page: Page,
    visit: Callable[..., Page],
    gray: Gray,
    until: Until,
    models: dict[str, Codec],
    problems: list[str],
) -> None:
    page.get_by_role("radio", name=EN["draw.source.upload"]).click()
    raw = photograph()
    choose = page.locator("input[type=file]")
    choose.set_input_files({"name": "four.png", "mimeType": "image/png", "buffer": raw})
    digit = to_digit(open_picture(raw))
    followed(page, gray, until, digit)
    shows(page, gray, models, digit, near=0)

    page.get_by_test_id("crop-right").click()  # a quarter turn, and then the lower half of it
    picture = open_picture(raw)
    followed(page, gray, until, to_digit(Crop(1).of(picture)))
    corner = page.get_by_test_id("crop-ne")
    for _ in range(5):
        corner.press("ArrowDown")
    followed(page, gray, until, to_digit(Crop(1, top=0.1).of(picture)))
    page.get_by_test_id("crop-whole").click()
    followed(page, gray, until, digit)
    hand_at = corner.bounding_box()
    assert hand_at is not None
    x, y = hand_at["x"] + 20, hand_at["y"] + 20
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y + 10, steps=4)
    page.mouse.up()
    read = page.get_by_test_id("crop-digit")
    until(page, lambda: not np.array_equal(gray(read), digit), "the dragged crop is read")
    page.get_by_test_id("crop-whole").click()
    followed(page, gray, until, digit)

    wide = io.BytesIO()  # shown at most as wide as the page, with the digit beside it
    Image.fromarray(np.pad(picture, ((0, 0), (600, 600), (0, 0)), "edge")).save(wide, "PNG")
    choose.set_input_files({"name": "wide.png", "mimeType": "image/png", "buffer": wide.getvalue()})
    part, shown = page.locator(".st-key-draw_crop"), page.get_by_test_id("crop-picture")

    def fits() -> bool:
        whole, left, right = (each.bounding_box() for each in (part, shown, read))
        if not (whole and left and right):  # while another picture is mounted
            return False
        ends = left["x"] + left["width"], right["x"], right["x"] + right["width"]
        ordered = [*ends, whole["x"] + whole["width"] + 1]
        return left["width"] > 3 * left["height"] and ordered == sorted(ordered)

    until(page, fits, "a wide picture fits the page")
    choose.set_input_files({"name": "four.png", "mimeType": "image/png", "buffer": raw})
    followed(page, gray, until, digit)

    alert = page.get_by_test_id("stAlertContentError")
    words = {"name": "words.txt", "mimeType": "text/plain", "buffer": b"no picture"}
    choose.set_input_files(words)
    expect(alert).to_contain_text("PNG, JPEG")
    choose.set_input_files({"name": "cut.png", "mimeType": "image/png", "buffer": raw[:5000]})
    expect(alert).to_contain_text("320 × 400")
    expect(alert).to_have_count(1)
    expect(page.get_by_text("words.txt")).to_have_count(0)
    followed(page, gray, until, digit)  # the last one stays
    other = ready(visit(page.url))  # a link holds the digit, though not the file
    followed(other, gray, until, digit)
    assert problems == []
