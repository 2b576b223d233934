"""Arithmetic whose results are the same on every machine, whatever its processor and threads.

A coder and a decoder must agree on every probability to the last bit. Ordinary networks do not: a
sum of rounded numbers depends on its order, which depends on processor, threads and size of the
batch, and `exp` depends on the library of the system. Here

- the weights and inputs of a layer are integers, in float64. All products and all their sums are
  integers below 2^53, which float64 holds without rounding, in whatever order they are added;
- all else consists of single operations that IEEE 754 defines to the last bit: + - * / and roots.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from torch import nn

Integers = Float[np.ndarray, "..."]  # integers in float64
Octaves = Int[np.ndarray, "..."]
Shares = Float[np.ndarray, "..."]  # in [0, 1]

ONE = 1024  # activations and logits are multiples of 1/1024
LARGEST = 2.0**20  # of an activation, in these units: 1024
_MULTIPLIERS = 256  # the scale of a row of weights is an integer below this times a power of two
LOG2_E = 1.4426950408889634  # log2(e)
_DEEPEST = 64  # exponents of 2 below which a probability counts as 0


@dataclass(frozen=True, eq=False)
class Layer:
    """y = ⌊(weight @ x) · scale + bias⌋, where x and y are multiples of 1/1024."""

    weight: Integers  # (inputs, outputs)
    scale: Float[np.ndarray, " outputs"]  # the unit of each row of the trained layer's weights
    bias: Integers  # (outputs,)

    def __call__(self, x: Integers) -> Integers:
        return np.floor((x @ self.weight) * self.scale + self.bias)


def rows(linear: nn.Linear, bits: int) -> dict[str, np.ndarray]:
    """The arrays of a layer whose weights have the given number of bits, 8 or 16.

    Each row has its own unit, so that the largest of its weights is nearly the largest integer.
    """
    weight = linear.weight.detach().double().numpy()
    largest = 2 ** (bits - 1) - 1
    unit = np.maximum(np.abs(weight).max(1), 2.0**-40) / largest
    mantissa, exponent = np.frexp(unit)
    scale = np.ldexp(np.ceil(mantissa * _MULTIPLIERS) / _MULTIPLIERS, exponent)
    integers = np.rint(weight / scale[:, None])
    bias = np.rint(linear.bias.detach().double().numpy() * ONE)
    kind = np.int8 if bits == 8 else np.int16
    return {
        "weight": integers.astype(kind),
        "scale": scale.astype(np.float32),  # without rounding: it has 8 significant bits
        "bias": bias.astype(np.int32),
    }


def layer(arrays: dict[str, np.ndarray]) -> Layer:
    """The layer of such arrays.

    Raises:
        ValueError: if its sums could be rounded.
    """
    weight, scale, bias = (arrays[name].astype(np.float64) for name in ("weight", "scale", "bias"))
    sums = np.abs(weight).sum(1).max(initial=0) * LARGEST
    if sums * _MULTIPLIERS >= 2**53:
        raise ValueError(f"sums up to {sums:.3g} are too large to be exact")
    mantissa = np.frexp(scale)[0] * _MULTIPLIERS
    if (scale <= 0).any() or (mantissa != np.rint(mantissa)).any():
        raise ValueError("a scale has more than 8 significant bits")
    return Layer(np.ascontiguousarray(weight.T), scale, bias)


def dense(layers: Sequence[Layer], x: Integers) -> Integers:
    """Dense layers with ReLU between them and nothing after the last."""
    for each in layers[:-1]:
        x = rectified(each(x))
    return layers[-1](x)


def residual(layers: Sequence[Layer], x: Integers) -> Integers:
    """Dense layers with ReLU, of which each but the first and the last adds to what came in."""
    x = rectified(layers[0](x))
    for each in layers[1:-1]:
        x = np.minimum(x + rectified(each(x)), LARGEST)
    return layers[-1](x)


def rectified(x: Integers) -> Integers:
    """ReLU, up to `LARGEST`; faster than `np.clip` for a few numbers."""
    return np.minimum(np.maximum(x, 0.0), LARGEST)


def power_of_two(exponents: Int[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    """2^(−n/1024) of integers n ≥ 0; 0 from n = 64·1024 on."""
    return _powers()[np.minimum(exponents, _DEEPEST * ONE)]


@functools.cache
def _powers() -> np.ndarray:
    """2^(−n/1024) for n up to 64·1024, from square roots, halves and products alone."""
    places = np.arange(_DEEPEST * ONE + 1)
    found = np.ldexp(1.0, -(places // ONE))
    root = 0.5
    for bit in reversed(range(int(math.log2(ONE)))):  # 2^(-1/2), 2^(-1/4), ...
        root = math.sqrt(root)
        found = np.where(places & (1 << bit), found * root, found)
    found[-1] = 0
    return found


def share_of_ink(logits: Integers) -> Shares:
    """The sigmoid of logits."""
    small = power_of_two(_in_octaves(np.abs(logits)))
    return np.where(logits > 0, 1 / (1 + small), small / (1 + small))


def share_of_one(logit: float) -> float:
    """`share_of_ink` of a single logit, faster."""
    small = float(_powers()[min(math.floor(abs(logit) * LOG2_E + 0.5), _DEEPEST * ONE)])
    return 1 / (1 + small) if logit > 0 else small / (1 + small)


def weights_of(logits: Integers) -> Shares:
    """exp(logit), divided by the largest of the last axis."""
    return power_of_two(_in_octaves(logits.max(-1, keepdims=True) - logits))


def products(factors: Float[np.ndarray, "rows factors"]) -> Float[np.ndarray, " rows"]:
    """The product of each row of positive factors, divided by the largest of these products.

    The products are taken in a fixed order, and as a mantissa and an exponent, so that none is 0.
    """
    columns = 1 << (factors.shape[1] - 1).bit_length()
    padded = np.pad(factors, ((0, 0), (0, columns - factors.shape[1])), constant_values=1)
    mantissa, exponent = np.frexp(padded)
    while mantissa.shape[1] > 1:
        left, right = np.split(mantissa, 2, axis=1)
        mantissa, more = np.frexp(left * right)
        exponent = sum(np.split(exponent, 2, axis=1)) + more
    largest = exponent.max()
    found = np.ldexp(mantissa[:, 0], np.maximum(exponent[:, 0] - largest, -1000))
    return found / found.max()


def _in_octaves(logits: Integers) -> Octaves:
    """The nearest exponents of 2 instead of e."""
    return np.floor(logits * LOG2_E + 0.5).astype(np.int64)
