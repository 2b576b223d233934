"""The Gradio pad under the hand: strokes, sliders, languages, and nothing from anywhere else."""

import base64
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import findings
from tests.browser.hand import placed
from tests.support.servers import free_port, running
from vae_demo import runs
from vae_demo.digits import open_picture, to_digit
from vae_demo.models import embed_many, reconstruct_many
from vae_demo.repair import denoise, inpaint
from vae_demo.ui.frame.catalogue import LANGUAGES, catalogue
from vae_demo.ui.pad import work

EN = catalogue("en")
Until = Callable[[Page, Callable[[], bool], str], None]
READ = """async ({ src }) => {  // of a copy, for the image itself may be replaced meanwhile
    const image = new Image();
    image.src = src;
    await image.decode();
    const canvas = new OffscreenCanvas(28, 28);
    const ink = canvas.getContext("2d");
    ink.drawImage(image, 0, 0);
    return [...ink.getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 === 0);
}"""
SEVEN = [(60, 70), (200, 70), (110, 230)]  # on the pad's 280 pixels


@pytest.fixture(scope="module")
def pad_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The pad, started as the README says."""
    port = free_port()
    command = [sys.executable, "-m", "vae_demo.ui.pad", "--port", str(port)]
    log = tmp_path_factory.mktemp("pad") / "pad.log"
    with running(command, log, port, ready="/") as server:
        yield server.url


@pytest.fixture
def page(visit: Callable[..., Page], pad_url: str, problems: list[str]) -> Iterator[Page]:
    """The pad before the first stroke; afterwards there was no trouble and no other host."""
    yield ready(visit(f"{pad_url}/?lang=en"))
    assert problems == []


def ready(page: Page) -> Page:
    """Waits until the example that stands in has been drawn again, and the sliders are its."""
    expect(page.get_by_test_id("reconstruction")).to_have_count(3)
    expect(page.get_by_test_id("decoded")).to_be_visible()
    expect(page.locator("#sliders input[type=range]:visible")).to_have_count(work.MOST)
    return page


def pixels(image: Locator) -> np.ndarray:
    """What an image of 28x28 pixels shows."""
    return np.array(image.evaluate(READ), np.uint8).reshape(28, 28)


def drawn(page: Page) -> np.ndarray:
    """What is on the pad, as MNIST sees it."""
    url = page.get_by_test_id("draw-pad").evaluate("(canvas) => canvas.toDataURL('image/png')")
    return to_digit(open_picture(base64.b64decode(url.split(",")[1])))


def stroke(page: Page, points: list[tuple[int, int]] = SEVEN) -> None:
    """Draws with the mouse, and lets go."""
    pad = placed(page.get_by_test_id("draw-pad"))
    places = [pad.at(x / 280, y / 280) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=6)
    page.mouse.up()


def follows(page: Page, until: Until) -> np.ndarray:
    """Waits until the digit is the one on the pad; returns it."""
    digit = drawn(page)
    image = page.get_by_test_id("digit-28")
    until(page, lambda: np.array_equal(pixels(image), digit), "the digit of the drawing")
    return digit


def code_of(page: Page) -> dict[int, float]:
    """What the sliders say, by the latents' positions."""
    found = {}
    for i in range(work.MOST):
        part = page.locator(f"#latent-{i}")
        name = part.locator("label").first.inner_text().strip()
        found[int(name.removeprefix("Latent ")) - 1] = float(
            part.locator("input[type=range]").input_value()
        )
    return found


def says(page: Page, digit: np.ndarray) -> bool:
    """Whether the sliders say the digit's code."""
    code = embed_many(runs.find("vae-20").build(), digit[None])[0]
    return all(abs(value - code[i]) < 2e-3 for i, value in code_of(page).items())


def test_a_stroke_is_seen_as_mnist_sees_it_and_drawn_again(page: Page, until: Until) -> None:
    expect(page.get_by_text(EN["draw.part.example"])).to_be_visible()
    stroke(page)
    digit = follows(page, until)
    expect(page.get_by_text(EN["draw.part.example"])).to_have_count(0)
    shown = page.get_by_test_id("reconstruction")
    names = shown.evaluate_all("(images) => images.map((image) => image.dataset.run)")
    assert names == list(work.FIRST)
    for i, name in enumerate(names):
        again = reconstruct_many(runs.find(name).build(), digit[None])[0].astype(int)
        assert np.abs(pixels(shown.nth(i)) - again).max() <= 1
    until(page, lambda: says(page, digit), "the sliders say the drawing's code")
    page.get_by_test_id("draw-clear").click()
    expect(page.get_by_text(EN["draw.part.example"])).to_be_visible()


def test_a_slider_is_followed_before_it_is_let_go(page: Page, until: Until) -> None:
    stroke(page)
    digit = follows(page, until)
    until(page, lambda: says(page, digit), "the sliders say the drawing's code")
    image = page.get_by_test_id("decoded")
    first = pixels(image)
    slider = page.locator("#latent-0 input[type=range]")
    track = placed(slider)
    page.mouse.move(*track.at(0.5, 0.5))
    page.mouse.down()
    until(page, lambda: not np.array_equal(pixels(image), first), "it follows the press")
    second = pixels(image)
    page.mouse.move(*track.at(0.95, 0.5), steps=8)
    dims = list(code_of(page))
    model = runs.find("vae-20").build()

    def steered() -> np.ndarray:
        code = embed_many(model, digit[None])[0]
        code[dims[0]] = float(slider.input_value())
        return work.decode_many(model, code[None])[0]

    def agrees() -> bool:
        return bool(np.abs(pixels(image).astype(int) - steered()).max() <= 2)

    until(page, agrees, "it is the picture of the code in the hand")
    assert not np.array_equal(pixels(image), second)
    page.mouse.up()
    slider.focus()
    before = pixels(image)
    for _ in range(3):
        page.keyboard.press("PageDown")
    until(page, lambda: not np.array_equal(pixels(image), before), "it follows the keyboard")
    until(page, agrees, "it is the picture of the code that the keys have set")
    stroke(page, [(140, 60), (140, 220)])
    again = follows(page, until)
    until(page, lambda: says(page, again), "a stroke sets the sliders to the drawing's code")


@pytest.mark.long
def test_noise_and_runs_are_chosen(page: Page, until: Until) -> None:
    expect(page.locator("#strength")).not_to_be_visible()
    page.get_by_role("radio", name=EN["noise.dropout"]).check()
    expect(page.get_by_test_id("damaged")).to_be_visible()
    expect(page.locator("#strength")).to_be_visible()
    page.get_by_role("checkbox", name="cvae-20").check()
    expect(page.locator("[data-testid=reconstruction][data-run=cvae-20]")).to_be_visible()
    page.locator("#steered input").click()
    page.get_by_role("option", name="vae-2", exact=True).click()
    expect(page.locator("#sliders input[type=range]:visible")).to_have_count(2)
    image = page.get_by_test_id("decoded")
    before = pixels(image)
    page.locator("#latent-1 input[type=range]").focus()
    page.keyboard.press("End")
    until(page, lambda: not np.array_equal(pixels(image), before), "two latents are in hand")


def test_denoise_and_inpaint_follow_the_hand(
    page: Page, gray: Callable[[Locator], np.ndarray], until: Until
) -> None:
    def seen(testid: str) -> Locator:
        return page.get_by_test_id(testid).locator("visible=true")

    def close(method: Callable[..., np.ndarray], *given: np.ndarray) -> bool:
        wanted = method(*(each[None] for each in given))[0]
        return bool(np.abs(gray(seen("best")).astype(int) - wanted).max() <= 1)

    page.get_by_role("tab", name=EN["denoise.menu"]).click()
    expect(seen("best")).to_be_visible()
    page.wait_for_load_state("networkidle")  # the network is there
    pad = placed(seen("draw-pad"))
    page.mouse.move(*pad.at(0.3, 0.2))
    page.mouse.down()
    page.mouse.move(*pad.at(0.6, 0.8), steps=6)

    def denoised() -> bool:
        return close(denoise.METHODS["unet"], gray(seen("damaged")))

    until(page, denoised, "the network follows before Python hears of it")
    page.mouse.up()
    until(page, lambda: page.locator(".repair.stale").count() == 0, "Python has answered")
    until(page, denoised, "the same picture")

    page.get_by_role("tab", name=EN["inpaint.menu"]).click()
    expect(page.locator(".race")).to_have_attribute("data-descents", str(inpaint.STARTS))
    page.get_by_role("radio", name=EN["inpaint.hole.brush"]).check()
    expect(page.locator(".board.open")).to_be_visible()
    board = placed(seen("damaged"))
    page.mouse.move(*board.at(0.5, 0.4))
    page.mouse.down()
    page.mouse.move(*board.at(0.6, 0.6), steps=4)
    page.mouse.up()
    until(page, lambda: seen("best").is_visible(), "the hole is filled")
    until(page, lambda: page.locator(".repair.stale").count() == 0, "Python has answered")
    truth = gray(seen("digit-28"))
    hole = (gray(seen("damaged")) == 96) & (truth != 96)
    assert close(inpaint.METHODS["together"], truth, hole)


def test_the_keyboard_is_seen_where_it_is_and_draws(page: Page, until: Until) -> None:
    for role in ("checkbox", "radio", "slider"):
        control = page.get_by_role(role).last
        control.focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        expect(control).to_be_focused()
        expect(control).to_have_css("outline-style", "solid")
    page.get_by_test_id("draw-pad").focus()
    expect(page.locator(".cursor")).to_be_visible()
    for key in ("Space", *8 * ["ArrowDown"], "Space"):
        page.keyboard.press(key)
    follows(page, until)
    assert findings(page) == []


@pytest.mark.long
def test_by_finger_on_a_narrow_screen(
    visit: Callable[..., Page], pad_url: str, until: Until, problems: list[str]
) -> None:
    page = ready(visit(pad_url, width=390, height=844, theme="dark", touch=True))
    for seen in ("draw-pad", "draw-clear", "digit-28"):  # by the hand that draws
        expect(page.get_by_test_id(seen)).to_be_in_viewport(ratio=1)
    page.get_by_test_id("examples").get_by_role("button").nth(7).tap()
    seven = follows(page, until)
    page.get_by_test_id("draw-undo").tap()
    expect(page.get_by_text(EN["draw.part.example"])).to_be_visible()
    page.get_by_test_id("draw-redo").tap()
    assert np.array_equal(follows(page, until), seven)
    page.locator(f"#latent-{work.MOST - 1}").scroll_into_view_if_needed()
    expect(page.get_by_test_id("decoded")).to_be_in_viewport(ratio=1)
    wide = page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1]
    style = "(image) => getComputedStyle(image).imageRendering"
    assert page.get_by_test_id("digit-28").evaluate(style) == "pixelated"
    assert problems == []


@pytest.mark.some(1)
@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages(
    language: str, visit: Callable[..., Page], pad_url: str, problems: list[str]
) -> None:
    """By the browser's locale, by a link, and against the browser by the address."""
    texts = catalogue(language)

    def speaks(page: Page, texts: dict[str, str]) -> Any:
        expect(page.get_by_role("heading", level=1)).to_have_text(texts["pad.title"])
        for key in ("draw.runs", "draw.part.noise", "pad.steered", "pad.examples", "pad.try"):
            expect(page.get_by_text(texts[key], exact=True).first).to_be_visible()
        expect(page.get_by_role("radio", name=texts["noise.dropout"])).to_be_visible()
        expect(page).to_have_title(texts["app.name"])
        return page.evaluate("document.documentElement.lang")

    other = next(name for name in LANGUAGES if name != language)
    locale = {"en": "en-GB", "tr": "tr-TR"}[language]
    page = ready(visit(f"{pad_url}/?__theme=dark", locale=locale))
    assert speaks(page, texts) == language
    page.get_by_role("link", name=LANGUAGES[other]).click()
    page.wait_for_url(f"**/?lang={other}&__theme=dark")
    assert speaks(ready(page), catalogue(other)) == other
    expect(page.locator("body.dark")).to_be_attached()
    assert problems == []
