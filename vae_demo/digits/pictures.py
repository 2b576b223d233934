"""Enlarge and tile digits, and encode them as PNG or GIF files. numpy in, bytes out."""

from __future__ import annotations

import functools
import io

import numpy as np
from PIL import Image


def enlarge(pixels: np.ndarray, scale: int) -> np.ndarray:
    """Repeat every pixel of (h, w) or (n, h, w) `scale` times in both directions."""
    return pixels.repeat(scale, axis=-2).repeat(scale, axis=-1)


def tile(pixels: np.ndarray, columns: int, *, scale: int = 1, gap: int = 0) -> np.ndarray:
    """Arrange pictures (n, h, w) uint8 in rows of `columns`, separated by `gap` grey pixels.

    Returns one picture (h', w') uint8. Empty places in the last row are grey. The gap is measured
    in pixels of the enlarged picture.
    """
    count, height, width = pixels.shape
    rows = -(-count // columns)
    height, width = height * scale + gap, width * scale + gap
    sheet = np.full((rows * height - gap, columns * width - gap), 128, np.uint8)
    for i, picture in enumerate(enlarge(pixels, scale)):
        top, left = i // columns * height, i % columns * width
        sheet[top : top + height - gap, left : left + width - gap] = picture
    return sheet


def png(pixels: np.ndarray) -> bytes:
    """A grey picture (h, w) uint8 as a PNG file. The most recent files are cached."""
    return _png(pixels.shape, pixels.tobytes())


@functools.lru_cache(maxsize=256)
def _png(shape: tuple[int, int], pixels: bytes) -> bytes:
    buffer = io.BytesIO()
    Image.frombytes("L", shape[::-1], pixels).save(buffer, "PNG")
    return buffer.getvalue()


def gif(frames: np.ndarray, milliseconds: int = 80) -> bytes:
    """Grey frames (n, h, w) uint8 as a GIF that plays forwards and backwards in an endless loop."""
    there_and_back = np.concatenate([frames, frames[-2:0:-1]])
    first, *rest = (Image.fromarray(frame) for frame in there_and_back)
    buffer = io.BytesIO()
    first.save(buffer, "GIF", save_all=True, append_images=rest, duration=milliseconds, loop=0)
    return buffer.getvalue()
