"""The browser parts, in a browser: what the hand draws, what the eye sees, what Python gets."""

import base64
import math
import re
import zlib
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import InModule
from tests.browser.hand import placed, together
from vae_demo.latent import between
from vae_demo.ui.parts.digits.part import Picture

Points = Sequence[tuple[float, float]]
BOW = [(60.0, 60.0), (140.0, 90.0), (200.0, 150.0), (150.0, 220.0)]


def test_a_part_stays_while_its_place_does(in_module: Callable[..., Any]) -> None:
    """Streamlit calls what a part returned although only newer data has come: see `mountPart`."""
    body = """
    const place = document.createElement("div"), seen = [];
    document.body.append(place);
    const make = (first) => ({
        root: document.createElement("p"),
        follow: (data) => seen.push(`${first} ${data}`),
        leave: () => seen.push("left"),
    });
    const mount = m.mountPart([], make);
    const early = mount({ data: 1, parentElement: place });
    early();
    const late = mount({ data: 2, parentElement: place });
    seen.push(place.childNodes.length);
    place.remove();
    late();
    early();
    seen.push(place.childNodes.length);
    document.body.append(place);
    mount({ data: 3, parentElement: place });
    return seen;"""
    assert in_module("engine/mount.js", body) == ["1 1", "1 2", 1, "left", 0, "3 3"]


def test_a_plane_has_no_holes_once_it_is_rough(in_module: Callable[..., Any]) -> None:
    """While the first is decoded, while other snapshots are asked for; four are rough."""
    body = """return new Promise((resolve) => {
        const plane = new m.Plane("plane");
        const ink = plane.canvas.getContext("2d");
        const empty = () => {
            const { data } = ink.getImageData(0, 0, plane.canvas.width, plane.canvas.height);
            return data.filter((value, at) => at % 4 === 3 && value === 0).length;
        };
        const seen = [];
        const codeAt = () => {
            seen.push(empty());
            if (seen.length === 5) resolve(seen);
            plane.pause();
            plane.show(seen.length);
            for (const end = performance.now() + 10; performance.now() < end; );  // one a frame
            return new Float32Array(784);
        };
        const grid = { columns: 4, rows: 3, cell: 1, middle: [0, 0] };
        plane.follow(grid, Array(9).fill({ decoder: [] }), codeAt);
        plane.fade(1);
    });"""
    seen = in_module("engine/plane.js", body)
    assert [pixels / 784 for pixels in seen] == [12, 8, 6, 2, 0]


# ---- arithmetic, against torch and numpy


ACTIVATIONS: dict[str, type[torch.nn.Module]] = {
    "linear": torch.nn.Identity,
    "relu": torch.nn.ReLU,
    "tanh": torch.nn.Tanh,
    "sigmoid": torch.nn.Sigmoid,
}


@pytest.mark.some(1)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_dense_layers_are_torch_s(in_module: InModule, activation: str) -> None:
    generator = torch.Generator().manual_seed(7)
    sizes = [3, 401, 30, 784]  # 401 and 30 are no multiples of four
    modules: list[torch.nn.Module] = []
    layers = []
    for inputs, outputs in pairwise(sizes):
        linear = torch.nn.Linear(inputs, outputs)
        with torch.no_grad():
            linear.weight.normal_(0, inputs**-0.5, generator=generator)
            linear.bias.normal_(generator=generator)
        modules += [linear, ACTIVATIONS[activation]()]
        layers.append(
            {
                "kind": "dense",
                "weight": linear.weight.flatten().tolist(),
                "bias": linear.bias.tolist(),
                "inputs": inputs,
                "outputs": outputs,
                "activation": activation,
            }
        )
    x = torch.randn(2, 3, generator=generator)
    with torch.no_grad():
        expected = torch.nn.Sequential(*modules)(x).numpy()

    body = """
        const layers = a.layers.map((layer) => ({
          ...layer, weight: Float32Array.from(layer.weight), bias: Float32Array.from(layer.bias),
        }));
        return a.x.map((x) => [...m.forward(layers, Float32Array.from(x))]);
    """
    got = np.array(in_module("engine/layers.js", body, {"layers": layers, "x": x.tolist()}))

    np.testing.assert_allclose(got, expected, atol=1e-5, rtol=0)


def test_a_layer_may_be_fed_its_own_output(in_module: InModule) -> None:
    body = """
        const turn = { kind: "dense", weight: Float32Array.of(0, 1, 1, 0),
                       bias: new Float32Array(2), inputs: 2, outputs: 2, activation: "linear" };
        return [...m.forward([turn], m.forward([turn], Float32Array.of(1, 2)))];
    """
    assert in_module("engine/layers.js", body) == [1, 2]


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ({"kind": "pool", "activation": "relu"}, "unknown layer 'pool'; there are: dense, conv"),
        ({"activation": "gelu"}, "unknown activation 'gelu'; there are: linear, relu, tanh"),
        ({"activation": "relu", "inputs": 3}, "a dense layer 3 -> 1 does not fit"),
    ],
)
def test_a_wrong_layer_is_named(
    in_module: InModule, layer: dict[str, object], message: str
) -> None:
    body = """
        const layer = { kind: "dense", weight: new Float32Array(2), bias: new Float32Array(1),
                        inputs: 2, outputs: 1, ...a };
        try { m.forward([layer], new Float32Array(2)); } catch (error) { return error.message; }
    """
    assert message in in_module("engine/layers.js", body, layer)


def test_every_half_is_numpy_s(in_module: InModule) -> None:
    body = """
        const halves = Uint16Array.from({ length: 65536 }, (_, i) => i);
        const bytes = new Uint8Array(m.halfToFloat(halves).buffer);
        let text = "";
        for (const byte of bytes) text += String.fromCharCode(byte);
        return btoa(text);
    """
    got = np.frombuffer(base64.b64decode(in_module("engine/tensors.js", body)), np.float32)
    expected = np.arange(65536, dtype=np.uint16).view(np.float16).astype(np.float32)

    np.testing.assert_array_equal(got, expected)
    np.testing.assert_array_equal(np.signbit(got[[0, 0x8000]]), [False, True])


def test_interpolation_is_python_s(in_module: InModule) -> None:
    a, b = np.random.default_rng(3).normal(size=(2, 20)) * [[1], [4]]  # of unlike lengths
    for t in (0, 0.25, 0.5, 0.73, 1):
        given = {"a": a.tolist(), "b": b.tolist(), "t": t}
        for name, path in (("lerp", "linear"), ("slerp", "spherical")):
            got = in_module(
                "engine/code_arithmetic.js", f"return [...m.{name}(a.a, a.b, a.t)]", given
            )
            np.testing.assert_array_max_ulp(np.float32(got), between(a, b, [t], path)[0])


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ([0, 0], [3, 4]),
        ([0, 0], [0, 0]),
        ([1, 2], [2, 4]),
        ([1, 2], [-1, -2]),
        ([1, 2], [1, 2]),
        ([1, 0], [2, 1e-4]),  # an angle of 5e-5: too small to turn by
        ([1, 0], [2, 1e-3]),  # 5e-4: large enough
        ([1, 0], [-2, 1e-4]),
        ([1, 0], [-2, 1e-3]),
    ],
)
def test_slerp_is_straight_where_python_s_is(
    in_module: InModule, a: list[float], b: list[float]
) -> None:
    got = in_module(
        "engine/code_arithmetic.js", "return [...m.slerp(a.a, a.b, 0.25)]", {"a": a, "b": b}
    )
    expected = between(np.array(a), np.array(b), [0.25], "spherical")[0]
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=1e-7)


def test_gaussian_is_normal_and_finite(in_module: InModule) -> None:
    body = """
        let state = 1; // a small generator with a seed
        const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
        return { many: Array.from({ length: 20000 }, () => m.gaussian(random)),
                 edge: m.gaussian(() => 0) };
    """
    got = in_module("engine/code_arithmetic.js", body)
    many = np.array(got["many"])
    assert abs(many.mean()) < 0.03 and abs(many.std() - 1) < 0.03
    assert abs((np.abs(many) < 1).mean() - math.erf(0.5**0.5)) < 0.02
    assert abs(got["edge"]) == 0


# ---- the modules


@pytest.mark.parametrize(
    "data",
    [
        None,
        "nonsense",
        {},
        {"pictures": "none", "pixels": None, "size": "wide"},
        {"pictures": [None, {"label": 3}], "pixels": "!"},
        {"pictures": [{"label": "short"}], "pixels": "AAAA"},
    ],
)
def test_odd_data_does_not_throw(in_module: Callable[..., Any], data: object) -> None:
    body = """
        const parentElement = document.createElement("div");
        const component = { data: a, parentElement, setStateValue() {} };
        m.default(component);
        m.default(component); // Streamlit calls again at each change of data or theme
        return parentElement.children.length;
    """
    assert in_module("parts/digits/part.js", body, data) == 1


def test_a_part_forgets_the_pictures_that_are_gone(in_module: Callable[..., Any]) -> None:
    body = """
        const parentElement = document.createElement("div");
        return [3, 0, 2].map((n) => {
          const data = { pixels: "", pictures: Array(n).fill({ label: "one" }) };
          m.default({ data, parentElement });
          return parentElement.querySelectorAll("canvas").length;
        });
    """
    assert in_module("parts/digits/part.js", body) == [3, 0, 2]


# ---- the page with both parts


@pytest.fixture
def url(apps_url: str) -> str:
    """The address of the small app."""
    return f"{apps_url}/parts"


@pytest.fixture
def page(visit: Callable[..., Page], url: str) -> Page:
    """The small app, ready to draw on."""
    page = visit(url)
    expect(page.get_by_test_id("draw-pad")).to_be_visible()
    expect(told(page)).to_have_text("Python has nothing")
    return page


def told(page: Page) -> Locator:
    """The line that says what drawing Python has."""
    return page.get_by_text("Python has")


def gray(canvas: Locator) -> np.ndarray:
    """The canvas's pixels; asserts that they are opaque and gray. -> uint8 (height, width)"""
    script = """(canvas) => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        let text = "";
        for (const byte of data) text += String.fromCharCode(byte);
        return [canvas.height, canvas.width, btoa(text)];
    }"""
    height, width, text = canvas.evaluate(script)
    rgba = np.frombuffer(base64.b64decode(text), np.uint8).reshape(height, width, 4)
    assert (rgba[..., 3] == 255).all()
    assert (rgba[..., :3] == rgba[..., :1]).all()
    return rgba[..., 0]


def sentence(pixels: np.ndarray) -> str:
    """What the app says when Python has these pixels."""
    return (
        f"Python has {pixels.shape} ink {int((pixels > 127).sum())} "
        f"sum {zlib.crc32(pixels.tobytes())}"
    )


def ink(page: Page) -> np.ndarray:
    """The pad's pixels, uint8 (280, 280)."""
    return gray(page.get_by_test_id("draw-pad"))


def corner(page: Page) -> tuple[float, float]:
    """Where the pad's upper left corner is on the screen, after the pad was brought there."""
    return placed(page.get_by_test_id("draw-pad")).at(0, 0)


def draw(page: Page, points: Points) -> None:
    """One stroke with the mouse."""
    x, y = corner(page)
    page.mouse.move(x + points[0][0], y + points[0][1])
    page.mouse.down()
    for px, py in points[1:]:
        page.mouse.move(x + px, y + py, steps=4)
    page.mouse.up()


def cleared(page: Page) -> None:
    """Empties the pad; Python knows."""
    page.get_by_test_id("draw-clear").click()
    expect(told(page)).to_have_text("Python has nothing")


def agreed(page: Page) -> np.ndarray:
    """Waits until Python has exactly what the pad shows, and returns that."""
    page.evaluate("() => new Promise(requestAnimationFrame)")  # all of the hand's events are in
    pixels = ink(page)
    expect(told(page)).to_have_text(sentence(pixels))
    return pixels


def run_again(page: Page) -> None:
    """Presses the page's button, and waits for its next run."""
    count = int(page.get_by_text(re.compile(r"^Run \d+$")).inner_text().split()[1])
    page.get_by_role("button", name="Run again").dispatch_event("click")
    expect(page.get_by_text(f"Run {count + 1}", exact=True)).to_be_visible()


@pytest.mark.long
def test_a_mouse_draws(page: Page, problems: list[str]) -> None:
    strokes_can_be_undone_and_cleared(page)
    for look in (
        a_stroke_is_white_and_python_gets_the_same_picture,
        a_dot_a_way_over_the_edge_and_quick_strokes,
        nothing_is_reported_during_a_stroke,
        the_eraser_takes_away_and_the_width_counts,
        a_rerun_and_a_theme_keep_the_drawing_and_the_canvas,
        leaving_and_returning_finds_the_drawing,
    ):
        cleared(page)
        page.get_by_test_id("draw-width").fill("20")
        look(page)
    assert problems == []


def a_stroke_is_white_and_python_gets_the_same_picture(page: Page) -> None:
    expect(page.get_by_text("Draw a digit here")).to_be_visible()
    draw(page, BOW)
    pixels = agreed(page)

    assert pixels.shape == (280, 280)
    for x, y in (BOW[0], BOW[-1]):  # it goes from the first point to the last
        assert pixels[int(y), int(x)] == 255
    assert pixels[140, 20] == 0
    thickness = int((pixels[:, 100] > 127).sum())  # across a part that runs mostly sideways
    assert 18 <= thickness <= 24
    expect(page.get_by_text("Draw a digit here")).to_be_hidden()


def a_dot_a_way_over_the_edge_and_quick_strokes(page: Page) -> None:
    draw(page, [(100, 120)])
    pixels = agreed(page)
    area = int((pixels > 127).sum())
    assert pixels[120, 100] == 255
    assert abs(area - math.pi * 10**2) < 20
    cleared(page)

    draw(page, [(200, 100), (400, 100), (400, 200), (200, 200)])
    pixels = agreed(page)
    assert pixels[100, 270] == 255 and pixels[200, 210] == 255
    assert pixels[150, 270] == 0
    cleared(page)

    for row in range(40, 241, 40):
        # each ends while the rerun of the one before is under way
        draw(page, [(40, row), (240, row)])
    pixels = agreed(page)
    assert all(pixels[row, 140] == 255 for row in range(40, 241, 40))


def nothing_is_reported_during_a_stroke(page: Page) -> None:
    x, y = corner(page)
    page.mouse.move(x + 50, y + 50)
    page.mouse.down()
    page.mouse.move(x + 200, y + 200, steps=10)
    # The page's next run, whatever starts it, finds Python without the half stroke.
    run_again(page)
    expect(told(page)).to_have_text("Python has nothing")
    assert ink(page).any()  # and did not disturb it
    page.mouse.move(x + 200, y + 100, steps=5)
    page.mouse.up()
    assert agreed(page)[100, 200] == 255


def strokes_can_be_undone_and_cleared(page: Page) -> None:
    undo, redo = page.get_by_test_id("draw-undo"), page.get_by_test_id("draw-redo")
    expect(undo).to_be_disabled()
    draw(page, BOW)
    one = agreed(page)
    draw(page, [(40, 240), (240, 240)])
    two = agreed(page)
    assert two.sum() > one.sum()

    undo.click()
    np.testing.assert_array_equal(agreed(page), one)
    redo.click()
    np.testing.assert_array_equal(agreed(page), two)
    page.get_by_test_id("draw-clear").click()
    expect(told(page)).to_have_text("Python has nothing")
    expect(page.get_by_text("Draw a digit here")).to_be_visible()
    assert not ink(page).any()
    undo.click()  # clearing can be undone, too
    np.testing.assert_array_equal(agreed(page), two)
    cleared(page)

    # The keys do the same after a stroke.
    draw(page, BOW)
    one = agreed(page)
    page.keyboard.press("Control+z")
    expect(told(page)).to_have_text("Python has nothing")
    page.keyboard.press("Control+Shift+Z")
    np.testing.assert_array_equal(agreed(page), one)
    page.keyboard.press("Control+z")
    expect(told(page)).to_have_text("Python has nothing")
    page.keyboard.press("Control+y")
    np.testing.assert_array_equal(agreed(page), one)


@pytest.mark.long
def test_the_keyboard_draws(page: Page) -> None:
    """A seven without a pointer: the bar and the slope, lifted, cleared, undone."""
    pad, cursor, keys = page.get_by_test_id("draw-pad"), page.locator(".cursor"), page.keyboard
    expect(cursor).to_be_hidden()
    page.get_by_role("checkbox", name="Leave the pad").focus()
    keys.press("Tab")
    expect(pad).to_be_focused()
    expect(pad).to_have_css("outline-style", "solid")
    expect(cursor).to_be_visible()
    expect(page.get_by_text("Keys", exact=True)).to_be_visible()

    for way, times in (("ArrowUp", 8), ("ArrowLeft", 6)):
        for _ in range(times):
            keys.press(way)
    assert not ink(page).any()  # the pen is up
    keys.press("Space")
    expect(cursor).to_have_class("cursor down")
    for _ in range(13):
        keys.press("ArrowRight")
    keys.down("ArrowLeft")
    for _ in range(9):
        keys.down("ArrowDown")  # with both held it goes the diagonal
    keys.up("ArrowLeft")
    keys.up("ArrowDown")
    expect(told(page)).to_have_text("Python has nothing")  # until the pen is lifted
    keys.press("Escape")
    pixels = agreed(page)
    assert (pixels[60, 82:208] == 255).all()
    assert pixels[110, 150] == pixels[148, 112] == 255 and not pixels[80:, :70].any()

    keys.press("Delete")
    expect(told(page)).to_have_text("Python has nothing")
    keys.press("Control+z")
    np.testing.assert_array_equal(agreed(page), pixels)
    keys.press("Enter")
    keys.press("ArrowRight")
    keys.press("Tab")  # whoever leaves lifts the pen
    expect(cursor).to_be_hidden()
    assert agreed(page).sum() > pixels.sum()


def test_every_control_is_reached_and_named(page: Page) -> None:
    draw(page, BOW)
    for name in ("Pen", "Eraser", "Undo", "Redo", "Clear"):
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name=name, exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    width = page.get_by_role("slider", name="Pen width")
    expect(width).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(width).to_have_value("21")
    expect(page.get_by_role("application", name="Drawing pad")).to_be_visible()
    for control in page.locator(".tools button").all():
        box = control.bounding_box()
        assert box is not None and min(box["width"], box["height"]) >= 40


def the_eraser_takes_away_and_the_width_counts(page: Page) -> None:
    draw(page, [(40, 140), (240, 140)])
    before = agreed(page)
    page.get_by_test_id("draw-width").fill("40")
    eraser = page.get_by_test_id("draw-eraser")
    eraser.click()
    expect(eraser).to_have_attribute("aria-pressed", "true")
    draw(page, [(140, 40), (140, 240)])
    after = agreed(page)
    assert not after[:, 122:158].any()
    np.testing.assert_array_equal(after[:, :118], before[:, :118])

    draw(page, [(0, 140), (280, 140)])  # nothing is left, and Python knows
    expect(told(page)).to_have_text("Python has nothing")
    expect(page.get_by_text("Draw a digit here")).to_be_visible()
    expect(page.get_by_test_id("draw-pen")).to_have_attribute("aria-pressed", "true")  # for more

    draw(page, BOW)
    agreed(page)
    page.get_by_test_id("draw-eraser").click()
    draw(page, BOW)  # the pen's soft edge, too
    expect(told(page)).to_have_text("Python has nothing")
    assert not ink(page).any()
    expect(page.get_by_test_id("draw-pen")).to_have_attribute("aria-pressed", "true")  # for more


def a_rerun_and_a_theme_keep_the_drawing_and_the_canvas(page: Page) -> None:
    draw(page, BOW)
    before = agreed(page)
    pad = page.get_by_test_id("draw-pad")
    pad.evaluate("(canvas) => { canvas.marked = true; }")
    for _ in range(2):
        run_again(page)
    np.testing.assert_array_equal(agreed(page), before)
    page.emulate_media(color_scheme="dark")
    expect(page.locator(".stApp")).to_have_css("color-scheme", "dark")
    np.testing.assert_array_equal(agreed(page), before)
    assert pad.count() == 1 and pad.evaluate("(canvas) => canvas.marked")


def leaving_and_returning_finds_the_drawing(page: Page) -> None:
    draw(page, BOW)
    before = agreed(page)
    page.get_by_text("Leave the pad").click()
    expect(page.get_by_test_id("draw-pad")).to_have_count(0)
    page.get_by_text("Leave the pad").click()
    expect(told(page)).to_have_text(sentence(before))
    expect(page.get_by_test_id("draw-pad")).to_be_visible()
    expect(page.get_by_text("Draw a digit here")).to_be_hidden()
    page.wait_for_function(
        """(sum) => {
            const host = [...document.querySelectorAll("[data-testid=stBidiComponentIsolated]")];
            const pad = host.map((h) => h.shadowRoot.querySelector("canvas.ink")).find(Boolean);
            const { data } = pad.getContext("2d").getImageData(0, 0, pad.width, pad.height);
            return data.reduce((total, value, i) => total + (i % 4 ? 0 : value), 0) === sum;
        }""",
        arg=int(before.sum()),
    )
    np.testing.assert_array_equal(ink(page), before)
    draw(page, [(40, 240), (240, 240)])  # and goes on from there
    assert agreed(page)[60, 60] == 255


# ---- fingers


def finger(page: Page) -> Callable[[str, Points], None]:
    """Sends raw touches, as a screen does: all fingers that touch after the event."""
    session = page.context.new_cdp_session(page)

    def send(kind: str, points: Points) -> None:
        touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    return send


def scrolled(page: Page) -> float:
    """How far the page has scrolled."""
    return float(page.get_by_test_id("stMain").evaluate("(main) => main.scrollTop"))


@pytest.fixture
def phone(visit: Callable[..., Page], url: str) -> Page:
    """The small app on a small screen with fingers."""
    page = visit(url, width=390, height=844, touch=True)
    expect(told(page)).to_have_text("Python has nothing")
    corner(page)
    return page


@pytest.mark.long
def test_fingers_draw_and_do_not_scroll(phone: Page, problems: list[str]) -> None:
    # A second finger does not break the stroke.
    touch = finger(phone)
    x, y = corner(phone)
    touch("touchStart", [(x + 40, y + 60)])
    touch("touchMove", [(x + 100, y + 60)])
    touch("touchStart", [(x + 100, y + 60), (x + 100, y + 220)])
    for right in range(110, 241, 10):
        touch("touchMove", [(x + right, y + 60), (x + right, y + 220)])
    touch("touchEnd", [(x + 240, y + 60)])
    touch("touchEnd", [])
    pixels = agreed(phone)
    assert (pixels[60, 45:236] == 255).all()
    assert not pixels[140:].any()

    # A cancelled touch ends it.
    cleared(phone)
    x, y = corner(phone)
    touch("touchStart", [(x + 40, y + 60)])
    touch("touchMove", [(x + 200, y + 60)])
    touch("touchCancel", [])
    assert agreed(phone)[60, 40] == 255
    touch("touchStart", [(x + 40, y + 200)])  # and the next finger draws again
    touch("touchEnd", [])
    assert agreed(phone)[200, 40] == 255

    cleared(phone)
    x, y = corner(phone)
    before = scrolled(phone)
    touch("touchStart", [(x + 140, y + 240)])
    for up in range(230, 39, -10):
        touch("touchMove", [(x + 140, y + up)])
    touch("touchEnd", [])
    pixels = agreed(phone)
    assert (pixels[45:236, 140] == 255).all()
    assert scrolled(phone) == before

    # The same movement beside the pad does scroll: the check above would see it. So does one that
    # begins on a slider, which stays as it was.
    width = phone.get_by_test_id("draw-width")
    for start in ((x + 330, y + 240), placed(width).at(0.9, 0.5)):
        before = scrolled(phone)
        touch("touchStart", [start])
        for up in range(10, 201, 10):
            touch("touchMove", [(start[0] + up / 10, start[1] - up)])
        touch("touchEnd", [])
        phone.wait_for_function(
            "(before) => document.querySelector('[data-testid=stMain]').scrollTop > before",
            arg=before,
        )
    expect(width).to_have_value("20")
    start = placed(width).at(0.5, 0.5)
    before = scrolled(phone)
    touch("touchStart", [start])
    for right in range(10, 101, 10):
        touch("touchMove", [(start[0] + right, start[1] + right / 10)])
    touch("touchEnd", [])
    expect(width).not_to_have_value("20")
    assert scrolled(phone) == before
    assert problems == []


# ---- pictures


def test_a_picture_s_canvas_has_the_pixels_python_sent(page: Page, problems: list[str]) -> None:
    ramp = (np.arange(784).reshape(28, 28) * 3 % 256).astype(np.uint8)
    drawn = page.get_by_test_id("shown")
    np.testing.assert_array_equal(gray(drawn), ramp)
    np.testing.assert_array_equal(gray(page.get_by_test_id("decoded")), np.zeros((28, 28)))
    plain = page.locator("[data-testid=reconstruction][data-run=ae-30]")
    np.testing.assert_array_equal(gray(plain), ramp.T)
    np.testing.assert_array_equal(gray(page.locator("[data-run=vae-2]")), 255 - ramp)

    expect(page.get_by_role("img", name="the drawn digit")).to_be_visible()
    expect(page.get_by_role("img", name="Autoencoder")).to_be_visible()
    expect(drawn).to_have_css("image-rendering", "pixelated")
    expect(drawn).to_have_css("width", "112px")
    expect(drawn).to_have_css("height", "112px")

    drawn.evaluate("(canvas) => { canvas.marked = true; }")
    page.get_by_role("button", name="Other pixels").click()
    expect(page.get_by_text("Run 2")).to_be_visible()
    page.wait_for_function(  # the canvas is repainted, not replaced
        """() => {
            const host = document.querySelector("[data-testid=stBidiComponentIsolated]");
            const canvas = host.shadowRoot.querySelector("canvas");
            return canvas.marked && canvas.getContext("2d").getImageData(1, 0, 1, 1).data[0] === 4;
        }"""
    )
    assert problems == []


def test_a_small_screen_has_no_overflow_and_its_pad_draws_under_the_hand(
    page: Page, problems: list[str]
) -> None:
    for theme, width in (("light", 390), ("dark", 390), ("dark", 280), ("light", 280)):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        expect(page.locator(".stApp")).to_have_css("color-scheme", theme)
        for name in ("html", "[data-testid=stMain]"):
            page.wait_for_function(
                "([it, width]) => innerWidth === width && it.scrollWidth <= it.clientWidth",
                arg=[page.locator(name).element_handle(), width],
            )
        (box,) = together(page.get_by_test_id("draw-pad"))
        assert box.left >= 0 and box.left + box.width <= width
        assert abs(box.width - box.height) < 0.5
    page.mouse.click(*placed(page.get_by_test_id("draw-pad")).at(0.5, 0.5))  # on 280 px
    pixels = agreed(page)
    rows, columns = np.nonzero(pixels)
    assert pixels.shape == (280, 280)
    assert abs(rows.mean() - 140) < 2 and abs(columns.mean() - 140) < 2
    assert problems == []


# ---- the Python side


def test_a_picture_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"uint8 \(28, 28\).*float64 \(28, 28\)"):
        Picture(np.zeros((28, 28)), "wrong")  # type: ignore[arg-type]
