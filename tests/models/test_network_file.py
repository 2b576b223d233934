"""A run's network for the browser: the same function as the model, in a file others can read."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.lib.stride_tricks import sliding_window_view
from safetensors.numpy import load

from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.models import MODELS, Codec, ModelConfig, build, to_x
from vae_demo.models.layers import Convolution, Dense, Layer, Network
from vae_demo.models.network_file import browser_bits, browser_files, file_key, network_file
from vae_demo.models.quantization import fewest_bits, reconstructions, weighted

PICTURES = mnist.probe().images
FUNCTIONS = {
    "linear": lambda a: a,
    "relu": lambda a: np.maximum(a, 0),
    "tanh": np.tanh,
    "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
    "clip": lambda a: np.clip(a, 0, 1),
}


def apply(layers: list[Layer], x: np.ndarray) -> np.ndarray:
    """The layers of a sequence in double precision, straight from their definition."""
    for layer in layers:
        assert isinstance(layer, (Dense, Convolution)) and not layer.reads
        if isinstance(layer, Dense):
            x = x @ layer.weight.T.astype(float) + layer.bias
        else:
            x = convolved(layer, x.reshape(-1, *layer.shape)).reshape(len(x), -1)
        x = FUNCTIONS[layer.activation](x)
    return x


def convolved(layer: Convolution, x: np.ndarray) -> np.ndarray:
    """A convolution as sums over windows; a transposed one of x with zeros between its pixels."""
    weight, kernel = layer.weight.astype(float), layer.weight.shape[2]
    rim, stride = layer.padding, layer.stride
    if layer.transposed:
        apart = np.zeros((*x.shape[:2], *(stride * (n - 1) + 1 for n in x.shape[2:])))
        apart[..., ::stride, ::stride] = x
        x, weight, rim, stride = apart, weight[..., ::-1, ::-1], kernel - 1 - layer.padding, 1
    x = np.pad(x, ((0, 0), (0, 0), (rim, rim), (rim, rim)))
    windows = sliding_window_view(x, (kernel, kernel), axis=(2, 3))[:, :, ::stride, ::stride]
    y = np.einsum("nihwab,oiab->nohw", windows, weight) + layer.bias[:, None, None]
    assert y.shape[2:] == layer.size
    return y


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    return mnist.probe().images[:50]


@pytest.mark.parametrize("name", MODELS)
def test_a_network_is_its_model(name: str, digits: np.ndarray) -> None:
    model = build(ModelConfig(name), seed=4)
    network = model.network()
    if network is None:
        assert "network" not in browser_files(model, PICTURES)
        return
    x = to_x(digits)
    with torch.inference_mode():
        z, x_hat = model.embed(x).numpy(), model(x).flatten(1).numpy()
    code = apply(network.encoder, x.flatten(1).numpy().astype(float))
    assert network.latent == model.latent
    np.testing.assert_allclose(code[:, : network.latent], z, atol=1e-5)
    np.testing.assert_allclose(apply(network.decoder, z.astype(float)), x_hat, atol=1e-5)
    assert code.shape[1] == network.latent * (1 if network.logvar_range is None else 2)


@pytest.mark.parametrize("name", MODELS)
def test_a_decoder_network_decodes_as_its_model_does(name: str, digits: np.ndarray) -> None:
    model = build(ModelConfig(name), seed=4)
    decoder = model.decoder_network()
    if decoder is None:
        assert browser_files(model, PICTURES) == {}
        return
    x = to_x(digits)
    with torch.inference_mode():
        z, x_hat = model.embed(x).numpy(), model(x).flatten(1).numpy()
    assert decoder.latent == model.latent
    np.testing.assert_allclose(apply(decoder.decoder, z.astype(float)), x_hat, atol=1e-5)
    if model.network() is not None:  # the files of the two sides are the halves of the whole
        files = {part: load(raw) for part, (_, raw) in browser_files(model, PICTURES).items()}
        halves = files["encoder"] | files["decoder"]
        assert halves.keys() == files["network"].keys()
        for key, tensor in halves.items():
            np.testing.assert_array_equal(tensor, files["network"][key])
            assert key.startswith("encoder.") == (key in files["encoder"])


@pytest.mark.parametrize("name", ["cvae", "attribute-vae", "hvae"])
def test_a_code_of_two_parts_can_be_drawn_but_not_found_in_the_browser(name: str) -> None:
    model = build(ModelConfig(name))
    decoder, files = model.decoder_network(), browser_files(model, PICTURES)
    assert model.network() is None and files.keys() == {"decoder"}
    assert decoder is not None and decoder.encoder == []
    assert json.loads(metadata(files["decoder"][1])["network"])["encoder"] == []


def test_weights_are_stored_in_as_few_bits_as_the_pictures_need() -> None:
    network = runs.find("ae-30").build().network()
    assert network is not None
    x = to_x(mnist.probe().images).flatten(1).numpy()
    exact_layers, pictures = [*network.encoder, *network.decoder], reconstructions(network, x)
    bits = fewest_bits(exact_layers, pictures)
    assert bits is not None and max(bits) < 16
    assert fewest_bits(exact_layers, pictures, tolerance=1e-9) is None
    assert browser_bits(network, PICTURES) == bits  # those of shipped runs are known beforehand
    tensors = load(network_file(network, bits))
    layers = []
    for i, layer in enumerate(weighted(exact_layers)):
        name = f"encoder.{i}" if i < len(network.encoder) else f"decoder.{i - len(network.encoder)}"
        whole = 256 * tensors[f"{name}.high"].astype(int) + tensors[f"{name}.low"]
        assert np.abs(whole).max() == int(2 ** (bits[i] - 1)) - 1
        weight = whole * float(tensors[f"{name}.step"][0])
        assert np.abs(weight - layer.weight).max() <= 0.51 * tensors[f"{name}.step"][0]
        layers.append(replace(layer, weight=weight, bias=tensors[f"{name}.bias"]))
    exact = apply(network.decoder, apply(network.encoder, x.astype(float)))
    stored = apply(layers[len(network.encoder) :], apply(layers[: len(network.encoder)], x))
    assert np.abs(stored - exact).max() <= 1 / 255


def metadata(raw: bytes) -> dict[str, str]:
    """The metadata of a safetensors file, as its published format says."""
    length = int.from_bytes(raw[:8], "little")
    return json.loads(raw[8 : 8 + length])["__metadata__"]


def test_other_weights_have_another_key() -> None:
    files = [browser_files(build(ModelConfig("vae"), seed), PICTURES) for seed in (1, 1, 2)]
    for part in ("network", "encoder", "decoder"):
        keys = [of[part][0] for of in files]
        assert keys[0] == keys[1] != keys[2]
        assert keys[0] == file_key(files[0][part][1])


def test_weights_beyond_half_precision_are_refused() -> None:
    layer = Dense(np.full((1, 1), 1e6, np.float32), np.zeros(1, np.float32))
    with pytest.raises(ValueError, match="too large for float16"):
        network_file(Network([layer], [layer]))


def test_a_model_need_not_be_dense() -> None:
    assert Codec.network(build(ModelConfig("vae"))) is None
