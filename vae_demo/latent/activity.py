"""Which latents of a model are active, and their order by importance."""

from __future__ import annotations

import numpy as np

ACTIVE = 0.01  # least variance of an active latent over the data


def active(codes: np.ndarray) -> np.ndarray:
    """Which latents are active, (latent,) bool: their variance over the data is above 0.01.

    Burda et al. 2015, sec. 5.2. For a VAE, `codes` are the posterior means.
    """
    return codes.astype(np.float32).var(0) > ACTIVE


def by_importance(codes: np.ndarray, rate: np.ndarray) -> np.ndarray:
    """Positions of the latents sorted by importance, the most important first, (latent,) int64.

    The importance of a latent is its rate in nats. For a model without a rate (a plain
    autoencoder), it is the variance of the latent over the data.
    """
    measure = rate if rate.any() else codes.astype(np.float32).var(0)
    return np.argsort(-measure, kind="stable")
