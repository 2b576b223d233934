"""Read the digits that a command repairs, from a picture or an `.npz`, and write the repaired ones.

Nothing is unpickled, and the size of an array is checked before it is unpacked.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from vae_demo.atomic import write_atomically
from vae_demo.digits import Remark, open_picture, pictures, read_digit
from vae_demo.digits.mnist import SIDE

MAX_DIGITS = 100_000
MANY = ".npz"  # the suffix of a file with many digits
MASK = "mask"  # the name of an array that says which pixels are unknown


def read_pixels(path: Path, sides: Sequence[int] = (SIDE,), *, exact: bool = False) -> np.ndarray:
    """The digits of a file, as `read_with_remarks` has them."""
    return read_with_remarks(path, sides, exact=exact)[0]


def read_with_remarks(
    path: Path, sides: Sequence[int] = (SIDE,), *, exact: bool = False
) -> tuple[np.ndarray, tuple[Remark, ...]]:
    """The digits of a file, (n, side, side) uint8, white ink on black, and what else is seen.

    An `.npz` holds them as `images`. A picture with one of the given sides is taken pixel for
    pixel; from any other, the digit is read as from a drawing or a photograph, if 28 is a side and
    not `exact`.

    Raises:
        ValueError: if the file can't be read or holds something else; the message says what.
    """
    if path.suffix == MANY:
        return read_array(path, "images", sides), ()
    return _picture(path, sides, exact)


def read_array(path: Path, name: str, sides: Sequence[int] = (SIDE,)) -> np.ndarray:
    """An array of an `.npz`, (n, side, side) uint8; a mask may be bool.

    Raises:
        ValueError: if the file can't be read, or the array is missing or is another one.
    """
    kinds = "bool or uint8" if name == MASK else "uint8"
    expected = f"{kinds} of shape {' or '.join(f'(n, {side}, {side})' for side in sides)}"
    try:
        with zipfile.ZipFile(path) as file:
            sizes = {each.filename.removesuffix(".npy"): each.file_size for each in file.filelist}
    except zipfile.BadZipFile:
        raise ValueError(f"{path} can't be read as an .npz file") from None
    if name not in sizes:
        there = ", ".join(sorted(sizes)) or "nothing"
        raise ValueError(f"{path} has no array {name!r}; it has: {there}")
    if sizes[name] > MAX_DIGITS * SIDE**2 + 1024:  # the digits and the header
        raise ValueError(f"{path}: {name} is larger than {MAX_DIGITS:,} digits")
    try:
        with np.load(path, allow_pickle=False) as arrays:
            array = arrays[name]
    except (ValueError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError):
        raise ValueError(f"{path}: {name} can't be read; it must be {expected}") from None
    shapes = [(side, side) for side in sides]
    if (
        str(array.dtype) not in kinds.split(" or ")
        or array.ndim != 3
        or array.shape[1:] not in shapes
    ):
        raise ValueError(
            f"{path}: {name} is {array.dtype} of shape {array.shape}; it must be {expected}"
        )
    if not 1 <= len(array) <= MAX_DIGITS:
        raise ValueError(
            f"{path}: {name} holds {len(array)} digits; it may hold 1 to {MAX_DIGITS:,}"
        )
    return array


def read_mask(path: Path) -> np.ndarray:
    """A mask, (n, 28, 28) bool, True = unknown.

    It is the array `mask` of an `.npz`, or a picture of 28×28 pixels. Bool, 0 and 1, and 0 and 255
    mean the same.

    Raises:
        ValueError: if the file can't be read or holds something else; the message says what.
    """
    mask = read_array(path, MASK) if path.suffix == MANY else _picture(path, (SIDE,), True)[0]
    values = np.unique(mask)
    if mask.dtype != bool and not (set(values) <= {0, 1} or set(values) <= {0, 255}):
        raise ValueError(
            f"{path}: the mask has values from {values[0]} to {values[-1]}; "
            f"it must have only 0 and 1, or 0 and 255, where 0 is a known pixel"
        )
    return mask != 0


def _picture(
    path: Path, sides: Sequence[int], exact: bool
) -> tuple[np.ndarray, tuple[Remark, ...]]:
    """The digit in a picture file, (1, side, side), and what else is seen."""
    rgba = open_picture(path)
    height, width = rgba.shape[:2]
    fits = height == width and width in sides
    if fits and (rgba[..., 3] == 255).all():
        return np.rint(rgba[None, ..., :3].mean(-1)).astype(np.uint8), ()
    if SIDE in sides and not exact:
        reading = read_digit(rgba)
        return reading.digit[None], reading.remarks
    if fits:
        raise ValueError(f"{path} has transparent pixels; it must have none")
    allowed = " or ".join(f"{side} x {side}" for side in sides)
    raise ValueError(f"{path} has {width} x {height} pixels; it must have {allowed}")


def write_pixels(path: Path, pixels: np.ndarray) -> None:
    """Write digits (n, 28, 28) uint8 as `images` of an `.npz`, or one digit as a PNG file."""
    if path.suffix != MANY:
        write_atomically(path, pictures.png(pixels[0]))
        return
    buffer = io.BytesIO()
    np.savez_compressed(buffer, images=pixels)
    write_atomically(path, buffer.getvalue())
