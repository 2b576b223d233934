"""How steady trainings are when the learning rate changes."""

from pathlib import Path

import numpy as np
import pytest

from vae_demo.sweeps import table
from vae_demo.sweeps.learning_rate_sensitivity import Sensitivity, loses_less, sensitivity_of
from vae_demo.sweeps.learning_rates import LearningRates
from vae_demo.sweeps.table import LEARNING_RATES

ROOT = Path(__file__).resolve().parents[2]
NONE = float("nan")


def family(*losses: tuple[float, float]) -> Sensitivity:
    """Losses of two seeds at rates 1, 10, 100 ...; NaN stands for a training that diverged."""
    found = np.array(losses, float)
    return Sensitivity(10.0 ** np.arange(len(found)), found, np.isnan(found), found.size)


def test_best_spread_and_divergence() -> None:
    found = family((300, 330), (105, 111), (99, 101), (109, 111), (200, NONE))
    assert found.best == 100 and found.best_rate == 100 and found.diverged.sum() == 1
    np.testing.assert_allclose(found.times, [3.15, 1.08, 1, 1.1, np.inf])
    assert found.spread == (pytest.approx(30 / 315), 1)


def test_a_table_with_missing_trainings_is_measured_by_the_others() -> None:
    losses = np.array([[100, NONE], [NONE, NONE]])
    found = Sensitivity(np.array([1.0, 10.0]), losses, np.zeros((2, 2), bool), 1)
    assert found.best == 100 and found.times.tolist() == [1, np.inf] and found.spread == (0, 1)


def test_which_family_loses_less_at_which_rate() -> None:
    one = family((120, 120), (100, 100), (101, 101), (150, 150), (300, NONE))
    other = family((260, 260), (200, 200), (203, 203), (210, 210), (NONE, NONE))
    assert loses_less(one, other) == [1] and loses_less(other, one) == [1000]
    assert loses_less(one, one) == []


# ---- the shipped table


def test_it_is_that_of_the_command() -> None:
    shipped = table.load(table.shipped(LEARNING_RATES))
    sweep = LearningRates()
    assert shipped.commands == (sweep.command(),) and shipped.recipe == sweep.recipe()
    keys = [tuple(row[name] for name in LEARNING_RATES.key) for row in shipped.rows]
    assert keys == sorted(point.key for point in sweep.points())


def test_what_is_written_about_it() -> None:
    """The table of checkpoints/README.md."""
    shipped = table.load(table.shipped(LEARNING_RATES))
    written = (ROOT / "checkpoints" / "README.md").read_text("utf-8")
    written = written.split("## The learning rates")[1]
    for model in ("ae", "vae"):
        found = sensitivity_of(shipped, model)
        for rate, losses, diverged in zip(found.rates, found.losses, found.diverged, strict=True):
            known = losses[~diverged]
            cells = [f"{diverged.sum()} of 3 diverged"] if diverged.any() else []
            if known.size:
                cells.insert(0, f"{known.mean():.1f} ({known.min():.1f} to {known.max():.1f})")
            assert f"| `{model}` | {rate:.10g} | {', '.join(cells)} |" in written
    minutes = sum(row["seconds"] for row in shipped.rows) / 60
    assert f"took {minutes:.0f} minutes" in written
