"""How densely codes lie."""

from __future__ import annotations

import numpy as np


def nearest_distances(codes: np.ndarray) -> np.ndarray:
    """The Euclidean distance of each code (n, k) to the nearest other one, (n,) float64.

    Raises:
        ValueError: if there are fewer than two codes.
    """
    if codes.ndim != 2 or len(codes) < 2:
        raise ValueError(f"codes have shape {codes.shape}; expected (n, latent) with at least 2")
    wide = codes.astype(np.float64)
    squares = np.square(wide).sum(1)
    squared = squares[:, None] - 2 * wide @ wide.T + squares
    np.fill_diagonal(squared, np.inf)
    return np.sqrt(np.maximum(squared.min(1), 0))
