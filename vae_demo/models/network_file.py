"""A run's model as one small file that a browser reads: dense layers with quantized weights.

The file is a safetensors file. Each layer is stored either in half precision,

    encoder.0.weight   (outputs, inputs) float16
    encoder.0.bias     (outputs,) float32

or as whole numbers of up to 16 bits and one step, `weight = (256 * high + low) * step`. The lower
bytes are random; the upper ones have few values, so that gzip halves them.

    encoder.0.high     (outputs, inputs) int8
    encoder.0.low      (outputs, inputs) uint8
    encoder.0.step     (1,) float32
    encoder.0.bias     (outputs,) float32

The metadata hold, as JSON, what else `engine/network.js` needs to know.
"""

from __future__ import annotations

import hashlib
import json
import threading
import weakref
from collections.abc import Callable, Sequence

import numpy as np
from safetensors.numpy import save

from vae_demo.digits import mnist
from vae_demo.models import Codec, to_x
from vae_demo.models.layers import Dense, Network

TOLERANCE = 0.99 / 255  # of each pixel, beside the network in single precision
MIN_BITS, MAX_BITS = 10, 16
_FUNCTIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "linear": lambda v: v,
    "relu": lambda v: np.maximum(v, 0),
    "tanh": np.tanh,
    "sigmoid": lambda v: 1 / (1 + np.exp(-np.clip(v, -80, 80))),
    "clip": lambda v: np.clip(v, 0, 1),
}

File = tuple[str, bytes]
"""Key and bytes of a file."""


def network_file(
    network: Network, bits: Sequence[float] | None = None, *, encoder_only: bool = False
) -> bytes:
    """The bytes of a network's file.

    Args:
        network: What to store.
        bits: Of the weights of each layer, encoder first; None for half precision.
        encoder_only: Leave the decoder's layers out.

    Raises:
        ValueError: a weight is too large for half precision.
    """
    tensors: dict[str, np.ndarray] = {}
    layers = [*network.encoder, *network.decoder]
    names = [f"encoder.{i}" for i in range(len(network.encoder))]
    names += [f"decoder.{i}" for i in range(0 if encoder_only else len(network.decoder))]
    for at, (name, layer) in enumerate(zip(names, layers, strict=False)):
        if bits is None:
            if np.abs(layer.weight).max() > np.finfo(np.float16).max:
                raise ValueError(f"{name} has weights too large for float16")
            tensors[f"{name}.weight"] = np.ascontiguousarray(layer.weight.astype(np.float16))
        else:
            whole, step = quantize(layer.weight, bits[at])
            tensors[f"{name}.high"] = np.ascontiguousarray((whole >> 8).astype(np.int8))
            tensors[f"{name}.low"] = np.ascontiguousarray((whole & 255).astype(np.uint8))
            tensors[f"{name}.step"] = np.array([step], np.float32)
        tensors[f"{name}.bias"] = np.ascontiguousarray(layer.bias, np.float32)
    described = {
        "latent": network.latent,
        "logvar_range": network.logvar_range,
        "encoder": [layer.activation for layer in network.encoder],
        "decoder": [] if encoder_only else [layer.activation for layer in network.decoder],
    }
    # One entry: safetensors writes several in any order, but equal networks need equal bytes.
    return save(tensors, {"network": json.dumps(described)})


def quantize(weight: np.ndarray, bits: float) -> tuple[np.ndarray, np.float32]:
    """A weight as whole numbers (int32) of so many bits, and the step between two of them.

    A fraction of a bit is possible: 12.5 bits are 2 ** 12.5 numbers.
    """
    largest = np.float32(np.abs(weight).max(initial=0))
    step = largest / np.float32(int(2 ** (bits - 1)) - 1) if largest else np.float32(1)
    return np.rint(weight / step).astype(np.int32), step


def fewest_bits(
    network: Network, x: np.ndarray, tolerance: float = TOLERANCE
) -> list[float] | None:
    """How few bits a layer the weights need for the same reconstructions.

    Starts from the fewest bits that are enough for all layers alike, and then takes bits and
    quarters of bits from the layers, the largest first, for as long as that is possible.

    Args:
        network: With an encoder.
        x: (n, 784) float32, digits to measure with.
        tolerance: The largest difference of a pixel that is allowed.

    Returns:
        The bits of each layer, encoder first; None where 16 are not enough.
    """
    layers = [*network.encoder, *network.decoder]
    exact = _reconstruct(network, [layer.weight for layer in layers], x)

    def enough(bits: Sequence[float]) -> bool:
        whole = [quantize(layer.weight, n) for layer, n in zip(layers, bits, strict=True)]
        weights = [steps.astype(np.float32) * step for steps, step in whole]
        return bool(np.abs(_reconstruct(network, weights, x) - exact).max() <= tolerance)

    alike = next((n for n in range(MIN_BITS, MAX_BITS + 1) if enough([n] * len(layers))), None)
    if alike is None:
        return None
    bits: list[float] = [alike] * len(layers)
    largest_first = sorted(range(len(layers)), key=lambda at: -layers[at].weight.size)
    for less in (1, 0.25):
        before: list[float] = []
        while before != bits:
            before = bits
            for at in largest_first:
                fewer = [n - less * (i == at) for i, n in enumerate(bits)]
                if enough(fewer):
                    bits = fewer
    return bits


def _reconstruct(network: Network, weights: Sequence[np.ndarray], x: np.ndarray) -> np.ndarray:
    """The network with other weights: (n, 784)."""
    layers = len(network.encoder)
    z = _forward(network.encoder, weights[:layers], x)[:, : network.latent]
    return _forward(network.decoder, weights[layers:], z)


def _forward(layers: Sequence[Dense], weights: Sequence[np.ndarray], x: np.ndarray) -> np.ndarray:
    for layer, weight in zip(layers, weights, strict=True):
        x = _FUNCTIONS[layer.activation](x @ weight.T + layer.bias)
    return x


def file_key(raw: bytes) -> str:
    """The key of a file: its SHA-256, so that another content has another key."""
    return hashlib.sha256(raw).hexdigest()


_lock = threading.Lock()
_bits: weakref.WeakKeyDictionary[Codec, list[float] | None] = weakref.WeakKeyDictionary()


def browser_file(
    model: Codec, *, decoder_only: bool = False, encoder_only: bool = False
) -> File | None:
    """Key and bytes of a model's network; None where the model is not made of dense layers.

    Args:
        model: Not to be trained any further: what its weights need is measured once.
        decoder_only: `Codec.decoder_network`, for codes that Python brings.
        encoder_only: Without the decoder's layers.
    """
    network = model.decoder_network() if decoder_only else model.network()
    if network is None:
        return None
    bits = None
    if network.encoder:
        with _lock:
            if model not in _bits:
                x = to_x(mnist.probe().images).flatten(1).numpy()
                _bits[model] = fewest_bits(network, x)
            bits = _bits[model]
    raw = network_file(network, bits, encoder_only=encoder_only)
    return file_key(raw), raw
