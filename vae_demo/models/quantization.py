"""Weights as integers of few bits, so that files are small and pictures stay the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch.nn import functional as F

from vae_demo.models.layers import (
    WEIGHTED,
    Concatenation,
    Convolution,
    Dense,
    Layer,
    Network,
    Sum,
    Upsample,
)

TOLERANCE = 0.99 / 255  # largest difference of a pixel from the one in single precision
MIN_BITS, MAX_BITS = 10, 16
_FUNCTIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "linear": lambda v: v,
    "relu": lambda v: np.maximum(v, 0),
    "tanh": np.tanh,
    "sigmoid": lambda v: 1 / (1 + np.exp(-np.clip(v, -80, 80))),
    "clip": lambda v: np.clip(v, 0, 1),
}

ComputePictures = Callable[[Sequence[Layer]], np.ndarray]
"""Computes pictures with the given layers, which differ from the exact ones in their weights."""


def forward(layers: Sequence[Layer], x: np.ndarray) -> np.ndarray:
    """The output (n, outputs) of a list of layers for x (n, inputs) float32."""
    outputs: list[np.ndarray] = []
    for layer in layers:
        read = [x if i < 0 else outputs[i] for i in layer.reads or (len(outputs) - 1,)]
        outputs.append(_FUNCTIONS[layer.activation](_compute(layer, read)))
    return outputs[-1]


def reconstructions(network: Network, x: np.ndarray) -> ComputePictures:
    """The function from the layers of a network, encoder first, to its reconstructions of x."""

    def pictures(layers: Sequence[Layer]) -> np.ndarray:
        inside = len(network.encoder)
        z = forward(layers[:inside], x)[:, : network.latent]
        return forward(layers[inside:], z)

    return pictures


def quantize(weight: np.ndarray, bits: float) -> tuple[np.ndarray, np.float32]:
    """Quantize a weight to integers (int32) with the given number of bits; also returns the step.

    The number of bits may be fractional: 12.5 bits allow 2 ** 12.5 values.
    """
    largest = np.float32(np.abs(weight).max(initial=0))
    step = largest / np.float32(int(2 ** (bits - 1)) - 1) if largest else np.float32(1)
    return np.rint(weight / step).astype(np.int32), step


def equal_bits(
    layers: Sequence[Layer], pictures: ComputePictures, tolerance: float = TOLERANCE
) -> list[float] | None:
    """Find the fewest bits per weight, equal for all layers, that are enough.

    Args:
        layers: The exact layers.
        pictures: Computes the pictures whose pixels are compared.
        tolerance: The largest difference allowed for a pixel.

    Returns:
        The bits of each layer that has weights; None if 16 bits are not enough.
    """
    exact, count = pictures(layers), len(weighted(layers))
    choices = ([float(bits)] * count for bits in range(MIN_BITS, MAX_BITS + 1))
    return next(
        (bits for bits in choices if _difference(layers, bits, pictures, exact) <= tolerance), None
    )


def fewest_bits(
    layers: Sequence[Layer], pictures: ComputePictures, tolerance: float = TOLERANCE
) -> list[float] | None:
    """Find the fewest bits per weight for each layer, with the arguments of `equal_bits`.

    The search starts from `equal_bits`. It then removes bits, and afterwards quarters of bits, from
    one layer after the other, the largest first, as long as the differences are within the
    tolerance. This takes a few seconds.
    """
    bits = equal_bits(layers, pictures, tolerance)
    if bits is None:
        return None
    exact = pictures(layers)
    sizes = [layer.weight.size for layer in weighted(layers)]
    largest_first = sorted(range(len(sizes)), key=lambda i: -sizes[i])
    for less in (1, 0.25):
        before: list[float] = []
        while before != bits:
            before = bits
            for chosen in largest_first:
                fewer = [n - less * (i == chosen) for i, n in enumerate(bits)]
                if _difference(layers, fewer, pictures, exact) <= tolerance:
                    bits = fewer
    return bits


def largest_difference(
    layers: Sequence[Layer], bits: Sequence[float], pictures: ComputePictures
) -> float:
    """The largest difference of a pixel after quantization."""
    return _difference(layers, bits, pictures, pictures(layers))


def weighted(layers: Sequence[Layer]) -> list[Dense | Convolution]:
    """The layers that have weights, in order."""
    return [layer for layer in layers if isinstance(layer, WEIGHTED)]


def _difference(
    layers: Sequence[Layer], bits: Sequence[float], pictures: ComputePictures, exact: np.ndarray
) -> float:
    left = iter(bits)
    rounded: list[Layer] = []
    for layer in layers:
        if isinstance(layer, WEIGHTED):
            whole, step = quantize(layer.weight, next(left))
            layer = replace(layer, weight=whole.astype(np.float32) * step)
        rounded.append(layer)
    return float(np.abs(pictures(rounded) - exact).max())


def _compute(layer: Layer, read: list[np.ndarray]) -> np.ndarray:
    """The output of a layer before its activation."""
    match layer:
        case Dense():
            return read[0] @ layer.weight.T + layer.bias
        case Convolution():
            return _convolve(layer, read[0])
        case Upsample():
            pictures = read[0].reshape(-1, *layer.shape)
            return pictures.repeat(2, axis=2).repeat(2, axis=3).reshape(len(pictures), -1)
        case Sum():
            return np.sum(read, axis=0)
        case Concatenation():
            return np.concatenate(read, axis=1)


def _convolve(layer: Convolution, x: np.ndarray) -> np.ndarray:
    pictures = torch.from_numpy(x.reshape(-1, *layer.shape))
    weight, bias = torch.from_numpy(layer.weight), torch.from_numpy(layer.bias)
    if not layer.transposed:
        y = F.conv2d(pictures, weight, bias, layer.stride, layer.padding)
        return y.flatten(1).numpy()
    # PyTorch computes the smallest size that belongs to x, and adds `output_padding` to it.
    extra = [
        n - ((of_x - 1) * layer.stride - 2 * layer.padding + kernel)
        for n, of_x, kernel in zip(layer.size, layer.shape[1:], weight.shape[2:], strict=True)
    ]
    y = F.conv_transpose2d(
        pictures, weight.transpose(0, 1), bias, layer.stride, layer.padding, extra
    )
    return y.flatten(1).numpy()
