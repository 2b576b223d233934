"""Preprocessing: from a picture to its ink, and from the ink to 28 x 28 pixels as in MNIST.

The steps are those by which MNIST was made: LeCun, Bottou, Bengio and Haffner, "Gradient-based
learning applied to document recognition", Proc. IEEE 86(11), 1998, section III.A. All arithmetic
consists of plain sums over arrays, so that JavaScript can repeat it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vae_demo.digits.luminance import light_and_colour
from vae_demo.digits.marks import is_one_mark
from vae_demo.digits.paper import Remark, find_digit
from vae_demo.digits.picture_files import DrawingError
from vae_demo.digits.sheet import find_sheet

Stage = Literal["cut", "stroke", "fit", "contrast", "centre"]
STAGES: tuple[Stage, ...] = get_args(Stage)
MIN_CONTRAST = 0.04  # share of the full range; fainter marks are not ink
BLACK = 1 / 512  # luminance; a lighter background is not that of a drawing pad
FRAME, BOX = 28, 20  # pixels; MNIST fits the digit to the box and places it in the frame
EDGE = 0.1  # share of the strongest ink; fainter pixels do not extend the bounding box
FINE = 4  # cells per pixel of the box on the grid where strokes are measured and changed
STROKES = 1.5, 3.0  # least and largest width in pixels of the box; 86 % of MNIST lie between
PEN_STROKES = 1.5, 2.5  # the same for a pen, whose strokes are often wide
SOFT = 0.22  # share of soft pixels in ink; a pen's has at most 0.21, nearly all of MNIST's more
ROUNDING = 1e-9  # what rounding may take from full ink

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Reading:
    """The digit in a picture, and remarks for the person who sent it."""

    digit: NDArray[np.uint8]  # (28, 28), white on black
    remarks: tuple[Remark, ...]  # see `REMARKS`; none if the digit is clear


def read_digit(picture: ArrayLike, stages: Collection[Stage] = STAGES) -> Reading:
    """Read the digit in a picture, with remarks about what else is seen.

    The picture is of any kind that `to_ink` accepts. `stages` are the steps to apply; the
    brackets say what happens if a step is left out.

    - cut: crop to the bounding box of the ink (keep the whole picture).
    - stroke: thicken strokes thinner than the first of `STROKES`, in a drawing with a pen of
      `PEN_STROKES`, to that width, and make those wider than the second thinner (leave them).
    - fit: scale to a box of 20 x 20 pixels, keeping the aspect ratio (stretch to 28 x 28).
    - contrast: brighten until a tenth of the inked pixels are fully white (leave them).
    - centre: shift by whole pixels until both coordinates of the centre of mass, in pixel
      indices, are in [13.5, 14.5), as in all of MNIST; a digit that would then leave the frame
      is first made smaller (put the middle of the box in the middle of the frame).

    Raises:
        DrawingError: with code stage, or one of `to_ink`.
    """
    if unknown := sorted(set(stages) - set(STAGES)):
        raise DrawingError("stage", stage=unknown[0], stages=", ".join(STAGES))
    found, remarks = _ink_and_remarks(picture)
    ink = found.astype(np.float64)
    if "cut" in stages:
        ink = _cut(ink)
    if "stroke" in stages:
        least, largest = PEN_STROKES if _is_pen(ink) else STROKES
        ink = _stroke(ink, least)
        thin = _thinned(ink, largest)
        if thin is not ink:
            ink = _cut(thin) if "cut" in stages else thin
    side = BOX if "fit" in stages else FRAME
    while True:  # terminates: a single pixel always fits the frame
        small = _resample(ink, _fitted(ink.shape, side) if "fit" in stages else (side, side))
        if "contrast" in stages:
            small = _stretch(small)
        # Round twice: rounding errors of the sums must not decide between two grey levels.
        levels = np.rint(np.round(255 * small, 6)).astype(np.uint8)
        digit = _place(levels, by_mass="centre" in stages)
        if digit is not None:
            return Reading(digit, remarks)
        side -= 1


def to_digit(picture: ArrayLike, stages: Collection[Stage] = STAGES) -> NDArray[np.uint8]:
    """The digit in a picture, uint8 `(28, 28)`, white on black, as in MNIST: see `read_digit`."""
    return read_digit(picture, stages).digit


def whole_picture(picture: ArrayLike) -> NDArray[np.uint8]:
    """All of a picture in grey, uint8 `(28, 28)`: for what need not be a digit.

    The picture is of any kind that `to_ink` accepts. It is put in the middle of a square of its
    background and made smaller; a light background becomes a dark one.
    """
    import cv2

    light = light_and_colour(picture)[0]
    border = np.concatenate([light[0], light[-1], light[:, 0], light[:, -1]])
    ground = float(np.median(border))
    if ground > 0.5:
        light, ground = 1 - light, 1 - ground
    height, width = light.shape
    side = max(height, width)
    top, left = (side - height) // 2, (side - width) // 2
    square = np.full((side, side), ground)
    square[top : top + height, left : left + width] = light
    small = cv2.resize(square, (FRAME, FRAME), interpolation=cv2.INTER_AREA)
    return np.rint(255 * small.clip(0, 1)).astype(np.uint8)


def to_ink(picture: ArrayLike) -> NDArray[np.float32]:
    """The ink of the digit in a picture, `(h, w)` float32 in [0, 1]: 1 is full ink.

    `picture` is grey `(h, w)` or `(h, w, 1)`, RGB or RGBA; uint8, bool or floats in [0, 1].
    Transparent pixels show the background. The background is the median luminance of the border.
    Ink is lighter than the background, or darker, whichever differs more. On a black background,
    as on a drawing pad, all ink is the digit. On any other, and if the border is not uniform, as
    in a photograph, the digit is one of several marks: see `vae_demo.digits.paper`. A sheet with
    straight sides on a uniform background is read without the background.

    Raises:
        DrawingError: with code shape, type, not_finite, range or empty.
    """
    return _ink_and_remarks(picture)[0]


def _ink_and_remarks(picture: ArrayLike) -> tuple[NDArray[np.float32], tuple[Remark, ...]]:
    light, colour = light_and_colour(picture)
    border = np.concatenate([light[0], light[-1], light[:, 0], light[:, -1]])
    ground = float(np.median(border))
    blank = DrawingError("empty", width=light.shape[1], height=light.shape[0])
    if np.mean(np.abs(border - ground) > 1 / 512) > 0.5:
        found = find_digit(colour)
        if found is None:
            raise blank
        return found.ink, found.remarks
    rise = light - ground
    darker = (rise * np.abs(rise)).sum() < 0
    ink = np.maximum(-rise if darker else rise, 0)
    if float(ink.max()) < MIN_CONTRAST:
        raise blank
    ink = np.minimum(ink / max(ground if darker else 1 - ground, MIN_CONTRAST), 1)
    remarks: tuple[Remark, ...] = ()
    marks = ink > EDGE * ink.max()
    if sheet := find_sheet(light, ink > 0.5 * ink.max()):
        inner, remarks = _ink_and_remarks(colour[sheet])
        whole = np.zeros(light.shape, np.float32)
        whole[sheet] = inner
        return whole, remarks
    if ground > BLACK and not is_one_mark(marks):
        found = find_digit(colour, ground)
        remarks = found.remarks if found else ("unclear",)
        if found and not _at_rim(found.ink) and marks[found.ink == 0].any():
            ink = ink * (found.ink > 0)
    return ink.astype(np.float32), remarks


def _at_rim(ink: NDArray[np.float32]) -> bool:
    """Whether ink touches the rim: then it fills the picture, and its pieces belong together."""
    return bool(ink[[0, -1]].any() or ink[:, [0, -1]].any())


def _cut(ink: Floats) -> Floats:
    """Crop to the bounding box of the ink."""
    edge = EDGE * float(ink.max())
    ys, xs = np.nonzero(ink.max(1) > edge)[0], np.nonzero(ink.max(0) > edge)[0]
    return ink[ys[0] : ys[-1] + 1, xs[0] : xs[-1] + 1]


def _fitted(shape: tuple[int, ...], side: int) -> tuple[int, int]:
    """The shape with the same aspect ratio and a long side of `side` pixels; at least 1 pixel."""
    h, w = (max(1, int(np.floor(side * n / max(shape) + 0.5))) for n in shape)
    return h, w


def _resample(ink: Floats, shape: tuple[int, int]) -> Floats:
    """Reduce by the mean over each new pixel's area; enlarge by linear interpolation."""
    return area_weights(ink.shape[0], shape[0]) @ ink @ area_weights(ink.shape[1], shape[1]).T


def area_weights(old: int, new: int) -> Floats:
    """The `(new, old)` matrix of the weight of each old pixel in each new pixel.

    The window around a new pixel is as wide as the wider of the two pixels. The same formula
    therefore averages over an area when reducing, and interpolates linearly when enlarging.
    """
    width = max(old / new, 1.0)
    start = (np.arange(new)[:, None] + 0.5) * old / new - width / 2
    cell = np.arange(old)
    share = np.maximum(np.minimum(start + width, cell + 1) - np.maximum(start, cell), 0)
    return np.asarray(share / share.sum(1, keepdims=True))


def _stretch(ink: Floats) -> Floats:
    """Brighten until a tenth of the inked pixels are 1."""
    inked = np.sort(ink[ink > 0])
    return np.minimum(ink / inked[int(0.9 * (len(inked) - 1))], 1)


def _is_pen(ink: Floats) -> bool:
    """Whether ink has the sharp edges of a pen; those of MNIST's digits are soft, also enlarged."""
    strongest = float(ink.max())
    inked = ink[ink > EDGE * strongest]
    soft = int((inked < (1 - EDGE) * strongest).sum())
    return max(ink.shape) > FRAME and soft < SOFT * len(inked)


def _stroke(ink: Floats, least: float) -> Floats:
    """Thicken strokes thinner than `least`, on a grid of `FINE` cells per pixel of the box.

    Each cell is spread over a disc whose radius is half of the missing width.
    """
    fine = _stretch(_resample(ink, _fitted(ink.shape, FINE * BOX)))
    radius = (FINE * least - _stroke_width(fine)) / 2
    if radius <= 0:
        return ink
    radius = max(radius, 0.5)  # a cell always covers itself
    reach = int(np.ceil(radius))
    h, w = (n + 2 * reach for n in fine.shape)
    wide = np.pad(fine, 2 * reach)
    thick = np.zeros((h, w))
    for y in range(2 * reach + 1):
        for x in range(2 * reach + 1):
            share = min(max(radius + 0.5 - np.hypot(x - reach, y - reach), 0), 1)
            thick = np.maximum(thick, share * wide[y : y + h, x : x + w])
    return thick


def _thinned(ink: Floats, largest: float) -> Floats:
    """Make strokes wider than `largest` thinner, on the same grid.

    Each cell gets the least ink in a disc around it. The digit loses the radius on each side and is
    enlarged again afterwards; the radius is such that its strokes then have that width.
    Ink of which no cell would stay full is left as it is.
    """
    fine = _stretch(_resample(ink, _fitted(ink.shape, FINE * BOX)))
    excess = _stroke_width(fine) - FINE * largest
    if excess <= 0:
        return ink
    radius = max(excess * BOX / (2 * (BOX - largest)), 0.5)
    reach = int(np.ceil(radius))
    h, w = fine.shape
    empty = np.pad(1 - fine, reach, constant_values=1)
    thin = np.zeros((h, w))  # what is missing of full ink
    for y in range(2 * reach + 1):
        for x in range(2 * reach + 1):
            share = min(max(radius + 0.5 - np.hypot(x - reach, y - reach), 0), 1)
            thin = np.maximum(thin, share * empty[y : y + h, x : x + w])
    thin = 1 - thin
    return thin if thin.max() > 1 - ROUNDING else ink


def _stroke_width(fine: Floats) -> float:
    """The mean width of the strokes, in cells.

    The width of a long bar is twice its area divided by the length of its outline; for grey
    pixels, the outline is the sum of the gradients.
    """
    wide = np.pad(fine, 1)
    a, b, c, d = wide[:-1, :-1], wide[:-1, 1:], wide[1:, :-1], wide[1:, 1:]
    outline = np.hypot(b + d - a - c, c + d - a - b).sum() / 2
    return float(2 * fine.sum() / outline)


def _place(small: NDArray[np.uint8], by_mass: bool) -> NDArray[np.uint8] | None:
    """The digit in the 28 x 28 frame, or None if it would not fit inside."""
    h, w = small.shape
    top, left = (FRAME - h) // 2, (FRAME - w) // 2
    mass = int(small.sum(dtype=np.int64))
    if by_mass and mass:  # in exact integers: 14 - floor(centre + 1/2)
        top = FRAME // 2 - (2 * int(small.sum(1) @ np.arange(h)) + mass) // (2 * mass)
        left = FRAME // 2 - (2 * int(small.sum(0) @ np.arange(w)) + mass) // (2 * mass)
    if top < 0 or left < 0 or top + h > FRAME or left + w > FRAME:
        return None
    digit = np.zeros((FRAME, FRAME), np.uint8)
    digit[top : top + h, left : left + w] = small
    return digit
