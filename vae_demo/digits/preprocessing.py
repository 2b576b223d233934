"""The preprocessing of pictures: their ink, then a digit of 28 x 28 pixels as in MNIST.

The steps are those of MNIST itself: LeCun, Bottou, Bengio and Haffner, "Gradient-based
learning applied to document recognition", Proc. IEEE 86(11), 1998, section III.A. The numerics
are plain sums over arrays, so that a browser can repeat them.
"""

from collections.abc import Collection
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vae_demo.digits.picture_files import DrawingError

Stage = Literal["cut", "stroke", "fit", "contrast", "centre"]
STAGES: tuple[Stage, ...] = get_args(Stage)
MIN_CONTRAST = 0.04  # of the full range; fainter marks are not ink
PAPER_CONTRAST = 0.2  # of the light on a photograph's paper; fainter marks are not ink
FRAME, BOX = 28, 20  # px; MNIST fits the digit to the box and places it in the frame
EDGE = 0.1  # of the strongest ink; fainter pixels do not widen the bounding box
FINE = 4  # cells per box px on the grid where strokes are measured and thickened
MIN_STROKE = 1.5  # box px; nearly all MNIST digits are wider, measured as in `_stroke`

Floats = NDArray[np.float64]


def to_ink(picture: ArrayLike) -> NDArray[np.float32]:
    """The ink of a picture, `(h, w)` float32 in [0, 1]: 1 is full ink, 0 is ground.

    `picture` is grey `(h, w)` or `(h, w, 1)`, RGB or RGBA; uint8, bool or floats in [0, 1].
    Transparent pixels show the ground. The ground is the median luminance of the border; ink is
    what is lighter than the ground, or what is darker, whichever differs more. Where the border is
    not of one shade the picture is treated as a photograph of paper: see `_from_paper`.

    Raises:
        DrawingError: shape, type, not_finite, range or empty.
    """
    light = _luminance(picture)
    border = np.concatenate([light[0], light[-1], light[:, 0], light[:, -1]])
    ground = float(np.median(border))
    if np.mean(np.abs(border - ground) > 1 / 512) > 0.5:
        ink, strength = _from_paper(light)
    else:
        rise = light - ground
        darker = (rise * np.abs(rise)).sum() < 0
        ink = np.maximum(-rise if darker else rise, 0)
        strength = float(ink.max())
        ink = ink / max(ground if darker else 1 - ground, MIN_CONTRAST)
    if strength < MIN_CONTRAST:
        raise DrawingError("empty", width=light.shape[1], height=light.shape[0])
    return np.minimum(ink, 1).astype(np.float32)


def to_digit(picture: ArrayLike, stages: Collection[Stage] = STAGES) -> NDArray[np.uint8]:
    """The digit in a picture, uint8 `(28, 28)`, white on black, as in MNIST.

    The picture is of any kind that `to_ink` takes.

    The stages, each with what is done in its place when it is left out in brackets:

    - cut: keep the ink's bounding box (the whole picture).
    - stroke: thicken a pen thinner than `MIN_STROKE` px of the box to that (leave it).
    - fit: reduce to a 20 x 20 box, aspect kept, long side 20 (stretch to all 28 x 28).
    - contrast: brighten until a tenth of the inked pixels is full white (leave it).
    - centre: move by whole px until the centre of mass, in pixel indices, is in [13.5, 14.5)
      both ways, as in all of MNIST; ink that would then leave the frame is first made smaller
      until it fits (put the middle of the box in the middle of the frame).

    Raises:
        DrawingError: stage, or those of `to_ink`.
    """
    if unknown := sorted(set(stages) - set(STAGES)):
        raise DrawingError("stage", stage=unknown[0], stages=", ".join(STAGES))
    ink = to_ink(picture).astype(np.float64)
    if "cut" in stages:
        ink = _cut(ink)
    if "stroke" in stages:
        ink = _stroke(ink)
    side = BOX if "fit" in stages else FRAME
    while True:  # ends: one pixel always fits the frame
        small = _resample(ink, _fitted(ink.shape, side) if "fit" in stages else (side, side))
        if "contrast" in stages:
            small = _stretch(small)
        # First without the noise of the sums' last digits, which would decide about half a level.
        levels = np.rint(np.round(255 * small, 6)).astype(np.uint8)
        digit = _place(levels, by_mass="centre" in stages)
        if digit is not None:
            return digit
        side -= 1


def _luminance(picture: ArrayLike) -> Floats:
    """Grey, RGB or RGBA -> luminance `(h, w)` in [0, 1], transparent pixels shown as ground."""
    array = np.asarray(picture)
    shape = array.shape
    if len(shape) == 2:
        shape = (*shape, 1)
    if len(shape) != 3 or shape[2] not in (1, 3, 4) or 0 in shape:
        raise DrawingError("shape", shape=array.shape)
    if array.dtype not in (np.uint8, bool) and not np.issubdtype(array.dtype, np.floating):
        raise DrawingError("type", dtype=str(array.dtype))
    values = array.reshape(shape).astype(np.float64) / (255 if array.dtype == np.uint8 else 1)
    if not np.isfinite(values).all():
        raise DrawingError("not_finite")
    if values.min() < -1e-3 or values.max() > 1 + 1e-3:  # rounding is forgiven, 0..255 is not
        raise DrawingError("range", low=float(values.min()), high=float(values.max()))
    if shape[2] == 1:
        return values[..., 0]
    light: Floats = values[..., :3] @ np.array([0.299, 0.587, 0.114])  # luma of ITU-R BT.601
    alpha = values[..., 3] if shape[2] == 4 else np.ones_like(light)
    if np.mean(alpha > 0.5) > 0.5:  # an opaque card: beyond its edges go on with its colour
        below = float(np.median(light[alpha > 0.5]))
    else:  # strokes on nothing: dark ones lie on white, light ones on black
        below = float((alpha * (light - 0.5)).sum() < 0)
    return alpha * light + (1 - alpha) * below


def _from_paper(light: Floats) -> tuple[Floats, float]:
    """The ink of a photograph `(h, w)`, from 0 to about 1, and its strength (0: there is none).

    The bare paper is estimated by a closing (the maximum over a window, then the minimum), which
    removes every mark narrower than a quarter of the picture and keeps slopes and shadows. Marks
    below six times the grain, or below 0.4 of the ink's strength, count as paper. The logarithm
    makes ink a share of the light, equally strong in shadow.
    """
    light = np.log(light + 0.1)  # 0.1: the grain of what is nearly black does not matter
    h, w = light.shape
    down = np.linspace(-0.5, 0.5, h)[:, None] * (np.median(light[-1]) - np.median(light[0]))
    across = np.linspace(-0.5, 0.5, w) * (np.median(light[:, -1]) - np.median(light[:, 0]))
    light = _window(h, 3) @ (light - down - across) @ _window(w, 3).T  # level, and less grain
    size = max(3, max(h, w) // 4)
    if ((light - _window(h, size) @ light @ _window(w, size).T) ** 3).sum() > 0:
        light = -light  # what stands out from its surroundings is lighter: chalk, not pen
    depth = -_highest(-_highest(light, size), size) - light
    depth -= np.median(depth)
    grain = 1.4826 * float(np.median(np.abs(depth)))  # a normal distribution's deviation
    least = max(6 * grain, PAPER_CONTRAST)
    marks = depth[depth > least]
    if marks.size == 0:
        return depth, 0.0
    strength = float(np.quantile(marks, 0.9))
    floor = max(least, 0.4 * strength)
    return np.maximum(depth - floor, 0) / max(strength - floor, 1e-6), strength


def _window(n: int, size: int) -> Floats:
    """The `(n, n)` matrix that takes the mean over about `size` pixels around each."""
    near = np.abs(np.arange(n)[:, None] - np.arange(n)) <= size // 2
    return np.asarray(near / near.sum(1, keepdims=True))


def _highest(light: Floats, size: int) -> Floats:
    """The maximum over `size` x `size` pixels around each, by windows that double."""
    for _ in range(2):  # columns, then rows
        light = np.pad(light.T, ((size // 2, (size - 1) // 2), (0, 0)), mode="edge")
        done = 1
        while done < size:
            step = min(done, size - done)
            light = np.maximum(light[:-step], light[step:])
            done += step
    return light


def _cut(ink: Floats) -> Floats:
    """The ink's bounding box."""
    edge = EDGE * float(ink.max())
    ys, xs = np.nonzero(ink.max(1) > edge)[0], np.nonzero(ink.max(0) > edge)[0]
    return ink[ys[0] : ys[-1] + 1, xs[0] : xs[-1] + 1]


def _fitted(shape: tuple[int, ...], side: int) -> tuple[int, int]:
    """The same aspect with a long side of `side` px, the short one at least 1 px."""
    h, w = (max(1, int(np.floor(side * n / max(shape) + 0.5))) for n in shape)
    return h, w


def _resample(ink: Floats, shape: tuple[int, int]) -> Floats:
    """Reduce by the mean over each new pixel's area; enlarge by linear interpolation."""
    return _weights(ink.shape[0], shape[0]) @ ink @ _weights(ink.shape[1], shape[1]).T


def _weights(old: int, new: int) -> Floats:
    """The `(new, old)` matrix: the share of each old pixel in a window around each new one.

    The window is as wide as a new pixel but not narrower than an old one: so one formula is the
    mean over an area when reducing and linear interpolation when enlarging.
    """
    width = max(old / new, 1.0)
    start = (np.arange(new)[:, None] + 0.5) * old / new - width / 2
    cell = np.arange(old)
    share = np.maximum(np.minimum(start + width, cell + 1) - np.maximum(start, cell), 0)
    return np.asarray(share / share.sum(1, keepdims=True))


def _stretch(ink: Floats) -> Floats:
    """Brighten until a tenth of the inked pixels is 1."""
    inked = np.sort(ink[ink > 0])
    return np.minimum(ink / inked[int(0.9 * (len(inked) - 1))], 1)


def _stroke(ink: Floats) -> Floats:
    """Thicken strokes thinner than `MIN_STROKE`, on a grid of `FINE` cells to a box px.

    A long bar's width is twice its area over its outline; of shades, the outline is the sum of
    the slopes. Each cell then spreads over a disc of half the missing width.
    """
    fine = _stretch(_resample(ink, _fitted(ink.shape, FINE * BOX)))
    wide = np.pad(fine, 1)
    a, b, c, d = wide[:-1, :-1], wide[:-1, 1:], wide[1:, :-1], wide[1:, 1:]
    outline = np.hypot(b + d - a - c, c + d - a - b).sum() / 2
    radius = (FINE * MIN_STROKE - 2 * fine.sum() / outline) / 2
    if radius <= 0:
        return ink
    radius = max(radius, 0.5)  # a cell covers itself
    reach = int(np.ceil(radius))
    h, w = (n + 2 * reach for n in fine.shape)
    wide = np.pad(fine, 2 * reach)
    thick = np.zeros((h, w))
    for y in range(2 * reach + 1):
        for x in range(2 * reach + 1):
            share = min(max(radius + 0.5 - np.hypot(x - reach, y - reach), 0), 1)
            thick = np.maximum(thick, share * wide[y : y + h, x : x + w])
    return thick


def _place(small: NDArray[np.uint8], by_mass: bool) -> NDArray[np.uint8] | None:
    """The digit in its frame, or None where it would not lie inside."""
    h, w = small.shape
    top, left = (FRAME - h) // 2, (FRAME - w) // 2
    mass = int(small.sum(dtype=np.int64))
    if by_mass and mass:  # whole numbers, so nothing is rounded: 14 - floor(centre + 1/2)
        top = FRAME // 2 - (2 * int(small.sum(1) @ np.arange(h)) + mass) // (2 * mass)
        left = FRAME // 2 - (2 * int(small.sum(0) @ np.arange(w)) + mass) // (2 * mass)
    if top < 0 or left < 0 or top + h > FRAME or left + w > FRAME:
        return None
    digit = np.zeros((FRAME, FRAME), np.uint8)
    digit[top : top + h, left : left + w] = small
    return digit
