"""Write a model as a small file that a browser reads: its layers with quantized weights.

The file has the safetensors format. The weights of each layer are stored either in half precision,

    encoder.0.weight   (outputs, inputs) float16; (outputs, inputs, height, width) of a convolution
    encoder.0.bias     (outputs,) float32

or as integers of up to 16 bits and a step size, `weight = (256 * high + low) * step`. The bytes are
stored separately because only the high bytes, which have few different values, can be compressed.

    encoder.0.high     int8, in the shape of the weight
    encoder.0.low      uint8
    encoder.0.step     (1,) float32
    encoder.0.bias     (outputs,) float32

The metadata contain, as JSON, what `engine/network.js` reads besides: a dense layer that reads the
layer before it is its activation, and every other layer has its kind and the fields of its class in
`layers`.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any, Literal

import numpy as np
from safetensors.numpy import save
from torch import Tensor, nn

from vae_demo.models import Codec, to_x
from vae_demo.models.layers import WEIGHTED, Dense, Layer, Network
from vae_demo.models.module_layers import module_layers
from vae_demo.models.quantization import equal_bits, forward, quantize, reconstructions
from vae_demo.shipped import shipped

BITS = shipped("checkpoints") / "network_bits.json"

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
        bits: The bits per weight of each layer with weights, encoder first; None for half
            precision.
        sides: The sides to store.

    Raises:
        ValueError: if a weight is too large for half precision.
    """
    stored: dict[str, Sequence[Layer]] = {"encoder": network.encoder, "decoder": network.decoder}
    tensors = _tensors(stored, bits)
    described: dict[str, Any] = {"latent": network.latent, "logvar_range": network.logvar_range}
    for side in SIDES:
        described[side] = [_description(layer) for layer in stored[side] if side in sides]
    kept = {name: value for name, value in tensors.items() if name.partition(".")[0] in sides}
    # Equal networks must give equal bytes, so the metadata have a single entry: safetensors does
    # not fix the order of several.
    return save(kept, {"network": json.dumps(described)})


def layers_file(layers: Sequence[Layer], bits: Sequence[float] | None = None) -> bytes:
    """Serialize a list of layers, for `readLayers` in `engine/network.js`; see `network_file`."""
    described = json.dumps([_description(layer) for layer in layers])
    return save(_tensors({"layers": layers}, bits), {"layers": described})


def module_file(module: nn.Module, examples: Tensor) -> bytes:
    """Serialize a module that computes pictures, for `readLayers` in `engine/network.js`.

    The weights get the fewest bits, equal for all layers, with which each pixel of the pictures of
    the examples differs by less than 1/255.

    Args:
        module: A module that `module_layers` can convert.
        examples: (n, ...) inputs, float32.

    Raises:
        TypeError: if the module has other layers.
    """
    layers = module_layers(module, examples.shape[1:])
    x = examples.flatten(1).numpy()
    return layers_file(layers, equal_bits(layers, lambda rounded: forward(rounded, x)))


def _tensors(
    parts: dict[str, Sequence[Layer]], bits: Sequence[float] | None
) -> dict[str, np.ndarray]:
    """The weights and biases of all layers: "part.index.weight" and so on."""
    tensors: dict[str, np.ndarray] = {}
    named = [(f"{part}.{i}", layer) for part in parts for i, layer in enumerate(parts[part])]
    left = None if bits is None else iter(bits)
    for name, layer in named:
        if not isinstance(layer, WEIGHTED):
            continue
        if left is None:
            if np.abs(layer.weight).max() > np.finfo(np.float16).max:
                raise ValueError(f"{name} has weights too large for float16")
            tensors[f"{name}.weight"] = np.ascontiguousarray(layer.weight.astype(np.float16))
        else:
            whole, step = quantize(layer.weight, next(left))
            tensors[f"{name}.high"] = np.ascontiguousarray((whole >> 8).astype(np.int8))
            tensors[f"{name}.low"] = np.ascontiguousarray((whole & 255).astype(np.uint8))
            tensors[f"{name}.step"] = np.array([step], np.float32)
        tensors[f"{name}.bias"] = np.ascontiguousarray(layer.bias, np.float32)
    return tensors


def _description(layer: Layer) -> Any:
    """A layer without its weights."""
    if isinstance(layer, Dense) and not layer.reads:
        return layer.activation
    left_out = ("weight", "bias", *(() if layer.reads else ("reads",)))
    described = {
        field.name: getattr(layer, field.name)
        for field in fields(layer)
        if field.name not in left_out
    }
    return {"kind": type(layer).__name__.lower(), **described}


def file_key(raw: bytes) -> str:
    """The key of a file: the SHA-256 of its content."""
    return hashlib.sha256(raw).hexdigest()


@functools.cache
def _known_bits() -> dict[str, list[float] | None]:
    """The bits of the shipped runs: key of the network in half precision -> bits of each layer."""
    known: dict[str, list[float] | None] = json.loads(BITS.read_text("utf-8"))
    return known


def browser_bits(network: Network, pictures: np.ndarray) -> list[float] | None:
    """The bits of each layer for the browser; None for half precision.

    They change no pixel of the reconstructions of `pictures` (n, 28, 28) uint8.
    """
    key = file_key(network_file(network))
    known = _known_bits()
    if key in known:
        return known[key]
    layers = [*network.encoder, *network.decoder]
    return equal_bits(layers, reconstructions(network, network_inputs(pictures)))


def network_inputs(pictures: np.ndarray) -> np.ndarray:
    """Pictures (n, 28, 28) uint8 as a network's input, (n, 784) float32."""
    return to_x(pictures).flatten(1).numpy()


def browser_files(model: Codec, pictures: np.ndarray) -> dict[Part, File]:
    """Key and bytes of a model's network and of its sides, those that a browser can compute.

    They have the fewest bits that change no pixel of the reconstructions of `pictures`, (n, 28, 28)
    uint8.
    A model of which only the decoder can be computed has only that file, in half precision.
    """
    files: dict[Part, bytes] = {}
    if network := model.network():
        bits = browser_bits(network, pictures)
        files["network"] = network_file(network, bits)
        files["encoder"] = network_file(network, bits, sides=["encoder"])
        files["decoder"] = network_file(network, bits, sides=["decoder"])
    elif network := model.decoder_network():
        files["decoder"] = network_file(network, sides=["decoder"])
    return {part: (file_key(raw), raw) for part, raw in files.items()}
