"""A run's model as one small file that a browser reads: dense layers, weights in half precision.

The file is a safetensors file: `encoder.0.weight` and so on, (outputs, inputs) float16, with
`.bias` (outputs,) float32, and what else `network.js` needs to know as JSON metadata.
"""

from __future__ import annotations

import hashlib
import json

import numpy as np
from safetensors.numpy import save

from vae_demo.models import Codec
from vae_demo.models.layers import Network


def network_file(network: Network, precision: type[np.floating] = np.float16) -> bytes:
    """The bytes of a network's file; `precision` is that of the weights, biases are float32.

    Raises:
        ValueError: a weight is too large for the precision.
    """
    tensors = {}
    for side, layers in (("encoder", network.encoder), ("decoder", network.decoder)):
        for i, layer in enumerate(layers):
            if np.abs(layer.weight).max() > np.finfo(precision).max:
                raise ValueError(f"{side} {i} has weights too large for {precision.__name__}")
            tensors[f"{side}.{i}.weight"] = np.ascontiguousarray(layer.weight.astype(precision))
            tensors[f"{side}.{i}.bias"] = np.ascontiguousarray(layer.bias, np.float32)
    described = {
        "latent": network.latent,
        "logvar_range": network.logvar_range,
        "encoder": [layer.activation for layer in network.encoder],
        "decoder": [layer.activation for layer in network.decoder],
    }
    # One entry: safetensors writes several in any order, and the same file must have one key.
    return save(tensors, {"network": json.dumps(described)})


def file_key(raw: bytes) -> str:
    """What a file is kept under: its SHA-256, so that other content has another key."""
    return hashlib.sha256(raw).hexdigest()


def browser_file(model: Codec, *, decoder_only: bool = False) -> tuple[str, bytes] | None:
    """Key and bytes of a model's network; None where the model is not a dense net.

    decoder_only: that of `Codec.decoder_network`, for codes that Python brings.
    """
    network = model.decoder_network() if decoder_only else model.network()
    if network is None:
        return None
    raw = network_file(network)
    return file_key(raw), raw
