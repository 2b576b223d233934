"""Paths between two codes, and planes of codes. numpy in, numpy out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

PATHS = ("linear", "spherical")


def interpolate(a: np.ndarray, b: np.ndarray, steps: int, path: str = "linear") -> np.ndarray:
    """Points from `a` to `b`, both included, evenly spaced: (steps, *a.shape) float32.

    Raises:
        ValueError: unknown path, or fewer than 2 steps.
    """
    if steps < 2:
        raise ValueError(f"steps is {steps}; a path needs at least 2")
    return between(a, b, np.linspace(0, 1, steps), path)


def between(
    a: np.ndarray, b: np.ndarray, places: Sequence[float] | np.ndarray, path: str = "linear"
) -> np.ndarray:
    """Points between `a` (place 0) and `b` (place 1): (places, *a.shape) float32.

    "linear" walks the chord; "spherical" turns from one direction to the other at a steady
    angle while the length goes linearly (White 2016, sec. 2.1), and falls back to the chord
    where the angle is 0, undefined or 180°. On pictures, "linear" is a cross-fade.

    Raises:
        ValueError: unknown path.
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
    """Codes of a square plane of two latents, (side², 2) float32, read like a page.

    First row is +span of the second latent, first column -span of the first.
    """
    ticks = np.linspace(-span, span, side, dtype=np.float32)
    first, second = np.meshgrid(ticks, ticks[::-1])
    return np.stack([first.ravel(), second.ravel()], 1)
