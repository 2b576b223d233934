"""Bring pictures of any size to 28 x 28 pixels."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from vae_demo.datasets.report import Fit, Report
from vae_demo.digits import DrawingError, to_digit
from vae_demo.digits.mnist import SIDE
from vae_demo.digits.preprocessing import area_weights

AT_ONCE = 4_000_000  # pixels
LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # of ITU-R BT.601


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


def digit_or_none(picture: np.ndarray, name: str, report: Report) -> np.ndarray | None:
    """The digit in a picture, as in MNIST; None, after a remark in the report, if there is none."""
    try:
        return to_digit(picture)
    except DrawingError as error:
        report.skipped.append((name, error))
        return None


def fitted(
    pictures: np.ndarray, fit: Fit, name: str, report: Report, factor: float = 1
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield positions (k,) and pictures (k, 28, 28) uint8 of some of `pictures` at a time.

    Args:
        pictures: (n, h, w, c) of numbers.
        name: Of the array; its pictures are named by their positions, "name[3]".
        factor: What values are multiplied by to lie between 0 and 255.
    """
    n, h, w, _ = pictures.shape
    size = max(1, AT_ONCE // (h * w))
    for start in range(0, n, size):
        some = pictures[start : start + size]
        if factor != 1 or some.dtype != np.uint8:
            some = np.rint(np.clip(some * np.float32(factor), 0, 255)).astype(np.uint8)
        positions = np.arange(start, start + len(some))
        if fit == "resize":
            yield positions, resized(grey(some))
            continue
        found = [digit_or_none(p, f"{name}[{start + i}]", report) for i, p in enumerate(some)]
        kept = [i for i, digit in enumerate(found) if digit is not None]
        digits = [digit for digit in found if digit is not None]
        yield positions[kept], np.array(digits, np.uint8).reshape(-1, SIDE, SIDE)
