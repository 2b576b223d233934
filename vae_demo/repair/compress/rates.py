"""Every way to write a digit, lossless and lossy, with its bits and its picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import UInt8

from vae_demo.datasets import mnist_test
from vae_demo.repair.compress import lossless, lossy
from vae_demo.repair.compress.bits_back import Stack, encode
from vae_demo.repair.compress.bits_files import compress
from vae_demo.repair.compress.networks import ExactVAE, network

Pixels = UInt8[np.ndarray, "n 28 28"]

#: lossless formats, and what follows the header of each
LOSSLESS: dict[str, str] = {
    "png": "png-data",
    "webp": "webp-data",
    "gzip": "deflate",
    "bz2": "bz2",
    "xz": "xz",
    "zstd": "zstd",
}
BITS_BACK = ("vae", "pixels-before")  # models that code every digit without loss
METHODS = (*BITS_BACK, *LOSSLESS, *lossy.CODES, *lossy.QUALITIES)
BORROWED_FROM = 0  # the test digit that is on the stack before those that are measured


@dataclass(frozen=True, eq=False)
class Written:
    """Digits written in one way."""

    method: str  # of METHODS
    setting: float  # quality or step; 0 if there is none
    pixels: Pixels  # as read again
    bits: np.ndarray  # (n,) of the coded pixels or codes alone
    file_bits: np.ndarray  # (n,) of a file for each digit; codes that have no header: the same
    model_bytes: int  # of the model that both sides must have; 0 for a format that everybody has


def every_way(pixels: Pixels, codes: Iterable[str] = tuple(lossy.CODES)) -> Iterator[Written]:
    """Write digits in every way; of the models of `lossy.CODES`, with those that are named."""
    for name in BITS_BACK:
        model = network(name)
        files = [8 * len(compress(digit[None], model).raw) for digit in pixels]
        yield Written(name, 0, pixels, net_bits(pixels, model), np.array(files), model.file_bytes)
    each = [lossless.bits_of(digit) for digit in pixels]
    for name, data in LOSSLESS.items():
        bits, file_bits = (np.array([one[key] for one in each]) for key in (data, name))
        yield Written(name, 0, pixels, bits, file_bits, 0)
    for name in codes:
        for step in lossy.CODES[name]:
            yield _lossy(name, step, lossy.by_codes(pixels, name, step), lossy.weight_bytes(name))
    for name, qualities in lossy.QUALITIES.items():
        for quality in qualities:
            write = lossy.by_jpeg if name == "jpeg" else lossy.by_webp
            yield _lossy(name, quality, write(pixels, quality), 0)


def net_bits(pixels: Pixels, model: ExactVAE) -> np.ndarray:
    """By how many bits each digit makes a stack longer on which there is one already, (n,)."""
    stack, first = Stack(), mnist_test().images[BORROWED_FROM][None]
    coded = list(encode(np.concatenate([first, pixels]), model, stack))
    return np.array([each.net for each in coded[1:]])


def _lossy(name: str, setting: float, found: lossy.Lossy, model_bytes: int) -> Written:
    return Written(name, setting, found.pixels, found.bits, found.file_bits, model_bytes)
