"""The quality of generated pictures: recognisability, variety, and distance from real digits.

found = sample_quality(pictures)  # (1000, 28, 28) uint8
found.agreed, found.distance
"""

from __future__ import annotations

import functools
import weakref
from dataclasses import dataclass

import numpy as np
import torch

from vae_demo.datasets import mnist_test
from vae_demo.digits.mnist import Digits, check_pictures
from vae_demo.evaluation.classifier import Classifier, features, load_both, probabilities

_known_features: weakref.WeakKeyDictionary[Digits, np.ndarray] = weakref.WeakKeyDictionary()

CONFIDENT = 0.9  # least probability with which a picture counts as recognised
SHIFTS = ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1))  # rows and columns, pixels


@dataclass(frozen=True)
class SampleQuality:
    """The quality of pictures by the project's classifier; not comparable with published numbers.

    The distance decreases with the number of pictures, so compare sets of equal size.
    """

    agreed: float  # share on which two classifiers agree, see `agreed`
    recognised: float  # share classified with a probability of at least `CONFIDENT`
    distance: float  # Fréchet distance to the features of the test digits, squared features
    kinds: float  # effective number of different digits, 1 to 10, see `effective_classes`


def sample_quality(pictures: np.ndarray) -> SampleQuality:
    """Measure the quality of pictures (n, 28, 28) uint8.

    Raises:
        ValueError: if the shape or type is wrong, there are fewer than 2 pictures, or the shipped
            classifier can't be loaded.
    """
    check_pictures(pictures, 2)
    classifier, real = classifier_and_features()
    read = probabilities(classifier, pictures)
    return SampleQuality(
        agreed=float(agreed(pictures).mean()),
        recognised=float(recognised(read).mean()),
        distance=frechet_distance(features(classifier, pictures), real),
        kinds=effective_classes(read),
    )


def recognised(read: np.ndarray) -> np.ndarray:
    """Which pictures are recognised, (n,) bool, by their probabilities `read` (n, 10).

    `CONFIDENT` is near the highest probability that this classifier gives: it was trained with
    label smoothing 0.05, so that the target for the right digit was 0.955. A clear digit that is a
    little unusual is below 0.9. `agreed` asks only which digit was read.
    """
    return read.max(1) >= CONFIDENT


def agreed(pictures: np.ndarray) -> np.ndarray:
    """Which pictures (n, 28, 28) uint8 are read alike by two classifiers, (n,) bool.

    Both shipped classifiers, trained apart, must read the same digit, also when the picture is
    shifted by one pixel up, down, left or right: 10 readings. Nothing is asked of their
    probabilities. A picture between two digits, or of none, is read differently by one of them.
    """
    read = np.stack([_read(each, _shifted(pictures, *by)) for each in _both() for by in SHIFTS])
    return (read == read[0]).all(0)


def _read(classifier: Classifier, pictures: np.ndarray) -> np.ndarray:
    return probabilities(classifier, pictures).argmax(1)


def _shifted(pictures: np.ndarray, down: int, right: int) -> np.ndarray:
    """The pictures shifted by at most a pixel; what comes in from outside is black."""
    padded = np.pad(pictures, ((0, 0), (1, 1), (1, 1)))
    rows, columns = (slice(1 - by, 1 - by + 28) for by in (down, right))
    return padded[:, rows, columns]


def effective_classes(read: np.ndarray) -> float:
    """The effective number of different digits, 1 to 10, by their probabilities (n, 10).

    It is the exponential of the entropy of the mean distribution, the marginal term of the
    Inception score (Salimans et al. 2016).
    """
    entropy = torch.special.entr(torch.tensor(read.mean(0, dtype=np.float64))).sum()
    return entropy.exp().item()


@functools.cache
def _both() -> tuple[Classifier, Classifier]:
    return load_both()


def classifier_and_features() -> tuple[Classifier, np.ndarray]:
    """The first shipped classifier and its features for the test digits, (10000, 128)."""
    classifier, _ = _both()
    digits = mnist_test()
    if digits not in _known_features:
        _known_features[digits] = features(classifier, digits.images)
    return classifier, _known_features[digits]


def frechet_distance(a: np.ndarray, b: np.ndarray) -> float:
    """‖μ_a − μ_b‖² + Tr(A + B − 2(A^½ B A^½)^½) of Gaussians fitted to a (n, d) and b (m, d).

    This is the squared Wasserstein-2 distance of the Gaussians (Dowson & Landau 1982), in squared
    features. It is the FID of Heusel et al. 2017, eq. 6, only if the features are those of
    Inception; do not use that name for other features.

    Raises:
        ValueError: if the widths differ or one set has fewer than 2 rows.
    """
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[1] or min(len(a), len(b)) < 2:
        raise ValueError(f"features are {a.shape} and {b.shape}; expected (n, d) and (m, d), n > 1")
    a, b = a.astype(np.float64), b.astype(np.float64)
    spread_a, spread_b = (np.atleast_2d(np.cov(x, rowvar=False)) for x in (a, b))
    values, vectors = np.linalg.eigh(spread_a)
    root = vectors * np.sqrt(values.clip(0)) @ vectors.T
    # This matrix is symmetric, unlike A·B, so its root is real even for few pictures.
    shared = np.sqrt(np.linalg.eigvalsh(root @ spread_b @ root).clip(0)).sum()
    apart = np.square(a.mean(0) - b.mean(0)).sum()
    return max(0.0, float(apart + np.trace(spread_a + spread_b) - 2 * shared))
