"""A training that learned nothing is recognized, one that learned something is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.evaluation.failures import Failure, failures, mean_digit_distortion
from vae_demo.runs import Run

TEST = mnist.test_digits()


def test_the_mean_digit_s_distortion_by_numpy() -> None:
    """Of Bernoulli pixels the entropy of the mean digit, of Gaussian ones half the variance."""
    x = TEST.images.reshape(-1, 784) / 255
    p = np.clip(x.mean(0), 1e-6, 1 - 1e-6)
    entropy = -(x * np.log(p) + (1 - x) * np.log(1 - p)).sum(1).mean()
    assert mean_digit_distortion("bernoulli", TEST) == pytest.approx(entropy, rel=1e-4)
    assert mean_digit_distortion("gaussian", TEST) == pytest.approx(x.var(0).sum() / 2, rel=1e-4)


def test_every_shipped_run_learned_something() -> None:
    for name in runs.available():
        assert failures(runs.find(name), TEST) == [], name


def changed(run: Run, *, end: float, distortion: float, spread: float) -> Run:
    """A run with another last test loss, distortion, and spread of the codes."""
    history = run.history
    losses, codes = history.losses.copy(), history.codes * np.float16(spread)
    losses[-1, 2:] = end, 0
    history = replace(history, losses=losses, codes=codes)
    return replace(run, history=history, results={**run.results, "distortion": distortion})


@pytest.mark.parametrize(
    ("name", "end", "distortion", "spread", "found"),
    [
        ("vae-2", 150, 140, 1, []),
        ("vae-2", 1e4, 140, 1, [Failure.WORSE]),
        ("vae-2", 210, 206, 1, [Failure.MEAN]),
        ("vae-2", 210, 206, 0, [Failure.MEAN, Failure.ASLEEP]),
        ("ae-20", 150, 140, 0, []),  # the codes of a plain autoencoder have no scale
        ("vae-2", 1e4, 1e4, 0, [Failure.WORSE, Failure.MEAN, Failure.ASLEEP]),
    ],
)
def test_each_failure_is_told_from_the_others(
    name: str, end: float, distortion: float, spread: float, found: list[Failure]
) -> None:
    run = changed(runs.find(name), end=end, distortion=distortion, spread=spread)
    assert failures(run, TEST) == found


def test_a_training_on_another_bound_is_not_judged_by_its_test_loss() -> None:
    run = changed(runs.find("vae-2"), end=1e4, distortion=140, spread=1)
    weighted = replace(run, training={**run.training, "importance": 5})
    assert (failures(run, TEST), failures(weighted, TEST)) == ([Failure.WORSE], [])
