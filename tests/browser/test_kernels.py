"""A visitor of the Kernels page: points at kernels, plays the epochs, comes back by the link."""

import re
from collections.abc import Callable

import numpy as np
import torch
from playwright.sync_api import Locator, Page, expect

from tests.browser.hand import placed
from tests.browser.line import Wire
from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.models import to_x
from vae_demo.ui.frame.catalogue import catalogue

EN, TR = catalogue("en"), catalogue("tr")


def test_a_visitor_sees_what_units_look_for_and_what_each_adds(
    visit: Callable[..., Page],
    app_url: str,
    gray: Callable[[Locator], np.ndarray],
    until: Callable[..., None],
    problems: list[str],
) -> None:
    page = visit("about:blank")
    sent = Wire(page).sent
    page.goto(f"{app_url}/kernels?lang=en")
    unit, board = page.get_by_test_id("unit"), page.get_by_test_id("kernel-map")
    expect(unit).to_have_text("Unit 12")
    rebuilt = page.get_by_test_id("unit-with")
    until(page, lambda: gray(rebuilt).any(), "the reconstruction is there")
    check(page, gray, 11)

    # Under the pointer, without a message to the server.
    place = placed(board)
    before = len(sent)
    page.mouse.move(*place.at(0.5, 0.5))
    expect(unit).to_have_text("Unit 263")
    check(page, gray, 262)
    assert len(sent) == before
    page.mouse.move(*place.at(0.5, -0.05))
    expect(unit).to_have_text("Unit 12")
    board.press("ArrowRight")
    board.press("ArrowDown")
    expect(unit).to_have_text("Unit 38")

    border = page.get_by_test_id("kernels-border")
    trained = border.inner_text()
    page.get_by_test_id("kernels-slider").press("Home")
    expect(page.get_by_text(EN["kernels.part.epoch"].format(epoch=0))).to_be_visible()
    expect(border).to_contain_text("1.00")
    page.get_by_test_id("kernels-slider").press("End")
    expect(border).to_have_text(trained)
    expect(page.get_by_test_id("other-kernel")).to_be_visible()
    kernel, other = (gray(page.get_by_test_id(name)) for name in ("kernel", "other-kernel"))
    assert kernel.std() > 0 and other.std() > 0  # the same unit in the other autoencoder
    page.get_by_test_id("kernels-kind-plain").check()
    until(page, lambda: (gray(page.get_by_test_id("kernel")) == other).all(), "they have changed")
    until(page, lambda: (gray(page.get_by_test_id("other-kernel")) == kernel).all(), "places")
    expect(page).to_have_url(re.compile("kind=plain"))
    expect(border).not_to_have_text(trained)
    page.reload()
    expect(unit).to_have_text("Unit 38")
    expect(page.get_by_test_id("kernels-kind-plain")).to_be_checked()
    page.get_by_role("radio", name="Türkçe").click()
    expect(unit).to_have_text(TR["kernels.part.unit"].format(unit=38))
    assert problems == []


def check(page: Page, gray: Callable[[Locator], np.ndarray], unit: int) -> None:
    """The digits and both reconstructions are those that PyTorch finds."""
    model, images = runs.find("dae-500").build(), mnist.probe().images
    digit = gray(page.get_by_test_id("unit-digit"))
    with torch.inference_mode():
        codes = model.embed(to_x(np.concatenate([images, digit[None]])))
        assert codes[-1, unit] > torch.quantile(codes[:-1, unit], 0.98)
        code = codes[-1:].clone()
        pictures = {"unit-with": model.decode(code)}
        code[0, unit] = 0
        pictures["unit-without"] = model.decode(code)
    for name, wanted in pictures.items():
        seen = gray(page.get_by_test_id(name)).astype(float)
        assert np.abs(seen - 255 * wanted[0, 0].numpy()).mean() < 3, name
