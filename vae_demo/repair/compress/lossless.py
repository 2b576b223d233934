"""The size of a digit in lossless formats: whole files, and their coded pixels alone."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable

import numpy as np
from jaxtyping import UInt8
from PIL import Image

Picture = UInt8[np.ndarray, "height width"]


def png_file(picture: Picture) -> bytes:
    """A PNG file, as small as Pillow makes it."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def png_data(picture: Picture) -> bytes:
    """The data of a PNG file without its chunks' headers: filtered and deflated pixels."""
    return b"".join(_chunks(png_file(picture)[8:], b"IDAT", big=True))


def webp_file(picture: Picture) -> bytes:
    """A lossless WebP file."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "WEBP", lossless=True, quality=100, method=6)
    return buffer.getvalue()


def webp_data(picture: Picture) -> bytes:
    """The coded picture of a lossless WebP file."""
    return b"".join(riff_chunks(webp_file(picture), b"VP8L"))


def _gzip(raw: bytes) -> bytes:
    return gzip.compress(raw, 9, mtime=0)


def _deflate(raw: bytes) -> bytes:
    coder = zlib.compressobj(9, wbits=-15)
    return coder.compress(raw) + coder.flush()


def _bz2(raw: bytes) -> bytes:
    return bz2.compress(raw, 9)


def _xz(raw: bytes) -> bytes:
    """With a dictionary of 8 MB, which holds all test digits; that of 9 takes long to allocate."""
    return lzma.compress(raw, preset=6 | lzma.PRESET_EXTREME)


def _zstd(raw: bytes) -> bytes:
    import zstandard

    return zstandard.ZstdCompressor(level=22).compress(raw)


#: formats of pictures
PICTURES: dict[str, Callable[[Picture], bytes]] = {
    "png": png_file,
    "png-data": png_data,
    "webp": webp_file,
    "webp-data": webp_data,
}
#: formats of any bytes
BYTES: dict[str, Callable[[bytes], bytes]] = {
    "gzip": _gzip,
    "deflate": _deflate,
    "bz2": _bz2,
    "xz": _xz,
    "zstd": _zstd,
}


def bits_of(picture: Picture) -> dict[str, int]:
    """The bits of a picture in each format."""
    found = {name: 8 * len(write(picture)) for name, write in PICTURES.items()}
    return found | {name: 8 * len(pack(picture.tobytes())) for name, pack in BYTES.items()}


def bits_together(pictures: UInt8[np.ndarray, "n height width"]) -> dict[str, int]:
    """The bits of all pictures packed together, for formats of any bytes."""
    return {name: 8 * len(pack(pictures.tobytes())) for name, pack in BYTES.items()}


def riff_chunks(raw: bytes, kind: bytes) -> list[bytes]:
    """The content of the chunks of one kind in a RIFF file, which WebP is."""
    return _chunks(raw[12:], kind, big=False)


def _chunks(raw: bytes, kind: bytes, *, big: bool) -> list[bytes]:
    """The content of chunks: 8 bytes of length and kind, and after that of PNG a checksum."""
    found, at = [], 0
    while at + 8 <= len(raw):
        head = raw[at : at + 8]
        size, name = (head[:4], head[4:]) if big else (head[4:], head[:4])
        length = int.from_bytes(size, "big" if big else "little")
        if name == kind:
            found.append(raw[at + 8 : at + 8 + length])
        at += 8 + length + (4 if big else length % 2)
    return found
