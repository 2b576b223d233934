"""A visitor of the Loss page: chooses reductions, moves both sliders, comes back by the link."""

import re
from collections.abc import Callable

import torch
from playwright.sync_api import Page, expect

from tests.browser.hand import placed
from tests.browser.line import Wire
from vae_demo.ui.frame.catalogue import catalogue

EN, TR = catalogue("en"), catalogue("tr")


def test_a_visitor_finds_the_beta_of_a_loss_and_makes_it_negative(
    visit: Callable[..., Page], app_url: str, problems: list[str]
) -> None:
    page = visit("about:blank")
    sent = Wire(page).sent
    page.goto(f"{app_url}/loss?lang=en")
    expect(page.get_by_text(EN["loss.beta"].format(beta="784"))).to_be_visible()
    page.get_by_role("button", name=EN["loss.try.sum_mean"]).click()
    expect(page.get_by_text(EN["loss.beta"].format(beta="0.05"))).to_be_visible()
    expect(page).to_have_url(re.compile("pixels=sum&latents=mean|latents=mean.*pixels=sum"))

    # The browser's number is that of torch's distribution; while the hand moves, nothing is sent.
    slider, output = page.get_by_test_id("loss-sigma"), page.locator("output").first
    expect(output).to_contain_text("σ = 1.000")
    place = placed(slider)
    page.mouse.move(*place.at(0.8, 0.5))
    page.mouse.down()
    before = len(sent)
    page.mouse.move(*place.at(0.4, 0.5), steps=5)
    expect(output).to_contain_text("= -")
    assert len(sent) == before
    page.mouse.up()
    expect(page).to_have_url(re.compile("sigma="))
    sigma, nats = numbers(output.inner_text())
    error = page.get_by_test_id("loss-nats").evaluate("(drawing) => Number(drawing.dataset.error)")
    x = torch.zeros(784, dtype=torch.float64)
    x[0] = error**0.5
    wanted = -torch.distributions.Normal(x, sigma).log_prob(torch.zeros_like(x)).sum()
    assert abs(nats - wanted.item()) < 3

    grey = page.get_by_test_id("loss-grey")
    grey.press("Home")
    expect(page.locator("output").last).to_contain_text(EN["loss.part.least"].split("{")[0])
    expect(page.locator("output").last).to_contain_text("0.000")
    expect(page).to_have_url(re.compile("grey=0"))
    page.reload()
    expect(page.locator("output").first).to_contain_text(f"σ = {sigma:.3f}")
    expect(page.locator("output").last).to_contain_text("0.000")
    expect(page.get_by_text(EN["loss.beta"].format(beta="0.05"))).to_be_visible()
    page.get_by_role("radio", name="Türkçe").click()
    expect(page.get_by_text(TR["loss.beta"].format(beta="0,05"))).to_be_visible()
    expect(page.locator("output").first).to_contain_text(f"σ = {sigma:.3f}".replace(".", ","))
    assert problems == []


def numbers(said: str) -> tuple[float, float]:
    """σ and the nats of the sentence."""
    found = re.search(r"σ = ([\d.]+): .*= (-?[\d,]+) nats", said)
    assert found, said
    return float(found[1]), float(found[2].replace(",", ""))
