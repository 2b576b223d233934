"""Charts of walls of samples: distances of codes, and the numbers of all walls."""

from __future__ import annotations

import numpy as np

from vae_demo.ui.charts.distances import BINS, distance_curves
from vae_demo.ui.charts.wall_scores import wall_scores


def test_the_shares_of_all_distances_are_drawn() -> None:
    rng = np.random.default_rng(0)
    near, far = rng.uniform(1, 2, 500), rng.uniform(3, 4, 300)
    first, second = distance_curves({"near": near, "far": far}, "distance").data
    assert (first.name, second.name, len(first.x)) == ("near", "far", BINS)
    for line, found in ((first, near), (second, far)):
        assert 98 <= line.y.sum() <= 100  # percent; the longest may lie outside
        assert abs(np.average(line.x, weights=line.y) - found.mean()) < 0.1


def test_the_walls_of_the_chosen_run_are_named() -> None:
    points, own = np.array([[40.0, 25], [3, 95], [5, 90]]), np.array([True, False, True])
    text = {"distance": "d", "recognised": "r", "real": "real digits"}
    others, mine, real = wall_scores(points, list("abc"), own, np.array([1.2, 96]), text).data
    assert (others.mode, list(others.x)) == ("markers", [3])
    assert (mine.mode, list(mine.text), list(mine.y)) == ("markers+text", ["a", "c"], [25, 90])
    assert list(real.text) == ["real digits"]


def test_names_of_walls_cover_no_other_point() -> None:
    """Two walls of the chosen run between others to their right: their names are to the left."""
    points = np.array([[20.0, 50], [22, 50], [24, 50], [20, 20], [23, 20]])
    own, text = (
        np.array([1, 0, 0, 1, 0], bool),
        {"distance": "d", "recognised": "r", "real": "real"},
    )
    _, mine, _ = wall_scores(points, ["a wall"] * 5, own, np.array([1.2, 96]), text).data
    assert [place.split()[1] for place in mine.textposition] == ["left", "left"]
