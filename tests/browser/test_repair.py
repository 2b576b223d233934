"""A visitor walks through Repair: noise by slider, kind and brush, a letter, Upscale, a file."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
from playwright.sync_api import Locator, Page, expect

from tests.browser.hand import placed
from vae_demo.digits import mnist
from vae_demo.repair import CLASSICAL, LEARNED, denoise, upscale
from vae_demo.repair.compress.bits_files import compress
from vae_demo.repair.compress.networks import network
from vae_demo.ui.frame.language import catalogue
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.parts.denoise.data import DenoiseSettings
from vae_demo.ui.parts.repairs.no_digit import letter

EN = catalogue("en")
FIRST = 112  # a plain 3
Gray = Callable[[Locator], np.ndarray]
Until = Callable[[Page, Callable[[], bool], str], None]


def shows(page: Page, gray: Gray, truth: np.ndarray, settings: DenoiseSettings) -> bool:
    """Whether the digit, its damage and two repairs are on the page, with the numbers."""
    damaged = settings.apply(truth)
    wanted = {"damaged": damaged, "best": denoise.METHODS["unet"](damaged[None])[0]}
    close = (
        np.abs(gray(page.get_by_test_id(name)).astype(int) - pixels).max() <= 1
        for name, pixels in wanted.items()
    )
    median = page.locator("canvas[data-testid=repaired][data-run=median]")
    return (
        not (gray(page.get_by_test_id("digit-28")) != truth).any()
        and all(close)
        and not (gray(median) != denoise.METHODS["median"](damaged[None])[0]).any()
        and not page.locator(".stale").count()
    )


def linked(page: Page, name: str) -> np.ndarray:
    """A field of the page's address."""
    return FIELDS["denoise"][name].read(parse_qs(urlsplit(page.url).query)[name])


def test_a_walk_through_repair(
    visit: Callable[..., Page], app_url: str, gray: Gray, until: Until, problems: list[str]
) -> None:
    page = visit(f"{app_url}/denoise?lang=en")
    truth = mnist.test_digits().images[FIRST]
    repaired = page.get_by_test_id("repaired")
    expect(repaired).to_have_count(len(LEARNED["denoise"] + CLASSICAL["denoise"]))
    until(page, lambda: shows(page, gray, truth, DenoiseSettings()), "half the pixels hidden")

    strength = page.get_by_test_id("strength")  # by keys: the damage follows, then all repairs
    strength.focus()
    before = {name: gray(page.get_by_test_id(name)) for name in ("damaged", "best")}
    page.wait_for_load_state("networkidle")  # the networks are there
    page.keyboard.down("ArrowRight")
    damaged = gray(page.get_by_test_id("damaged"))  # by the browser, while the key is held
    assert (damaged != before["damaged"]).any()
    wanted = denoise.METHODS["unet"](damaged[None])[0]
    assert (wanted != before["best"]).any()
    until(
        page,
        lambda: np.abs(gray(page.get_by_test_id("best")).astype(int) - wanted).max() <= 1,
        "the network has followed in the background",
    )
    page.keyboard.up("ArrowRight")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    stronger = DenoiseSettings("dropout", 0.55)
    until(page, lambda: shows(page, gray, truth, stronger), "a stronger mask")
    until(page, lambda: "strength=0.55" in page.url, "the link holds it")

    page.get_by_test_id("noise-blur").check(force=True)
    blurred = DenoiseSettings("blur", round(0.55 / 0.9 * 3, 2))
    until(page, lambda: shows(page, gray, truth, blurred), "the same share of blur")
    page.get_by_test_id("noise-salt_and_pepper").check(force=True)
    page.get_by_test_id("where-paint").check(force=True)
    board = placed(page.get_by_test_id("damaged"))
    page.mouse.move(*board.at(0.3, 0.5))
    page.mouse.down()
    page.mouse.move(*board.at(0.7, 0.5), steps=8)
    page.mouse.up()
    until(page, lambda: "mask=" in page.url and linked(page, "mask").any(), "the mask is linked")
    read = linked(page, "mask")
    assert 0 < read.sum() < 300
    until(page, lambda: not page.locator(".stale").count(), "Python has answered")
    outside = gray(page.get_by_test_id("damaged"))[~read]
    assert not (outside != truth[~read]).any()

    page.get_by_role("button", name=EN["denoise.try.letter"]).click()
    expect(page.get_by_test_id("draw-pad")).to_be_visible()
    until(
        page,
        lambda: np.abs(gray(page.get_by_test_id("digit-28")).astype(int) - letter()).mean() < 20,
        "the letter is on the pad",
    )
    pad = placed(page.get_by_test_id("draw-pad"))
    page.mouse.move(*pad.at(0.2, 0.9))
    page.mouse.down()
    page.mouse.move(*pad.at(0.8, 0.9), steps=6)
    page.mouse.up()
    until(page, lambda: "digit=" in page.url, "the drawing is in the link")
    until(page, lambda: not page.locator(".stale").count(), "Python has answered")
    drawn = gray(page.get_by_test_id("digit-28"))
    assert np.array_equal(drawn, linked(page, "digit"))

    page.get_by_role("link", name=EN["upscale.menu"]).click()
    expect(page.get_by_test_id("small")).to_be_visible()
    expect(repaired).to_have_count(len(LEARNED["upscale"] + CLASSICAL["upscale"]))
    page.get_by_role("radio", name="14×14").click()
    found = gray(page.get_by_test_id("digit-28"))
    small = upscale.shrink(found[None], 14)
    until(
        page,
        lambda: not (gray(page.get_by_test_id("small")) != upscale.repeat(small)[0]).any(),
        "14×14 pixels are left",
    )
    wanted = upscale.METHODS["unet"](small)[0]
    until(
        page,
        lambda: np.abs(gray(page.get_by_test_id("best")).astype(int) - wanted).max() <= 1,
        "the network's picture",
    )
    page.get_by_role("button", name=EN["upscale.try.draw"]).click()
    pad = placed(page.get_by_test_id("draw-pad"))
    page.wait_for_load_state("networkidle")  # the network is there
    page.mouse.move(*pad.at(0.3, 0.2))
    page.mouse.down()
    page.mouse.move(*pad.at(0.3, 0.8), steps=6)  # by the browser, before the pen is lifted
    small = upscale.shrink(gray(page.get_by_test_id("digit-28"))[None], 14)
    wanted = upscale.METHODS["unet"](small)[0]
    assert np.abs(gray(page.get_by_test_id("best")).astype(int) - wanted).max() <= 1
    page.mouse.up()
    until(page, lambda: "shown_drawn=" in page.url, "the drawing is in the link")
    until(page, lambda: not page.locator(".stale").count(), "Python has answered")

    page.goto(f"{app_url}/compress?lang=en&count=1")
    expect(page.get_by_test_id("written").first).to_be_visible()
    expect(page.get_by_text(EN["compress.same"])).to_be_visible()
    page.get_by_role("button", name=EN["compress.try.eight"]).click()
    shown = mnist.test_digits().images[61]
    until(page, lambda: np.array_equal(gray(page.get_by_test_id("truth")), shown), "an 8")
    raw = compress(shown[None], network("vae")).raw
    with page.expect_download() as download:  # its size tells it from the file of the digit before
        page.get_by_role("button", name=EN["compress.download"].format(size=len(raw))).click()
    assert Path(download.value.path()).read_bytes() == raw
    page.get_by_text(EN["compress.decode"], exact=True).click()
    upload = page.get_by_test_id("stFileUploaderDropzoneInput")
    upload.set_input_files({"name": "a.bits", "mimeType": "", "buffer": raw})
    expect(page.get_by_text("1 digit decoded; all checksums agree.")).to_be_visible()
    altered = raw[:-1] + bytes([raw[-1] ^ 1])
    upload.set_input_files({"name": "b.bits", "mimeType": "", "buffer": altered})
    expect(page.get_by_text(EN["compress.error.altered"])).to_be_visible()
    page.get_by_role("button", name=EN["compress.try.draw"]).click()
    pad = placed(page.get_by_test_id("draw-pad"))
    page.mouse.move(*pad.at(0.6, 0.2))
    page.mouse.down()
    page.mouse.move(*pad.at(0.4, 0.8), steps=6)
    page.mouse.up()
    until(page, lambda: "shown_drawn=" in page.url, "the drawing is in the link")
    read = FIELDS["compress"]["shown_drawn"].read

    def written() -> bool:
        drawn = read(parse_qs(urlsplit(page.url).query)["shown_drawn"])
        shown = gray(page.get_by_test_id("digit-28"))
        return np.array_equal(shown, drawn) and np.array_equal(
            gray(page.get_by_test_id("truth")), drawn
        )

    until(page, written, "the drawing is written")
    assert not problems
