"""The Draw page under the hand: strokes, noise, pictures of paper, and what stays."""

import io
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from vae_demo import runs
from vae_demo.corruptions import corrupt
from vae_demo.drawing import open_picture, to_digit
from vae_demo.models import Codec, reconstruct, to_pixels, to_x
from vae_demo.ui.text import catalogue

EN = catalogue("en")
RUNS = ("ae-30", "dae-500", "vae-20")
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
    """The models that the page shows at first."""
    return {name: runs.find(name).build() for name in RUNS}


@pytest.fixture
def page(visit: Callable[..., Page], app_url: str) -> Page:
    """The Draw page before the first stroke."""
    return ready(visit(f"{app_url}/draw?lang=en"))


def ready(page: Page) -> Page:
    expect(page.get_by_test_id("draw-pad")).to_be_visible()
    expect(page.get_by_test_id("reconstruction")).to_have_count(len(RUNS))
    return page


def complete(page: Page) -> None:
    """Waits until every image is loaded: Streamlit forgets those of a page that was left."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.wait_for_function("[...document.images].every((image) => image.naturalWidth > 0)")


def on_screen(page: Page, points: Points) -> list[tuple[float, float]]:
    """Where points of the pad, in its own 280 pixels, are on the screen."""
    pad = page.get_by_test_id("draw-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    scale = box["width"] / 280
    return [(box["x"] + scale * x, box["y"] + scale * y) for x, y in points]


def draw(page: Page, points: Points) -> None:
    """One stroke with the mouse."""
    first, *rest = on_screen(page, points)
    page.mouse.move(*first)
    page.mouse.down()
    for x, y in rest:
        page.mouse.move(x, y, steps=6)
    page.mouse.up()


def centroid(digit: np.ndarray) -> tuple[float, float]:
    """Centre of mass in pixel indices, (row, column)."""
    weight = digit / digit.sum()
    places = np.arange(28)
    return float(weight.sum(1) @ places), float(weight.sum(0) @ places)


def followed(page: Page, gray: Gray, until: Until, wanted: np.ndarray) -> None:
    """Waits until the page shows exactly this digit."""
    canvas = page.get_by_test_id("digit-28")
    until(page, lambda: np.array_equal(gray(canvas), wanted), "the digit as MNIST sees it")


def redrawn(
    page: Page, gray: Gray, until: Until, name: str, wanted: np.ndarray, what: str = "it"
) -> None:
    """Waits until a run's picture is this one, to 1 of 255."""
    canvas = page.locator(f"canvas[data-testid=reconstruction][data-run={name}]")
    until(
        page,
        lambda: int(np.abs(gray(canvas).astype(int) - wanted).max()) <= 1,
        f"{name} draws {what} again",
    )


# ---- strokes


@pytest.mark.parametrize(
    ("shape", "left", "top", "height"),
    [(SEVEN, 20, 15, 90), (SEVEN, 90, 30, 230), (THREE, 150, 140, 120), (THREE, 30, 40, 200)],
    ids=["small 7", "large 7", "small 3", "large 3"],
)
def test_a_drawn_digit_goes_through_the_one_door(
    page: Page,
    gray: Gray,
    until: Until,
    models: dict[str, Codec],
    problems: list[str],
    shape: Points,
    left: float,
    top: float,
    height: float,
) -> None:
    draw(page, at(shape, left, top, height))
    expect(page.get_by_text(EN["draw.example"])).to_have_count(0)
    digit = to_digit(gray(page.get_by_test_id("draw-pad")))
    followed(page, gray, until, digit)
    assert all(13.5 <= place <= 14.5 for place in centroid(digit))
    for name, model in models.items():
        redrawn(page, gray, until, name, reconstruct(model, digit[None])[0])
    assert problems == []


def test_a_finger_draws(
    visit: Callable[..., Page], app_url: str, gray: Gray, until: Until, problems: list[str]
) -> None:
    page = ready(visit(f"{app_url}/draw?lang=en", width=390, height=844, touch=True))
    send = page.context.new_cdp_session(page).send

    def touch(kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y} for x, y in points]
        send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    first, *rest = on_screen(page, at(THREE, 60, 30, 210))
    touch("touchStart", first)
    for point in rest:
        touch("touchMove", point)
    touch("touchEnd")
    expect(page.get_by_text(EN["draw.example"])).to_have_count(0)
    digit = to_digit(gray(page.get_by_test_id("draw-pad")))
    followed(page, gray, until, digit)
    assert all(13.5 <= place <= 14.5 for place in centroid(digit))
    assert problems == []


def test_a_drawing_stays_until_it_is_cleared(
    page: Page, gray: Gray, until: Until, problems: list[str]
) -> None:
    stand_in = gray(page.get_by_test_id("digit-28"))
    draw(page, at(SEVEN, 60, 40, 180))
    expect(page.get_by_text(EN["draw.example"])).to_have_count(0)
    ink = gray(page.get_by_test_id("draw-pad"))
    followed(page, gray, until, to_digit(ink))

    menu = page.get_by_test_id("stSidebarNav")
    menu.get_by_role("link", name=EN["morph.menu"], exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(EN["morph.title"])
    complete(page)
    page.get_by_role("combobox", name=EN["morph.from"], exact=True).click()
    page.get_by_role("option", name=EN["morph.drawn"]).click()
    expect(page.get_by_role("button", name="Another 3", exact=True)).to_have_count(0)
    complete(page)

    menu.get_by_role("link", name=EN["draw.menu"], exact=True).click()
    ready(page)
    pad = page.get_by_test_id("draw-pad")
    until(page, lambda: np.array_equal(gray(pad), ink), "the drawing found again")
    followed(page, gray, until, to_digit(ink))
    expect(page.get_by_text(EN["draw.example"])).to_have_count(0)

    page.get_by_test_id("draw-clear").click()
    expect(page.get_by_text(EN["draw.example"])).to_be_visible()
    followed(page, gray, until, stand_in)
    assert problems == []


# ---- noise


def test_noise_changes_the_picture_and_what_is_made_of_it(
    page: Page, gray: Gray, until: Until, models: dict[str, Codec], problems: list[str]
) -> None:
    draw(page, at(THREE, 50, 30, 220))
    expect(page.get_by_text(EN["draw.example"])).to_have_count(0)
    digit = to_digit(gray(page.get_by_test_id("draw-pad")))
    damaged = page.get_by_test_id("damaged")
    for kind in ("gaussian", "salt_and_pepper", "dropout"):
        page.get_by_role("radio", name=EN[f"noise.{kind}"]).click()
        seen = corrupt(to_x(digit[None]), kind, 0.5, 0)
        picture = to_pixels(seen)[0]
        until(page, lambda picture=picture: np.array_equal(gray(damaged), picture), kind)
        repaired = to_pixels(models["dae-500"](seen).detach())[0]
        redrawn(page, gray, until, "dae-500", repaired, f"under {kind}")
        followed(page, gray, until, digit)
    before = gray(damaged)
    page.get_by_role("button", name=EN["draw.again"]).click()
    until(page, lambda: bool((gray(damaged) != before).any()), "other noise")
    page.get_by_role("radio", name=EN["noise.none"]).click()
    expect(damaged).to_have_count(0)
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


def test_a_photograph_can_be_uploaded(
    page: Page, gray: Gray, until: Until, models: dict[str, Codec], problems: list[str]
) -> None:
    page.get_by_role("radio", name=EN["draw.source.upload"]).click()
    raw = photograph()
    choose = page.locator("input[type=file]")
    choose.set_input_files({"name": "four.png", "mimeType": "image/png", "buffer": raw})
    digit = to_digit(open_picture(raw))
    followed(page, gray, until, digit)
    redrawn(page, gray, until, "vae-20", reconstruct(models["vae-20"], digit[None])[0])

    bad = {"name": "cut.png", "mimeType": "image/png", "buffer": raw[:5000]}
    page.locator("input[type=file]").set_input_files(bad)
    alert = page.get_by_test_id("stAlertContentError")
    expect(alert).to_have_count(1)
    expect(alert).to_contain_text("320 × 400")
    assert problems == []
