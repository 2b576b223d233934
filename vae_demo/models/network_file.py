"""Write a model as a small file that a browser reads: dense layers with quantized weights.

The file has the safetensors format. Each layer is stored either in half precision,

    encoder.0.weight   (outputs, inputs) float16
    encoder.0.bias     (outputs,) float32

or as integers of up to 16 bits and a step size, `weight = (256 * high + low) * step`. The bytes are
stored separately because only the high bytes, which have few different values, can be compressed.

    encoder.0.high     (outputs, inputs) int8
    encoder.0.low      (outputs, inputs) uint8
    encoder.0.step     (1,) float32
    encoder.0.bias     (outputs,) float32

The metadata contain, as JSON, the activations and the other settings that `engine/network.js`
reads.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
from safetensors.numpy import save

from vae_demo.digits import mnist
from vae_demo.models import Codec, to_x
from vae_demo.models.layers import Dense, Network
from vae_demo.shipped import shipped

BITS = shipped("checkpoints") / "network_bits.json"
TOLERANCE = 0.99 / 255  # largest difference of a pixel from the network in single precision
MIN_BITS, MAX_BITS = 10, 16
_FUNCTIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "linear": lambda v: v,
    "relu": lambda v: np.maximum(v, 0),
    "tanh": np.tanh,
    "sigmoid": lambda v: 1 / (1 + np.exp(-np.clip(v, -80, 80))),
    "clip": lambda v: np.clip(v, 0, 1),
}

File = tuple[str, bytes]
"""The key and the bytes of a file."""
Side = Literal["encoder", "decoder"]
SIDES: tuple[Side, ...] = ("encoder", "decoder")
Part = Literal["network", "encoder", "decoder"]
"""What a file holds: the whole network, or one side of it."""


def network_file(
    network: Network, bits: Sequence[float] | None = None, *, sides: Sequence[Side] = SIDES
) -> bytes:
    """Serialize a network.

    Args:
        network: The network to store.
        bits: The bits per weight of each layer, encoder first; None for half precision.
        sides: The sides to store.

    Raises:
        ValueError: if a weight is too large for half precision.
    """
    tensors: dict[str, np.ndarray] = {}
    layers = [("encoder", i, layer) for i, layer in enumerate(network.encoder)]
    layers += [("decoder", i, layer) for i, layer in enumerate(network.decoder)]
    for at, (side, i, layer) in enumerate(layers):
        if side not in sides:
            continue
        name = f"{side}.{i}"
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
    described: dict[str, Any] = {"latent": network.latent, "logvar_range": network.logvar_range}
    for side in SIDES:
        stored = network.encoder if side == "encoder" else network.decoder
        described[side] = [layer.activation for layer in stored if side in sides]
    # Equal networks must give equal bytes, so the metadata have a single entry: safetensors does
    # not fix the order of several.
    return save(tensors, {"network": json.dumps(described)})


def quantize(weight: np.ndarray, bits: float) -> tuple[np.ndarray, np.float32]:
    """Quantize a weight to integers (int32) with the given number of bits; also returns the step.

    The number of bits may be fractional: 12.5 bits allow 2 ** 12.5 values.
    """
    largest = np.float32(np.abs(weight).max(initial=0))
    step = largest / np.float32(int(2 ** (bits - 1)) - 1) if largest else np.float32(1)
    return np.rint(weight / step).astype(np.int32), step


def equal_bits(network: Network, x: np.ndarray, tolerance: float = TOLERANCE) -> list[float] | None:
    """Find the fewest bits per weight, equal for all layers, that are enough.

    Args:
        network: A network with an encoder.
        x: (n, 784) float32, the digits to reconstruct.
        tolerance: The largest difference allowed for a pixel.

    Returns:
        The bits of each layer, encoder first; None if 16 bits are not enough.
    """
    is_enough, layers = _measure(network, x, tolerance), len(network.encoder + network.decoder)
    choices = ([float(bits)] * layers for bits in range(MIN_BITS, MAX_BITS + 1))
    return next((bits for bits in choices if is_enough(bits)), None)


def fewest_bits(
    network: Network, x: np.ndarray, tolerance: float = TOLERANCE
) -> list[float] | None:
    """Find the fewest bits per weight for each layer, with the arguments of `equal_bits`.

    The search starts from `equal_bits`. It then removes bits, and afterwards quarters of bits, from
    one layer after the other, the largest first, as long as the differences are within the
    tolerance. This takes a few seconds; the results for the shipped runs are stored in `BITS`,
    which `benchmarks/weights.py --write` writes.
    """
    is_enough = _measure(network, x, tolerance)
    bits = equal_bits(network, x, tolerance)
    if bits is None:
        return None
    layers = network.encoder + network.decoder
    largest_first = sorted(range(len(layers)), key=lambda i: -layers[i].weight.size)
    for less in (1, 0.25):
        before: list[float] = []
        while before != bits:
            before = bits
            for chosen in largest_first:
                fewer = [n - less * (i == chosen) for i, n in enumerate(bits)]
                if is_enough(fewer):
                    bits = fewer
    return bits


def largest_difference(network: Network, bits: Sequence[float], x: np.ndarray) -> float:
    """The largest difference of a reconstructed pixel after quantization, for x (n, 784)."""
    layers = network.encoder + network.decoder
    exact = reconstruct(network, x)
    weights = []
    for layer, n in zip(layers, bits, strict=True):
        whole, step = quantize(layer.weight, n)
        weights.append(whole.astype(np.float32) * step)
    return float(np.abs(_reconstruct(network, weights, x) - exact).max())


def _measure(
    network: Network, x: np.ndarray, tolerance: float
) -> Callable[[Sequence[float]], bool]:
    return lambda bits: largest_difference(network, bits, x) <= tolerance


def reconstruct(network: Network, x: np.ndarray) -> np.ndarray:
    """Reconstruct x (n, 784) with the network."""
    return _reconstruct(network, [layer.weight for layer in network.encoder + network.decoder], x)


def _reconstruct(network: Network, weights: Sequence[np.ndarray], x: np.ndarray) -> np.ndarray:
    """Reconstructions (n, 784) by the network with the given weights."""
    layers = len(network.encoder)
    z = _forward(network.encoder, weights[:layers], x)[:, : network.latent]
    return _forward(network.decoder, weights[layers:], z)


def _forward(layers: Sequence[Dense], weights: Sequence[np.ndarray], x: np.ndarray) -> np.ndarray:
    for layer, weight in zip(layers, weights, strict=True):
        x = _FUNCTIONS[layer.activation](x @ weight.T + layer.bias)
    return x


def file_key(raw: bytes) -> str:
    """The key of a file: the SHA-256 of its content."""
    return hashlib.sha256(raw).hexdigest()


@functools.cache
def _known_bits() -> dict[str, list[float] | None]:
    """The bits of the shipped runs: key of the network in half precision -> bits of each layer."""
    known: dict[str, list[float] | None] = json.loads(BITS.read_text("utf-8"))
    return known


def browser_bits(network: Network) -> list[float] | None:
    """The bits of each layer for the browser; None for half precision."""
    key = file_key(network_file(network))
    known = _known_bits()
    if key in known:
        return known[key]
    return equal_bits(network, probe_inputs())


def probe_inputs() -> np.ndarray:
    """The probe as a network's input, (1000, 784) float32."""
    return to_x(mnist.probe().images).flatten(1).numpy()


def browser_files(model: Codec) -> dict[Part, File]:
    """Key and bytes of a model's network and of its sides, those that consist of dense layers.

    A model of which only the decoder is dense has only that file, in half precision.
    """
    files: dict[Part, bytes] = {}
    if network := model.network():
        bits = browser_bits(network)
        files["network"] = network_file(network, bits)
        files["encoder"] = network_file(network, bits, sides=["encoder"])
        files["decoder"] = network_file(network, bits, sides=["decoder"])
    elif network := model.decoder_network():
        files["decoder"] = network_file(network, sides=["decoder"])
    return {part: (file_key(raw), raw) for part, raw in files.items()}
