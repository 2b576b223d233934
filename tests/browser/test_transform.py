"""A visitor leans and moves an 8 and a drawing, and reads what the ruler finds under the hand."""

import re
from collections.abc import Callable

import numpy as np
from playwright.sync_api import Page, expect

from tests.browser.hand import placed
from tests.browser.line import Wire
from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.digits.attributes import measure
from vae_demo.digits.measured import ATTRIBUTES, standardised
from vae_demo.digits.transforms import NAMES, transformed
from vae_demo.latent.code_maps import load_code_maps
from vae_demo.latent.obedience import ask
from vae_demo.models import decode_many, embed_many
from vae_demo.models.attribute import AttributeVAE
from vae_demo.ui.frame.catalogue import catalogue
from vae_demo.ui.parts.transform.part import ATTRIBUTE_RUN, WAYS

DIGIT = 61  # an 8
PIXELS = """(canvas) => [...canvas.getContext("2d").getImageData(0, 0, 28, 28).data]
    .filter((_, i) => i % 4 === 0)"""


def pulled(amounts: dict[str, float]) -> dict[str, np.ndarray]:
    """The 8, pulled in all ways by Python: (28, 28) uint8 each."""
    row = np.array([[amounts.get(name, 0.0) for name in NAMES]])
    digit, label = mnist.test_digits().images[DIGIT][None], np.array([8])
    run, maps = runs.find("vae-20").build(), load_code_maps("vae-20")
    teller = runs.find(ATTRIBUTE_RUN).build()
    assert isinstance(teller, AttributeVAE)
    found = measure(digit)
    own = np.stack([found[name] for name in ATTRIBUTES], 1).astype(float)
    target = own + row[:, : len(ATTRIBUTES)]
    wanted = standardised({name: target[:, i] for i, name in enumerate(ATTRIBUTES)})
    style = embed_many(teller, digit)[:, : teller.style]
    code = embed_many(run, digit)
    answers = (
        np.rint(255 * transformed(digit, row, own)).astype(np.uint8),
        decode_many(run, maps.along(code, row)),
        decode_many(run, maps.moved(code, row)),
        ask(teller, style, label, wanted)[0],
    )
    return {way: each[0] for way, each in zip(WAYS, answers, strict=True)}


def shown(page: Page) -> dict[str, np.ndarray]:
    canvas = "[data-testid=pulled][data-way={}]"
    return {way: np.array(page.locator(canvas.format(way)).evaluate(PIXELS)) for way in WAYS}


def agrees(page: Page, amounts: dict[str, float]) -> None:
    """The pictures on the page are Python's, but for the browser's weights, which are rounded.

    What is asked with the ruler in the loop differs a little more: the ruler counts cells.
    """
    pictures, found = pulled(amounts), shown(page)
    for way in WAYS:
        away = np.abs(found[way] - pictures[way].ravel().astype(int))
        assert away.max() <= (30 if way == "attributes" else 4) and away.mean() < 2, way


def ruled(page: Page, name: str) -> dict[str, float]:
    """What the table of each picture says of an attribute."""
    cell = "figure:has([data-way={}]) tr[data-row={}] td:nth-child(2)"
    texts = {way: page.locator(cell.format(way, name)).inner_text() for way in WAYS}
    return {way: float(text.removeprefix("✓ ")) for way, text in texts.items()}


def test_a_visitor_pulls_a_digit(
    visit: Callable[..., Page],
    app_url: str,
    problems: list[str],
    until: Callable[..., None],
) -> None:
    page = visit("about:blank")
    wire = Wire(page)
    page.goto(f"{app_url}/transform?lang=en&shown=8&shown_index={DIGIT}")
    last = page.locator("[data-testid=pulled][data-way=attributes]")
    read = page.locator("figure", has=last).locator(".reading")
    expect(read).to_have_text(re.compile(r"read as 8, \d+%"))
    wire.rests(page)
    agrees(page, {})

    slant = page.get_by_test_id("handle-slant")
    box = placed(slant)
    wire.clear()
    before = shown(page)
    page.mouse.move(*box.at(0.5, 0.5))
    page.mouse.down()
    for share in np.linspace(0.5, 0.75, 6):
        page.mouse.move(*box.at(float(share), 0.5))
    assert not wire.sent  # nothing is sent while it is dragged
    after = shown(page)
    assert all(np.abs(after[way] - before[way]).max() > 100 for way in WAYS)
    found = measure(np.stack([after[way].reshape(28, 28).astype(np.uint8) for way in WAYS]))
    for name in ATTRIBUTES:  # the ruler measures what is shown
        np.testing.assert_allclose([*ruled(page, name).values()], found[name], atol=0.051)
    page.mouse.up()
    wire.settles(page, until)
    leaning = float(re.findall(r"slant=(-?[\d.]+)", page.url)[0])
    assert 8 < leaning < 14
    agrees(page, {"slant": leaning})

    right = page.get_by_test_id("handle-right")
    right.press("End")
    until(page, lambda: "right=4" in page.url, "the address follows the keyboard")
    wire.rests(page)
    amounts = {"slant": leaning, "right": 4.0}
    agrees(page, amounts)

    page.reload()
    expect(page.get_by_test_id("handle-right")).to_have_attribute("aria-valuetext", "+4.0 px")
    expect(read).to_have_text(re.compile(r"read as \d, \d+%"))
    wire.rests(page)
    agrees(page, amounts)
    page.get_by_test_id("reset").click()
    until(page, lambda: "slant=" not in page.url, "the address forgets what is put back")


def test_a_drawing_is_pulled_on_a_phone(
    visit: Callable[..., Page],
    app_url: str,
    problems: list[str],
    until: Callable[..., None],
) -> None:
    page = visit(f"{app_url}/transform?lang=tr&slant=20&shown=drawn", width=390, height=844)
    expect(page.get_by_role("heading", level=1)).to_have_text(catalogue("tr")["transform.title"])
    pad = placed(page.get_by_test_id("draw-pad"))
    page.mouse.move(*pad.at(0.5, 0.2))
    page.mouse.down()
    page.mouse.move(*pad.at(0.5, 0.8), steps=5)
    page.mouse.up()
    until(page, lambda: "shown_drawn=" in page.url, "the address has the drawing")
    drawn = page.get_by_test_id("digit-28")
    wanted = drawn.evaluate(PIXELS)
    told = page.locator("figure", has=page.locator("[data-way=attributes]"))
    page.reload()
    expect(told.locator(".reading")).to_have_text(re.compile(r"okunan: \d, %\d+"))
    assert drawn.evaluate(PIXELS) == wanted
    expect(told.locator("tr.held td").first).to_have_text(re.compile(r"^(✓ )?\d+,\d$"))

    told.scroll_into_view_if_needed()
    page.get_by_test_id("handle-slant").scroll_into_view_if_needed()
    seen = (
        "(each) => { const { top, bottom } = each.getBoundingClientRect(); return [top, bottom]; }"
    )
    places = [page.get_by_test_id("handle-slant"), *page.get_by_test_id("pulled").all()]
    bounds = np.array([each.evaluate(seen) for each in places])
    assert bounds.min() >= 0 and bounds.max() <= 844  # the handle and its answers, all at once
    assert problems == []
