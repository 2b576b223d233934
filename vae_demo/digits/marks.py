"""The marks in a picture, and how likely each of them is a digit drawn by a pen."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vae_demo.digits.lines import Mask, straight_lines

Floats = NDArray[np.float32]
Box = tuple[int, int, int, int]  # left, top, right, bottom

MOST = 24  # marks that are looked at, the largest first
SPECK = 0.012  # of the long side; the side of the largest square that is a speck, not a mark
SLIT = 0.6  # widths of a stroke; pieces that are nearer to each other are one mark


@dataclass(frozen=True, eq=False)
class Mark:
    """A connected mark, or several that belong together."""

    mask: Mask  # the pixels in the box
    box: Box
    widths: Floats  # pixels; of its strokes, along their middle
    depths: Floats  # how much darker than the paper it is, along the middle of its strokes
    at_rim: bool  # whether it touches the rim of the picture

    @functools.cached_property
    def area(self) -> int:
        """In pixels."""
        return int(self.mask.sum())

    @functools.cached_property
    def width(self) -> float:
        """The mean width of its strokes in pixels."""
        return float(self.widths.mean())

    @functools.cached_property
    def depth(self) -> float:
        """The depth of its faint strokes."""
        return float(np.quantile(self.depths, 0.3))

    @property
    def size(self) -> int:
        """The long side of its box in pixels."""
        return max(self.mask.shape)

    def holes(self) -> int:
        """The number of its holes, without those smaller than a stroke."""
        import cv2

        way = (cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
        outlines, tree = cv2.findContours(np.ascontiguousarray(self.mask), *way)
        inner = [one for one, node in zip(outlines, tree[0], strict=True) if node[3] >= 0]
        return sum(cv2.contourArea(outline) > (self.width / 2) ** 2 for outline in inner)


def is_one_mark(ink: NDArray[np.bool_]) -> bool:
    """Whether all ink (h, w) is connected, and none of it is ruling or a box."""
    import cv2

    mask = ink.astype(np.uint8)
    return cv2.connectedComponents(mask)[0] == 2 and not straight_lines(mask)


def marks_of(mask: Mask, depth: Floats) -> list[Mark]:
    """The largest marks of a mask (h, w), each with the smaller ones that belong to it."""
    import cv2

    h, w = mask.shape
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    # The rim of the picture is not the edge of a stroke.
    wide = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    half = cv2.distanceTransform(wide, cv2.DIST_L2, 5)[1:-1, 1:-1]
    middle = (half >= cv2.dilate(half, np.ones((3, 3), np.uint8))) & (mask > 0)
    least = (SPECK * max(h, w)) ** 2
    single = []
    for i in 1 + np.argsort(-stats[1:, cv2.CC_STAT_AREA])[:MOST]:
        x, y, dx, dy, area = (int(number) for number in stats[i])
        if area < least:
            break
        place = (slice(y, y + dy), slice(x, x + dx))
        part = labels[place] == i
        line = middle[place] & part
        at_rim = x <= 1 or y <= 1 or x + dx >= w - 1 or y + dy >= h - 1
        box = (x, y, x + dx, y + dy)
        single.append(
            Mark(part.astype(np.uint8), box, 2 * half[place][line], depth[place][line], at_rim)
        )
    return [_with_neighbours(mark, single) for mark in single[: MOST // 2]]


def _with_neighbours(mark: Mark, others: list[Mark]) -> Mark:
    """A mark and the others that belong to it.

    These are smaller marks beside it by the same pen, such as the bar of a 5, and those that only a
    slit separates from it, as on the display of a calculator.
    """
    if mark.at_rim:
        return mark
    group = _across_slits(mark, others)
    box = functools.reduce(_union, (one.box for one in group))
    for other in others:
        union = _union(box, other.box)
        if (
            other not in group
            and not other.at_rim
            and 0.02 * mark.area < other.area <= mark.area
            and _gap(mark.box, other.box) < 0.15 * mark.size
            and 0.4 < other.width / mark.width < 2.5
            and other.depth > 0.4 * mark.depth
            and union[2] - union[0] < 1.3 * mark.size
            and union[3] - union[1] < 1.5 * mark.size
        ):
            group.append(other)
            box = union
    if len(group) == 1:
        return mark
    mask = _laid_into(box, group)
    widths = np.concatenate([one.widths for one in group])
    return Mark(mask, box, widths, np.concatenate([one.depths for one in group]), False)


def _across_slits(mark: Mark, others: list[Mark]) -> list[Mark]:
    """A mark and all that strokes of its width, with slits between them, connect it with."""
    import cv2

    group = [mark]
    reach = round(SLIT * mark.width)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    for one in group:  # grows
        for other in others:
            if (
                other not in group
                and not other.at_rim
                and other.area > 0.15 * mark.area
                and _gap(one.box, other.box) <= reach
                and 0.7 < other.width / mark.width < 1.4
                and 0.7 < other.depth / mark.depth < 1.4
            ):
                box = _union(one.box, other.box)
                if (cv2.dilate(_laid_into(box, [one]), disc) & _laid_into(box, [other])).any():
                    group.append(other)
    return group


def _laid_into(box: Box, marks: list[Mark]) -> Mask:
    """The pixels of marks in a box around all of them."""
    mask = np.zeros((box[3] - box[1], box[2] - box[0]), np.uint8)
    for one in marks:
        left, top, right, bottom = one.box
        mask[top - box[1] : bottom - box[1], left - box[0] : right - box[0]] |= one.mask
    return mask


def _union(one: Box, other: Box) -> Box:
    left, top = (min(one[i], other[i]) for i in (0, 1))
    right, bottom = (max(one[i], other[i]) for i in (2, 3))
    return left, top, right, bottom


def _gap(one: Box, other: Box) -> int:
    return max(other[0] - one[2], one[0] - other[2], other[1] - one[3], one[1] - other[3])


def rating(mark: Mark, level: float, shape: tuple[int, ...]) -> float:
    """How likely a mark is the digit, from 0 to 1, in a picture of a shape (h, w).

    A digit lies near the middle, is not tiny, and not at the rim. Its strokes are of one width, not
    a blob, not a hair and not a tangle; it has two holes at most and does not lie on its side. It
    was cut out at about half its depth, so that neither its edges nor its surroundings are part of
    the mark.
    """
    h, w = shape
    left, top, right, bottom = mark.box
    off = np.hypot((left + right) / w - 1, (top + bottom) / h - 1)
    length = mark.area / mark.width / mark.size  # of the strokes, in sizes of the mark
    fat = mark.widths.max() / mark.size
    wide = (right - left) / (bottom - top)
    found = min((bottom - top) / (0.12 * h), 1) * (0.25 if mark.at_rim else 1)
    for excess, tolerated in (
        (off, 0.75),
        (level / mark.depth - 0.5, 0.35),
        (max(fat - 0.42, 0), 0.15),
        (max(mark.widths.std() / mark.width - 0.4, 0), 0.25),
        (max(length - 4, 0), 1.5),
        (max(mark.holes() - 2, 0), 1.5),
        (max(wide - 1.6, 0), 0.6),
        (max(mark.size / mark.width - 45, 0), 15),
    ):
        found *= np.exp(-((excess / tolerated) ** 2))
    return float(found)
