"""The medial axis of shapes: lines one pixel wide, equally far from the edge on both sides.

Pixels are removed one by one, those nearest to the edge first, unless that would cut the shape or
shorten a line: the algorithm of `skimage.morphology.medial_axis`. Where several pixels are equally
near, that function chooses at random, and its axis differs from call to call. Here a hash of the
pixel's place in the shape decides, so that an axis is always the same and moves with its shape. All
shapes are thinned at once.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

Shapes = NDArray[np.bool_]


def medial_axes(shapes: Shapes) -> tuple[Shapes, NDArray[np.float32]]:
    """The medial axis of each shape, and how far each of its pixels is from the background.

    Args:
        shapes: Shape (n, h, w). What is beyond the frame is background.

    Returns:
        The axes, (n, h, w), and the distances to the nearest pixel of the background, (n, h, w), in
        pixels from centre to centre; 0 outside the shapes.
    """
    import cv2

    wide = np.pad(shapes.astype(np.uint8), ((0, 0), (1, 1), (1, 1)))
    exact = cv2.DIST_MASK_PRECISE
    distances = np.zeros(wide.shape, np.float32)
    for shape, distance in zip(wide, distances, strict=True):
        cv2.distanceTransform(shape, cv2.DIST_L2, exact, dst=distance)
    pixels, around = wide.reshape(-1), _around(wide.shape[2])
    inside = np.flatnonzero(pixels)
    owner = inside // wide[0].size  # the shape of each pixel
    neighbours = pixels[inside[:, None] + around].sum(1, dtype=np.int64)
    squared = np.rint(distances.reshape(-1)[inside] ** 2).astype(np.int64)
    # OpenCV's last bit depends on where an array lies in memory.
    distances.reshape(-1)[inside] = np.sqrt(squared)
    order = np.lexsort((_tie_breakers(wide, inside, owner), -neighbours, squared, owner))
    inside, counts = inside[order], np.bincount(owner, minlength=len(wide))
    longest = np.argsort(-counts, kind="stable")
    starts, ends = (np.cumsum(counts) - counts)[longest], -counts[longest]
    for step in range(counts.max(initial=0)):  # one pixel of each shape that has one left
        some = inside[starts[: np.searchsorted(ends, -step)] + step]
        pattern = np.packbits(pixels[some[:, None] + around], axis=1)[:, 0]
        pixels[some] = _stays()[pattern]
    inner = (slice(None), slice(1, -1), slice(1, -1))
    return wide[inner].astype(bool), distances[inner]


def _tie_breakers(
    wide: NDArray[np.uint8], inside: NDArray[np.int64], owner: NDArray[np.int64]
) -> NDArray[np.uint64]:
    """A hash of each pixel's row and column, counted from the top left of its shape."""
    rows, columns = np.divmod(inside % wide[0].size, wide.shape[2])
    rows -= wide.any(2).argmax(1)[owner]
    columns -= wide.any(1).argmax(1)[owner]
    found = (rows * wide.shape[2] + columns + 1).astype(np.uint64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):  # SplitMix64
        found = (found ^ found >> np.uint64(shift)) * np.uint64(factor)
    return found ^ found >> np.uint64(31)


def _around(width: int) -> NDArray[np.int64]:
    """Where the eight neighbours of a pixel are, in rows of this width, from the top left."""
    return np.array([width * y + x for y in (-1, 0, 1) for x in (-1, 0, 1) if y or x])


@functools.cache
def _stays() -> NDArray[np.uint8]:
    """For each of the 256 patterns of neighbours, whether the pixel between them stays, 0 or 1.

    It does if it joins pieces or ends a line.
    """
    import cv2

    patterns = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1)
    pieces = [
        cv2.connectedComponents(np.insert(each, 4, 0).reshape(3, 3))[0] - 1 for each in patterns
    ]
    return ((np.array(pieces) != 1) | (patterns.sum(1) < 2)).astype(np.uint8)
