"""Code spaces laid over each other."""

import numpy as np
import pytest
from scipy.spatial import procrustes
from sklearn.neighbors import NearestNeighbors

from vae_demo.latent.procrustes import align, common_neighbours

RNG = np.random.default_rng(3)
ONE, OTHER = RNG.normal(size=(2, 60, 4)) * np.array([3, 2, 1, 0.5])


def test_it_is_the_procrustes_analysis_of_scipy() -> None:
    """Whose disparity is what is left over when both have the same size; it is symmetric."""
    for codes in (OTHER, ONE + 0.1 * OTHER):
        there, laid, disparity = procrustes(ONE, codes)
        found = align(ONE, codes)
        assert found.agreement == pytest.approx(1 - disparity)
        assert align(codes, ONE).agreement == pytest.approx(found.agreement)
        size = np.linalg.norm(ONE - ONE.mean(0))
        np.testing.assert_allclose(found.codes, laid * size + ONE.mean(0), atol=1e-9)
        np.testing.assert_allclose(there * size + ONE.mean(0), ONE, atol=1e-9)


def test_a_turned_mirrored_scaled_and_moved_space_is_the_same() -> None:
    mirror = np.linalg.qr(RNG.normal(size=(4, 4)))[0] @ np.diag([1, 1, 1, -1])
    found = align(ONE, 0.3 * ONE @ mirror + 7)
    assert found.agreement == pytest.approx(1)
    np.testing.assert_allclose(found.codes, ONE, atol=1e-9)
    assert align(ONE, np.zeros_like(ONE)).agreement == 0  # a space that has collapsed


def test_common_neighbours_are_counted() -> None:
    near = [
        NearestNeighbors(n_neighbors=6).fit(codes).kneighbors(codes)[1][:, 1:]
        for codes in (ONE, OTHER)
    ]
    shares = [len({*a} & {*b}) / 5 for a, b in zip(*near, strict=True)]
    assert common_neighbours(ONE, OTHER, 5) == pytest.approx(np.mean(shares))
    assert common_neighbours(ONE, 2 * ONE + 1, 5) == 1
