"""The film, in a browser: what it shows, how a hand moves it, when it plays."""

import base64
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from vae_demo.ui.components import FILM_TEXTS, film

APP = "tests/browser/apps/film.py"
FRAMES = 25

# Some frames of the page later: has the slider moved? Frames are what playing is made of.
MOVED = """async (slider) => {
    const before = slider.value;
    for (let i = 0; i < 10; i++) await new Promise(requestAnimationFrame);
    return slider.value !== before;
}"""


def sent(seed: int, paths: int = 4, frames: int = FRAMES) -> np.ndarray:
    """The frames that the small app sends, (paths, frames, 28, 28) uint8."""
    return np.random.default_rng(seed).integers(0, 256, (paths, frames, 28, 28), np.uint8)


@pytest.fixture
def url(serve: Callable[..., str]) -> str:
    """The base URL of the small app."""
    return serve(APP)


@pytest.fixture
def still(visit: Callable[..., Page], url: str) -> Page:
    """The small app with a film that does not play by itself."""
    return ready(visit(f"{url}/?play=no"))


def ready(page: Page, paths: int = 4) -> Page:
    """The page, once the film is there: it is painted before it is put on the page."""
    expect(frames(page)).to_have_count(paths)
    return page


def reaches(page: Page, low: float, high: float) -> None:
    """Waits until the slider is between two places."""
    page.wait_for_function(
        "([it, low, high]) => it.value >= low && it.value <= high",
        arg=[slider(page).element_handle(), low, high],
    )


def frames(page: Page) -> Locator:
    return page.get_by_test_id("morph-frame")


def slider(page: Page) -> Locator:
    return page.get_by_test_id("morph-slider")


def shown(page: Page) -> np.ndarray:
    """What all canvases show at one moment, (paths, 28, 28) uint8."""
    texts = frames(page).evaluate_all(
        """(canvases) => canvases.map((canvas) => {
            const { data } = canvas.getContext("2d").getImageData(0, 0, 28, 28);
            return btoa(String.fromCharCode(...data));
        })"""
    )
    pictures = [np.frombuffer(base64.b64decode(text), np.uint8) for text in texts]
    pixels = np.stack(pictures).reshape(-1, 28, 28, 4)
    assert (pixels[..., :3] == pixels[..., :1]).all() and (pixels[..., 3] == 255).all()
    return pixels[..., 0]


def frame_of(picture: np.ndarray, path: np.ndarray) -> int:
    """Which frame of a path a picture is."""
    (found,) = np.flatnonzero((path == picture).all((1, 2)))
    return int(found)


def drag(page: Page) -> tuple[float, float, float]:
    """Left end, length and middle height of the slider, for a hand on the screen."""
    box = slider(page).bounding_box()
    assert box is not None
    return box["x"] + 10, box["width"] - 20, box["y"] + box["height"] / 2


# ---- the picture


def test_at_rest_it_shows_the_middle(still: Page, problems: list[str]) -> None:
    np.testing.assert_array_equal(shown(still), sent(1)[:, 12])
    expect(slider(still)).to_have_value("0.5")
    expect(slider(still)).to_have_attribute("aria-valuetext", "50 % of the way")
    expect(still.get_by_role("slider", name="Place on the way")).to_be_visible()
    expect(still.get_by_role("button", name="Play")).to_be_visible()
    whole = still.get_by_role("group", name="Four ways from one digit to another")
    names = ["Pixel space", "vae-20, straight line", "vae-20, along the sphere", "ae-20"]
    for path, name in enumerate(names):
        expect(whole.get_by_text(name, exact=True)).to_be_visible()
        canvas = whole.get_by_role("img", name=name, exact=True)
        expect(canvas).to_have_attribute("data-path", str(path))
        expect(canvas).to_have_css("image-rendering", "pixelated")
        assert canvas.evaluate("(it) => [it.width, it.height]") == [28, 28]
    assert not slider(still).evaluate(MOVED)
    assert problems == []


def test_the_nearest_frame_is_shown_as_it_was_sent(still: Page) -> None:
    for place, frame in [(0, 0), (0.02, 0), (0.0225, 1), (0.25, 6), (0.73, 18), (1, 24)]:
        slider(still).fill(str(place))
        np.testing.assert_array_equal(shown(still), sent(1)[:, frame])
        expect(slider(still)).to_have_attribute("aria-valuetext", f"{100 * place:.0f} % of the way")


# ---- the hand


def test_the_keyboard_goes_from_frame_to_frame(still: Page) -> None:
    slider(still).focus()
    still.keyboard.press("Home")
    expect(slider(still)).to_have_value("0")
    np.testing.assert_array_equal(shown(still), sent(1)[:, 0])
    still.keyboard.press("ArrowLeft")  # there is no less
    for frame in range(1, FRAMES):
        still.keyboard.press("ArrowRight")
        np.testing.assert_array_equal(shown(still), sent(1)[:, frame])
    still.keyboard.press("ArrowRight")  # there is no more
    expect(slider(still)).to_have_value("1")
    for frame in reversed(range(FRAMES - 1)):
        still.keyboard.press("ArrowDown")
        np.testing.assert_array_equal(shown(still), sent(1)[:, frame])
    still.keyboard.press("End")
    expect(slider(still)).to_have_value("1")
    np.testing.assert_array_equal(shown(still), sent(1)[:, -1])

    still.keyboard.press("Tab")
    still.keyboard.press("Shift+Tab")
    still.keyboard.press("Shift+Tab")
    expect(still.get_by_test_id("morph-play")).to_be_focused()
    still.keyboard.press("Space")
    expect(still.get_by_role("button", name="Pause")).to_be_focused()
    reaches(still, 0.1, 0.9)


def test_a_drag_sends_nothing_to_the_server(
    visit: Callable[..., Page], url: str, settled: Callable[[Page], None], problems: list[str]
) -> None:
    page = visit("about:blank")
    told: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: told.append(frame)))
    page.goto(url)
    ready(page)
    settled(page)
    before = len(told)
    assert before > 0  # the ear works

    left, length, y = drag(page)
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.mouse.move(left, y)
    page.mouse.down()
    expect(page.get_by_role("button", name="Play")).to_be_visible()  # the hand has it now
    for place in np.linspace(0.1, 0.9, 9):
        page.mouse.move(left + place * length, y)
        at = float(slider(page).input_value())
        assert abs(at - place) < 0.01
        np.testing.assert_array_equal(shown(page), sent(1)[:, round(24 * at)])
    page.mouse.up()
    assert not slider(page).evaluate(MOVED)
    assert len(told) == before
    assert problems == []


def test_a_finger_drags(visit: Callable[..., Page], url: str, problems: list[str]) -> None:
    page = ready(visit(url, width=390, height=844, touch=True))
    slider(page).scroll_into_view_if_needed()
    left, length, y = drag(page)
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *places: float) -> None:
        points = [{"x": left + place * length, "y": y} for place in places]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 0.3)
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    for place in np.linspace(0.3, 0.8, 11):
        touch("touchMove", place)
    reaches(page, 0.79, 0.81)
    touch("touchEnd")
    at = float(slider(page).input_value())
    np.testing.assert_array_equal(shown(page), sent(1)[:, round(24 * at)])
    assert not slider(page).evaluate(MOVED)
    assert problems == []


# ---- time


def test_it_plays_there_and_back_and_pauses(
    visit: Callable[..., Page], url: str, problems: list[str]
) -> None:
    page = ready(visit(url))
    reaches(page, 0.1, 0.6)
    for _ in range(5):  # as one, wherever they are
        now = {frame_of(picture, path) for picture, path in zip(shown(page), sent(1), strict=True)}
        assert len(now) == 1
    reaches(page, 1, 1)
    reaches(page, 0.4, 0.9)
    reaches(page, 0, 0)
    reaches(page, 0.1, 0.6)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    assert not slider(page).evaluate(MOVED)
    at = float(slider(page).input_value())
    np.testing.assert_array_equal(shown(page), sent(1)[:, round(24 * at)])

    page.get_by_role("button", name="Play").click()
    assert slider(page).evaluate(MOVED)
    assert problems == []


@pytest.mark.parametrize("end", ["0", "1"])
def test_play_at_an_end_moves_at_once(still: Page, end: str) -> None:
    slider(still).fill(end)
    still.get_by_role("button", name="Play").click()
    reaches(still, 0.2, 0.8)


@pytest.mark.parametrize("place", [0.001, 0.037, 0.31, 0.5, 0.873, 0.999])
def test_playing_goes_on_from_where_the_hand_left_it(still: Page, place: float) -> None:
    slider(still).fill(str(place))
    assert float(slider(still).input_value()) == place
    # The first value after play: within one frame of the page it cannot have come far.
    first = still.evaluate(
        """async ([button, slider]) => {
            const before = slider.value;
            button.click();
            for (let i = 0; i < 100 && slider.value === before; i++) {
                await new Promise(requestAnimationFrame);
            }
            return Number(slider.value);
        }""",
        [still.get_by_test_id("morph-play").element_handle(), slider(still).element_handle()],
    )
    assert place < first < place + 0.1


def test_reduced_motion_plays_only_when_asked(browser: Browser, url: str) -> None:
    with browser.new_context(reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(url)
        ready(page)
        expect(slider(page)).to_have_value("0.5")
        assert not slider(page).evaluate(MOVED)
        np.testing.assert_array_equal(shown(page), sent(1)[:, 12])
        page.get_by_role("button", name="Play").click()
        reaches(page, 0.6, 1)


def test_frames_are_asked_for_only_while_it_is_seen(browser: Browser, url: str) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.add_init_script(
            """window.asked = 0;
            window.frame = window.requestAnimationFrame.bind(window);
            window.requestAnimationFrame = (f) => { window.asked++; return window.frame(f); };"""
        )
        page.goto(url)
        ready(page)
        rests = """(rests) => new Promise((done) => {
            let streak = 0, frames = 0, before = window.asked;
            const look = () => {
                streak = (window.asked === before) === rests ? streak + 1 : 0;
                before = window.asked;
                if (streak > 10 || ++frames > 1000) done(streak > 10);
                else window.frame(look);
            };
            look();
        })"""
        assert page.evaluate(rests, False)
        main = page.get_by_test_id("stMain")
        main.evaluate("(main) => main.scrollTo(0, main.scrollHeight)")
        assert page.evaluate(rests, True)
        main.evaluate("(main) => main.scrollTo(0, 0)")
        assert page.evaluate(rests, False)
        page.get_by_role("button", name="Pause").click()
        assert page.evaluate(rests, True)
        page.get_by_role("button", name="Play").click()
        assert page.evaluate(rests, False)
        page.get_by_text("Leave the film").click()
        expect(frames(page)).to_have_count(0)
        assert page.evaluate(rests, True)


# ---- reruns


def test_a_rerun_and_a_theme_disturb_nothing(still: Page, problems: list[str]) -> None:
    slider(still).fill("0.3")
    frames(still).evaluate_all(
        """(canvases) => canvases.forEach((canvas) => {
            canvas.marked = true;
            canvas.getContext("2d").putImageData = () => { throw new Error("painted again"); };
        })"""
    )
    still.get_by_role("button", name="Run again").click()
    expect(still.get_by_text("Run 2")).to_be_visible()
    still.emulate_media(color_scheme="dark")
    expect(still.locator(".stApp")).to_have_css("color-scheme", "dark")
    expect(slider(still)).to_have_value("0.3")
    np.testing.assert_array_equal(shown(still), sent(1)[:, 7])
    assert all(frames(still).evaluate_all("(all) => all.map((canvas) => canvas.marked)"))
    assert problems == []


def test_playing_goes_on_through_a_rerun(
    visit: Callable[..., Page], url: str, problems: list[str]
) -> None:
    page = ready(visit(url))
    page.get_by_role("button", name="Run again").click()
    expect(page.get_by_text("Run 2")).to_be_visible()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.wait_for_function(  # whatever rest it is in, it moves again
        "([it, before]) => it.value !== before",
        arg=[slider(page).element_handle(), slider(page).input_value()],
    )
    assert problems == []


def test_other_films_take_over_where_the_last_ones_were(still: Page, problems: list[str]) -> None:
    slider(still).fill("0.75")
    np.testing.assert_array_equal(shown(still), sent(1)[:, 18])
    frames(still).evaluate_all("(all) => all.forEach((canvas) => { canvas.marked = true; })")
    turn = 2
    for name, films, frame in [
        ("Another", sent(2), 18),
        ("A short one", sent(3, 2, 8), 5),
        ("One", sent(1), 18),
    ]:
        still.get_by_text(name, exact=True).click()
        expect(still.get_by_text(f"Run {turn}")).to_be_visible()
        ready(still, len(films))
        expect(slider(still)).to_have_value("0.75")
        expect(still.get_by_role("button", name="Play")).to_be_visible()
        np.testing.assert_array_equal(shown(still), films[:, frame])
        marks = frames(still).evaluate_all("(all) => all.map((it) => it.marked ?? false)")
        assert marks[:2] == [True, True]  # the same canvases, repainted
        turn += 1
    assert problems == []


def test_leaving_and_returning(still: Page, problems: list[str]) -> None:
    leave = still.get_by_text("Leave the film")
    leave.click()
    expect(frames(still)).to_have_count(0)
    leave.click()
    ready(still)
    np.testing.assert_array_equal(shown(still), sent(1)[:, 12])
    assert problems == []


# ---- small screens


@pytest.mark.parametrize(
    ("width", "columns", "side"), [(1280, 4, 140), (700, 4, 140), (390, 2, 168), (300, 2, 112)]
)
def test_it_fits(visit: Callable[..., Page], url: str, width: int, columns: int, side: int) -> None:
    page = ready(visit(f"{url}/?play=no", width=width))
    for name in ("html", "[data-testid=stMain]"):
        wide = page.locator(name).evaluate("(e) => e.scrollWidth - e.clientWidth")
        assert wide <= 0, f"{name} is {wide} px too wide on {width} px"
    boxes = [canvas.bounding_box() for canvas in frames(page).all()]
    for box in [*boxes, slider(page).bounding_box()]:
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width
    rows = {}
    for box in boxes:
        assert box is not None
        assert (box["width"], box["height"]) == (side, side)  # all pixels are equally large
        rows.setdefault(box["y"], []).append(box["x"])
    assert all(len(row) == columns for row in rows.values())
    button = page.get_by_test_id("morph-play").bounding_box()
    assert button is not None and (button["width"], button["height"]) == (40, 40)


# ---- the Python side


def test_what_does_not_fit_together_is_refused() -> None:
    text = {name: name for name in FILM_TEXTS}
    films = sent(1)
    with pytest.raises(ValueError, match=r"the film needs .*; no play, pause, slider, step"):
        film(films, list("abcd"), key="k", text={"label": "x"})
    with pytest.raises(ValueError, match=r"one name a path; .* uint8 \(4, 25, 28, 28\), 3 names"):
        film(films, list("abc"), key="k", text=text)
    with pytest.raises(ValueError, match=r"uint8 \(paths, frames, 28, 28\).* uint8 \(25, 28, 28\)"):
        film(films[0], list("abcd"), key="k", text=text)
    with pytest.raises(ValueError, match="these are float64"):
        film(films / 255, list("abcd"), key="k", text=text)
