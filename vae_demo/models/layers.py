"""Models as lists of layers: numpy arrays, which a browser evaluates without torch.

A list of layers is a function of one array: each layer reads the output of the layer before it, or
those of the layers that it names. Pictures have the shape (channels, height, width).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

Activation = Literal["linear", "relu", "tanh", "sigmoid", "clip"]
Shape = tuple[int, int, int]
"""Channels, height and width of a picture."""
Reads = tuple[int, ...]
"""The positions of the layers whose outputs a layer reads; -1 is the input, () the layer before."""


@dataclass(frozen=True, eq=False)
class Dense:
    """y = activation(weight · x + bias)."""

    weight: np.ndarray  # (outputs, inputs) float32
    bias: np.ndarray  # (outputs,) float32
    activation: Activation = "linear"  # applied to each output
    reads: Reads = ()


@dataclass(frozen=True, eq=False)
class Convolution:
    """y = activation(x * weight + bias), with zeros around x, as `torch.nn.Conv2d` computes it."""

    weight: np.ndarray  # (outputs, inputs, kernel height, kernel width) float32
    bias: np.ndarray  # (outputs,) float32
    shape: Shape  # of x
    size: tuple[int, int]  # height and width of y
    stride: int = 1
    padding: int = 0
    transposed: bool = False  # computes as `torch.nn.ConvTranspose2d`; same order of the weight
    activation: Activation = "linear"
    reads: Reads = ()


@dataclass(frozen=True, eq=False)
class Upsample:
    """y repeats each pixel of x 2×2 times: twice the height and width."""

    shape: Shape  # of x
    activation: Activation = "linear"
    reads: Reads = ()


@dataclass(frozen=True, eq=False)
class Sum:
    """y = activation(the sum of the arrays that it reads)."""

    activation: Activation = "linear"
    reads: Reads = ()


@dataclass(frozen=True, eq=False)
class Concatenation:
    """y = activation(the arrays that it reads, one after the other): channels of pictures."""

    activation: Activation = "linear"
    reads: Reads = ()


Layer = Dense | Convolution | Upsample | Sum | Concatenation
WEIGHTED = (Dense, Convolution)


@dataclass(frozen=True, eq=False)
class Network:
    """A model as layers: x (784,) in [0, 1] → encoder → z → decoder → x̂ (784,) in [0, 1]."""

    encoder: Sequence[Layer]  # from x to z; [] for a network that only decodes
    decoder: Sequence[Layer]  # from z, (latent,), to x̂; a dense layer first
    logvar_range: tuple[float, float] | None = None  # of the log-variance; None: no posterior

    @property
    def latent(self) -> int:
        first = self.decoder[0]
        if not isinstance(first, Dense):
            raise TypeError(f"a decoder starts with a dense layer, not with {type(first).__name__}")
        return int(first.weight.shape[1])
