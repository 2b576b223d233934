"""Geometry of code space: paths between codes, planes of codes, projections, activity.

numpy in, numpy out; `models.embed_many` and `models.decode_many` go to and from pictures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

PATHS = ("linear", "spherical")
ACTIVE = 0.01  # variance of a latent's mean over the data (Burda et al. 2015, sec. 5.2)


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


@dataclass(frozen=True)
class Projection:
    """A fixed flat view of code space: (codes − centre) @ axes.T.

    centre: (k,). axes: (2, k), orthonormal rows. explained: (2,) shares of the variance.
    """

    centre: np.ndarray
    axes: np.ndarray
    explained: np.ndarray

    def __call__(self, codes: np.ndarray) -> np.ndarray:
        """Codes (..., k) to points (..., 2) float32."""
        return ((codes.astype(np.float32) - self.centre) @ self.axes.T).astype(np.float32)

    @property
    def is_identity(self) -> bool:
        """True where the two latents are shown as they are."""
        return bool(np.array_equal(self.axes, np.eye(2)))


def project(codes: np.ndarray, like: Projection | None = None) -> Projection:
    """The flat view of a run, fitted once on its final codes (n, k).

    Two latents are shown as they are; one gets a zero second axis; more are cut down to their
    first two principal components. `like` turns the new axes to agree with an earlier view,
    so that a run still in training neither flips nor spins between two refreshes.

    Raises:
        ValueError: codes is not (n, k) with at least one row and one column.
    """
    if codes.ndim != 2 or 0 in codes.shape:
        raise ValueError(f"codes have shape {codes.shape}; expected (n, latent), neither 0")
    width = codes.shape[1]
    wide = codes.astype(np.float32)
    if width <= 2:
        axes = np.eye(2, width, dtype=np.float32)
        return Projection(np.zeros(width, np.float32), axes, _explained(wide, axes))
    centre = wide.mean(0)
    rows = np.linalg.svd(wide - centre, full_matrices=False)[2]
    axes = np.zeros((2, width), np.float32)
    axes[: len(rows[:2])] = rows[:2]
    if like is not None and like.axes.shape == axes.shape:
        left, _, right = np.linalg.svd(like.axes @ axes.T)  # orthogonal Procrustes
        axes = left @ right @ axes
    else:  # a sign of its own choosing: the largest loading of each axis is positive
        largest = np.abs(axes).argmax(1)
        axes *= np.where(axes[[0, 1], largest] < 0, -1, 1)[:, None]
    return Projection(centre, axes, _explained(wide, axes))


def _explained(codes: np.ndarray, axes: np.ndarray) -> np.ndarray:
    """Share of the codes' variance along each axis, (2,)."""
    return (codes @ axes.T).var(0) / max(float(codes.var(0).sum()), 1e-12)


def active(codes: np.ndarray) -> np.ndarray:
    """Which latents are awake: variance of their mean over the data > 0.01, (latent,) bool."""
    return codes.astype(np.float32).var(0) > ACTIVE


def by_importance(codes: np.ndarray, rate: np.ndarray) -> np.ndarray:
    """Latents ordered by how much they say, most first, (latent,) int64.

    By their rate in nats, (latent,); where a model has none (a plain autoencoder), by the
    variance of their code over the data.
    """
    said = rate if rate.any() else codes.astype(np.float32).var(0)
    return np.argsort(-said, kind="stable")
