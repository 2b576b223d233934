"""Maps that place what is alike side by side: t-SNE (van der Maaten & Hinton 2008)."""

from __future__ import annotations

import numpy as np
from threadpoolctl import threadpool_limits

PERPLEXITY = 30.0  # about as many neighbours count for each
SEED = 0


def neighbour_map(inputs: np.ndarray, seed: int = SEED) -> np.ndarray:
    """Place each of the inputs (n, k), n at least 4, on a map by t-SNE, (n, 2) float16.

    The map is as `centred` leaves it.
    """
    from sklearn.manifold import TSNE

    perplexity = min(PERPLEXITY, (len(inputs) - 1) / 3)
    with threadpool_limits(1):  # the matrices are small
        found = TSNE(perplexity=perplexity, random_state=seed, init="pca", n_jobs=1).fit_transform(
            np.ascontiguousarray(inputs, np.float32)
        )
    return centred(found)


def centred(places: np.ndarray) -> np.ndarray:
    """Places (n, 2), moved and scaled to reach from -1 to 1 about their middle, float16."""
    moved = places - (places.max(0) + places.min(0)) / 2
    return np.asarray((moved / max(float(np.abs(moved).max()), 1e-9)).astype(np.float16))
