"""Align one code space with another, and measure how well they agree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, eq=False)
class Alignment:
    """Codes aligned with those of another model, digit by digit."""

    codes: Float[np.ndarray, "n latent"]  # in the space of the others
    agreement: float  # share of the others' variance that they explain, 0 to 1


def align(others: Float[np.ndarray, "n latent"], codes: Float[np.ndarray, "n latent"]) -> Alignment:
    """Move, turn, mirror and scale codes so that they lie as near to others as possible.

    It is the orthogonal Procrustes problem (Schönemann 1966): with B and A the centred codes and
    others, and BᵀA = UΣVᵀ, the rotation is UVᵀ and the scale tr Σ / ‖B‖². What is left over of
    ‖A‖² is 1 - agreement, with the agreement (tr Σ)² / (‖A‖² ‖B‖²); it is the same both ways.
    """
    centre = others.mean(0, dtype=np.float64)
    a, b = others - centre, codes - codes.mean(0, dtype=np.float64)
    u, sigma, vt = np.linalg.svd(b.T @ a)
    size_a, size_b = (max(float((each**2).sum()), 1e-12) for each in (a, b))
    turned = sigma.sum() / size_b * b @ (u @ vt)
    return Alignment(turned + centre, float(sigma.sum() ** 2 / (size_a * size_b)))


def common_neighbours(
    one: Float[np.ndarray, "n latent"], other: Float[np.ndarray, "n latent"], count: int = 10
) -> float:
    """The mean share of each digit's `count` nearest digits that are the same in both spaces."""
    near = [_nearest(codes.astype(np.float64), count) for codes in (one, other)]
    return float(np.mean([len({*a} & {*b}) / count for a, b in zip(*near, strict=True)]))


def _nearest(codes: np.ndarray, count: int) -> np.ndarray:
    """The positions of the nearest codes of each code, (n, count)."""
    squares = (codes**2).sum(1)
    distances = squares[:, None] + squares - 2 * codes @ codes.T
    np.fill_diagonal(distances, np.inf)
    return np.argpartition(distances, count, axis=1)[:, :count]
