"""The table of benchmarks/samples.py: means and deviations over seeds."""

from __future__ import annotations

import pytest

from benchmarks.samples import line, spread
from vae_demo.evaluation.walls import WallQuality, measured_walls


def test_a_row_holds_means_and_deviations() -> None:
    found = spread([WallQuality(0.9, 3.0, 9.9, 0.14), WallQuality(0.8, 5.0, 9.7, 0.12)])
    assert found["recognised"] == pytest.approx((0.85, 0.05 * 2**0.5))
    assert found["distance"] == pytest.approx((4, 2**0.5))
    assert line(found) == "85.0 ± 7.1 % | 4.0 ± 1.4 | 9.80 ± 0.14 | 0.130 ± 0.014"
    assert spread([WallQuality(0.9, 3.0, 9.9, 0.14)])["kinds"] == (9.9, 0.0)


def test_the_shipped_walls_are_as_good_as_is_said() -> None:
    """The best is as good as real digits, and none is much nearer to training digits."""
    measured = measured_walls()
    assert measured.count == 1000
    real = measured.real["nearest"][0]
    walls = {(each.run, each.place, each.temperature): each.numbers for each in measured.walls}
    for wall, share, distance in (
        (("vae-20", "flow", 1.0), 0.95, 4.0),
        (("vqvae-16", "words", 1.0), 0.8, 8.0),
        (("hvae-64", "mixture", 0.9), 0.95, 2.9),
    ):
        numbers = {name: mean for name, (mean, _) in walls[wall].items()}
        assert numbers["recognised"] >= share and numbers["distance"] <= distance, wall
        assert numbers["kinds"] >= 9.8 and numbers["nearest"] >= 0.84 * real, wall
