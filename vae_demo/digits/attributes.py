"""Attributes of digits: stroke length, thickness, slant, width, height and ink.

All but ink are defined as in Morpho-MNIST: Castro, Tan, Kainz, Konukoglu and Glocker,
"Morpho-MNIST: Quantitative Assessment and Diagnostics for Representation Learning", JMLR 20(178),
2019, and its published code. A digit is first enlarged four times by cubic splines and
smoothed a little; what is brighter than the middle between its darkest and brightest value is the
stroke. `docs/measurements.md` says how these values differ from those of the published code.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from vae_demo.digits import mnist
from vae_demo.digits.medial_axis import medial_axes

UNITS = {
    "length": "pixels",
    "thickness": "pixels",
    "slant": "degrees",
    "width": "pixels",
    "height": "pixels",
    "ink": "pixels",
}
FINE = 4  # cells per pixel of the enlarged digit
OUTSIDE = 0.02  # share of the ink that may lie outside of the width, and outside of the height
_CHUNK = 100  # digits at a time; their arrays stay in the cache of a processor
_STEPS = ((0, 1, 1.0), (1, 0, 1.0), (1, 1, 2**0.5), (1, -1, 2**0.5))  # rows, columns, length

Floats = NDArray[np.float64]


def measure(images: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
    """Each attribute of each digit, (n,), by its name.

    They are defined in `lengths_and_thicknesses`, `slants_and_sizes` and `inks`.

    Args:
        images: Shape (n, 28, 28), white ink on black. Of a picture with only one value, as of a
            blank one, or with hardly any ink, all attributes but ink are NaN.

    Raises:
        ValueError: if the images have another shape or type.
    """
    mnist.check_pictures(images, 0)
    found = {name: np.full(len(images), np.nan, np.float32) for name in UNITS}
    found["ink"] = inks(images)
    drawn = np.flatnonzero(images.max((1, 2)) > images.min((1, 2)))
    for some in mnist.batches(drawn, _CHUNK):
        fine = enlarged(images[some])
        seen = fine.max((1, 2)) > fine.min((1, 2))  # ink of 1 or 2 of 255 is rounded away
        if not seen.any():
            continue
        some, fine = some[seen], fine[seen]
        found["length"][some], found["thickness"][some] = lengths_and_thicknesses(fine)
        for name, values in slants_and_sizes(fine).items():
            found[name][some] = values
    return found


def inks(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The ink of each digit, (n,), in pixels: the sum of its grey values, where white is 1."""
    return (images.sum((1, 2), dtype=np.int64) / 255).astype(np.float32)


def enlarged(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The digits (n, 28, 28) with four times as many rows and columns, (n, 112, 112).

    Cubic splines through the pixels, limited to the range of their values, then a Gaussian with a
    standard deviation of 4/3 cells: `skimage.transform.pyramid_expand(digit, 4, order=3)`.
    """
    import cv2

    across = _splines(images.shape[1])
    sigma = 2 * FINE / 6
    reach = round(4 * sigma)  # cells; the Gaussian is 0 beyond
    found = np.empty((len(images), len(across), len(across)), np.uint8)
    for digit, fine in zip(images.astype(np.float32), found, strict=True):
        drawn = np.clip(across @ digit @ across.T, digit.min(), digit.max())
        size = (2 * reach + 1, 2 * reach + 1)
        fine[...] = cv2.GaussianBlur(drawn, size, sigma, borderType=cv2.BORDER_REFLECT)
    return found


@functools.cache
def _splines(side: int) -> NDArray[np.float32]:
    """The (4 side, side) matrix of interpolation by cubic splines, mirrored at the outer pixels."""

    def weights(places: Floats) -> Floats:
        knots = np.arange(-2, side + 2)
        t = np.abs(places[:, None] - knots)
        near, far = 2 / 3 - t**2 + t**3 / 2, np.maximum(2 - t, 0) ** 3 / 6
        folded = np.zeros((len(places), side))
        mirrored = side - 1 - np.abs(side - 1 - np.abs(knots))
        np.add.at(folded.T, mirrored, np.where(t < 1, near, far).T)
        return folded

    cells = (np.arange(FINE * side) + 0.5) / FINE - 0.5
    return np.asarray(
        weights(cells) @ np.linalg.inv(weights(np.arange(side, dtype=float))), np.float32
    )


def lengths_and_thicknesses(
    fine: NDArray[np.uint8],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The stroke's length and its mean thickness, (n,) each, in pixels, from `enlarged` digits.

    The length is the sum of the steps between neighbouring cells of the stroke's medial axis: 1 to
    the side, up and down, and the square root of 2 diagonally; where an axis turns, both ways round
    the corner count. The thickness is twice the mean distance of the axis from the background. An
    axis may fork towards the corners at a stroke's end. Of straight strokes, the length is at most
    one pixel too small and up to 6.5 too large, and the thickness within 21 %.
    """
    low, high = fine.min((1, 2)).astype(np.float32), fine.max((1, 2)).astype(np.float32)
    stroke = fine >= (low + (high - low) / 2)[:, None, None]
    axes, distances = medial_axes(stroke)
    length = np.zeros(len(fine))
    wide = np.pad(axes, ((0, 0), (0, 1), (1, 1)))
    for down, right, step in _STEPS:
        height, width = axes.shape[1:]
        other = wide[:, down : down + height, 1 + right : 1 + right + width]
        length += step * np.count_nonzero(axes & other, axis=(1, 2))
    # In float64, since a sum in float32 depends on where NumPy has put the array in memory.
    total = distances.sum((1, 2), dtype=np.float64, where=axes)
    thickness = 2 * total / np.count_nonzero(axes, axis=(1, 2)) / FINE
    return (length / FINE).astype(np.float32), thickness.astype(np.float32)


def slants_and_sizes(fine: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
    """The slant in degrees, and width and height in pixels, (n,) each, from `enlarged` digits.

    The slant is the angle from the vertical, positive if the digit leans to the right: its tangent
    is the covariance of the ink's columns and rows divided by the variance of its rows. The height
    is that of the middle 98 % of the ink. The width is that of the middle 98 %, too, between lines
    that lean as the digit does, so that a slanted digit is not wider.
    """
    side = fine.shape[1]
    cell = np.arange(side)
    rows = fine.sum(2, dtype=np.int64)
    mass = rows.sum(1)
    middle = rows @ cell / mass
    variance = rows @ cell**2 / mass - middle**2
    moments = (fine.astype(np.float32) @ cell.astype(np.float32)).astype(np.float64)  # of each row
    shear = (moments @ cell / mass - moments.sum(1) / mass * middle) / variance
    owner, row, column = np.nonzero(fine)
    upright = column + 0.5 - shear[owner] * (row - middle[owner])
    bins = np.clip(np.floor(upright).astype(np.int64) + 1, 0, side)
    counted = np.bincount(owner * (side + 1) + bins, fine[owner, row, column])
    columns = np.zeros((len(fine), side + 1))
    columns.flat[: len(counted)] = counted
    before = {"width": columns[:, :side], "height": np.pad(rows, ((0, 0), (1, 0)))[:, :side]}
    found = {"slant": np.rad2deg(np.arctan(-shear))}
    for name, ink in before.items():
        share = ink.cumsum(1) / mass[:, None]
        found[name] = (_reaches(share, 1 - OUTSIDE / 2) - _reaches(share, OUTSIDE / 2)) / FINE
    return {name: values.astype(np.float32) for name, values in found.items()}


def _reaches(rising: Floats, value: float) -> Floats:
    """Where each row of rising numbers, (n, k), reaches a value: a place from 0 to k - 1, (n,)."""
    last = rising.shape[1] - 1
    after = np.clip((rising <= value).sum(1), 1, last)
    row = np.arange(len(rising))
    low, high = rising[row, after - 1], rising[row, after]
    share = np.divide(value - low, high - low, np.ones(len(row)), where=high > low)
    return after - 1 + np.clip(share, 0, 1)
