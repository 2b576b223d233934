"""The training digit most like a picture, to see what a model memorised."""

from __future__ import annotations

import numpy as np

from vae_demo.digits.mnist import Digits, batches, check_pictures, pixel_rows

CHUNK = 1000  # training digits at a time


def nearest_training_digits(pictures: np.ndarray, digits: Digits) -> tuple[np.ndarray, np.ndarray]:
    """The training digit most like each picture (n, 28, 28) uint8, to see what was memorised.

    Returns its position, (n,) int64, the first of equals, and the squared distance, (n,)
    float64, summed over the 784 pixels, ink in [0, 1].

    Raises:
        ValueError: another shape or type, or no digits.
    """
    check_pictures(pictures, 0)
    if not len(digits):
        raise ValueError("there are no digits to compare with")
    positions, distances = [np.empty(0, np.int64)], [np.empty(0)]
    for some in map(pixel_rows, batches(pictures, 100)):
        others = map(pixel_rows, batches(digits.images, CHUNK))
        # Whole numbers below 2⁵³ all along: nothing is rounded, equals are equal.
        parts = [np.square(other).sum(1) - 2 * some @ other.T for other in others]
        found = np.concatenate(parts, 1)  # (100, digits), without |picture|², the same for all
        positions.append(found.argmin(1))
        distances.append((found.min(1) + np.square(some).sum(1)) / 255**2)
    return np.concatenate(positions), np.concatenate(distances)
