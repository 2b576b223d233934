"""Kernels by epoch: of the seed, of the files, of the run; and what is measured about them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from vae_demo import runs
from vae_demo.datasets import mnist_data
from vae_demo.digits import mnist
from vae_demo.evaluation import kernels
from vae_demo.evaluation.kernels import RUNS, SIDES, kernels_at, measured, without_ink


@pytest.mark.parametrize("kind", RUNS)
def test_kernels_of_each_epoch_go_from_the_seed_to_the_run(kind: str) -> None:
    weights = runs.find(RUNS[kind]).weights
    for side in SIDES:
        each = [kernels_at(kind, side, epoch).weights for epoch in kernels.epochs(kind)]
        last = weights[f"{side}.0.weight"]
        wanted = last if side == "encoder" else last.T
        assert np.abs(each[-1] - wanted).max() <= np.abs(wanted).max() / 127
        # Each epoch is nearer to the last one than the one before it.
        apart = [float(np.square(some - wanted).mean()) for some in each]
        assert apart == sorted(apart, reverse=True)
    with pytest.raises(KeyError, match="no kernels of epoch 3; there are"):
        kernels_at(kind, "encoder", 3)


def test_the_border_is_kept_by_the_plain_one_alone() -> None:
    bare = without_ink(mnist.train_digits())
    assert not mnist.train_digits().images.reshape(-1, 784)[:, bare].any() and bare.sum() == 67
    numbers = {kind: measured(kind, "encoder") for kind in RUNS}
    for kind, name in RUNS.items():
        assert numbers[kind][0].spread == pytest.approx(1, abs=0.02)
        assert numbers[kind][0].kept == pytest.approx(1)
        rows = runs.find(name).weights["encoder.0.weight"]  # measured once more, row by row
        spread = [row[bare].std() / row[~bare].std() for row in rows]
        assert numbers[kind][-1].spread == pytest.approx(np.median(spread), abs=0.02)
        start = kernels_at(kind, "encoder", 0).weights
        kept = [np.corrcoef(a[bare], b[bare])[0, 1] for a, b in zip(rows, start, strict=True)]
        assert numbers[kind][-1].kept == pytest.approx(np.median(kept), abs=0.05)
    assert numbers["plain"][-1].kept > 0.99 > 0.2 > numbers["denoising"][-1].kept
    assert numbers["denoising"][-1].spread < 0.7 * numbers["plain"][-1].spread


def test_kernels_are_written_and_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = runs.find("ae-500")
    run = replace(run, training={**run.training, "epochs": 5})
    monkeypatch.setattr(kernels.runs, "find", lambda name: run)
    data = mnist_data()
    kernels.train_and_write("plain", replace(data, train=data.train[:64]), tmp_path)
    monkeypatch.setattr(kernels, "FOLDER", tmp_path)
    start = kernels_at("plain", "encoder", 0).weights
    again = kernels_at("plain", "encoder", 1)
    assert again.levels.min() == -7 and again.levels.max() == 7
    assert np.abs(again.weights - start).mean() < 0.01
    assert len(measured("plain", "encoder")) == 4
