"""Principal components and angles against scikit-learn, scipy and spaces turned by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import subspace_angles  # type: ignore[import-untyped]
from sklearn.decomposition import PCA

from vae_demo.digits import mnist
from vae_demo.digits.mnist import Digits
from vae_demo.latent.subspaces import pca, principal_angles


def test_pca_is_that_of_scikit_learn() -> None:
    images = mnist.train_digits().images[:1500]
    mean, components = pca(images, 12)
    assert mean.shape == (784,) and components.shape == (784, 12)
    judge = PCA(12, svd_solver="full").fit(images.reshape(-1, 784) / 255)
    np.testing.assert_allclose(mean, judge.mean_, atol=1e-12)
    signs = np.sign((components * judge.components_.T).sum(0))
    np.testing.assert_allclose(components, judge.components_.T * signs, atol=1e-9)
    largest = np.abs(components).argmax(0)
    assert (components[largest, np.arange(12)] > 0).all()


def test_pca_can_take_every_direction() -> None:
    images = np.random.default_rng(3).integers(0, 256, (3, 28, 28), np.uint8)
    _, components = pca(images, 784)
    np.testing.assert_allclose(components.T @ components, np.eye(784), atol=1e-10)


@pytest.mark.parametrize("k", [0, 785])
def test_pca_refuses_more_components_than_pixels(k: int, few_test: Digits) -> None:
    with pytest.raises(ValueError, match=f"k is {k}; it must be from 1 to 784"):
        pca(few_test.images, k)


def turned(degrees: list[float], seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Bases, neither orthonormal, of two subspaces of R⁹ at these angles to each other."""
    rng = np.random.default_rng(seed)
    k, angles = len(degrees), np.radians(degrees)
    frame = np.linalg.qr(rng.normal(size=(9, 2 * k)))[0]
    a = frame[:, :k]
    b = a * np.cos(angles) + frame[:, k:] * np.sin(angles)
    return a @ rng.normal(size=(k, k)), b @ rng.normal(size=(k, k))


@pytest.mark.parametrize(
    "degrees", [[0.0], [90.0], [37.0], [10.0, 20.0, 80.0], [0.0, 1e-6, 45.0, 90.0], [0.0] * 4]
)
def test_angles_are_those_the_spaces_were_turned_by(degrees: list[float]) -> None:
    a, b = turned(degrees, seed=len(degrees))
    np.testing.assert_allclose(principal_angles(a, b), degrees, atol=1e-10)
    np.testing.assert_allclose(principal_angles(b, a), degrees, atol=1e-10)


@pytest.mark.parametrize(("k", "m"), [(3, 3), (2, 5), (6, 1), (15, 20)])
def test_angles_are_those_of_scipy(k: int, m: int) -> None:
    rng = np.random.default_rng(k)
    a, b = rng.normal(size=(40, k)), rng.normal(size=(40, m))
    found = principal_angles(a, b)
    assert found.shape == (min(k, m),)
    np.testing.assert_allclose(found, np.degrees(subspace_angles(a, b))[::-1], atol=1e-9)


def test_a_space_inside_another_makes_no_angle() -> None:
    """Also where weights are float32, as a model's are."""
    basis = np.random.default_rng(8).normal(size=(784, 20)).astype(np.float32)
    inside = basis @ np.random.default_rng(9).normal(size=(20, 6))
    np.testing.assert_allclose(principal_angles(inside, basis), 0, atol=1e-10)


def test_angles_between_what_is_no_basis_are_refused() -> None:
    good = np.eye(6)[:, :2]
    for bad in (np.eye(5)[:, :2], np.ones(6)):
        with pytest.raises(ValueError, match=r"bases are \(6, 2\) and .*; expected \(d, k\) and"):
            principal_angles(good, bad)
    with pytest.raises(ValueError, match="a basis of 3 columns spans only 1 dimensions"):
        principal_angles(good, np.ones((6, 3)))


@pytest.mark.parametrize(
    "images", [np.zeros((5, 784), np.uint8), np.zeros((5, 28, 28)), np.zeros((1, 28, 28), np.uint8)]
)
def test_other_images_are_refused(images: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"expected \(n, 28, 28\) uint8, n at least 2"):
        pca(images, 1)
