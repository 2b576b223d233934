"""Networks in the browser: the same numbers as PyTorch's, and files that travel once."""

import base64
import hashlib
from collections.abc import Callable, Iterator

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page, expect

from tests.browser.line import Line
from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.models import to_x
from vae_demo.models.network_file import network_file
from vae_demo.ui.frame.language import catalogue
from vae_demo.ui.parts.mount import bundle

COUNT = 20
EN = catalogue("en")
DENSE = [n for n in sorted(runs.available()) if runs.find(n).build().network() is not None]


@pytest.fixture(scope="module")
def blank(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


RUN = """async ([source, file, pixels, count]) => {
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const { readNetwork, encode, decode } = await import(url);
    const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    const network = readNetwork(bytes(file).buffer);
    const x = Float32Array.from(bytes(pixels), (value) => value / 255);
    return Array.from({ length: count }, (_, i) => {
        const { mean, logvar } = encode(network, x.subarray(784 * i, 784 * (i + 1)));
        return { mean: [...mean], logvar: logvar && [...logvar], x: [...decode(network, mean)] };
    });
}"""


@pytest.mark.parametrize(("precision", "near"), [(np.float32, 1e-5), (np.float16, 2e-3)])
@pytest.mark.parametrize("name", DENSE)
def test_encoder_and_decoder_are_torch_s(
    blank: Page, name: str, precision: type[np.floating], near: float
) -> None:
    model = runs.find(name).build()
    network = model.network()
    assert network is not None
    digits = mnist.probe().images[:COUNT]
    given = [
        bundle("network.js"),
        base64.b64encode(network_file(network, precision)).decode(),
        base64.b64encode(digits.tobytes()).decode(),
        COUNT,
    ]
    found = blank.evaluate(RUN, given)
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


def received(page: Page) -> list[int]:
    """The sizes of the server's messages, as they come."""
    sizes: list[int] = []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda data: sizes.append(len(data))),
    )
    return sizes


HERE = """async (key) => {
    const file = globalThis.vaeDemoFiles?.get(key);
    if (!file?.here) return null;
    const bytes = new Uint8Array(await file.bytes);
    const sum = await crypto.subtle.digest("SHA-256", bytes);
    return [...new Uint8Array(sum)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}"""


FILES = [b"one" * 1000, bytes(range(256)) * 5000]  # what tests/browser/apps/files.py sends
PORTION = 60_000  # bytes, of which every portion has more
ALL_HERE = "[...vaeDemoFiles.values()].some(({ here }) => here)"
# What waits in the page has its turn: the cache is asked, and what follows from its answer.
TURNS = """async () => {
    for (let i = 0; i < 10; i++) {
        await caches.keys();
        await new Promise((resolve) => setTimeout(resolve));
    }
}"""
KEYS = [hashlib.sha256(raw).hexdigest() for raw in FILES]


def test_files_travel_once(
    visit: Callable[..., Page],
    serve: Callable[..., str],
    until: Callable[[Page, Callable[[], bool], str], None],
    problems: list[str],
) -> None:
    url = serve("tests/browser/apps/files.py")
    page = visit("about:blank")
    sizes = received(page)

    def arrive() -> None:
        for key in KEYS:
            until(page, lambda key=key: page.evaluate(HERE, key) == key, f"{key} is here")

    page.goto(url)
    arrive()
    once = sum(map(len, FILES))
    assert once < sum(sizes) < 1.5 * once
    # A rerun sends nothing again, and asking was a rerun of the fragment alone.
    page.get_by_role("button", name="again").click()
    expect(page.get_by_text("run 2", exact=True)).to_be_visible()
    # A new session finds them in the browser's cache.
    page.reload()
    arrive()
    expect(page.get_by_text("run 1", exact=True)).to_be_visible()
    assert sum(sizes) < 1.5 * once
    assert problems == []


def test_a_click_waits_for_one_portion_of_files(
    visit: Callable[..., Page],
    serve: Callable[..., str],
    until: Callable[[Page, Callable[[], bool], str], None],
    problems: list[str],
) -> None:
    url = serve("tests/browser/apps/files.py")
    page = visit("about:blank")
    line = Line(page)
    line.holds = PORTION
    page.goto(url)
    until(page, lambda: bool(line.behind), "a portion is on the line")
    page.get_by_role("button", name="again").click()
    until(page, lambda: any(b"run 2" in message for message in line.behind), "it is answered")
    line.move()
    expect(page.get_by_text("run 2", exact=True)).to_be_visible()
    assert page.evaluate(HERE, KEYS[1]) is None
    line.holds = None
    line.move()
    until(page, lambda: page.evaluate(HERE, KEYS[1]) == KEYS[1], "the rest comes")
    assert problems == []


def test_who_goes_on_while_files_come_gets_there(
    visit: Callable[..., Page],
    app_url: str,
    until: Callable[[Page, Callable[[], bool], str], None],
    problems: list[str],
) -> None:
    page = visit("about:blank")
    line = Line(page)
    line.holds = PORTION

    def portion_waits() -> bool:
        while line.behind and b"-parcel" not in line.behind[0]:
            line.move()
        return bool(line.behind)

    page.goto(f"{app_url}/epochs?lang=en")
    until(page, portion_waits, "a portion is on the line")
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=EN["morph.menu"]).click()
    there = EN["morph.title"]
    until(page, lambda: any(there.encode() in one for one in line.behind), "it is answered")
    line.holds, told = 0, len(line.told)
    line.move()  # now there is room for the next portion, and no word from the new page
    page.wait_for_function("[...vaeDemoFiles.values()].some(({ here, have }) => here || have)")
    page.evaluate(TURNS)
    assert len(line.told) == told  # Streamlit would take a word from the old page for a way back
    line.holds = None
    line.move()
    expect(page.get_by_role("heading", level=1)).to_have_text(there)
    expect(page.get_by_text(EN["frame.behind"])).to_be_visible()
    until(page, lambda: bool(page.evaluate(ALL_HERE)), "the new page has its files")
    expect(page.get_by_role("heading", level=1)).to_have_text(there)
    assert problems == []


# What happened, in order: Streamlit's part in it is `setStateValue`, which sends in a later task.
LEAVING = """async (source) => {
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const { isLeft, telling } = await import(url);
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
        links = "<title>Here</title><a href='/there'>there</a><a href='/here'>here</a>"
        context.route("**", lambda route: route.fulfill(body=links, content_type="text/html"))
        page.goto("http://localhost/here")
        assert page.evaluate(LEAVING, bundle("leave.js")) == [
            *("stayed", "told 1"),
            *("stayed", "sent 1", "told 2"),
            *("sent 2", "left", "silent", "told 5"),
        ]
