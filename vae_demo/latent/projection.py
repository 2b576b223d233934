"""Project codes to a plane: two latents are shown unchanged, more by principal components."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Projection:
    """A map from codes to points of a plane: (codes − centre) @ axes.T."""

    centre: np.ndarray  # (k,)
    axes: np.ndarray  # (2, k), orthonormal rows
    explained: np.ndarray  # (2,), share of the variance along each axis

    def __call__(self, codes: np.ndarray) -> np.ndarray:
        """Codes (..., k) to points (..., 2) float32."""
        return ((codes.astype(np.float32) - self.centre) @ self.axes.T).astype(np.float32)

    @property
    def is_identity(self) -> bool:
        """Whether the two latents are shown unchanged."""
        return bool(np.array_equal(self.axes, np.eye(2)))


def project(codes: np.ndarray, like: Projection | None = None) -> Projection:
    """Fit a projection of codes (n, k) to the plane.

    Two latents are shown unchanged. A single latent gets a second axis that is always 0. More
    latents are projected to their first two principal components.

    Args:
        like: An earlier projection, to which the new axes are aligned by a rotation or reflection,
            so that the map of a running training does not flip or rotate.

    Raises:
        ValueError: if codes is not (n, k) with at least one row and one column.
    """
    if codes.ndim != 2 or 0 in codes.shape:
        raise ValueError(f"codes have shape {codes.shape}; expected (n, latent), both at least 1")
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
    else:  # choose the sign so that the largest loading of each axis is positive
        largest = np.abs(axes).argmax(1)
        axes *= np.where(axes[[0, 1], largest] < 0, -1, 1)[:, None]
    return Projection(centre, axes, _explained(wide, axes))


def _explained(codes: np.ndarray, axes: np.ndarray) -> np.ndarray:
    """The share of the variance along each axis, (2,)."""
    return (codes @ axes.T).var(0) / max(float(codes.var(0).sum()), 1e-12)
