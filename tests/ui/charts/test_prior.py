"""The distribution that codes are sampled from, drawn over the codes of digits."""

from __future__ import annotations

import numpy as np
import pytest

from vae_demo.ui.charts.prior import ellipse, samples_over_codes

RNG = np.random.default_rng(0)
MEAN, COVARIANCE = np.array([1.0, -2.0]), np.array([[4.0, 1.5], [1.5, 1.0]])
TEXT = {"digit": "digit", "recognised": "yes", "not_recognised": "no"}


@pytest.mark.parametrize("deviations", [1, 2.5])
def test_an_ellipse_is_so_many_standard_deviations_away(deviations: float) -> None:
    offset = ellipse(MEAN, COVARIANCE, deviations) - MEAN
    squared = np.einsum("ni,ij,nj->n", offset, np.linalg.inv(COVARIANCE), offset)
    np.testing.assert_allclose(np.sqrt(squared), deviations)
    np.testing.assert_allclose(offset[0], offset[-1])


def test_each_sample_is_drawn_once_by_whether_it_is_recognised() -> None:
    points, samples = RNG.normal(size=(50, 2)), RNG.normal(size=(10, 2))
    labels, recognised = np.arange(50) % 10, np.arange(10) < 4
    normals = {"fitted": (MEAN, COVARIANCE), "N(0, I)": (np.zeros(2), np.eye(2))}
    figure = samples_over_codes(points, labels, samples, recognised, normals, TEXT)
    by_name = {trace.name: np.column_stack([trace.x, trace.y]) for trace in figure.data[-2:]}
    np.testing.assert_array_equal(by_name["yes"], samples[:4])
    np.testing.assert_array_equal(by_name["no"], samples[4:])
    rings = [trace.name for trace in figure.data if trace.mode == "lines"]
    assert rings == ["fitted"] * 3 + ["N(0, I)"]
    low, high = figure.layout.xaxis.range
    farthest = ellipse(MEAN, COVARIANCE, 3)
    assert low < farthest.min() and farthest.max() < high == -low
