"""Preprocessing: from a picture to its ink, and from the ink to 28 x 28 pixels as in MNIST.

The steps are those by which MNIST was made: LeCun, Bottou, Bengio and Haffner, "Gradient-based
learning applied to document recognition", Proc. IEEE 86(11), 1998, section III.A. All arithmetic
consists of plain sums over arrays, so that JavaScript can repeat it.
"""

from collections.abc import Collection
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vae_demo.digits.picture_files import DrawingError

Stage = Literal["cut", "stroke", "fit", "contrast", "centre"]
STAGES: tuple[Stage, ...] = get_args(Stage)
MIN_CONTRAST = 0.04  # share of the full range; fainter marks are not ink
PAPER_CONTRAST = 0.2  # share of the light on the paper of a photograph; fainter marks are not ink
FRAME, BOX = 28, 20  # pixels; MNIST fits the digit to the box and places it in the frame
EDGE = 0.1  # share of the strongest ink; fainter pixels do not extend the bounding box
FINE = 4  # cells per pixel of the box on the grid where strokes are measured and thickened
MIN_STROKE = 1.5  # pixels of the box; by `_stroke`, nearly all MNIST digits have wider strokes

Floats = NDArray[np.float64]


def to_ink(picture: ArrayLike) -> NDArray[np.float32]:
    """The ink of a picture, `(h, w)` float32 in [0, 1]: 1 is full ink, 0 is background.

    `picture` is grey `(h, w)` or `(h, w, 1)`, RGB or RGBA; uint8, bool or floats in [0, 1].
    Transparent pixels show the background. The background is the median luminance of the border.
    Ink is lighter than the background, or darker, whichever differs more. If the border is not
    uniform, the picture is treated as a photograph of paper: see `_from_paper`.

    Raises:
        DrawingError: with code shape, type, not_finite, range or empty.
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

    The picture is of any kind that `to_ink` accepts. `stages` are the steps to apply; the
    brackets say what happens if a step is left out.

    - cut: crop to the bounding box of the ink (keep the whole picture).
    - stroke: thicken strokes thinner than `MIN_STROKE` pixels to that width (leave them).
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
    ink = to_ink(picture).astype(np.float64)
    if "cut" in stages:
        ink = _cut(ink)
    if "stroke" in stages:
        ink = _stroke(ink)
    side = BOX if "fit" in stages else FRAME
    while True:  # terminates: a single pixel always fits the frame
        small = _resample(ink, _fitted(ink.shape, side) if "fit" in stages else (side, side))
        if "contrast" in stages:
            small = _stretch(small)
        # Round twice: rounding errors of the sums must not decide between two grey levels.
        levels = np.rint(np.round(255 * small, 6)).astype(np.uint8)
        digit = _place(levels, by_mass="centre" in stages)
        if digit is not None:
            return digit
        side -= 1


def _luminance(picture: ArrayLike) -> Floats:
    """The luminance `(h, w)` in [0, 1] of a grey, RGB or RGBA picture.

    Transparent pixels get the luminance of the background.
    """
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
    if values.min() < -1e-3 or values.max() > 1 + 1e-3:  # tolerate rounding errors only
        raise DrawingError("range", low=float(values.min()), high=float(values.max()))
    if shape[2] == 1:
        return values[..., 0]
    light: Floats = values[..., :3] @ np.array([0.299, 0.587, 0.114])  # luma of ITU-R BT.601
    alpha = values[..., 3] if shape[2] == 4 else np.ones_like(light)
    if np.mean(alpha > 0.5) > 0.5:  # an opaque area: extend its colour
        below = float(np.median(light[alpha > 0.5]))
    else:  # strokes on a transparent background: dark on white, light on black
        below = float((alpha * (light - 0.5)).sum() < 0)
    return alpha * light + (1 - alpha) * below


def _from_paper(light: Floats) -> tuple[Floats, float]:
    """The ink of a photograph `(h, w)`, from 0 to about 1, and its strength (0: there is no ink).

    The brightness of the bare paper is estimated by a morphological closing (the maximum over a
    window, then the minimum), which removes every mark narrower than a quarter of the picture and
    keeps gradients and shadows. Marks weaker than six times the noise, or than 0.4 of the ink's
    strength, count as paper. On the logarithmic scale, ink is equally strong in light and shadow.
    """
    light = np.log(light + 0.1)  # 0.1 suppresses the noise of nearly black pixels
    h, w = light.shape
    down = np.linspace(-0.5, 0.5, h)[:, None] * (np.median(light[-1]) - np.median(light[0]))
    across = np.linspace(-0.5, 0.5, w) * (np.median(light[:, -1]) - np.median(light[:, 0]))
    light = _window(h, 3) @ (light - down - across) @ _window(w, 3).T  # flat, with less noise
    size = max(3, max(h, w) // 4)
    if ((light - _window(h, size) @ light @ _window(w, size).T) ** 3).sum() > 0:
        light = -light  # the marks are lighter than their surroundings
    depth = -_highest(-_highest(light, size), size) - light
    depth -= np.median(depth)
    grain = 1.4826 * float(np.median(np.abs(depth)))  # standard deviation, if normal
    least = max(6 * grain, PAPER_CONTRAST)
    marks = depth[depth > least]
    if marks.size == 0:
        return depth, 0.0
    strength = float(np.quantile(marks, 0.9))
    floor = max(least, 0.4 * strength)
    return np.maximum(depth - floor, 0) / max(strength - floor, 1e-6), strength


def _window(n: int, size: int) -> Floats:
    """The `(n, n)` matrix that takes the mean over about `size` pixels around each pixel."""
    near = np.abs(np.arange(n)[:, None] - np.arange(n)) <= size // 2
    return np.asarray(near / near.sum(1, keepdims=True))


def _highest(light: Floats, size: int) -> Floats:
    """The maximum over `size` x `size` pixels around each pixel, by doubling windows."""
    for _ in range(2):  # columns, then rows
        light = np.pad(light.T, ((size // 2, (size - 1) // 2), (0, 0)), mode="edge")
        done = 1
        while done < size:
            step = min(done, size - done)
            light = np.maximum(light[:-step], light[step:])
            done += step
    return light


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
    return _weights(ink.shape[0], shape[0]) @ ink @ _weights(ink.shape[1], shape[1]).T


def _weights(old: int, new: int) -> Floats:
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


def _stroke(ink: Floats) -> Floats:
    """Thicken strokes thinner than `MIN_STROKE`, on a grid of `FINE` cells per pixel of the box.

    The width of a long bar is twice its area divided by the length of its outline; for grey
    pixels, the outline is the sum of the gradients. Each cell is then spread over a disc whose
    radius is half of the missing width.
    """
    fine = _stretch(_resample(ink, _fitted(ink.shape, FINE * BOX)))
    wide = np.pad(fine, 1)
    a, b, c, d = wide[:-1, :-1], wide[:-1, 1:], wide[1:, :-1], wide[1:, 1:]
    outline = np.hypot(b + d - a - c, c + d - a - b).sum() / 2
    radius = (FINE * MIN_STROKE - 2 * fine.sum() / outline) / 2
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
