"""A run's network for the browser: the same function as the model, in a file others can read."""

import json

import numpy as np
import pytest
import torch
from safetensors.numpy import load

from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.models import MODELS, Codec, ModelConfig, build, to_x
from vae_demo.models.layers import Dense, Network, dense_layers
from vae_demo.models.network_file import browser_file, file_key, network_file

FUNCTIONS = {
    "linear": lambda a: a,
    "relu": lambda a: np.maximum(a, 0),
    "tanh": np.tanh,
    "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
    "clip": lambda a: np.clip(a, 0, 1),
}


def apply(layers: list[Dense], x: np.ndarray) -> np.ndarray:
    """The layers in double precision, straight from their definition."""
    for layer in layers:
        x = FUNCTIONS[layer.activation](x @ layer.weight.T.astype(float) + layer.bias)
    return x


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    return mnist.probe().images[:50]


@pytest.mark.parametrize("name", MODELS)
def test_a_network_is_its_model(name: str, digits: np.ndarray) -> None:
    model = build(ModelConfig(name), seed=4)
    network = model.network()
    if network is None:
        assert browser_file(model) is None
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
        assert browser_file(model, decoder_only=True) is None
        return
    x = to_x(digits)
    with torch.inference_mode():
        z, x_hat = model.embed(x).numpy(), model(x).flatten(1).numpy()
    assert decoder.latent == model.latent
    np.testing.assert_allclose(apply(decoder.decoder, z.astype(float)), x_hat, atol=1e-5)
    if model.network() is not None:
        assert browser_file(model, decoder_only=True) == browser_file(model)


@pytest.mark.parametrize("name", ["cvae", "hvae"])
def test_a_code_of_two_parts_can_be_drawn_but_not_found_in_the_browser(name: str) -> None:
    model = build(ModelConfig(name))
    decoder, file = model.decoder_network(), browser_file(model, decoder_only=True)
    assert model.network() is None and browser_file(model) is None
    assert decoder is not None and decoder.encoder == [] and file is not None
    assert json.loads(metadata(file[1])["network"])["encoder"] == []


@pytest.mark.parametrize("name", sorted(runs.available()))
def test_half_precision_is_enough_for_shipped_runs(name: str, digits: np.ndarray) -> None:
    model = runs.find(name).build()
    file = browser_file(model)
    if file is None:
        assert model.network() is None
        return
    raw = file[1]
    tensors = load(raw)
    described = json.loads(metadata(raw)["network"])
    x = to_x(digits)
    with torch.inference_mode():
        z, x_hat = model.embed(x).numpy(), model(x).flatten(1).numpy()

    def side(which: str) -> list[Dense]:
        return [
            Dense(tensors[f"{which}.{i}.weight"].astype(float), tensors[f"{which}.{i}.bias"], kind)
            for i, kind in enumerate(described[which])
        ]

    assert np.abs(apply(side("decoder"), z.astype(float)) - x_hat).max() < 2e-3
    code = apply(side("encoder"), x.flatten(1).numpy().astype(float))[:, : model.latent]
    assert np.abs(code - z).max() < 2e-3 * max(1, np.abs(z).max())


def metadata(raw: bytes) -> dict[str, str]:
    """The metadata of a safetensors file, as its published format says."""
    length = int.from_bytes(raw[:8], "little")
    return json.loads(raw[8 : 8 + length])["__metadata__"]


def test_other_weights_have_another_key() -> None:
    files = [browser_file(build(ModelConfig("vae"), seed)) for seed in (1, 1, 2)]
    keys = [file[0] for file in files if file]
    assert keys[0] == keys[1] != keys[2]
    assert files[0] is not None and keys[0] == file_key(files[0][1])


def test_weights_beyond_half_precision_are_refused() -> None:
    layer = Dense(np.full((1, 1), 1e6, np.float32), np.zeros(1, np.float32))
    with pytest.raises(ValueError, match="too large for float16"):
        network_file(Network([layer], [layer]))


def test_other_layers_are_named() -> None:
    with pytest.raises(TypeError, match=r"Conv2d.* is no dense layer"):
        dense_layers(torch.nn.Sequential(torch.nn.Conv2d(1, 1, 3)))


def test_a_model_need_not_be_dense() -> None:
    assert Codec.network(build(ModelConfig("vae"))) is None
