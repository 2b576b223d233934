"""Networks in the browser: the same numbers as PyTorch's, and files that travel once."""

import base64
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page, expect

from tests.support.browsing import serve_modules
from tests.support.repairing import SmallUNet
from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.models import to_x
from vae_demo.models.module_layers import module_layers
from vae_demo.models.network_file import browser_files, layers_file, module_file
from vae_demo.repair import upscale
from vae_demo.ui.parts.repairs.network import network_file

IN_BROWSER = [n for n in sorted(runs.available()) if runs.find(n).build().network() is not None]


RUN = """
    const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const floats = (text) => new Float32Array(bytes(text).buffer);
    const network = m.readNetwork(bytes(a.file).buffer);
    const x = Float32Array.from(bytes(a.pixels), (value) => value / 255);
    const farthest = (found, wanted, from) => found.reduce(
        (most, v, i) => Math.max(most, Math.abs(v - wanted[from + i])), 0);
    const [means, logvars, pictures] = [a.means, a.logvars, a.pictures].map(floats);
    const apart = { mean: 0, logvar: 0, picture: 0, logvars: 0 };
    for (let i = 0; i < x.length / 784; i++) {
        const { mean, logvar } = m.encode(network, x.subarray(784 * i, 784 * (i + 1)));
        const at = i * network.latent;
        apart.mean = Math.max(apart.mean, farthest(mean, means, at));
        apart.picture = Math.max(
            apart.picture, farthest(m.decode(network, mean), pictures, 784 * i));
        if (!logvar) continue;
        apart.logvars++;
        apart.logvar = Math.max(apart.logvar, farthest(logvar, logvars, at));
    }
    return apart;
"""


def text_of(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


@pytest.mark.some(1)
@pytest.mark.parametrize(
    "name",
    [
        name
        if name in ("vae-2", "vae-20", "vae-conv-20")
        else pytest.param(name, marks=pytest.mark.long)
        for name in IN_BROWSER
    ],
)
def test_every_picture_of_the_probe_is_pytorch_s(in_module: Callable[..., Any], name: str) -> None:
    """Each pixel that the browser decodes, from weights as they travel, is within 1 of 255."""
    model = runs.find(name).build()
    network, file = model.network(), browser_files(model, mnist.probe().images)["network"]
    assert network is not None
    digits = mnist.probe().images
    with torch.inference_mode():
        x = to_x(digits)
        mean, logvar = model.embed(x), None
        if network.logvar_range is not None:
            logvar = model.posterior(x)[1]
        pictures = model.decode(mean).flatten(1).numpy()
    given = {
        "file": text_of(np.frombuffer(file[1], np.uint8)),
        "pixels": text_of(digits),
        "means": text_of(mean.numpy()),
        "logvars": "" if logvar is None else text_of(logvar.numpy()),
        "pictures": text_of(pictures),
    }
    apart = in_module("engine/network.js", RUN, given)
    assert apart["picture"] <= 1 / 255
    # Codes reach 25 in plain autoencoders; what is promised is of the size of a latent's spread.
    assert apart["mean"] <= 2e-2 * max(1.0, float(mean.std()))
    assert apart["logvar"] <= 4e-2
    assert apart["logvars"] == (0 if logvar is None else len(digits))


# ---- layers

FORWARD = """
    const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const floats = (text) => new Float32Array(bytes(text).buffer);
    const { forward } = await import("/engine/layers.js");
    return a.map(({ file, x, y, count }) => {
        const layers = m.readLayers(bytes(file).buffer);
        const [inputs, outputs] = [floats(x), floats(y)];
        let most = 0;
        for (let i = 0; i < count; i++) {
            const one = inputs.subarray(i * inputs.length / count, (i + 1) * inputs.length / count);
            const found = forward(layers, one);
            if (found.length !== outputs.length / count) return `${found.length} outputs`;
            found.forEach((v, j) => {
                most = Math.max(most, Math.abs(v - outputs[i * found.length + j]));
            });
        }
        return most;
    });
"""


def given(module: torch.nn.Module, file: bytes, x: torch.Tensor) -> dict[str, object]:
    """What `FORWARD` takes: the file of a module, inputs, and PyTorch's outputs."""
    with torch.inference_mode():
        y = module(x).numpy()
    raw = np.frombuffer(file, np.uint8)
    return {"file": text_of(raw), "x": text_of(x.numpy()), "y": text_of(y), "count": len(x)}


# As in a browser that has no WebAssembly, or may not use it.
WITHOUT = """
    const kept = globalThis.WebAssembly;
    globalThis.WebAssembly = undefined;
    try {
        return await (async () => { %s })();
    } finally {
        globalThis.WebAssembly = kept;
    }
"""


@pytest.mark.parametrize(
    ("kind", "run"),
    [
        (torch.nn.Conv2d, FORWARD),
        (torch.nn.Conv2d, WITHOUT % FORWARD),
        (torch.nn.ConvTranspose2d, FORWARD),
    ],
    ids=["whole", "without", "transposed"],
)
def test_convolutions_are_pytorch_s(in_module: Callable[..., Any], kind: Any, run: str) -> None:
    """Any number of channels, kernel, stride, padding and size, also odd ones."""
    generator = torch.Generator().manual_seed(5)
    cases = []
    for inputs, outputs, kernel, stride, padding, size in [
        (1, 1, 3, 1, 1, (28, 28)),
        (3, 9, 3, 1, 1, (7, 9)),
        (5, 17, 3, 2, 1, (13, 6)),
        (2, 8, 4, 2, 1, (28, 28)),
        (4, 3, 1, 1, 0, (5, 1)),
        (2, 10, 2, 3, 0, (11, 8)),
        (3, 16, 5, 1, 2, (9, 9)),
        (20, 48, 3, 1, 1, (7, 7)),
        (2, 32, (3, 2), 3, 1, (8, 7)),
        (2, 2, (3, 2), 2, 1, (8, 7)),
    ]:
        module = kind(inputs, outputs, kernel, stride, padding)
        with torch.no_grad():  # numbers of half precision, which files store as they are
            for weight in module.parameters():
                weight.copy_(torch.randn(weight.shape, generator=generator).half())
        x = torch.randn((3, inputs, *size), generator=generator).relu()
        x[1] = 0
        file = layers_file(module_layers(module, x.shape[1:]))
        cases.append(given(module, file, x))
    apart = in_module("engine/network.js", run, cases)
    assert all(isinstance(most, float) or most == 0 for most in apart), apart
    assert max(apart) <= 2e-5


TILES = """
    const [shape, size] = [[1, 5, 5], [3, 3]];
    const numbers = { kernel: [3, 3], stride: 1, padding: 0, transposed: false, shape, size };
    const of = (outputs) => ({
        ...numbers, weight: new Float32Array(9 * outputs).fill(1), bias: new Float32Array(outputs),
    });
    const computed = (outputs) => {
        const y = new Float32Array(9 * outputs);
        return [m.convolveTiles(of(outputs), new Float32Array(25).fill(2), y), [...new Set(y)]];
    };
    return [computed(32), computed(17)];
"""


def test_web_assembly_computes_what_it_can(in_module: Callable[..., Any]) -> None:
    """Whole tiles, where there is WebAssembly; the rest is left to others."""
    whole, odd = in_module("engine/convolution_tiles.js", TILES)
    assert whole == [True, [18]]
    refused, _ = in_module("engine/convolution_tiles.js", WITHOUT % TILES)
    assert odd == refused == [False, [0]]


def test_a_u_net_s_pictures_are_pytorch_s(in_module: Callable[..., Any]) -> None:
    """With weights as they travel, each pixel is within 1 of 255."""
    module = SmallUNet()
    x = torch.rand((20, 2, 28, 28), generator=torch.Generator().manual_seed(1))
    cases = [given(module, module_file(module, x), x)]
    (apart,) = in_module("engine/network.js", FORWARD, cases)
    assert 0 < apart <= 1 / 255


SHARPEN = """
    const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const { readLayers } = await import("/engine/network.js");
    const layers = readLayers(bytes(a.file).buffer);
    const digits = bytes(a.digits);
    return a.sides.map((side) => Array.from({ length: a.count }, (_, i) => {
        const small = m.shrink(digits.subarray(784 * i, 784 * (i + 1)), side);
        return [[...small], [...m.repeat(small)], [...m.sharpen(layers, small)]];
    }));
"""


def test_a_small_digit_and_its_sharp_one_are_python_s(in_module: Callable[..., Any]) -> None:
    digits = mnist.test_digits().images[:12]
    case = {
        "file": text_of(np.frombuffer(network_file("upscale-unet").raw, np.uint8)),
        "digits": text_of(digits),
        "count": len(digits),
        "sides": upscale.SIDES,
    }
    by_side = in_module("parts/upscale/sharpen.js", SHARPEN, case)
    for side, found in zip(upscale.SIDES, by_side, strict=True):
        small = upscale.shrink(digits, side)
        wanted = upscale.METHODS["unet"](small)
        for i, (tiny, seen, sharp) in enumerate(found):
            assert tiny == small[i].ravel().tolist()
            assert seen == upscale.repeat(small)[i].ravel().tolist()
            assert np.abs(np.array(sharp) - wanted[i].ravel()).max() <= 1


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
    const { isLeft, sendWhileShown } = await import("/engine/page_changes.js");
    const happened = [];
    const tell = sendWhileShown((name, value) => {
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
    const drawnAnew = there.cloneNode(true);
    drawnAnew.onclick = there.onclick;
    there.onclick = null;
    there.replaceWith(drawnAnew);
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
