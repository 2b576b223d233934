"""Sharpen digits of 7×7 or 14×14 pixels to 28×28: networks beside classical methods.

A small digit is the area average of the sharp one: each of its pixels is the mean of 4×4 or 2×2
pixels. Every method takes pixels (n, 7, 7) or (n, 14, 14) uint8 and returns (n, 28, 28) uint8.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import UInt8

from vae_demo.digits.mnist import SIDE
from vae_demo.models import to_x
from vae_demo.models.losses import Images
from vae_demo.repair import networks

Small = UInt8[np.ndarray, "n side side"]
Digits28 = UInt8[np.ndarray, "n 28 28"]
Method = Callable[[Small], Digits28]

SIDES = (7, 14)  # of a small digit
_ROUNDS = 20  # of back-projection


def shrink(pixels: Digits28, side: int) -> Small:
    """The area average of digits (n, 28, 28), (n, side, side) uint8.

    Raises:
        ValueError: if the side is not one of `SIDES`.
    """
    check_side(side)
    return np.rint(_mean(pixels.astype(float), side)).astype(np.uint8)


def check_side(side: int) -> None:
    """Check the side of a small digit.

    Raises:
        ValueError: if it is not one of `SIDES`.
    """
    if side not in SIDES:
        raise ValueError(f"a small digit has 7 x 7 or 14 x 14 pixels, not {side} x {side}")


def by_network(small: Small, name: str) -> Digits28:
    """Sharpen with a network of `checkpoints/repair/`, then make its area average that of `small`.

    The network sees each small pixel as a square of equal pixels.
    """
    x = to_x(repeat(small))
    found = networks.apply(networks.shipped_network(name), x)[:, 0].double().numpy()
    return _pixels(consistent(found, small))


def by_resize(small: Small, interpolation: str) -> Digits28:
    """Enlarge with OpenCV's resize.

    Args:
        interpolation: The end of the name of one of OpenCV's constants: NEAREST, CUBIC, LANCZOS4.
    """
    import cv2

    how = getattr(cv2, f"INTER_{interpolation}")
    return np.stack([cv2.resize(picture, (SIDE, SIDE), interpolation=how) for picture in small])


def by_back_projection(small: Small) -> Digits28:
    """Add the bicubic enlargement of what is missing in the area average, again and again.

    Source: Irani & Peleg 1991, starting at the bicubic enlargement.
    """
    import cv2

    def enlarge(pictures: np.ndarray) -> np.ndarray:
        size, how = (SIDE, SIDE), cv2.INTER_CUBIC
        return np.stack([cv2.resize(picture, size, interpolation=how) for picture in pictures])

    wanted = small / 255.0
    found = enlarge(wanted)
    for _ in range(_ROUNDS):
        found = (found + enlarge(wanted - _mean(found, small.shape[1]))).clip(0, 1)
    return _pixels(found)


METHODS: dict[str, Method] = {
    "unet": functools.partial(by_network, name="upscale-unet"),
    "dense": functools.partial(by_network, name="upscale-dense"),
    "without-sevens": functools.partial(by_network, name="upscale-without-sevens"),
    "dense-without-sevens": functools.partial(by_network, name="upscale-dense-without-sevens"),
    "nearest": functools.partial(by_resize, interpolation="NEAREST"),
    "bicubic": functools.partial(by_resize, interpolation="CUBIC"),
    "lanczos": functools.partial(by_resize, interpolation="LANCZOS4"),
    "back-projection": by_back_projection,
}


def repeat(small: np.ndarray) -> np.ndarray:
    """Each pixel of (n, side, side) as a square of equal pixels, (n, 28, 28)."""
    times = SIDE // small.shape[1]
    return small.repeat(times, axis=1).repeat(times, axis=2)


def consistent(found: np.ndarray, small: Small) -> np.ndarray:
    """The pictures in [0, 1] nearest to `found`, (n, 28, 28), whose area average is `small`.

    The nearest point, in squared error, adds to each square of pixels a number of its own and then
    clips to [0, 1] (the Karush-Kuhn-Tucker conditions); the number is found by bisection.
    """
    side = small.shape[1]
    low, high = np.full(small.shape, -1.0), np.full(small.shape, 1.0)
    for _ in range(30):
        middle = (low + high) / 2
        below = _mean((found + repeat(middle)).clip(0, 1), side) < small / 255.0
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (found + repeat(high)).clip(0, 1)


def random_shrink(x: Images, generator: torch.Generator, fine: float = 0.5) -> Images:
    """A training batch as the network sees it: a share `fine` from 14×14 pixels, the rest from 7×7.

    No random numbers are drawn.
    """
    parts = []
    coarse = round(len(x) * (1 - fine))
    for side, part in zip(SIDES, (x[:coarse], x[coarse:]), strict=True):
        times = SIDE // side
        small = torch.nn.functional.avg_pool2d(part, times)
        parts.append(small.repeat_interleave(times, 2).repeat_interleave(times, 3))
    return torch.cat(parts)


def _mean(pictures: np.ndarray, side: int) -> np.ndarray:
    """The area average of (n, 28, 28) float, (n, side, side)."""
    times = SIDE // side
    return pictures.reshape(len(pictures), side, times, side, times).mean((2, 4))


def _pixels(pictures: np.ndarray) -> np.ndarray:
    """Pictures in [0, 1] as uint8."""
    return np.rint(pictures * 255).astype(np.uint8)
