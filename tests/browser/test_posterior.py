"""A visitor of the Posterior page drags a Gaussian until it beats the encoder's."""

import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import placed
from tests.browser.line import Wire
from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.latent.gaussian_fit import Gaussian, elbo
from vae_demo.latent.posterior import log_joint
from vae_demo.models import to_x
from vae_demo.models.vae import VAE
from vae_demo.ui.frame.catalogue import catalogue
from vae_demo.ui.parts.posterior.data import PosteriorState, posterior_data

DIGIT = 6
OUTSIDE = 14  # CSS pixels from the ellipse to a handle

_WATCH = """(part) => {
    window.busy = [];
    const note = () => window.busy.push(part.getAttribute("aria-busy"));
    new MutationObserver(note).observe(part, { attributeFilter: ["aria-busy"] });
}"""


def test_a_visitor_beats_the_encoder(
    visit: Callable[..., Page], app_url: str, until: Callable[..., None], problems: list[str]
) -> None:
    model = runs.find("vae-2").build()
    assert isinstance(model, VAE)
    digit = mnist.test_digits().images[DIGIT]
    joint = log_joint(model, to_x(digit[None]))
    data = posterior_data(PosteriorState(), digit, model, mnist.shown_probe(), "en", pad=False)
    first, best = np.array(data["hand"]["numbers"]), data["gaussians"]["diagonal"]
    goal = np.array([*best["mean"], *np.sqrt(np.diag(np.reshape(best["covariance"], (2, 2))))])

    page = visit("about:blank")
    wire = Wire(page)
    page.goto(f"{app_url}/posterior?lang=en&shown=4&shown_index={DIGIT}")
    value, verdict = page.get_by_test_id("elbo-hand"), page.get_by_test_id("verdict")
    expect(value).to_have_text(f"{data['hand']['elbo']:.2f}")
    expect(page.get_by_test_id("elbo-evidence")).to_have_text(f"{data['evidence']:.2f}")
    expect(verdict).to_have_attribute("data-result", "worse")
    wire.rests(page)

    box = placed(page.get_by_test_id("posterior-map"))
    middle, reach = np.array(data["view"]["middle"]), data["view"]["reach"]

    def at(code: np.ndarray, right: float = 0, up: float = 0) -> tuple[float, float]:
        x, y = (code - middle) / (2 * reach)
        left, top = box.at(0.5 + x, 0.5 - y)
        return left + right, top - up

    def drag(start: tuple[float, float], end: tuple[float, float]) -> None:
        page.mouse.move(*start)
        page.mouse.down()
        page.mouse.move(*end, steps=5)

    wire.clear()
    drag(at(first[:2]), at(goal[:2]))
    wanted = elbo(joint, Gaussian.along_axes(goal[:2], first[2:]))

    def follows() -> bool:
        """To the pixel, and with fewer bits."""
        return float(value.inner_text()) == pytest.approx(wanted, abs=0.3)

    until(page, follows, "the browser computes in the background")
    assert not wire.sent  # while the visitor drags
    part = page.locator(".posterior")
    part.evaluate(_WATCH)
    page.mouse.up()
    expect(page).to_have_url(re.compile("hand="))
    expect(part).not_to_have_attribute("aria-busy", "true")
    assert page.evaluate("busy") == ["true", None]  # from the release until the answer
    for latent, (right, up) in ((2, (OUTSIDE, 0)), (3, (0, OUTSIDE))):
        edge = np.eye(2)[latent - 2]
        drag(
            at(goal[:2] + first[latent] * edge, right, up),
            at(goal[:2] + goal[latent] * edge, right, up),
        )
        page.mouse.up()
    expect(verdict).to_have_attribute("data-result", "better")
    wire.rests(page)
    assert float(value.inner_text()) == pytest.approx(best["elbo"], abs=0.1)

    page.reload()
    expect(verdict).to_have_attribute("data-result", "better")  # the link holds the Gaussian
    shown = value.inner_text()
    page.get_by_test_id("posterior-map").focus()
    page.keyboard.press("Tab")  # leaves the map
    expect(page.get_by_test_id("posterior-map")).not_to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+PageUp")
    expect(value).not_to_have_text(shown)
    wire.rests(page)
    evidence = page.get_by_test_id("elbo-evidence")
    shown = evidence.inner_text()
    page.get_by_role("slider", name=catalogue("en")["posterior.moment"]).press("Home")
    expect(evidence).not_to_have_text(shown)  # of the untrained model
    expect(page).to_have_url(re.compile("moment=0"))
    page.get_by_role("radio", name="Türkçe").click()
    expect(page.get_by_text(catalogue("tr")["posterior.part.hand"])).to_be_visible()
    assert problems == []
