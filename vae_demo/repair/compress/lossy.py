"""Digits in few bits, with an error: codes of autoencoders, rounded, beside JPEG and WebP.

A code of a run is divided by a step and rounded; an entropy coder writes the integers, each with
the share that it has among the codes of training digits. The decoder multiplies by the step. The
codes of `few-bits` are integers that were searched for, with the model's own distribution.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Int, UInt8
from PIL import Image

from vae_demo.datasets import mnist_train
from vae_demo.models import Codec, decode_many, embed_many, to_x
from vae_demo.repair.compress.bits_back import Stack
from vae_demo.repair.compress.lossless import riff_chunks
from vae_demo.repair.compress.rate_distortion import NAME as FEW_BITS
from vae_demo.repair.compress.rate_distortion import few_bits, search
from vae_demo.repair.shipped_models import shipped_model

Pixels = UInt8[np.ndarray, "n 28 28"]

#: the qualities at which JPEG and WebP write a digit
QUALITIES: dict[str, tuple[int, ...]] = {
    "jpeg": (1, 10, 30, 70),
    "webp-lossy": (0, 1, 10, 60),
}
#: the steps by which codes are divided, in standard deviations of a code; 1 for indices; of
#: `few-bits` the weights of the error
CODES: dict[str, tuple[float, ...]] = {
    "pca-20": (0.3, 0.6, 1.0),
    "ae-20": (0.3, 0.6, 1.0),
    "vae-20": (0.3, 0.6, 1.0),
    FEW_BITS: (3.0, 14.0),
    "vqvae-16": (1.0,),
}
CODED = 10_000  # training digits whose codes say how likely each integer is
_FARTHEST = 60  # of an integer of few-bits from 0
_SPARE = 2  # integers beyond those of the training digits that a code can also be


@dataclass(frozen=True, eq=False)
class Lossy:
    """Digits in few bits."""

    pixels: Pixels  # as decoded
    bits: np.ndarray  # (n,) of the coded pixels, or those that a code adds to a long stream
    file_bits: np.ndarray  # (n,) of a file, or of a stream of this code alone


def by_jpeg(pixels: Pixels, quality: int) -> Lossy:
    """JPEG; its data is what follows the header of the scan."""

    def data(raw: bytes) -> int:
        scan = raw.index(b"\xff\xda")
        return len(raw) - scan - 2 - int.from_bytes(raw[scan + 2 : scan + 4], "big") - 2

    return _by_pillow(pixels, "JPEG", data, quality=quality, optimize=True)


def by_webp(pixels: Pixels, quality: int) -> Lossy:
    """Lossy WebP."""

    def data(raw: bytes) -> int:
        return sum(map(len, riff_chunks(raw, b"VP8 ")))

    return _by_pillow(pixels, "WEBP", data, quality=quality, method=6)


def by_codes(pixels: Pixels, name: str, setting: float) -> Lossy:
    """The integer codes of a run or of `few-bits`, in an entropy coder.

    Args:
        name: A key of `CODES`.
        setting: One of its settings, or another.
    """
    found = coder(name, setting)
    bits, alone, codes = [], [], []
    for code in found.rounded(_codes(name, pixels, setting)):
        stack = Stack()
        bits.append(found.put(stack, code))
        alone.append(stack.bits)
        codes.append(found.take(stack))
    decoded = decode_many(_model(name), np.array(codes) * found.unit)
    return Lossy(decoded, np.array(bits), np.array(alone))


def weight_bytes(name: str) -> int:
    """Bytes of the weights of the model behind the codes of `name`, in half precision."""
    return 2 * sum(weight.numel() for weight in _model(name).parameters())


@dataclass(frozen=True, eq=False)
class CodeCoder:
    """An entropy coder of rounded codes."""

    unit: float  # what codes are divided by
    least: Int[np.ndarray, " latent"]  # the least integer of each latent
    weights: np.ndarray  # (latent, integers) float64, from how often each integer was

    def rounded(self, codes: np.ndarray) -> Int[np.ndarray, "n latent"]:
        """The integers of codes; one that no training digit is near becomes the nearest."""
        most = self.least + self.weights.shape[1] - 1
        return np.clip(np.rint(codes / self.unit).astype(np.int64), self.least, most)

    def put(self, stack: Stack, code: Int[np.ndarray, " latent"]) -> float:
        """Put a rounded code on a stack; returns −log2 of its probability."""
        return stack.put(code - self.least, self.weights)

    def take(self, stack: Stack) -> Int[np.ndarray, " latent"]:
        """Take a rounded code from a stack."""
        return stack.take(self.weights) + self.least


@functools.lru_cache(maxsize=64)
def coder(name: str, setting: float) -> CodeCoder:
    """The coder of a model's codes."""
    if name == FEW_BITS:
        least = np.full(few_bits().latent, -_FARTHEST)
        return CodeCoder(1.0, least, few_bits().shares(-_FARTHEST, _FARTHEST).double().numpy())
    codes = _training_codes(name)
    unit = 1.0 if _codebook(name) else setting * float(codes.std(0).mean())
    integers = np.rint(codes / unit).astype(np.int64)
    spare = 0 if _codebook(name) else _SPARE
    lowest = integers.min(0) - spare
    width = int((integers.max(0) + spare - lowest).max()) + 1
    counts = np.zeros((codes.shape[1], width))
    for latent, values in enumerate((integers - lowest).T):
        counts[latent] = np.bincount(values, minlength=width)
    return CodeCoder(unit, lowest, counts + 0.1)  # an integer that no digit had is possible, too


def _codes(name: str, pixels: Pixels, setting: float) -> np.ndarray:
    if name != FEW_BITS:
        return embed_many(_model(name), pixels)
    return search(few_bits(), to_x(pixels), setting).numpy()


@functools.cache
def _training_codes(name: str) -> np.ndarray:
    return embed_many(_model(name), mnist_train().images[:CODED])


def _model(name: str) -> Codec:
    return few_bits() if name == FEW_BITS else shipped_model(name)


def _codebook(name: str) -> int:
    """The number of code vectors, 0 if codes are continuous."""
    return _model(name).codebook_size


def _by_pillow(pixels: Pixels, kind: str, data: Callable[[bytes], int], **settings: Any) -> Lossy:
    """Write and read pictures with Pillow; `data` gives the bytes of a file without its header."""
    decoded, bits, file_bits = [], [], []
    for picture in pixels:
        buffer = io.BytesIO()
        Image.fromarray(picture).save(buffer, kind, **settings)
        raw = buffer.getvalue()
        with Image.open(io.BytesIO(raw)) as again:
            decoded.append(np.array(again.convert("L")))
        bits.append(8 * data(raw))
        file_bits.append(8 * len(raw))
    return Lossy(np.array(decoded), np.array(bits), np.array(file_bits))
