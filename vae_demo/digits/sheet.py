"""A sheet of paper with straight sides on a uniform background, as in the black rim of a scan."""

import numpy as np
from numpy.typing import NDArray

LEAST = 0.2  # share of a picture; ink that covers less is not a sheet of paper
LEAST_SIDE = 28  # pixels
SHADES = 0.08  # of 1; most of a sheet is that near to its median


def find_sheet(light: NDArray[np.float64], ink: NDArray[np.bool_]) -> tuple[slice, slice] | None:
    """The rows and columns of a sheet, without its outermost pixels; None if there is none.

    Args:
        light: The luminance of the picture, (h, w).
        ink: Where it differs from its background, (h, w). This is a sheet if it covers a large part
            of the picture and fills most of a box and all of its sides.
    """
    if ink.mean() < LEAST:
        return None
    ys, xs = np.nonzero(ink.any(1))[0], np.nonzero(ink.any(0))[0]
    inset = 2 + max(len(ink), ink.shape[1]) // 100
    top, bottom, left, right = ys[0] + inset, ys[-1] + 1 - inset, xs[0] + inset, xs[-1] + 1 - inset
    inside = ink[top:bottom, left:right]
    if min(inside.shape) < max(LEAST_SIDE, 0.4 * max(inside.shape)) or inside.mean() < 0.5:
        return None
    sides = (inside[0], inside[-1], inside[:, 0], inside[:, -1])
    sheet = slice(top, bottom), slice(left, right)
    return sheet if all(side.mean() > 0.95 for side in sides) and _is_paper(light[sheet]) else None


def _is_paper(light: NDArray[np.float64]) -> bool:
    """Whether a sheet has about one shade, but not exactly: a filled square is not paper."""
    about_one = np.abs(light - np.median(light)) < SHADES
    return bool(np.ptp(light) > 0 and about_one.mean() > 0.6)
