"""Thin straight lines in a picture of marks: ruling, boxes, margins; found, and removed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.uint8]  # 0 or 1
Pixels = tuple[NDArray[np.int64], NDArray[np.int64]]  # the rows and columns of pixels

MAX_WIDTH = 0.018  # of the long side; what is wider is a stroke
MIN_LENGTH = 0.18  # of the long side
MAX_GAP = 0.08  # of the long side; where a line is interrupted
MOST = 120  # lines
REACH = 3  # pixels that a line may deviate from its straight course
PARALLEL = 0.09  # radians


@dataclass(frozen=True)
class StraightLine:
    """A straight line, by its normal and by the places along it where it begins and ends."""

    angle: float  # of the normal, in radians from 0 to pi
    offset: float  # pixels from the corner of the picture, along the normal
    start: float  # pixels along the line
    end: float
    width: float  # pixels

    @property
    def length(self) -> float:
        """In pixels."""
        return self.end - self.start

    def ends(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The points (x, y) of its ends."""
        normal, along = _directions(self.angle)
        return self.offset * normal + self.start * along, self.offset * normal + self.end * along


def straight_lines(mask: Mask) -> list[StraightLine]:
    """The lines of a mask (h, w) that are ruling, a margin or a box, and no strokes of a digit.

    Segments are found by the Hough transform of what is thin, and measured along their course.
    """
    import cv2

    side = max(mask.shape)
    widest = max(3, round(MAX_WIDTH * side))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (widest + 1, widest + 1))
    thin = mask & (1 - cv2.dilate(cv2.morphologyEx(mask, cv2.MORPH_OPEN, disc), disc))
    shortest, gap = MIN_LENGTH * side, 0.75 * MAX_GAP * side
    found = cv2.HoughLinesP(thin, 1, np.pi / 360, round(shortest * 2 / 3), None, shortest, gap)
    segments = np.empty((0, 4)) if found is None else found.reshape(-1, 4).astype(float)
    lengths = np.hypot(segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1])
    lines: list[StraightLine] = []
    for x0, y0, x1, y1 in segments[np.argsort(-lengths)]:
        angle = float(np.arctan2(x1 - x0, y0 - y1) % np.pi)
        offset = float(np.array([x0 + x1, y0 + y1]) / 2 @ _directions(angle)[0])
        if len(lines) < MOST and not any(_is_same(line, angle, offset, side) for line in lines):
            line = _measured(thin, angle, offset, widest)
            if line and line.length >= shortest:
                lines.append(line)
    return [line for line in lines if _is_ruling(line, lines, mask.shape)]


def without_lines(mask: Mask, lines: list[StraightLine]) -> Mask:
    """The mask without the lines, but with the strokes that cross them.

    Where the marks across a line are about as wide as it is, they are the line; where they are
    wider, a stroke crosses it. Short gaps that a removed line leaves in a stroke are closed.
    """
    import cv2

    cut = mask.copy()
    for line in lines:
        (y, x), _ = _across(mask.shape, line.angle, line.offset, round(2 * line.width) + 2 * REACH)
        start, end = _runs(mask[y, x] > 0)
        width = end - start
        if not width.any():
            continue
        usual = min(1.6 * float(np.median(width[width > 0])), 1.8 * line.width)
        is_line = (width > 0) & (width <= usual + 1.5)
        column = np.arange(y.shape[1])
        gone = is_line[:, None] & (column >= start[:, None] - 1) & (column <= end[:, None])
        cut[y[gone], x[gone]] = 0
    size = 2 * round(float(np.median([line.width for line in lines]))) + 3
    return cut | (cv2.morphologyEx(cut, cv2.MORPH_CLOSE, np.ones((size, size), np.uint8)) & mask)


def drawn_lines(lines: list[StraightLine], shape: tuple[int, ...]) -> Mask:
    """The mask (h, w) of the lines, a little wider than they are."""
    import cv2

    drawn = np.zeros(shape, np.uint8)
    for line in lines:
        one, other = (np.rint(point).astype(int).tolist() for point in line.ends())
        cv2.line(drawn, one, other, 1, round(line.width) + 2 * REACH)
    return drawn


def _directions(angle: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The unit vectors (x, y) of the normal and along the line."""
    cos, sin = np.cos(angle), np.sin(angle)
    return np.array([cos, sin]), np.array([-sin, cos])


def _is_same(line: StraightLine, angle: float, offset: float, side: int) -> bool:
    turn = abs(angle - line.angle)
    if turn > np.pi / 2:  # the normals point to opposite sides
        turn, offset = np.pi - turn, -offset
    return turn < 0.06 and abs(offset - line.offset) < 0.012 * side


def _across(
    shape: tuple[int, ...], angle: float, offset: float, reach: int
) -> tuple[Pixels, NDArray[np.float64]]:
    """The pixels (n, 2 reach + 1) across a line, and the places (n,) along it.

    The line runs through the middle column.
    """
    h, w = shape
    normal, along = _directions(angle)
    places = np.arange(-np.hypot(h, w), np.hypot(h, w))
    points = offset * normal + places[:, None] * along
    inside = (points >= 0).all(1) & (points[:, 0] <= w - 1) & (points[:, 1] <= h - 1)
    steps = np.arange(-reach, reach + 1)
    x = np.rint(points[inside, :1] + steps * normal[0]).astype(int).clip(0, w - 1)
    y = np.rint(points[inside, 1:] + steps * normal[1]).astype(int).clip(0, h - 1)
    return (y, x), places[inside]


def _runs(rows: NDArray[np.bool_]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Where the marks next to the middle of each row (n, k) begin and end; 0 and 0 for none."""
    k = rows.shape[1]
    near = slice(k // 2 - REACH, k // 2 + REACH + 1)
    away = np.abs(np.arange(-REACH, REACH + 1))
    first = (k // 2 - REACH + np.where(rows[:, near], away, k).argmin(1))[:, None]
    column = np.arange(k)
    start = np.where(~rows & (column < first), column, -1).max(1) + 1
    end = np.where(~rows & (column > first), column, k).min(1)
    some = rows[:, near].any(1)
    return start * some, end * some


def _measured(mask: Mask, angle: float, offset: float, widest: int) -> StraightLine | None:
    """The longest piece of a line; None if it is mostly gaps."""
    (y, x), places = _across(mask.shape, angle, offset, 2 * widest + REACH)
    if not len(places):
        return None
    start, end = _runs(mask[y, x] > 0)
    marked = np.flatnonzero(end - start)
    pieces = np.split(marked, 1 + np.flatnonzero(np.diff(marked) > MAX_GAP * max(mask.shape)))
    piece = max(pieces, key=len)
    if len(piece) < 2 or len(piece) < 0.6 * (piece[-1] - piece[0] + 1):
        return None
    width = float(np.median((end - start)[piece]))
    return StraightLine(angle, offset, float(places[piece[0]]), float(places[piece[-1]]), width)


def _is_ruling(line: StraightLine, lines: list[StraightLine], shape: tuple[int, ...]) -> bool:
    """Whether a line is long and reaches the rim, or has companions, as in squares or a box."""
    side, size = max(shape), np.array(shape[::-1])
    rim = 0.02 * side
    at_rim = any(bool((end < rim).any() or (end > size - rim).any()) for end in line.ends())
    if line.length > 0.8 * side or (at_rim and line.length > 0.35 * side):
        return True
    parallel = perpendicular = 0
    for other in lines:
        if other is not line and 0.6 < other.length / line.length < 1.7:
            turn = abs(other.angle - line.angle)
            parallel += min(turn, np.pi - turn) < PARALLEL
            perpendicular += abs(turn - np.pi / 2) < PARALLEL
    return parallel >= 3 or (parallel >= 1 and perpendicular >= 1)
