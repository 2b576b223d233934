"""Paths between two codes, and planes of codes. numpy in, numpy out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

PATHS = ("linear", "spherical")


def interpolate(a: np.ndarray, b: np.ndarray, steps: int, path: str = "linear") -> np.ndarray:
    """Evenly spaced points from `a` to `b`, including both: (steps, *a.shape) float32.

    Raises:
        ValueError: if the path is unknown or there are fewer than 2 steps.
    """
    if steps < 2:
        raise ValueError(f"steps is {steps}; a path needs at least 2")
    return between(a, b, np.linspace(0, 1, steps), path)


def between(
    a: np.ndarray, b: np.ndarray, places: Sequence[float] | np.ndarray, path: str = "linear"
) -> np.ndarray:
    """Points between `a` (position 0) and `b` (position 1): (places, *a.shape) float32.

    "linear" follows the straight line, which for pictures is a cross-fade. "spherical" rotates
    the direction with constant angular velocity and interpolates the length linearly (White 2016,
    sec. 2.1); if the angle is 0, undefined or 180°, it is the same as "linear".

    Raises:
        ValueError: if the path is unknown.
    """
    if path not in PATHS:
        raise ValueError(f"unknown path {path!r}; there are: {', '.join(PATHS)}")
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    t = np.asarray(places, np.float64).reshape(-1, *[1] * a.ndim)
    if path == "spherical":
        length_a, length_b = np.linalg.norm(a), np.linalg.norm(b)
        if length_a > 0 and length_b > 0:
            angle = np.arccos(np.clip((a / length_a * (b / length_b)).sum(), -1, 1))
            if 1e-4 < angle < np.pi - 1e-4:
                toward_a, toward_b = np.sin((1 - t) * angle), np.sin(t * angle)
                direction = (toward_a * a / length_a + toward_b * b / length_b) / np.sin(angle)
                return (direction * ((1 - t) * length_a + t * length_b)).astype(np.float32)
    return ((1 - t) * a + t * b).astype(np.float32)


def grid(side: int, span: float = 3.0) -> np.ndarray:
    """A square grid of codes with two latents, (side², 2) float32, row by row from the top left.

    The first latent runs from -span to span from left to right, the second from span to -span from
    top to bottom.
    """
    ticks = np.linspace(-span, span, side, dtype=np.float32)
    first, second = np.meshgrid(ticks, ticks[::-1])
    return np.stack([first.ravel(), second.ravel()], 1)
