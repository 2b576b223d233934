"""Principal components, to compare with a linear autoencoder, and angles between subspaces."""

from __future__ import annotations

import numpy as np

from vae_demo.digits.mnist import PIXELS, batches, check_pictures, pixel_rows

_CHUNK = 1000


def pca(images: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean (784,) and first k principal components (784, k) of images (n, 28, 28) uint8.

    The components are orthonormal columns in the order of decreasing variance; the largest loading
    of each is positive. Ink is in [0, 1], the result is float64 (Hotelling 1933).

    Raises:
        ValueError: if the shape or type is wrong, there are fewer than 2 images, or k is not from 1
            to 784.
    """
    check_pictures(images, 2)
    if not 1 <= k <= PIXELS:
        raise ValueError(f"k is {k}; it must be from 1 to {PIXELS}")
    products = np.zeros((PIXELS, PIXELS))  # integers, so the subtraction below is exact
    for rows in map(pixel_rows, batches(images, _CHUNK)):
        products += rows.T @ rows
    mean = images.reshape(len(images), PIXELS).mean(0, dtype=np.float64)
    vectors = np.linalg.eigh(products / len(images) - np.outer(mean, mean))[1]
    components = vectors[:, ::-1][:, :k]
    largest = np.abs(components).argmax(0)
    return mean / 255, components * np.sign(components[largest, np.arange(k)])


def principal_angles(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Angles between the subspaces spanned by the columns of a (d, k) and b (d, m), in degrees.

    Returns (min(k, m),) float64 in increasing order. All angles are 0 if one space contains the
    other. The cosines follow Björck & Golub 1973, theorem 1; small angles are computed from sines,
    since their cosines are inaccurate (Knyazev & Argentati 2002).

    Raises:
        ValueError: if the dimensions differ or the columns of a or b are not independent.
    """
    if a.ndim != 2 or b.ndim != 2 or len(a) != len(b):
        raise ValueError(f"bases are {a.shape} and {b.shape}; expected (d, k) and (d, m)")
    for basis in (a, b):
        if (rank := np.linalg.matrix_rank(basis)) < basis.shape[1]:
            raise ValueError(f"a basis of {basis.shape[1]} columns spans only {rank} dimensions")
    frames = (np.linalg.qr(basis.astype(np.float64))[0] for basis in (a, b))
    wide, narrow = sorted(frames, key=lambda q: -q.shape[1])
    inside = wide.T @ narrow
    cosines = np.linalg.svd(inside, compute_uv=False)
    sines = np.linalg.svd(narrow - wide @ inside, compute_uv=False)[::-1]
    return np.degrees(np.arctan2(sines, cosines))
