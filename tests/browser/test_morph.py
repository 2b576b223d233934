"""Ways between digits, in a browser: what they show, how a hand moves them, what a link holds."""

import base64
import functools
import re
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.hand import count_frames, frames_become, placed, rests_out_of_sight, together
from tests.browser.line import Wire
from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.latent import between as interpolation
from vae_demo.models import Codec, embed_many
from vae_demo.ui.frame.language import catalogue
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.parts.digit_choice.ends import FIRST_EXAMPLE
from vae_demo.ui.parts.morph.data import Interpolation, morph_data
from vae_demo.ui.parts.morph.part import MORPH_TEXTS, morph

EN = catalogue("en")
ENDS = {"One": (112, 61), "Another": (7, 8)}  # as in the small app

# Some frames of the page later: has the slider moved? Frames are what playing is made of.
MOVED = """async (slider) => {
    const before = slider.value;
    for (let i = 0; i < 10; i++) await new Promise(requestAnimationFrame);
    return slider.value !== before;
}"""


@functools.cache
def model(name: str) -> Codec:
    return runs.find(name).build()


def expected(place: float, ends: tuple[int, int] = ENDS["One"], vae: str = "vae-20") -> np.ndarray:
    """What PyTorch makes of a place, (4, 28, 28) uint8."""
    return between(mnist.test_digits().images[list(ends)], place, vae)


def norms(place: float) -> list[str]:
    """The lengths of the codes on both ways of the VAE."""
    start, end = embed_many(model("vae-20"), mnist.test_digits().images[list(ENDS["One"])])
    ways = [interpolation(start, end, [place], path) for path in ("linear", "spherical")]
    return [f"{np.linalg.norm(way):.2f}" for way in ways]


def between(digits: np.ndarray, place: float, vae: str = "vae-20") -> np.ndarray:
    """The four ways of the page at a place between two digits (2, 28, 28) uint8."""
    ways = [
        Interpolation("pixel"),
        Interpolation("linear", "linear", model(vae)),
        Interpolation("spherical", "spherical", model(vae)),
        Interpolation("plain", "linear", model("ae-conv-20")),
    ]
    return np.concatenate([way.frames(digits, [place]) for way in ways])


def away(page: Page, pictures: np.ndarray) -> int:
    """The largest difference between what is shown and some pictures."""
    return int(np.abs(shown(page).astype(int) - pictures).max())


@pytest.fixture
def url(apps_url: str) -> str:
    """The address of the small app."""
    return f"{apps_url}/morph"


@pytest.fixture
def still(visit: Callable[..., Page], url: str) -> Page:
    """The small app with ways that do not play by themselves."""
    return ready(visit(f"{url}?play=no"))


def ready(page: Page) -> Page:
    """The page, once all networks are here."""
    expect(frames(page)).to_have_count(4)
    expect(page.locator(".morph:not([aria-busy])")).to_be_visible()
    return page


@pytest.fixture
def told(visit: Callable[..., Page]) -> Iterator[tuple[Page, list[object]]]:
    """A blank page, and all that it will ever send to a server."""
    page = visit("about:blank")
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    yield page, sent


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


def drag(page: Page) -> tuple[float, float, float]:
    """Left end, length and middle height of the slider, for a hand on the screen."""
    track = placed(slider(page))
    return track.left + 10, track.width - 20, track.at(0, 0.5)[1]


# ---- one visitor


def test_a_visitor_moves_the_slider(
    still: Page, until: Callable[[Page, Callable[[], bool], str], None], problems: list[str]
) -> None:
    at_rest_it_shows_the_middle_and_each_place_is_pytorch_s(still)
    the_keyboard_goes_from_stop_to_stop(still)
    play_goes_on_from_where_the_hand_left_it(still)
    it_fits(still)
    other_ways_take_over_where_the_last_ones_were(still, until)
    assert problems == []


# ---- the picture


@pytest.mark.long
def test_it_is_there_before_its_networks_and_plays_once_they_are(
    visit: Callable[..., Page], url: str, problems: list[str]
) -> None:
    held: list[Route] = []
    page = visit("about:blank")
    page.route("**/files/*", lambda route: held.append(route))
    page.goto(url)
    expect(frames(page)).to_have_count(4)
    np.testing.assert_array_equal(shown(page), expected(0.5))  # PyTorch's own
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    assert not slider(page).evaluate(MOVED)
    expect(slider(page)).to_have_value("0.5")
    assert len(held) == 2
    for route in held:
        route.continue_()
    reaches(page, 0.6, 1)
    slider(page).fill("0.2")
    ready(page)
    assert away(page, expected(0.2)) <= 2
    expect(page.get_by_text("Told 0.2", exact=True)).to_be_visible()
    assert problems == []


def at_rest_it_shows_the_middle_and_each_place_is_pytorch_s(still: Page) -> None:
    assert away(still, expected(0.5)) <= 2
    expect(slider(still)).to_have_value("0.5")
    expect(slider(still)).to_have_attribute("aria-valuetext", "50 % of the way")
    expect(still.get_by_role("slider", name="Place on the way")).to_be_visible()
    expect(still.get_by_role("button", name="Play")).to_be_visible()
    whole = still.get_by_role("group", name="Four ways from one digit to another")
    names = ["Pixel space", "VAE, straight line", "VAE, along the sphere", "ae-conv-20"]
    for path, name in enumerate(names):
        expect(whole.locator(".label", has_text=name)).to_be_visible()
        canvas = whole.get_by_role("img", name=name, exact=True)
        expect(canvas).to_have_attribute("data-path", str(path))
        expect(canvas).to_have_css("image-rendering", "pixelated")
        assert canvas.evaluate("(it) => [it.width, it.height]") == [28, 28]
    assert not slider(still).evaluate(MOVED)

    for place in (0, 0.25, 0.5, 0.73, 0.7301, 1):
        slider(still).fill(str(place))
        assert away(still, expected(place)) <= 2
        np.testing.assert_array_equal(shown(still)[0], expected(place)[0])
        says = still.get_by_test_id("morph-norm").all_inner_texts()
        assert says == [
            f"{name}: {norm}" for name, norm in zip(names[1:3], norms(place), strict=True)
        ]
    expect(still.get_by_text("20 latents: 4.47")).to_be_visible()
    _, straight, curved, _ = expected(0.5).astype(int)
    assert np.abs(straight - curved).max() > 10  # the sphere is not the chord


# ---- the hand


@pytest.mark.long
def test_a_drag_is_pytorch_s_and_silent(
    told: tuple[Page, list[object]],
    url: str,
    settled: Callable[[Page], None],
    problems: list[str],
) -> None:
    page, sent = told
    page.goto(url)
    ready(page)
    settled(page)
    before = len(sent)
    assert before > 0  # the ear works

    left, length, y = drag(page)
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.mouse.move(left, y)
    page.mouse.down()
    expect(page.get_by_role("button", name="Play")).to_be_visible()  # the hand has it now
    for place in (0, 0.25, 0.5, 0.73, 1):
        page.mouse.move(left + place * length, y)
        at = float(slider(page).input_value())
        assert abs(at - place) < 0.01
        assert away(page, expected(at)) <= 2
    page.mouse.move(left + 0.4 * length, y)
    at = float(slider(page).input_value())
    assert len(sent) == before
    page.mouse.up()
    expect(page.get_by_text(f"Told {round(at, 3):g}", exact=True)).to_be_visible()
    assert len(sent) == before + 1
    assert not slider(page).evaluate(MOVED)
    assert problems == []


def the_keyboard_goes_from_stop_to_stop(still: Page) -> None:
    slider(still).focus()
    still.keyboard.press("Home")
    expect(slider(still)).to_have_value("0")
    still.keyboard.press("ArrowLeft")  # there is no less
    for stop in range(1, 41):
        still.keyboard.press("ArrowRight")
        assert float(slider(still).input_value()) == pytest.approx(stop / 40, abs=1e-4)
    still.keyboard.press("ArrowRight")  # there is no more
    assert away(still, expected(1)) <= 2
    slider(still).fill("0.51")
    still.keyboard.press("ArrowLeft")
    expect(slider(still)).to_have_value("0.5")
    still.keyboard.press("End")
    expect(slider(still)).to_have_value("1")


@pytest.mark.long
def test_a_key_that_is_held_down_is_told_once(
    told: tuple[Page, list[object]], url: str, settled: Callable[[Page], None]
) -> None:
    page, sent = told
    page.goto(f"{url}?play=no")
    ready(page)
    settled(page)
    slider(page).focus()
    before = len(sent)
    for key in ("ArrowRight", "PageDown"):
        page.keyboard.down(key)
        for _ in range(3):
            page.keyboard.down(key)
    assert len(sent) == before
    for key in ("PageDown", "ArrowRight"):
        page.keyboard.up(key)
    at = float(slider(page).input_value())
    expect(page.get_by_text(f"Told {round(at, 3):g}", exact=True)).to_be_visible()
    assert len(sent) == before + 1


@pytest.mark.long
def test_a_finger_drags(visit: Callable[..., Page], url: str, problems: list[str]) -> None:
    page = ready(visit(url, width=390, height=844, touch=True))
    left, length, y = drag(page)
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *places: float, up: float = 0) -> None:
        points = [{"x": left + place * length, "y": y - up} for place in places]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    # A swipe up that begins on the slider scrolls the page, and it plays on.
    touch("touchStart", 0.9)
    for up in range(10, 161, 10):
        touch("touchMove", 0.9 + up / 4000, up=up)
    touch("touchEnd")
    page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop > 100")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    reaches(page, 0.2, 0.6)
    expect(page.get_by_text("Told None")).to_be_visible()

    left, length, y = drag(page)
    touch("touchStart", 0.3)
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    for place in np.linspace(0.3, 0.8, 11):
        touch("touchMove", place)
    reaches(page, 0.79, 0.81)
    touch("touchEnd")
    at = float(slider(page).input_value())
    assert away(page, expected(at)) <= 2
    expect(page.get_by_text(f"Told {round(at, 3):g}", exact=True)).to_be_visible()
    assert problems == []


# ---- time


@pytest.mark.long
def test_it_plays_there_and_back_pauses_and_plays_on_through_a_rerun(
    visit: Callable[..., Page], url: str, problems: list[str]
) -> None:
    page = ready(visit(url))
    reaches(page, 0.6, 0.95)
    reaches(page, 1, 1)
    reaches(page, 0.4, 0.9)
    reaches(page, 0, 0)
    reaches(page, 0.1, 0.6)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    assert not slider(page).evaluate(MOVED)
    at = float(slider(page).input_value())
    assert away(page, expected(at)) <= 2
    expect(page.get_by_text(f"Told {round(at, 3):g}", exact=True)).to_be_visible()

    page.get_by_role("button", name="Play").click()
    assert slider(page).evaluate(MOVED)
    page.get_by_role("button", name="Run again").click()
    expect(page.get_by_text("Run 3")).to_be_visible()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.wait_for_function(  # whatever rest it is in, it moves again
        "([it, before]) => it.value !== before",
        arg=[slider(page).element_handle(), slider(page).input_value()],
    )
    assert problems == []


def play_goes_on_from_where_the_hand_left_it(still: Page) -> None:
    for end in ("0", "1"):  # at an end it moves at once
        slider(still).fill(end)
        still.get_by_role("button", name="Play").click()
        reaches(still, 0.2, 0.8)
    for place in (0.001, 0.31, 0.999):
        slider(still).fill(str(place))
        expect(still.get_by_role("button", name="Play")).to_be_visible()
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


@pytest.mark.long
def test_reduced_motion_plays_only_when_asked(visit: Callable[..., Page], url: str) -> None:
    page = visit("about:blank")
    page.emulate_media(reduced_motion="reduce")
    page.goto(url)
    ready(page)
    expect(slider(page)).to_have_value("0.5")
    assert not slider(page).evaluate(MOVED)
    page.get_by_role("button", name="Play").click()
    reaches(page, 0.6, 1)


@pytest.mark.long
def test_frames_are_asked_for_only_while_it_is_seen(visit: Callable[..., Page], url: str) -> None:
    page = visit("about:blank")
    count_frames(page)
    page.goto(url)
    ready(page)
    rests_out_of_sight(page)
    page.get_by_role("button", name="Pause").click()
    assert frames_become(page, resting=True)
    page.get_by_role("button", name="Play").click()
    assert frames_become(page, resting=False)
    page.get_by_text("Leave the part").click()
    expect(frames(page)).to_have_count(0)
    assert frames_become(page, resting=True)


# ---- reruns


@pytest.mark.long
def test_a_rerun_and_a_theme_disturb_nothing(still: Page, problems: list[str]) -> None:
    slider(still).fill("0.3")
    expect(still.get_by_text("Told 0.3", exact=True)).to_be_visible()
    frames(still).evaluate_all(
        """(canvases) => canvases.forEach((canvas) => {
            canvas.marked = true;
            canvas.getContext("2d").putImageData = () => { throw new Error("painted again"); };
        })"""
    )
    still.get_by_role("button", name="Run again").click()
    expect(still.get_by_text("Run 3")).to_be_visible()
    still.emulate_media(color_scheme="dark")
    expect(still.locator(".stApp")).to_have_css("color-scheme", "dark")
    expect(slider(still)).to_have_value("0.3")
    assert all(frames(still).evaluate_all("(all) => all.map((canvas) => canvas.marked)"))
    assert problems == []


def other_ways_take_over_where_the_last_ones_were(
    still: Page, until: Callable[[Page, Callable[[], bool], str], None]
) -> None:
    slider(still).fill("0.75")
    frames(still).evaluate_all("(all) => all.forEach((canvas) => { canvas.marked = true; })")
    still.get_by_text("Another", exact=True).click()
    wanted = expected(0.75, ENDS["Another"])
    until(still, lambda: away(still, wanted) <= 2, "other ends")
    still.get_by_text("vae-2", exact=True).click()
    wanted = expected(0.75, ENDS["Another"], "vae-2")
    until(still, lambda: away(still, wanted) <= 2, "another network")
    expect(slider(still)).to_have_value("0.75")
    expect(still.get_by_role("button", name="Play")).to_be_visible()
    assert all(frames(still).evaluate_all("(all) => all.map((it) => it.marked ?? false)"))


@pytest.mark.long
def test_leaving_and_returning(
    visit: Callable[..., Page],
    url: str,
    until: Callable[[Page, Callable[[], bool], str], None],
    problems: list[str],
) -> None:
    page = ready(visit(f"{url}?play=no&at=0.1"))
    expect(slider(page)).to_have_value("0.1")
    leave = page.get_by_text("Leave the part")
    leave.click()
    expect(frames(page)).to_have_count(0)
    leave.click()
    ready(page)
    until(page, lambda: away(page, expected(0.1)) <= 2, "the place of the data")
    assert problems == []


# ---- small screens


def it_fits(still: Page) -> None:
    page = still
    for width, columns, side in [(1280, 4, 140), (700, 4, 140), (390, 2, 168), (300, 2, 112)]:
        page.set_viewport_size({"width": width, "height": 900})
        for name in ("html", "[data-testid=stMain]"):
            page.wait_for_function(
                "([it, width]) => innerWidth === width && it.scrollWidth <= it.clientWidth",
                arg=[page.locator(name).element_handle(), width],
            )
        *boxes, track, button = together(
            frames(page), slider(page), page.get_by_test_id("morph-play")
        )
        for box in [*boxes, track]:
            assert box.left >= 0 and box.left + box.width <= width
        rows = {}
        for box in boxes:
            assert (box.width, box.height) == (side, side)  # all pixels are equally large
            rows.setdefault(box.top, []).append(box.left)
        assert len(boxes) == 4 and all(len(row) == columns for row in rows.values())
        assert (button.width, button.height) == (40, 40)


# ---- the page: what a link holds


def shows(page: Page, pictures: np.ndarray) -> bool:
    return frames(page).count() == 4 and away(page, pictures) <= 2


@pytest.mark.long
def test_a_link_holds_digits_runs_and_place(
    visit: Callable[..., Page],
    app_url: str,
    until: Callable[[Page, Callable[[], bool], str], None],
    problems: list[str],
) -> None:
    page = visit("about:blank")
    wire = Wire(page)
    page.goto(f"{app_url}/morph?lang=en&from=1&to=7&vae=vae-2&ae=dae-500")
    ready(page)
    steps = page.evaluate("history.length")
    page.get_by_role("button", name="Another 7").click()
    expect(page).to_have_url(re.compile("to_index="))
    left, length, y = drag(page)
    page.mouse.move(left, y)
    page.mouse.down()
    wire.rests(page)
    wire.clear()
    page.mouse.move(left + 0.6 * length, y, steps=4)
    assert wire.sent == []
    page.mouse.up()
    wire.settles(page, until)
    assert len(wire.sent) == 1
    expect(page).to_have_url(re.compile(r"[?&]at=0\.\d"))
    at = re.search(r"[?&]at=([\d.]+)", page.url)
    assert at and float(at[1]) == pytest.approx(float(slider(page).input_value()), abs=5e-4)
    assert page.evaluate("history.length") == steps  # Back leaves the page
    for part in ("from=1", "to=7", "vae=vae-2", "ae=dae-500", "lang=en"):
        expect(page).to_have_url(re.compile(part))
    seen = shown(page)

    copy = visit(page.url)
    expect(copy.get_by_role("button", name="Play")).to_be_visible()  # it stands there
    until(copy, lambda: shows(copy, seen), "the same pictures")
    expect(slider(copy)).to_have_value(at[1])
    assert problems == []


@pytest.mark.long
def test_a_link_holds_a_drawing_and_does_not_need_one(
    visit: Callable[..., Page],
    app_url: str,
    settled: Callable[[Page], None],
    until: Callable[[Page, Callable[[], bool], str], None],
    problems: list[str],
) -> None:
    digits = mnist.test_digits().images
    drawing = np.roll(digits[5], 2, axis=1)  # no test digit
    written = FIELDS["morph"]["from_drawn"].write(drawing)
    query = f"lang=en&from=drawn&from_drawn={written}&at=0.2&ae=ae-conv-20"
    page = visit(f"{app_url}/morph?{query}")
    test = mnist.test_digits()
    wanted = between(np.stack([drawing, digits[test.of(8)[FIRST_EXAMPLE["to"]]]]), 0.2)
    until(page, lambda: shows(page, wanted), "the drawing of the link")
    settled(page)
    for part in (f"from_drawn={written}", "from=drawn"):
        expect(page).to_have_url(re.compile(re.escape(part)))

    page.get_by_role("button", name=EN["morph.try.one_seven"]).click()
    expect(page).not_to_have_url(re.compile("drawn"))
    assert problems == []


@pytest.mark.long
def test_odd_links_are_ignored(visit: Callable[..., Page], app_url: str) -> None:
    page = visit("about:blank")
    for query in (
        "from=drawn&from_drawn=AAAA&at=nan&to_index=9e9",
        "from_index=-3&to=drawn&to_drawn=%25%25&at=x",
    ):
        page.goto(f"{app_url}/morph?lang=en&{query}")
        ready(page)
        expect(page).not_to_have_url(re.compile(r"drawn|_index|[?&]at="))
        expect(page.get_by_role("button", name="Pause")).to_be_visible()


# ---- the Python side


def test_what_does_not_fit_together_is_refused() -> None:
    digits = mnist.test_digits().images[:2]
    text = {name: name for name in MORPH_TEXTS}
    with pytest.raises(ValueError, match=r"the morph needs .*; no play, pause, slider, norm"):
        morph(morph_data(digits, [Interpolation("x")], text={"label": "x"}), key="k")
    with pytest.raises(ValueError, match=r"uint8 \(2, 28, 28\); these are uint8 \(1, 28, 28\)"):
        morph_data(digits[:1], [Interpolation("x")], text=text)
    with pytest.raises(ValueError, match="these are float64"):
        morph_data(digits / 255, [Interpolation("x")], text=text)
