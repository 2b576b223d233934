"""Pictures that are not digits: clothes, letters, digits that are turned or inverted, noise.

Each function makes them from digits and a seed, at most as many as there are digits; `STRANGE` has
them by name.
"""

from __future__ import annotations

import functools
import string
from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import UInt8

from vae_demo.digits import DrawingError, open_picture, to_digit
from vae_demo.digits.mnist import FOLDER, SIDE, DataError, Digits

Pixels = UInt8[np.ndarray, "n 28 28"]

LETTERS = "".join(sorted(set(string.ascii_letters) - set("BDEGIJOQSZbgiloqsz")))  # no digit's shape
CLOTHES = FOLDER / "fashion-mnist-10.png"

_LETTER_SIZE, _SHEET = 80, 160  # of a letter and of the sheet on which it is printed, pixels


def mirrored(digits: Digits, seed: int = 0) -> Pixels:
    """Left and right exchanged; without 0, 1 and 8, which stay what they are."""
    return np.ascontiguousarray(_without(digits, "018")[:, :, ::-1])


def upside_down(digits: Digits, seed: int = 0) -> Pixels:
    """Top and bottom exchanged; without 0, 1, 3 and 8, which stay what they are."""
    return np.ascontiguousarray(_without(digits, "0138")[:, ::-1])


def turned(digits: Digits, seed: int = 0) -> Pixels:
    """Turned by a right angle, anticlockwise; without 0, which stays what it is."""
    return np.ascontiguousarray(np.rot90(_without(digits, "0"), 1, (1, 2)))


def inverted(digits: Digits, seed: int = 0) -> Pixels:
    """Black ink on white."""
    return 255 - digits.images


def averaged(digits: Digits, seed: int = 0) -> Pixels:
    """The mean of each digit and one of another class."""
    rng = np.random.default_rng(seed)
    partners = np.stack([rng.choice(np.flatnonzero(digits.labels != k)) for k in digits.labels])
    mean = (digits.images.astype(np.uint16) + digits.images[partners] + 1) // 2
    return mean.astype(np.uint8)


def noise(digits: Digits, seed: int = 0) -> Pixels:
    """As many pictures of uniform noise."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (len(digits), SIDE, SIDE), dtype=np.uint8)


def letters(digits: Digits, seed: int = 0) -> Pixels:
    """As many printed letters, those of `LETTERS` again and again."""
    alphabet = printed(LETTERS)
    return alphabet[np.arange(len(digits)) % len(alphabet)]


def fashion(digits: Digits, seed: int = 0) -> Pixels:
    """As many pictures of clothes: ten of Fashion-MNIST, again and again.

    Raises:
        DataError: if their file is missing or damaged.
    """
    try:
        row = open_picture(CLOTHES)[..., 0]  # side by side
    except DrawingError as error:
        raise DataError(f"{CLOTHES} can't be read: {error}") from None
    clothes = row.reshape(SIDE, -1, SIDE).swapaxes(0, 1)
    return np.ascontiguousarray(clothes[np.arange(len(digits)) % len(clothes)])


STRANGE: dict[str, Callable[[Digits, int], Pixels]] = {
    "fashion": fashion,
    "letters": letters,
    "mirrored": mirrored,
    "upside-down": upside_down,
    "turned": turned,
    "inverted": inverted,
    "averaged": averaged,
    "noise": noise,
}


def _without(digits: Digits, kinds: str) -> Pixels:
    """The images of digits of all other classes."""
    return digits.images[~np.isin(digits.labels, [int(kind) for kind in kinds])]


@functools.lru_cache(maxsize=8)
def printed(characters: str, fonts: Sequence[str] = ()) -> Pixels:
    """Characters as they are printed, preprocessed like a drawing, one after another.

    Args:
        fonts: Font files; all characters are printed in each; without any, in Pillow's own font.
    """
    from PIL import Image, ImageDraw, ImageFont

    found = []
    for name in fonts or (None,):
        font = (
            ImageFont.truetype(name, _LETTER_SIZE) if name else ImageFont.load_default(_LETTER_SIZE)
        )
        for character in characters:
            sheet = Image.new("L", (_SHEET, _SHEET))
            ImageDraw.Draw(sheet).text(
                (_SHEET / 2, _SHEET / 2), character, fill=255, font=font, anchor="mm"
            )
            found.append(to_digit(np.asarray(sheet)))
    return np.stack(found)
