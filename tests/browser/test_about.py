"""What a model is, opened beside the choice of its run: over the page, which stays where it is."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import together
from vae_demo.models import ModelConfig, build
from vae_demo.models.architecture import architecture, as_text
from vae_demo.ui.frame.language import catalogue


@pytest.mark.long
@pytest.mark.parametrize(("width", "language"), [(390, "tr"), (1280, "en")])
def test_it_opens_over_the_page(
    visit: Callable[..., Page],
    app_url: str,
    settled: Callable[[Page], None],
    problems: list[str],
    width: int,
    language: str,
) -> None:
    words = catalogue(language)
    page = visit(f"{app_url}/explore?lang={language}", width=width, theme="dark")
    settled(page)
    decoded = page.get_by_test_id("decoded")
    expect(decoded).to_be_visible()
    page.get_by_role("button", name=words["about.one"]).click()
    body = page.get_by_test_id("stPopoverBody")
    expect(body).to_contain_text(words["model.vae.about"])
    steps = as_text(architecture(build(ModelConfig("vae"))))
    drawing = body.get_by_role("img", name=words["layers.about"].format(steps=steps))
    expect(drawing).to_be_visible()
    expect(body).to_contain_text("vqvae-16")  # which is not on this page
    for box in together(body, drawing):
        assert box.left >= 0 and box.left + box.width <= width
    under = together(decoded)
    page.keyboard.press("Escape")
    expect(body).to_be_hidden()
    assert together(decoded) == under
    assert problems == []
