"""A visitor of the Collapse page: what makes latents fall silent, and which cures wake them."""

from collections.abc import Callable

from playwright.sync_api import Page, WebSocket, expect

from vae_demo.training.collapse import cured, ill, name_of
from vae_demo.ui.frame.language import catalogue

TR = catalogue("tr")
PAIRS = {"beta": "beta", "reduction": "beta", "decoder": "decoder", "warm_up": "free_bits"}


def test_a_visitor_compares_ill_trainings_with_cured_ones(
    visit: Callable[..., Page], app_url: str, until: Callable[..., None], problems: list[str]
) -> None:
    page = visit("about:blank")
    sent: list[object] = []
    page.on("websocket", lambda socket: listen(socket, sent))
    page.goto(f"{app_url}/collapse?lang=en&at=0.25")
    part = page.locator(".collapse")
    slider = page.get_by_test_id("collapse-slider")
    expect(page.get_by_text("Epoch 0.25", exact=True)).to_be_visible()
    expect(part).to_have_attribute("data-shown", names("beta", "beta"))

    # The slider moves everything in the browser; the server hears of it at its release.
    box = slider.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    before = len(sent)
    for share in (0.6, 0.7, 0.8, 1.0):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + box["height"] / 2, steps=4)
    expect(page.get_by_text("Epoch 3", exact=True)).to_be_visible()
    assert len(sent) == before
    page.mouse.up()
    until(page, lambda: "at=3" in page.url, "the link holds the epoch")

    # The cured training has at least twice the active latents of the ill one.
    for cause, cure in PAIRS.items():
        page.get_by_test_id(f"cause-{cause}").check()
        page.get_by_test_id(f"cure-{cure}").check()
        expect(part).to_have_attribute("data-shown", names(cause, cure))
        ill, cured = (int(part.get_attribute(f"data-{side}") or 0) for side in ("ill", "cured"))
        assert cured >= max(2 * ill, 5), (cause, ill, cured)
        # A strong decoder needs no code, and describes the digits better without one.
        kind = "needless" if cause == "decoder" else "helped"
        expect(page.get_by_test_id("verdict")).to_have_attribute("data-kind", kind)
    page.get_by_test_id("cause-decoder").check()

    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_text("Epoch 2.5", exact=True)).to_be_visible()
    until(page, lambda: "cure=free_bits" in page.url and "at=2.5" in page.url, "the whole link")
    page.reload()
    expect(page.get_by_text("Epoch 2.5", exact=True)).to_be_visible()
    expect(page.get_by_test_id("cause-decoder")).to_be_checked()
    page.get_by_role("radio", name="Türkçe").click()
    expect(page.get_by_text(TR["collapse.cause.decoder.about"])).to_be_visible()
    expect(page.get_by_text("Epok 2,5", exact=True)).to_be_visible()
    assert problems == []


def names(cause: str, cure: str) -> str:
    """The trainings of a pair, as the part writes them."""
    return f"{name_of(ill(cause))} {name_of(cured(cause, cure))}"


def listen(socket: WebSocket, sent: list[object]) -> None:
    socket.on("framesent", lambda frame: sent.append(frame))
