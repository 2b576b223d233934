"""A visitor of Explore samples around a digit: z = μ + factor · σ · ε, and the average of many."""

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
from vae_demo.models.vae import VAE


def test_a_visitor_samples_around_a_digit_and_averages(
    visit: Callable[..., Page],
    app_url: str,
    gray: Callable[[Locator], np.ndarray],
    until: Callable[..., None],
    problems: list[str],
) -> None:
    page = visit("about:blank")
    sent = Wire(page).sent
    page.goto(f"{app_url}/explore?lang=en&run=vae-20&sigma=0")
    mean, sample = (page.get_by_test_id(f"around-{name}") for name in ("mean", "sample"))
    model = runs.find("vae-20").build()
    assert isinstance(model, VAE)
    x = to_x(mnist.probe().images[mnist.strip_positions()[[3]]])
    with torch.inference_mode():
        code, logvar = model.posterior(x)
        wanted = 255 * model.decode(code)[0, 0].numpy()
    until(page, lambda: np.abs(gray(mean) - wanted).max() <= 2, "the digit of μ")
    until(page, lambda: np.array_equal(gray(sample), gray(mean)), "with factor 0, z is μ")

    place = placed(page.get_by_test_id("around-sigma"))
    page.mouse.move(*place.at(0.1, 0.5))
    page.mouse.down()
    before = len(sent)
    page.mouse.move(*place.at(0.9, 0.5), steps=4)
    until(page, lambda: np.abs(gray(sample) - wanted).mean() > 3, "z is away from μ")
    assert len(sent) == before
    page.mouse.up()
    expect(page).to_have_url(re.compile("sigma=3"))

    # The average of 100 draws is nearly that of other 100 draws.
    page.get_by_test_id("around-average").check(force=True)
    expect(page.get_by_text("average of 100", exact=True)).to_be_visible()
    factor = float(page.get_by_test_id("around-sigma").input_value())
    generator = torch.Generator().manual_seed(5)
    with torch.inference_mode():
        noise = torch.randn((1000, model.latent), generator=generator)
        average = 255 * model.decode(code + factor * torch.exp(logvar / 2) * noise).mean(0)[0]
    assert np.abs(gray(sample) - average.numpy()).mean() < 6
    expect(page).to_have_url(re.compile("average=yes"))
    page.reload()
    expect(page.get_by_text("average of 100", exact=True)).to_be_visible()
    expect(page.get_by_test_id("around-sigma")).to_have_value(f"{factor:g}")
    assert problems == []
