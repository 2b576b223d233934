"""Which latents a model uses, and how much."""

from __future__ import annotations

import numpy as np

ACTIVE = 0.01  # least variance of an active latent over the data


def active(codes: np.ndarray) -> np.ndarray:
    """Which latents are active, (latent,) bool: variance of their code over the data > 0.01.

    Burda et al. 2015, sec. 5.2; a VAE's code is its posterior mean.
    """
    return codes.astype(np.float32).var(0) > ACTIVE


def by_importance(codes: np.ndarray, rate: np.ndarray) -> np.ndarray:
    """Latents in the order of what they tell about the digit, most first, (latent,) int64.

    By their rate in nats, (latent,); where a model has none (a plain autoencoder), by the
    variance of their code over the data.
    """
    measure = rate if rate.any() else codes.astype(np.float32).var(0)
    return np.argsort(-measure, kind="stable")
