"""The timeline, in a browser: where its points are, what its digits show, when it plays."""

import base64
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.hand import count_frames, frames_become, placed, rests_out_of_sight, together
from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.training.history import History
from vae_demo.ui.charts.colours import DIGIT_COLOURS
from vae_demo.ui.parts.epochs.data import snapshots_file

# Some frames of the page later: has the slider moved? Frames are what playing is made of.
MOVED = """async (slider) => {
    const before = slider.value;
    for (let i = 0; i < 10; i++) await new Promise(requestAnimationFrame);
    return slider.value !== before;
}"""


@pytest.fixture(scope="module")
def history() -> History:
    """The history of the run that is shown."""
    return runs.find("vae-2").history


@pytest.fixture
def url(apps_url: str) -> str:
    """The address of the small app."""
    return f"{apps_url}/timeline"


@pytest.fixture
def still(visit: Callable[..., Page], url: str) -> Page:
    """The small app with a timeline that does not play by itself."""
    return ready(visit(f"{url}?play=no"))


def until(part: Locator, condition: str, argument: object = None) -> None:
    """Waits until a condition, a JavaScript function of the element, is met."""
    part.page.wait_for_function(
        f"([it, argument]) => ({condition})(it, argument)", arg=[part.element_handle(), argument]
    )


def ready(page: Page) -> Page:
    """The page, once the cloud is drawn."""
    until(
        cloud(page),
        """(canvas) => {
            const { width, height } = canvas;
            return canvas.getContext("2d").getImageData(0, 0, width, height).data.some(Boolean);
        }""",
    )
    return page


def reaches(page: Page, low: float, high: float) -> None:
    """Waits until the slider is between two places."""
    until(slider(page), "(it, [low, high]) => it.value >= low && it.value <= high", [low, high])


def cloud(page: Page) -> Locator:
    return page.get_by_test_id("latent-cloud")


def slider(page: Page) -> Locator:
    return page.get_by_test_id("epoch-slider")


def pixels(canvas: Locator) -> np.ndarray:
    """What is on a canvas, (h, w, 4) uint8."""
    height, width, text = canvas.evaluate(
        """(canvas) => {
            const { width, height } = canvas;
            const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
            let text = "";
            for (const byte of data) text += String.fromCharCode(byte);
            return [height, width, btoa(text)];
        }"""
    )
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(height, width, 4)


def strip(page: Page) -> np.ndarray:
    """The ten digits as they are shown, (10, 28, 28) uint8."""
    digits = page.get_by_test_id("epoch-digit")
    expect(digits).to_have_count(10)
    return np.stack([pixels(digit)[..., 0] for digit in digits.all()])


def shows(page: Page, wanted: np.ndarray) -> None:
    """Waits until the digits are these: they are drawn in turn, and another run's have to come."""
    for _ in range(600):
        if np.array_equal(strip(page), wanted):
            return
        page.wait_for_timeout(50)
    np.testing.assert_array_equal(strip(page), wanted)


# ---- one visitor


@pytest.mark.long
def test_a_visitor_moves_the_slider(still: Page, history: History, problems: list[str]) -> None:
    at_rest_each_moment_is_the_history_s(still, history)
    the_keyboard_goes_through_the_moments(still, history)
    it_fits(still)
    another_run_takes_the_place_and_leaving_returns(still)
    assert problems == []


# ---- the picture


def at_rest_each_moment_is_the_history_s(still: Page, history: History) -> None:
    last = len(history) - 1
    expect(slider(still)).to_have_value(str(last))
    expect(slider(still)).to_have_attribute("aria-valuetext", "Epoch 16")
    expect(still.get_by_text("Epoch 16", exact=True)).to_be_visible()
    about = "Latent means of 1,000 test digits"
    expect(still.get_by_role("application", name=about)).to_be_visible()
    expect(still.get_by_role("slider", name="Epoch")).to_be_visible()
    expect(still.get_by_role("button", name="Play")).to_be_visible()
    shows(still, history.strip[last])
    assert not slider(still).evaluate(MOVED)
    for moment, at in enumerate(history.epochs):
        slider(still).fill(str(moment))
        expect(slider(still)).to_have_attribute("aria-valuetext", f"Epoch {at:g}")
        shows(still, history.strip[moment])
        shown = pixels(cloud(still))[..., 3]  # no point is cut at the edge
        assert shown.any()
        assert not (shown[0].any() or shown[-1].any() or shown[:, 0].any() or shown[:, -1].any())
    for place in (3, 4.5, 19):
        points_are_at(still, history, place)


def points_are_at(still: Page, history: History, place: float) -> None:
    """Asserts that the dots at a place are where the history has them, in their colours."""
    labels = mnist.probe().labels
    slider(still).fill(str(place))
    shown = pixels(cloud(still))
    height, width = shown.shape[:2]

    codes = history.codes.astype(np.float64)
    low, high = codes.min((0, 1)), codes.max((0, 1))  # all points of all moments are on the map
    codes -= (low + high) / 2
    scale = min((size - 16) / far for size, far in zip((width, height), high - low, strict=True))
    now = (codes[int(place)] + codes[int(np.ceil(place))]) / 2  # places are whole or half
    x, y = width / 2 + scale * now[:, 0], height / 2 - scale * now[:, 1]
    centres = np.array([[x[labels == d].mean(), y[labels == d].mean()] for d in range(10)])

    spots = np.stack([x, y], 1)
    away = np.linalg.norm(spots[:, None] - spots, axis=2)
    away[labels[:, None] == labels] = np.inf
    free = (away.min(1) > 6) & (np.linalg.norm(spots[:, None] - centres, axis=2).min(1) > 45)
    assert free.sum() > 50 and len(set(labels[free])) >= 4
    for i in np.flatnonzero(free):
        colour = np.array(list(bytes.fromhex(DIGIT_COLOURS[labels[i]][1:])))
        found = shown[int(y[i]), int(x[i])]
        assert found[3] > 198, f"no point of digit {labels[i]} at {spots[i]}"  # 0.8, more on others
        np.testing.assert_allclose(found[:3], colour, atol=3)


@pytest.mark.long
def test_a_fine_screen_gets_fine_points(browser: Browser, url: str) -> None:
    with browser.new_context(device_scale_factor=2) as context:
        page = context.new_page()
        page.goto(f"{url}?play=no")
        ready(page)
        (box,) = together(cloud(page))
        assert box.height == 460
        height, width = pixels(cloud(page)).shape[:2]
        assert height == 920 and abs(width - 2 * box.width) <= 1


# ---- the hand


def the_keyboard_goes_through_the_moments(still: Page, history: History) -> None:
    control = slider(still)
    trained = pixels(cloud(still))
    control.focus()
    still.keyboard.press("Home")
    expect(control).to_have_attribute("aria-valuetext", "Epoch 0")
    untrained = pixels(cloud(still))
    assert (untrained[..., 3] > 0).sum() < (trained[..., 3] > 0).sum() / 10  # all on one spot
    shows(still, history.strip[0])

    for at in ("0.125", "0.25", "0.5", "1", "2"):
        still.keyboard.press("ArrowRight")
        expect(control).to_have_attribute("aria-valuetext", f"Epoch {at}")
    control.fill("4.5")
    still.keyboard.press("ArrowLeft")
    expect(control).to_have_value("4")

    still.keyboard.press("End")
    expect(control).to_have_attribute("aria-valuetext", "Epoch 16")
    np.testing.assert_array_equal(pixels(cloud(still)), trained)
    shows(still, history.strip[-1])
    still.keyboard.press("ArrowRight")  # there is no more
    expect(control).to_have_value(str(len(history) - 1))


@pytest.mark.long
def test_a_drag_sends_nothing_to_the_server(
    visit: Callable[..., Page], url: str, settled: Callable[[Page], None], problems: list[str]
) -> None:
    page = visit("about:blank")
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.goto(url)
    ready(page)
    settled(page)
    before = len(sent)
    assert before > 0  # the ear works

    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    track = placed(slider(page))
    page.mouse.move(track.left + track.width - 12, track.at(0, 0.5)[1])
    page.mouse.down()
    expect(page.get_by_role("button", name="Play")).to_be_visible()  # the hand has it now
    seen = set()
    for share in np.linspace(0.9, 0.1, 9):
        page.mouse.move(*track.at(share, 0.5))
        seen.add(slider(page).input_value())
    assert len(seen) == 9 and float(min(seen, key=float)) < 3
    assert not slider(page).evaluate(MOVED)
    assert len(sent) == before
    page.mouse.up()
    assert problems == []


# ---- time


@pytest.mark.long
def test_it_plays_pauses_and_plays_on(
    visit: Callable[..., Page], url: str, history: History, problems: list[str]
) -> None:
    page = ready(visit(url))
    control = slider(page)
    reaches(page, 0.5, 4)  # after a rest it has gone back to the beginning
    reaches(page, 4, 10)  # and forward again
    page.get_by_role("button", name="Pause").click()
    play = page.get_by_role("button", name="Play")
    expect(play).to_be_visible()
    assert not control.evaluate(MOVED)
    paused = float(control.input_value())
    shows(page, history.strip[int(np.floor(paused + 0.5))])

    play.click()
    reaches(page, paused + 0.01, paused + 3)  # from where it was
    reaches(page, len(history) - 1, len(history) - 1)
    slider(page).press("End")  # it rests there already: the slider has nothing to tell of the key
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    expect(slider(page)).to_have_value(str(len(history) - 1))
    assert not slider(page).evaluate(MOVED)
    assert problems == []


@pytest.mark.long
def test_reduced_motion_plays_only_when_asked_and_at_the_end_anew(
    visit: Callable[..., Page], url: str, history: History
) -> None:
    page = visit("about:blank")
    page.emulate_media(reduced_motion="reduce")
    page.goto(url)
    ready(page)
    play = page.get_by_role("button", name="Play")
    expect(play).to_be_visible()
    expect(slider(page)).to_have_value(str(len(history) - 1))
    assert not slider(page).evaluate(MOVED)
    shows(page, history.strip[-1])
    play.click()
    reaches(page, 0, 2)
    reaches(page, 3, 10)


@pytest.mark.long
def test_frames_are_asked_for_only_while_it_is_seen(visit: Callable[..., Page], url: str) -> None:
    page = visit("about:blank")
    count_frames(page)
    page.goto(url)
    ready(page)
    rests_out_of_sight(page)
    page.get_by_text("Leave the timeline").click()
    expect(cloud(page)).to_have_count(0)
    assert frames_become(page, resting=True)


# ---- reruns


@pytest.mark.long
def test_a_rerun_and_a_theme_disturb_nothing(still: Page, problems: list[str]) -> None:
    slider(still).fill("7.3")
    expect(still.get_by_text("Run 2")).to_be_visible()  # Python is told of the release
    before, digits = pixels(cloud(still)), strip(still)
    cloud(still).evaluate("(canvas) => { canvas.marked = true; }")
    still.get_by_role("button", name="Run again").click()
    expect(still.get_by_text("Run 3")).to_be_visible()
    assert float(slider(still).input_value()) == 7.3
    np.testing.assert_array_equal(pixels(cloud(still)), before)

    still.emulate_media(color_scheme="dark")
    expect(still.locator(".stApp")).to_have_css("color-scheme", "dark")
    # A label's ink is now light: some opaque pixel is.
    until(
        cloud(still),
        """(canvas) => {
            const { width, height } = canvas;
            const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
            const light = (i) => data[i] > 220 && data[i + 2] > 220 && data[i + 3] === 255;
            return data.some((_, i) => i % 4 === 0 && light(i));
        }""",
    )
    assert float(slider(still).input_value()) == 7.3
    shows(still, digits)
    assert cloud(still).count() == 1 and cloud(still).evaluate("(canvas) => canvas.marked")
    assert problems == []


@pytest.mark.long
def test_playing_goes_on_through_a_rerun(still: Page) -> None:
    slider(still).fill("3")
    expect(still.get_by_text("Run 2")).to_be_visible()
    slider(still).evaluate(  # how far it is moved from one frame to the next, until the end
        """(slider) => {
            globalThis.leap = 0;
            let before = Number(slider.value);
            const look = () => {
                const now = Number(slider.value);
                globalThis.leap = Math.max(globalThis.leap, Math.abs(now - before));
                before = now;
                if (now < Number(slider.max)) requestAnimationFrame(look);
            };
            look();
        }"""
    )
    still.get_by_role("button", name="Play").click()
    still.get_by_role("button", name="Run again").click()
    expect(still.get_by_text("Run 3")).to_be_visible()
    expect(still.get_by_role("button", name="Pause")).to_be_visible()
    until(slider(still), "(it, before) => it.value !== before", slider(still).input_value())
    assert 0 < still.evaluate("leap") < 0.5  # neither sent back nor to the end


def another_run_takes_the_place_and_leaving_returns(still: Page) -> None:
    other = runs.find("ae-20").history
    still.get_by_text("ae-20").click()
    expect(slider(still)).to_have_attribute("aria-valuetext", f"Epoch {other.epochs[-1]:g}")
    shows(still, other.strip[-1])
    leave = still.get_by_text("Leave the timeline")
    leave.click()
    expect(cloud(still)).to_have_count(0)
    leave.click()
    ready(still)
    expect(cloud(still)).to_have_count(1)
    shows(still, other.strip[-1])


# ---- small screens


def it_fits(still: Page) -> None:
    page = still
    for width, columns in [(1280, 10), (600, 10), (390, 5), (300, 5)]:
        page.set_viewport_size({"width": width, "height": 900})
        for name in ("html", "[data-testid=stMain]"):
            page.wait_for_function(
                "([it, width]) => innerWidth === width && it.scrollWidth <= it.clientWidth",
                arg=[page.locator(name).element_handle(), width],
            )
        digits = together(page.get_by_test_id("epoch-digit"))
        parts = cloud(page), slider(page), page.get_by_text("Epoch 16", exact=True)
        button, *others = together(page.get_by_test_id("epoch-play"), *parts)
        for box in digits + others:
            assert box.left >= 0 and box.left + box.width <= width
        assert len(digits) == 10 and len(others) == 3
        assert len({box.left for box in digits}) == columns
        assert min(button.width, button.height) >= 40


# ---- the Python side


def test_what_does_not_fit_together_is_refused(history: History) -> None:
    labels = mnist.probe().labels
    with pytest.raises(ValueError, match=r"points \(t, n, 2\).*\(20, 1000, 2\), \(999,\)"):
        snapshots_file(history.codes, labels[1:], history.epochs)
    with pytest.raises(ValueError, match=r"\(20, 9, 28, 28\)"):
        snapshots_file(history.codes, labels, history.epochs, strip=history.strip[:, 1:])
