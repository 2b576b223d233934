"""Find the nearest training digit of a picture, to see whether a model memorised it."""

from __future__ import annotations

import weakref

import numpy as np

from vae_demo.digits.mnist import SIDE, Digits, batches, check_pictures

CHUNK = 100  # pictures at a time
_BLOCK = 2  # pixels on each side of a block
_SLACK = 1000.0  # squared grey levels, more than single precision rounds off of a bound

_known_sums: weakref.WeakKeyDictionary[Digits, np.ndarray] = weakref.WeakKeyDictionary()


def nearest_training_digits(pictures: np.ndarray, digits: Digits) -> tuple[np.ndarray, np.ndarray]:
    """Find the nearest training digit of each picture (n, 28, 28) uint8.

    Returns its position, (n,) int64, the first one in case of a tie, and the squared distance, (n,)
    float64, summed over the 784 pixels, ink in [0, 1].

    The squared distance of two digits is at least a quarter of that of their sums over blocks of
    four pixels (Cauchy-Schwarz). Digits that can't be nearest by this bound are not compared.

    Raises:
        ValueError: if the shape or type is wrong, or there are no digits.
    """
    check_pictures(pictures, 0)
    if not len(digits):
        raise ValueError("there are no digits to compare with")
    sums = _known_sums.get(digits)
    if sums is None:
        sums = _known_sums[digits] = _block_sums(digits.images)
    squares = np.square(sums).sum(1)
    positions, distances = [], []
    for some in batches(pictures, CHUNK):
        own = _block_sums(some)
        bounds = (np.square(own).sum(1)[:, None] + squares - 2 * own @ sums.T) / _BLOCK**2
        for picture, bound in zip(some, bounds, strict=True):
            farthest = _squared(digits.images[[bound.argmin()]], picture)[0]
            near = np.flatnonzero(bound <= farthest + _SLACK)
            exact = _squared(digits.images[near], picture)
            positions.append(near[exact.argmin()])
            distances.append(exact.min())
    return np.array(positions, np.int64), np.array(distances, np.float64) / 255**2


def _squared(images: np.ndarray, picture: np.ndarray) -> np.ndarray:
    """The squared distances of images (n, 28, 28) from a picture, (n,) int64."""
    apart = images.astype(np.int32) - picture
    return np.square(apart).sum((1, 2), dtype=np.int64)


def _block_sums(images: np.ndarray) -> np.ndarray:
    """The sums over all blocks, (n, 196) float32."""
    side = SIDE // _BLOCK
    blocks = images.reshape(-1, side, _BLOCK, side, _BLOCK)
    return blocks.sum((2, 4), dtype=np.uint16).reshape(-1, side**2).astype(np.float32)
