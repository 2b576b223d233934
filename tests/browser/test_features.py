"""A visitor of the Features page labels ten digits, and three maps label the others."""

import re
from collections.abc import Callable

import numpy as np
from playwright.sync_api import Page, expect

from tests.browser.hand import placed
from tests.browser.line import Wire
from vae_demo.digits import mnist
from vae_demo.evaluation.few_labels import nearest_mean
from vae_demo.ui.frame.catalogue import catalogue
from vae_demo.ui.parts.features.data import common_file, run_file

CHOSEN = mnist.strip_positions().tolist()


def share_right(inputs: np.ndarray, labelled: list[int]) -> str:
    """What a map says of the digits that are not labelled."""
    labels = mnist.probe().labels
    positions = np.array(labelled)
    found = nearest_mean(inputs.astype(np.float64), positions, labels[positions])
    others = ~np.isin(np.arange(len(labels)), positions)
    return f"{100 * (found == labels)[others].mean():.1f}% right"


def test_ten_clicks_label_a_thousand_digits(
    visit: Callable[..., Page], app_url: str, problems: list[str]
) -> None:
    from safetensors.numpy import load

    from vae_demo import find

    common, own = (
        load(file.raw) for file in (common_file(), run_file("vae-20", find("vae-20").build()))
    )
    inputs = {"pixels": common["pixels"], "components": common["components"], "codes": own["codes"]}
    page = visit("about:blank")
    wire = Wire(page)
    page.goto(f"{app_url}/features?lang=en&run=vae-20&labelled=-1")
    for name in inputs:
        expect(page.get_by_test_id(f"right-{name}")).to_have_text("no labels yet")
    expect(page.get_by_test_id("umap")).to_be_checked()
    wire.rests(page)

    page.get_by_test_id("tsne").check()
    expect(page).to_have_url(re.compile("way=tsne"))
    wire.rests(page)
    canvas = page.get_by_test_id("map-codes")
    canvas.scroll_into_view_if_needed()
    box = placed(canvas)
    reach = 1.04 / (1 - 16 / box.width)  # of the map, whose margin is 8 pixels
    wire.clear()
    for position in CHOSEN:
        x, y = own["tsne"][position].astype(float)
        page.mouse.move(*box.at(0.5 + x / (2 * reach), 0.5 - y / (2 * reach)))
        if position == CHOSEN[0]:
            assert not wire.sent  # a pointer that moves asks the server nothing
        page.mouse.down()
        page.mouse.up()
    expect(page.get_by_test_id("labelled")).to_have_text("Labelled digits: 10")
    expect(page).to_have_url(re.compile(r"labelled=(\d+(%2C|,)){9}\d+"))
    chosen = re.search(r"labelled=([\d%C,]+)", page.url)
    assert chosen
    labelled = [int(text) for text in re.split("%2C|,", chosen[1])]
    for name, numbers in inputs.items():
        expected = share_right(numbers, labelled)
        expect(page.get_by_test_id(f"right-{name}")).to_have_text(expected)

    page.goto(page.url.replace("lang=en", "lang=tr"))
    words = catalogue("tr")["features.part.count"].format(count=10)
    expect(page.get_by_test_id("labelled")).to_have_text(words)
    page.get_by_test_id("map-pixels").press("ArrowRight")
    page.get_by_test_id("map-pixels").press("Enter")
    expect(page.get_by_test_id("labelled")).not_to_have_text(words)
    assert not problems
