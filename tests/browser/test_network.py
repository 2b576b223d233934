"""Networks in the browser: the same numbers as PyTorch's, and files that travel once."""

import base64
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import serve_modules
from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.models import to_x
from vae_demo.models.network_file import network_file

COUNT = 20
DENSE = [n for n in sorted(runs.available()) if runs.find(n).build().network() is not None]


RUN = """
    const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const network = m.readNetwork(bytes(a.file).buffer);
    const x = Float32Array.from(bytes(a.pixels), (value) => value / 255);
    return Array.from({ length: a.count }, (_, i) => {
        const { mean, logvar } = m.encode(network, x.subarray(784 * i, 784 * (i + 1)));
        return { mean: [...mean], logvar: logvar && [...logvar], x: [...m.decode(network, mean)] };
    });
"""


@pytest.mark.parametrize(("precision", "near"), [(np.float32, 1e-5), (np.float16, 2e-3)])
@pytest.mark.parametrize("name", DENSE)
def test_encoder_and_decoder_are_torch_s(
    in_module: Callable[..., Any], name: str, precision: type[np.floating], near: float
) -> None:
    model = runs.find(name).build()
    network = model.network()
    assert network is not None
    digits = mnist.probe().images[:COUNT]
    given = {
        "file": base64.b64encode(network_file(network, precision)).decode(),
        "pixels": base64.b64encode(digits.tobytes()).decode(),
        "count": COUNT,
    }
    found = in_module("engine/network.js", RUN, given)
    x = to_x(digits)
    with torch.inference_mode():
        z = model.embed(x)
        pictures = model.decode(z).flatten(1).numpy()
    # Codes reach 25 in plain autoencoders; what is promised is of the size of a latent's spread.
    scale = max(1.0, float(z.std()))
    assert np.abs(np.array([f["mean"] for f in found]) - z.numpy()).max() <= near * scale
    assert np.abs(np.array([f["x"] for f in found]) - pictures).max() <= near
    if network.logvar_range is None:
        assert all(f["logvar"] is None for f in found)
    else:
        logvar = model.posterior(x)[1].detach().numpy()
        assert np.abs(np.array([f["logvar"] for f in found]) - logvar).max() <= 2 * near


# ---- files


def test_files_travel_once(
    visit: Callable[..., Page], app_url: str, settled: Callable[[Page], None], problems: list[str]
) -> None:
    page = visit("about:blank")
    for _ in range(2):  # a new session of the same browser asks its cache
        page.goto(f"{app_url}/draw?lang=en")
        expect(page.get_by_test_id("latent-map")).to_have_attribute("data-live", "true")
        settled(page)
    page.wait_for_load_state("networkidle")
    sizes = page.evaluate(
        """() => performance.getEntriesByType("resource")
            .filter(({ name }) => name.includes("/files/")).map((entry) => entry.transferSize)"""
    )
    assert len(sizes) >= 4 and not any(sizes)  # the networks of three runs and of the map
    assert problems == []


# What happened, in order: Streamlit's part in it is `setStateValue`, which sends in a later task.
LEAVING = """async () => {
    const { isLeft, telling } = await import("/engine/page_changes.js");
    const happened = [];
    const tell = telling((name, value) => {
        happened.push(`told ${value}`);
        setTimeout(() => happened.push(`sent ${value}`));
    });
    const [there, here] = document.querySelectorAll("a");
    there.onclick = (event) => { event.preventDefault(); happened.push("left"); };
    here.onclick = (event) => { event.preventDefault(); happened.push("stayed"); };
    const rest = () => new Promise((resolve) => setTimeout(resolve, 50));
    here.click();
    tell("at", 1);
    here.click();
    await rest();
    tell("at", 2);
    there.click();
    await rest();
    tell("at", 3);
    happened.push(isLeft() ? "silent" : "not silent");
    history.pushState(null, "", there.pathname);
    tell("at", 4);
    document.title = "There";
    tell("at", 5);
    return happened;
}"""


def test_a_click_that_leads_away_waits_for_what_was_told(browser: Browser) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        serve_modules(page)
        page.goto("http://localhost/here")
        page.set_content("<title>Here</title><a href='/there'>there</a><a href='/here'>here</a>")
        assert page.evaluate(LEAVING) == [
            *("stayed", "told 1"),
            *("stayed", "sent 1", "told 2"),
            *("sent 2", "left", "silent", "told 5"),
        ]
