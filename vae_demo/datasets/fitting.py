"""Bring pictures of any size to 28 x 28 pixels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from vae_demo.datasets.report import Fit, Report
from vae_demo.digits import DrawingError, to_digit
from vae_demo.digits.mnist import SIDE
from vae_demo.digits.preprocessing import area_weights

AT_ONCE = 4_000_000  # pixels
DARK = 64  # pictures whose largest value of 0 to 255 is below this are brightened
LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # of ITU-R BT.601


@dataclass(frozen=True)
class Scale:
    """How values become those of pixels: (value + offset) · factor lies between 0 and 255."""

    factor: float = 1
    offset: float = 0

    def __call__(self, values: np.ndarray) -> np.ndarray:
        if self == Scale() and values.dtype == np.uint8:
            return values
        moved = (values + np.float32(self.offset)) * np.float32(self.factor)
        return np.rint(np.clip(moved, 0, 255)).astype(np.uint8)


def grey(pictures: np.ndarray) -> np.ndarray:
    """The luminance of pictures (n, h, w, c), (n, h, w) float32 of 0 to 255; c is 1, 3 or 4.

    Transparent pixels show black.
    """
    if pictures.shape[-1] == 1:
        return pictures[..., 0].astype(np.float32)
    light = pictures[..., :3].astype(np.float32) @ LUMA
    return light * (pictures[..., 3] / np.float32(255)) if pictures.shape[-1] == 4 else light


def resized(pictures: np.ndarray) -> np.ndarray:
    """Pictures (n, h, w) of 0 to 255 as (n, 28, 28) uint8, by the mean over each new pixel's area.

    A picture that is not square is padded to a square with the median of its border.
    """
    n, h, w = pictures.shape
    if (h, w) != (SIDE, SIDE):
        side = max(h, w)
        if h != w:
            edges = [pictures[:, 0], pictures[:, -1], pictures[:, :, 0], pictures[:, :, -1]]
            ground = np.median(np.concatenate(edges, 1), 1)
            square = np.broadcast_to(ground[:, None, None], (n, side, side)).astype(np.float32)
            top, left = (side - h) // 2, (side - w) // 2
            square[:, top : top + h, left : left + w] = pictures
            pictures = square
        weights = area_weights(side, SIDE).astype(np.float32)
        pictures = weights @ pictures.astype(np.float32) @ weights.T
    return np.rint(np.clip(pictures, 0, 255)).astype(np.uint8)


class Paper:
    """What shows through transparent pixels: black for all pictures of a set, or white for all."""

    def __init__(self) -> None:
        self._clear: dict[int, np.ndarray] = {}  # number -> (28, 28), the share of it that shows
        self._dark = 0  # pictures whose ink is darker than grey

    def resized(self, number: int, pixels: np.ndarray) -> np.ndarray:
        """A picture (h, w, 4) uint8 of a number as (28, 28) uint8, on black."""
        image: np.ndarray = resized(grey(pixels[None]))[0]
        alpha = pixels[..., 3]
        if (alpha < 255).any():
            self._clear[number] = resized(255 - alpha[None].astype(np.float32))[0]
            light = grey(np.dstack([pixels[..., :3], np.full_like(alpha, 255)])[None])[0]
            self._dark += int((alpha * (light - 127.5)).sum() < 0)
        return image

    def fill(self, images: list[np.ndarray], report: Report) -> None:
        """Put white behind the pictures if most of those with transparent pixels are dark."""
        if not self._clear:
            return
        white = 2 * self._dark > len(self._clear)
        report.note("on_white" if white else "on_black")
        for number, clear in self._clear.items():
            if white:
                images[number] = images[number] + np.minimum(clear, 255 - images[number])


def brightened(pictures: np.ndarray, report: Report) -> np.ndarray:
    """Pictures (n, 28, 28) uint8, multiplied by one number if all are dark, as with 12 bits."""
    high = int(pictures.max())
    if not 0 < high < DARK:
        return pictures
    report.note("brightened", high=high, factor=255 / high)
    return Scale(255 / high)(pictures)


def digit_or_none(picture: np.ndarray, name: str, report: Report) -> np.ndarray | None:
    """The digit in a picture, as in MNIST; None, after a remark in the report, if there is none."""
    try:
        return to_digit(picture)
    except DrawingError as error:
        report.skipped.append((name, error))
        return None


def fitted(
    pictures: np.ndarray, fit: Fit, name: str, report: Report, scale: Scale
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield positions (k,) and pictures (k, 28, 28) uint8 of some of `pictures` at a time.

    Args:
        pictures: (n, h, w, c) of numbers.
        name: Of the array; its pictures are named by their positions, "name[3]".
        scale: Of the values.
    """
    n, h, w, _ = pictures.shape
    size = max(1, AT_ONCE // (h * w))
    for start in range(0, n, size):
        some = scale(pictures[start : start + size])
        positions = np.arange(start, start + len(some))
        if fit == "resize":
            yield positions, resized(grey(some))
            continue
        found = [digit_or_none(p, f"{name}[{start + i}]", report) for i, p in enumerate(some)]
        kept = [i for i, digit in enumerate(found) if digit is not None]
        digits = [digit for digit in found if digit is not None]
        yield positions[kept], np.array(digits, np.uint8).reshape(-1, SIDE, SIDE)
