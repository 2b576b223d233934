"""Compressed digits as a file, which says which model it needs and notices any change.

| bytes | |
| --- | --- |
| 4 | `BITS` |
| 1 | version of the format, 1 |
| 8 | the beginning of the SHA-256 of the model's file |
| 4 | number of digits |
| 4 | number of words of 32 bits that follow the header |
| 4 | CRC-32 of the pixels |
| 4 | CRC-32 of the 25 bytes before and of the words |

All numbers are little-endian.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from vae_demo.digits.mnist import SIDE
from vae_demo.repair.compress import bits_back, networks
from vae_demo.repair.compress.bits_back import Coded, Pixels, Stack
from vae_demo.repair.compress.networks import ExactVAE
from vae_demo.repair.files import MAX_DIGITS

SUFFIX = ".bits"
MARK, VERSION = b"BITS", 1
_HEADER = struct.Struct(f"<4sB{networks.CHECKSUM}sIII")  # and its checksum
HEADER = _HEADER.size + 4  # bytes
LARGEST = HEADER + MAX_DIGITS * SIDE**2 * 4  # bytes of a file: more than pixels ever need


@dataclass(frozen=True)
class Compressed:
    """A compressed file, and what each of its digits added to it."""

    raw: bytes
    digits: tuple[Coded, ...]

    @property
    def bits(self) -> int:
        """Bits without the header."""
        return 8 * (len(self.raw) - HEADER)


class BitsError(ValueError):
    """A file that can't be decoded."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason  # foreign, cut, altered, version, model or content


def compress(pixels: Pixels, network: ExactVAE) -> Compressed:
    """The bytes of a file that holds these digits.

    Raises:
        ValueError: if there is no digit, or the model codes only 0 and 255 and there is another.
    """
    *_, last = compress_in_steps(pixels, network)
    assert isinstance(last, Compressed)
    return last


def compress_in_steps(pixels: Pixels, network: ExactVAE) -> Iterator[int | Compressed]:
    """`compress`; yields after each digit how many are coded, and at last the file."""
    _check(pixels, network)
    pixels = np.ascontiguousarray(pixels)
    stack, digits = Stack(), []
    for coded in bits_back.encode(pixels, network, stack):
        digits.append(coded)
        yield len(digits)
    words = stack.words().astype("<u4").tobytes()
    header = _HEADER.pack(
        MARK, VERSION, network.checksum, len(pixels), len(words) // 4, zlib.crc32(pixels.tobytes())
    )
    check = struct.pack("<I", zlib.crc32(words, zlib.crc32(header)))
    yield Compressed(header + check + words, tuple(digits))


def decompress(raw: bytes) -> Pixels:
    """The digits of a compressed file, (n, 28, 28), bit for bit.

    Raises:
        BitsError: if it is not such a file, is cut or altered, or was made by a model that is not
            there; the message says which.
    """
    *_, last = decompress_in_steps(raw)
    assert isinstance(last, np.ndarray)
    return last


def decompress_in_steps(raw: bytes) -> Iterator[tuple[int, int] | Pixels]:
    """`decompress`; yields after each digit how many of how many are decoded, then the digits."""
    network, count, of_pixels = _opened(raw)
    words = np.frombuffer(raw[HEADER:], "<u4").astype(np.uint32)
    pixels = np.empty((count, SIDE, SIDE), np.uint8)
    try:
        for done, digit in enumerate(bits_back.decode(words, count, network), 1):
            pixels[count - done] = digit
            yield done, count
    except ValueError as error:
        raise BitsError("content", f"the file can't be decoded: {error}") from None
    if zlib.crc32(pixels.tobytes()) != of_pixels:
        raise BitsError(
            "content", "the file can't be decoded: the digits differ from those that were coded"
        )
    yield pixels


def _opened(raw: bytes) -> tuple[ExactVAE, int, int]:
    """The model, the number of digits, and their checksum, of a file that is whole."""
    if raw[: len(MARK)] != MARK:
        raise BitsError(
            "foreign", f"this is not a compressed file: it does not begin with {MARK.decode()}"
        )
    if len(raw) < HEADER:
        raise BitsError("cut", f"the file is cut: it has {len(raw)} bytes, its header has {HEADER}")
    _, version, checksum, count, words, of_pixels = _HEADER.unpack_from(raw)
    if version != VERSION:
        raise BitsError(
            "version", f"the file has format version {version}; only {VERSION} can be read"
        )
    expected = HEADER + 4 * words
    if len(raw) < expected:
        raise BitsError("cut", f"the file is cut: it has {len(raw):,} bytes of {expected:,}")
    if len(raw) > expected:
        raise BitsError(
            "altered", f"the file is altered: it has {len(raw):,} bytes instead of {expected:,}"
        )
    (check,) = struct.unpack_from("<I", raw, _HEADER.size)
    if check != zlib.crc32(raw[HEADER:], zlib.crc32(raw[: _HEADER.size])):
        raise BitsError(
            "altered", "the file is altered: its checksum does not agree with its content"
        )
    try:
        network = networks.by_checksum(checksum)
    except ValueError as error:
        raise BitsError("model", str(error)) from None
    if not 1 <= count <= MAX_DIGITS:
        raise BitsError(
            "altered", f"the file holds {count:,} digits; it may hold 1 to {MAX_DIGITS:,}"
        )
    return network, count, of_pixels


def _check(pixels: Pixels, network: ExactVAE) -> None:
    if not 1 <= len(pixels) <= MAX_DIGITS:
        raise ValueError(f"there are {len(pixels):,} digits; 1 to {MAX_DIGITS:,} can be compressed")
    if not network.settings.levels:
        other = pixels[(pixels != 0) & (pixels != 255)]
        if len(other):
            raise ValueError(
                f"a pixel is {other[0]}; this model codes only pixels that are 0 or 255"
            )
