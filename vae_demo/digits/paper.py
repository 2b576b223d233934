"""The digit on a sheet of paper: which of the marks in a photograph or a scan it is.

Rules, boxes, the edges of the paper, a table, a thumb and printed words are marks, too. Marks are
cut out at several levels of contrast, with and without straight lines, and each is rated by plain
features; the one with the best rating is the digit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vae_demo.digits.lines import (
    Mask,
    StraightLine,
    drawn_lines,
    straight_lines,
    without_lines,
)
from vae_demo.digits.marks import Floats, Mark, marks_of, rating

Remark = Literal["several", "glare", "unclear"]
REMARKS: dict[Remark, str] = {
    "several": "several marks in the picture may be the digit, and one near the middle was read; "
    "crop the picture to one digit",
    "glare": "light is reflected from the paper near the digit, and parts of its strokes may be "
    "lost; take the picture with less light",
    "unclear": "no mark in the picture is clearly a digit, and this is a guess; crop the picture "
    "to the digit, or draw it with a thicker pen",
}

SIDES = (320, 640)  # pixels; between them is the long side of the picture that is searched
MIN_DEPTH = 0.1  # fainter marks are not ink; at 0.1 there is about 10 % less light
GRAIN = 5.0  # standard deviations of the noise; fainter marks are not ink
MAX_GRAIN = 0.4  # depth; a picture with more grain shows much else than paper
LEVELS, STEP = 9, 1.35  # levels of depth at which marks are cut out, and their ratio
# Sign, widest mark, trust: see `_searched`.
SEARCHES = ((1, 0.25, 1.0), (1, 0.5, 1.0), (-1, 0.25, 0.6))
SURE = 0.6  # rating of a digit, with which no other search is tried
CLEAR = 0.4  # rating of a clear digit
LEAST = 0.1  # rating of what may be a digit at all
RIVAL = 0.4  # share of the best rating with which another mark may be the digit as well
COMPANY = 0.15  # share of a mark's ink that others by the same pen have, if it is one of several
GLARE = 0.12  # how much more light, on the logarithmic scale, a reflection has than the paper


@dataclass(frozen=True, eq=False)
class PaperDigit:
    """The digit on a sheet of paper."""

    ink: Floats  # (h, w) in [0, 1]; 0 wherever the digit is not
    rating: float  # how likely it is a digit, from 0 to 1
    remarks: tuple[Remark, ...]  # what is seen beside it


@dataclass(frozen=True, eq=False)
class _Search:
    """The marks of a picture, looked for in one way."""

    depth: Floats  # (h, w), how much darker than the paper each pixel is
    paper: Floats  # (h, w), the logarithm of the light on the bare paper
    marks: list[tuple[float, Mark]]  # with their ratings


def find_digit(colour: NDArray[np.float64], ground: float | None = None) -> PaperDigit | None:
    """The digit on a sheet of paper or on a board; None if there is none.

    Args:
        colour: (h, w, 1 or 3) in [0, 1].
        ground: The luminance of a background that is the same everywhere; None to estimate it.
    """
    import cv2

    cv2.setNumThreads(1)  # a server answers several visitors at a time
    h, w = colour.shape[:2]
    scale = np.clip(max(h, w), *SIDES) / max(h, w)
    size = (max(1, round(w * scale)), max(1, round(h * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    seen = cv2.resize(colour.astype(np.float32), size, interpolation=way)
    search = _searched(seen.reshape(size[1], size[0], -1), ground)
    best, mark = max(search.marks, key=lambda pair: pair[0], default=(0.0, None))
    if mark is None or best < LEAST:
        return None
    remarks: list[Remark] = []
    if _has_rival(best, mark, search.marks) or _has_company(mark, search.depth):
        remarks.append("several")
    if _in_glare(mark, search.paper):
        remarks.append("glare")
    if best < CLEAR:
        remarks.append("unclear")
    way = cv2.INTER_AREA if scale > 1 else cv2.INTER_LINEAR
    ink = cv2.resize(_ink(mark, search.depth), (w, h), interpolation=way)
    return PaperDigit(ink, best, tuple(remarks))


def _searched(colour: Floats, ground: float | None) -> _Search:
    """The search with the best mark.

    The first of `SEARCHES` sees marks up to a quarter of the picture wide. If it finds none
    that is surely a digit, wider marks are looked for, and light marks instead of dark ones. On a
    known background, the first one sees all marks.
    """
    import cv2

    light = _logarithm(colour)
    size = max(3, max(light.shape) // 4)
    local = cv2.blur(light, (size, size)) if ground is None else np.log(np.float32(ground + 0.1))
    darker = 1 if float(((light - local) ** 3).sum()) <= 0 else -1
    best, found = -1.0, None
    for sign, widest, trust in SEARCHES if ground is None else SEARCHES[:1]:
        depth, paper = _depth(colour, ground, sign * darker, widest)
        marks = [(trust * rated, mark) for rated, mark in _rated(depth)]
        top = max((rated for rated, _ in marks), default=0.0)
        if found is None or top > best:
            best, found = top, _Search(depth, paper, marks)
        if best > SURE:
            break
    assert found is not None
    return found


def _logarithm(colour: Floats) -> Floats:
    """The logarithm of the luminance; 0.1 suppresses the noise of nearly black pixels."""
    weights = np.array([0.299, 0.587, 0.114] if colour.shape[2] == 3 else [1], np.float32)
    return np.log(colour @ weights + 0.1)


def _depth(colour: Floats, ground: float | None, sign: int, widest: float) -> tuple[Floats, Floats]:
    """How much darker than the bare paper each pixel is, and the light on the paper, both (h, w).

    The light on the paper is estimated by a morphological closing, which removes every mark
    narrower than `widest` of the long side and keeps slopes and shadows. On the logarithmic scale,
    ink is equally deep in light and shadow. A coloured pen is dark in one of the colours only. With
    sign -1, for chalk, light and dark change places.
    """
    import cv2

    if ground is None:
        colour = cv2.GaussianBlur(colour, (0, 0), 0.8).reshape(colour.shape)
    light = _logarithm(colour)
    size = max(3, int(widest * max(light.shape)))

    def below(values: Floats) -> tuple[Floats, Floats]:
        values = sign * values
        if ground is not None:
            paper = np.full_like(values, np.median(values))
        else:
            paper = cv2.morphologyEx(values, cv2.MORPH_CLOSE, np.ones((size, size), np.uint8))
            paper = cv2.blur(paper, (size // 4 * 2 + 1,) * 2)
        return paper - values, paper

    depth, paper = below(light)
    if sign > 0 and colour.shape[2] == 3:
        depth = 0.5 * depth + 0.5 * below(np.log(colour.min(2) + 0.1))[0]
    return np.asarray(depth - np.median(depth), np.float32), paper


def _rated(depth: Floats) -> Iterator[tuple[float, Mark]]:
    """The marks at all levels of depth, with and without straight lines, with their ratings."""
    grain = 1.4826 * float(np.median(np.abs(depth)))  # standard deviation, if normal
    level = max(min(GRAIN * grain, MAX_GRAIN), MIN_DEPTH)
    deepest = float(np.quantile(depth, 0.9995))
    lines = straight_lines((depth > level).astype(np.uint8))
    beside = 1 - drawn_lines(lines, depth.shape)
    for _ in range(LEVELS):
        if level > deepest:
            return
        mask = (depth > level).astype(np.uint8)
        for part in [mask, without_lines(mask, lines)] if lines else [mask]:
            for mark in marks_of(part, depth):
                yield rating(mark, level, depth.shape) * _not_a_line(mark, lines, beside), mark
        level *= STEP


def _not_a_line(mark: Mark, lines: list[StraightLine], beside: Mask) -> float:
    """1 for a mark that is not a piece of the lines, near 0 for one that is."""
    if not lines or mark.width > 1.8 * max(line.width for line in lines):
        return 1.0
    left, top, right, bottom = mark.box
    outside = int((mark.mask & beside[top:bottom, left:right]).sum())
    return min(max(2 * outside / mark.area, 0.02), 1.0)


def _ink(mark: Mark, depth: Floats) -> Floats:
    """The ink of a mark (h, w): 1 in the middle of strokes, 0 outside, soft at the edges."""
    import cv2

    left, top, right, bottom = mark.box
    whole = np.zeros(depth.shape, np.uint8)
    whole[top:bottom, left:right] = mark.mask
    reach = max(1, round(mark.width / 4))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    ink = np.clip((depth / mark.depth - 0.25) / 0.5, 0, 1)
    return np.asarray(ink * cv2.dilate(whole, disc), np.float32)


def _has_rival(best: float, mark: Mark, marks: list[tuple[float, Mark]]) -> bool:
    """Whether a mark elsewhere, of about the same height, is nearly as likely the digit."""
    left, top, right, bottom = mark.box
    for rated, other in marks:
        x, y, end, foot = other.box
        apart = x >= right or end <= left or y >= bottom or foot <= top
        if apart and rated > RIVAL * best and foot - y > 0.6 * (bottom - top):
            return True
    return False


def _has_company(mark: Mark, depth: Floats) -> bool:
    """Whether other marks by the same pen have much ink, as in a drawing of many strokes."""
    mask = (depth > mark.depth / 2).astype(np.uint8)
    left, top, right, bottom = mark.box
    mask[top:bottom, left:right] &= 1 - mark.mask
    lines = straight_lines(mask)
    beside = 1 - drawn_lines(lines, depth.shape)
    ink = np.zeros(depth.shape, np.uint8)
    for other in marks_of(without_lines(mask, lines) if lines else mask, depth):
        if (
            not other.at_rim
            and 0.5 < other.width / mark.width < 2
            and other.width < 0.5 * other.size  # not a dot behind the digit
            and other.depth > 0.5 * mark.depth
            and _not_a_line(other, lines, beside) > 0.5
        ):
            x, y, end, foot = other.box
            ink[y:foot, x:end] |= other.mask
    return int(ink.sum()) > COMPANY * mark.area


def _in_glare(mark: Mark, paper: Floats) -> bool:
    """Whether a spot inside the picture has much more light than the paper, and is at the mark."""
    import cv2

    h, w = paper.shape
    left, top, right, bottom = mark.box
    more = mark.size // 4
    top, left = max(top - more, 0), max(left - more, 0)
    near = paper[top : bottom + more, left : right + more]
    peak = float(near.max())
    usual = float(np.median(paper[paper > peak - 0.6]))  # without a dark table
    if np.exp(peak) < 0.85 or peak - usual < GLARE:
        return False
    bright = (paper > usual + 0.6 * (peak - usual)).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(bright)
    y, x = np.unravel_index(near.argmax(), near.shape)
    x0, y0, dx, dy, _ = stats[labels[top + y, left + x]]
    return bool(x0 > 0 and y0 > 0 and x0 + dx < w and y0 + dy < h)
