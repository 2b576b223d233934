"""Find the nearest training digit of a picture, to see whether a model memorised it."""

from __future__ import annotations

import numpy as np

from vae_demo.digits.mnist import Digits, batches, check_pictures, pixel_rows

CHUNK = 1000  # training digits at a time


def nearest_training_digits(pictures: np.ndarray, digits: Digits) -> tuple[np.ndarray, np.ndarray]:
    """Find the nearest training digit of each picture (n, 28, 28) uint8.

    Returns its position, (n,) int64, the first one in case of a tie, and the squared distance, (n,)
    float64, summed over the 784 pixels, ink in [0, 1].

    Raises:
        ValueError: if the shape or type is wrong, or there are no digits.
    """
    check_pictures(pictures, 0)
    if not len(digits):
        raise ValueError("there are no digits to compare with")
    positions, distances = [np.empty(0, np.int64)], [np.empty(0)]
    for some in map(pixel_rows, batches(pictures, 100)):
        others = map(pixel_rows, batches(digits.images, CHUNK))
        # All values are integers below 2⁵³, so float64 is exact and ties are found.
        parts = [np.square(other).sum(1) - 2 * some @ other.T for other in others]
        # (100, digits), without |picture|², which is the same for all
        found = np.concatenate(parts, 1)
        positions.append(found.argmin(1))
        distances.append((found.min(1) + np.square(some).sum(1)) / 255**2)
    return np.concatenate(positions), np.concatenate(distances)
