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

A model with `samples` K above 1 draws K codes for a digit and keeps one of them. A digit then costs
−log2 of the mean of the K weights w = p(x, z)/q(z|x): the importance-weighted bound (Burda et al.
2015), which is tighter than −ELBO. This is "BB-IS" of Ruan et al. 2021. The coder takes z1 to zK
with q(z|x), takes the number of the one to keep with probabilities proportional to the weights,
puts the others back with q(z|x), then puts x and the kept z as above, and at last its number with
probability 1/K. The first digits draw fewer codes, since they find few bits to borrow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import constriction
import numpy as np
from jaxtyping import Float, Int, UInt8

from vae_demo.digits.mnist import PIXELS, SIDE
from vae_demo.repair.compress.exact import products
from vae_demo.repair.compress.gaussians import FARTHEST, posterior, prior
from vae_demo.repair.compress.networks import PLACE, ExactVAE, canvas

Pixels = UInt8[np.ndarray, "n 28 28"]
Words = np.ndarray  # (words,) uint32
_TOGETHER = 250  # digits whose posteriors are computed at once

_CATEGORICAL = constriction.stream.model.Categorical(perfect=False)
_BERNOULLI = constriction.stream.model.Bernoulli(perfect=False)


LEAST = 2.0**-24  # the least probability that a symbol has
_RARE = 2.0**-63  # the least weight of a latent's value that is told from 0
_DIGITS_A_SAMPLE = 4  # digits that are put on the stack before one more code can be borrowed


@dataclass(frozen=True)
class Coded:
    """What a digit adds to the stack, in bits."""

    borrowed: float  # −log2 q(z|x), less what is put back at once; 0 for the first digit
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
        found = zip(some, *network.posterior(some), strict=True)
        for place, (digit, mean, width) in enumerate(found, first):
            yield _put_digit(digit.ravel(), mean, width, network, stack, _samples(network, place))


def decode(words: Words, count: int, network: ExactVAE) -> Iterator[UInt8[np.ndarray, "28 28"]]:
    """The digits of a stack, the last one first.

    Raises:
        ValueError: if the stack is not that of `count` digits.
    """
    stack = Stack(words)
    for left in reversed(range(count)):
        samples = _samples(network, left)
        kept = stack.take(np.ones((1, samples)))[0] if samples > 1 else 0
        z = stack.take(_prior(network)) - 2 * FARTHEST
        pixels = _take_pixels(network, z, stack).reshape(SIDE, SIDE)
        (mean,), (width,) = network.posterior(pixels[None])
        offset = z - mean
        if np.abs(offset).max() > FARTHEST or (not left and offset.any()):
            raise ValueError("the code of a digit is not one that its picture has")
        if left:
            offsets = [stack.take(posterior(width)) for _ in range(samples - 1)][::-1]
            offsets.insert(kept, offset + FARTHEST)
            if samples > 1:
                weights = _weights(pixels.ravel(), mean, width, offsets, network)
                stack.put(np.array([kept]), weights[None])
            for each in reversed(offsets):
                stack.put(each, posterior(width))
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


def importance_bound(
    pixels: Pixels, network: ExactVAE, times: int, seed: int
) -> Float[np.ndarray, " n"]:
    """−log2 of the mean weight of K codes in bits, without any coder; a mean over `times` draws.

    Of models without levels.
    """
    generator, found = np.random.default_rng(seed), []
    of_prior = np.log2(prior() / prior().sum() + LEAST)
    for digit, mean, width in zip(pixels, *network.posterior(pixels), strict=True):
        of_posterior = posterior(width) / posterior(width).sum(1, keepdims=True)
        ink, each = digit.ravel() > 0, np.arange(len(mean))
        bits = []
        for _ in range(times):
            offset = np.stack(
                [generator.choice(len(p), network.settings.samples, p=p) for p in of_posterior], 1
            )
            z = mean + offset - FARTHEST
            share = network.ink(network.features(z), ink)
            of_pixels = np.log2(np.maximum(np.where(ink, share, 1 - share), LEAST)).sum(1)
            of_code = of_prior[z + 2 * FARTHEST] - np.log2(of_posterior[each, offset] + LEAST)
            logs = of_pixels + of_code.sum(1)
            bits.append(-logs.max() - np.log2(np.exp2(logs - logs.max()).mean()))
        found.append(np.mean(bits))
    return np.array(found)


def digits_before_all_samples(network: ExactVAE) -> int:
    """How many digits at the beginning of a file borrow less than those that follow."""
    return max(1, (network.settings.samples - 1) * _DIGITS_A_SAMPLE)


def _samples(network: ExactVAE, place: int) -> int:
    """How many codes are drawn for the digit at a place of the file."""
    return min(network.settings.samples, 1 + place // _DIGITS_A_SAMPLE)


def _put_digit(
    pixels: np.ndarray,
    mean: np.ndarray,
    width: np.ndarray,
    network: ExactVAE,
    stack: Stack,
    samples: int,
) -> Coded:
    z, kept, borrowed = mean, 0, 0.0
    if not stack.empty:
        offsets = [stack.take(posterior(width)) for _ in range(samples)]
        if samples > 1:
            weights = _weights(pixels, mean, width, offsets, network)[None]
            (kept,) = stack.take(weights)
            borrowed = information(np.array([kept]), weights)
            for each in offsets[:kept] + offsets[kept + 1 :]:
                stack.put(each, posterior(width))
        z = mean + offsets[kept] - FARTHEST
        borrowed += information(offsets[kept], posterior(width))
    of_ink, of_levels = _put_pixels(pixels, network, z, stack)
    of_code = stack.put(z + 2 * FARTHEST, _prior(network))
    if samples > 1:
        of_code += stack.put(np.array([kept]), np.ones((1, samples)))
    return Coded(borrowed, of_ink, of_levels, of_code)


def _put_pixels(
    pixels: np.ndarray, network: ExactVAE, z: np.ndarray, stack: Stack
) -> tuple[float, float]:
    """Put a picture on the stack; returns the bits of its ink and those of its levels."""
    features, ink, of_levels = network.features(z[None]), pixels > 0, 0.0
    if network.settings.levels:
        places = np.flatnonzero(ink)
        weights = network.levels(features[0], canvas(ink), canvas(pixels), places)
        of_levels = stack.put(pixels[places].astype(np.int32) - 1, weights)
    return stack.put_bits(ink, network.ink(features, ink)[0]), of_levels


def _weights(
    pixels: np.ndarray,
    mean: np.ndarray,
    width: np.ndarray,
    offsets: list[np.ndarray],
    network: ExactVAE,
) -> Float[np.ndarray, " samples"]:
    """p(x, z)/q(z|x) of codes, divided by the largest, the same on every machine.

    Without levels: their probabilities need sums, which depend on the order of their terms.
    """
    ink, offset = pixels > 0, np.stack(offsets)
    z, each = mean + offset - FARTHEST, np.arange(len(mean))
    share = network.ink(network.features(z), ink)
    of_pixels = np.maximum(np.where(ink, share, 1 - share), LEAST)
    of_prior = np.maximum(prior()[z + 2 * FARTHEST], _RARE)
    of_posterior = np.maximum(posterior(width)[each, offset], _RARE)
    return products(np.concatenate([of_pixels, of_prior / of_posterior], 1))


def _take_pixels(network: ExactVAE, z: np.ndarray, stack: Stack) -> UInt8[np.ndarray, " pixels"]:
    (features,) = network.features(z[None])
    if network.settings.before:
        for place, share, drawn in network.ink_in_turn(features):
            drawn[PLACE[place]] = stack.take_bit(share)
    else:
        drawn = canvas(stack.take_bits(network.ink(features[None], np.zeros(PIXELS, bool))[0]))
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
