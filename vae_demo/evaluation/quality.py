"""The quality of sampled pictures: recognised, varied, and distributed as real digits."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import torch

from vae_demo.digits.mnist import check_pictures, test_digits
from vae_demo.evaluation.classifier import Classifier, features, load_classifier, probabilities

CONFIDENT = 0.9  # from this probability on a picture counts as recognised


@dataclass(frozen=True)
class SampleQuality:
    """The quality of pictures by our own classifier; not comparable with numbers of papers.

    More pictures give a smaller distance, so compare equal numbers of them.
    """

    recognised: float  # share read with a probability of at least `CONFIDENT`, whatever is read
    distance: float  # Fréchet, between their features and the test digits', squared features
    kinds: float  # how many different digits there are, 1 to 10, see `effective_classes`


def sample_quality(pictures: np.ndarray) -> SampleQuality:
    """The quality of pictures (n, 28, 28) uint8.

    Raises:
        ValueError: another shape or type, or fewer than 2 pictures; or no shipped classifier.
    """
    check_pictures(pictures, 2)
    classifier, real = _classifier()
    read = probabilities(classifier, pictures)
    return SampleQuality(
        recognised=float(recognised(read).mean()),
        distance=frechet_distance(features(classifier, pictures), real),
        kinds=effective_classes(read),
    )


def recognised(read: np.ndarray) -> np.ndarray:
    """Which pictures are read with a probability of at least CONFIDENT; read (n, 10) to (n,)."""
    return read.max(1) >= CONFIDENT


def effective_classes(read: np.ndarray) -> float:
    """How many different digits there are, 1 to 10, by their probabilities (n, 10).

    exp of the entropy of the mean distribution, the marginal part of the inception score
    (Salimans et al. 2016).
    """
    entropy = torch.special.entr(torch.tensor(read.mean(0, dtype=np.float64))).sum()
    return entropy.exp().item()


@functools.cache
def _classifier() -> tuple[Classifier, np.ndarray]:
    """The shipped classifier, and its features of the test digits, (10000, 128)."""
    classifier = load_classifier()
    return classifier, features(classifier, test_digits().images)


def frechet_distance(a: np.ndarray, b: np.ndarray) -> float:
    """‖μ_a − μ_b‖² + Tr(A + B − 2(A^½ B A^½)^½) of Gaussians fitted to a (n, d) and b (m, d).

    The squared Wasserstein distance of the two (Dowson & Landau 1982), in squared features.
    Heusel et al. 2017 (eq. 6) call it FID when the features are Inception's; with any others,
    ours included, it is never to be called so.

    Raises:
        ValueError: not two sets of equal width with at least 2 rows each.
    """
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[1] or min(len(a), len(b)) < 2:
        raise ValueError(f"features are {a.shape} and {b.shape}; expected (n, d) and (m, d), n > 1")
    a, b = a.astype(np.float64), b.astype(np.float64)
    spread_a, spread_b = (np.atleast_2d(np.cov(x, rowvar=False)) for x in (a, b))
    values, vectors = np.linalg.eigh(spread_a)
    root = vectors * np.sqrt(values.clip(0)) @ vectors.T
    # Symmetric, unlike the root of A·B in common use, so few pictures can't make it complex.
    shared = np.sqrt(np.linalg.eigvalsh(root @ spread_b @ root).clip(0)).sum()
    apart = np.square(a.mean(0) - b.mean(0)).sum()
    return max(0.0, float(apart + np.trace(spread_a + spread_b) - 2 * shared))
