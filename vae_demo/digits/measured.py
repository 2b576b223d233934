"""The attributes of all 70,000 digits, measured once and shipped in `data/attributes.npz`.

    python -m vae_demo.digits.measured     measures them and writes the file, in two minutes

Ink is not in the file: it is a sum of pixels.
"""

from __future__ import annotations

import functools
import io
import zipfile
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vae_demo.atomic import write_atomically
from vae_demo.digits import mnist
from vae_demo.digits.attributes import UNITS, inks, measure

FILE = mnist.FOLDER / "attributes.npz"
_STORED = tuple(name for name in UNITS if name != "ink")
_SIZES = (60_000, 10_000)

ATTRIBUTES = ("thickness", "slant", "width", "height")
"""Those that a model is given: length and ink follow from them and from the digit."""

Attributes = dict[str, NDArray[np.float32]]


@functools.cache
def train_attributes() -> Attributes:
    """The attributes of the 60,000 training digits, each (60000,), rounded to 11 bits but for ink.

    Raises:
        DataError: if a file is missing or damaged.
    """
    return _of(mnist.train_digits(), slice(None, _SIZES[0]))


@functools.cache
def test_attributes() -> Attributes:
    """The attributes of the 10,000 test digits, each (10000,), rounded to 11 bits but for ink.

    Raises:
        DataError: if a file is missing or damaged.
    """
    return _of(mnist.test_digits(), slice(_SIZES[0], None))


def attributes_of(digits: mnist.Digits) -> Attributes:
    """The attributes of any digits: the stored ones of whole sets, others are measured now.

    Measuring takes 2 ms for each digit.
    """
    if digits is mnist.train_digits() and len(digits) == _SIZES[0]:
        return train_attributes()
    return measure(digits.images)


@functools.cache
def scales() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mean and standard deviation of `ATTRIBUTES` over the training digits, (4,) each."""
    values = np.stack([_stored()[name][: _SIZES[0]].astype(np.float32) for name in ATTRIBUTES])
    return values.mean(1), values.std(1)


def standardised(attributes: Attributes) -> NDArray[np.float32]:
    """`ATTRIBUTES` as standard deviations from their mean over the training digits, (n, 4)."""
    middle, spread = scales()
    return (np.stack([attributes[name] for name in ATTRIBUTES], 1) - middle) / spread


def _of(digits: mnist.Digits, part: slice) -> Attributes:
    found = {name: values[part].astype(np.float32) for name, values in _stored().items()}
    found["ink"] = inks(digits.images)
    for values in found.values():
        values.flags.writeable = False
    return found


@functools.cache
def _stored() -> dict[str, NDArray[np.float16]]:
    restore = "restore it with 'git checkout -- data'"
    try:
        with np.load(io.BytesIO(FILE.read_bytes()), allow_pickle=False) as arrays:
            found = {name: arrays[name] for name in _STORED}
    except FileNotFoundError:
        raise mnist.DataError(f"{FILE} is missing; {restore}") from None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise mnist.DataError(f"{FILE} is damaged: {error}; {restore}") from None
    expected = (np.float16, (sum(_SIZES),))
    for name, values in found.items():
        if (values.dtype, values.shape) != expected or not np.isfinite(values).all():
            raise mnist.DataError(f"{FILE} is damaged: {name} is not one number a digit; {restore}")
    return found


def main() -> None:
    images = np.concatenate([digits.images for digits in mnist.load()])
    found = measure(images)
    buffer = io.BytesIO()
    stored: dict[str, Any] = {name: found[name].astype(np.float16) for name in _STORED}
    np.savez_compressed(buffer, **stored)
    write_atomically(FILE, buffer.getvalue())
    print(f"wrote {FILE}")


if __name__ == "__main__":
    main()
