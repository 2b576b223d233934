"""Bits back: code digits with a VAE in as many bits as its −ELBO (Hinton & van Camp 1993).

The coded digits are a stack of bits, asymmetric numeral systems (Duda 2009), on which the coder
puts symbols and from which it takes them again, in the other order. For each digit the coder
(Townsend, Bird & Barber 2019, "BB-ANS")

1. takes z from the stack as if it had been coded with q(z|x): it borrows −log2 q(z|x) bits;
2. puts the pixels x on the stack with p(x|z): −log2 p(x|z) bits;
3. puts z on it with p(z): −log2 p(z) bits.

On average that is −ELBO. The decoder takes z with p(z), x with p(x|z), and gives back what was
borrowed: it puts z on the stack with q(z|x). The first digit finds an empty stack; its z is the
mean of q(z|x), and nothing is borrowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import constriction
import numpy as np
from jaxtyping import Float, Int, UInt8

from vae_demo.digits.mnist import PIXELS, SIDE
from vae_demo.repair.compress.gaussians import FARTHEST, posterior, prior
from vae_demo.repair.compress.networks import PLACE, ExactVAE, canvas

Pixels = UInt8[np.ndarray, "n 28 28"]
Words = np.ndarray  # (words,) uint32
_TOGETHER = 250  # digits whose posteriors are computed at once

_CATEGORICAL = constriction.stream.model.Categorical(perfect=False)
_BERNOULLI = constriction.stream.model.Bernoulli(perfect=False)


LEAST = 2.0**-24  # the least probability that a symbol has


@dataclass(frozen=True)
class Coded:
    """What a digit adds to the stack, in bits."""

    borrowed: float  # −log2 q(z|x); 0 for the first digit
    ink: float  # −log2 p(which pixels have ink | z)
    levels: float  # −log2 p(their levels | z, ink)
    code: float  # −log2 p(z)

    @property
    def net(self) -> float:
        """By how many bits the stack is longer than before."""
        return self.ink + self.levels + self.code - self.borrowed


class Stack:
    """Coded symbols. The last one put on it is the first one taken."""

    def __init__(self, words: Words | None = None) -> None:
        self._coder = constriction.stream.stack.AnsCoder(*([] if words is None else [words]))

    @property
    def bits(self) -> int:
        return self._coder.num_valid_bits()

    @property
    def empty(self) -> bool:
        return self._coder.is_empty()

    def words(self) -> Words:
        return self._coder.get_compressed()

    def put(self, symbols: Int[np.ndarray, " n"], weights: Float[np.ndarray, "n symbols"]) -> float:
        """Put symbols with these weights on the stack; returns −log2 of their probabilities."""
        self._coder.encode_reverse(symbols.astype(np.int32), _CATEGORICAL, weights)
        return information(symbols, weights)

    def take(self, weights: Float[np.ndarray, "n symbols"]) -> Int[np.ndarray, " n"]:
        """Take as many symbols as there are rows of weights."""
        return self._coder.decode(_CATEGORICAL, weights)

    def put_bits(self, bits: np.ndarray, shares: Float[np.ndarray, " n"]) -> float:
        """Put 0s and 1s on the stack; `shares` are the probabilities of 1."""
        self._coder.encode_reverse(bits.astype(np.int32), _BERNOULLI, shares)
        return float(-np.log2(np.maximum(np.where(bits, shares, 1 - shares), LEAST)).sum())

    def take_bit(self, share: float) -> int:
        """Take one bit, faster than `take_bits`."""
        return int(self._coder.decode(constriction.stream.model.Bernoulli(share, perfect=False)))

    def take_bits(self, shares: Float[np.ndarray, " n"]) -> Int[np.ndarray, " n"]:
        return self._coder.decode(_BERNOULLI, shares)


def information(symbols: Int[np.ndarray, " n"], weights: Float[np.ndarray, "n symbols"]) -> float:
    """−log2 of the probabilities of symbols that have these weights."""
    shares = weights[np.arange(len(symbols)), symbols] / weights.sum(1)
    return float(-np.log2(np.maximum(shares, LEAST)).sum())


def encode(pixels: Pixels, network: ExactVAE, stack: Stack) -> Iterator[Coded]:
    """Put digit after digit on a stack; yields after each what it added."""
    for first in range(0, len(pixels), _TOGETHER):
        some = pixels[first : first + _TOGETHER]
        for digit, mean, width in zip(some, *network.posterior(some), strict=True):
            yield _put_digit(digit.ravel(), mean, width, network, stack)


def decode(words: Words, count: int, network: ExactVAE) -> Iterator[UInt8[np.ndarray, "28 28"]]:
    """The digits of a stack, the last one first.

    Raises:
        ValueError: if the stack is not that of `count` digits.
    """
    stack = Stack(words)
    for left in reversed(range(count)):
        z = stack.take(_prior(network)) - 2 * FARTHEST
        pixels = _take_pixels(network, z, stack).reshape(SIDE, SIDE)
        (mean,), (width,) = network.posterior(pixels[None])
        offset = z - mean
        if np.abs(offset).max() > FARTHEST or (not left and offset.any()):
            raise ValueError("the code of a digit is not one that its picture has")
        if left:
            stack.put(offset + FARTHEST, posterior(width))
        yield pixels
    if not stack.empty:
        raise ValueError(f"the stack is not empty after {count} digits")


def neg_elbo(pixels: Pixels, network: ExactVAE, samples: int, seed: int) -> Float[np.ndarray, " n"]:
    """−ELBO of each digit in bits: the mean over z drawn from q(z|x), without any coder.

    The rate is exact for the distributions on the grid; −log2 p(x|z) is a mean over `samples`.
    """
    generator, found = np.random.default_rng(seed), []
    of_prior = np.log2(prior() / prior().sum() + LEAST)
    for digit, mean, width in zip(pixels, *network.posterior(pixels), strict=True):
        shares = posterior(width) / posterior(width).sum(1, keepdims=True)
        points = mean[:, None] + np.arange(-FARTHEST, FARTHEST + 1)
        rate = (shares * (np.log2(shares + LEAST) - of_prior[points + 2 * FARTHEST])).sum()
        total = 0.0
        for _ in range(samples):
            drawn = [
                generator.choice(row, p=share) for row, share in zip(points, shares, strict=True)
            ]
            total += sum(_put_pixels(digit.ravel(), network, np.array(drawn), Stack()))
        found.append(rate + total / samples)
    return np.array(found)


def _put_digit(
    pixels: np.ndarray, mean: np.ndarray, width: np.ndarray, network: ExactVAE, stack: Stack
) -> Coded:
    z, borrowed = mean, 0.0
    if not stack.empty:
        offset = stack.take(posterior(width))
        z, borrowed = mean + offset - FARTHEST, information(offset, posterior(width))
    of_ink, of_levels = _put_pixels(pixels, network, z, stack)
    of_code = stack.put(z + 2 * FARTHEST, _prior(network))
    return Coded(borrowed, of_ink, of_levels, of_code)


def _put_pixels(
    pixels: np.ndarray, network: ExactVAE, z: np.ndarray, stack: Stack
) -> tuple[float, float]:
    """Put a picture on the stack; returns the bits of its ink and those of its levels."""
    features, ink, of_levels = network.features(z), pixels > 0, 0.0
    if network.settings.levels:
        places = np.flatnonzero(ink)
        weights = network.levels(features, canvas(ink), canvas(pixels), places)
        of_levels = stack.put(pixels[places].astype(np.int32) - 1, weights)
    return stack.put_bits(ink, network.ink(features, ink)), of_levels


def _take_pixels(network: ExactVAE, z: np.ndarray, stack: Stack) -> UInt8[np.ndarray, " pixels"]:
    features = network.features(z)
    if network.settings.before:
        for place, share, drawn in network.ink_in_turn(features):
            drawn[PLACE[place]] = stack.take_bit(share)
    else:
        drawn = canvas(stack.take_bits(network.ink(features, np.zeros(PIXELS, bool))))
    places = np.flatnonzero(drawn[PLACE])
    if not network.settings.levels:
        return np.where(drawn[PLACE], 255, 0).astype(np.uint8)
    levels = drawn.copy()
    # each level depends on those before, or all are found at once
    for some in places[:, None] if network.settings.before else places[None]:
        weights = network.levels(features, drawn, levels, some)
        levels[PLACE[some]] = stack.take(weights) + 1
    return levels[PLACE].astype(np.uint8)


def _prior(network: ExactVAE) -> Float[np.ndarray, "latent points"]:
    return np.tile(prior(), (network.settings.latent, 1))
