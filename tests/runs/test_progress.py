"""A training that has not ended comes back from its file exactly, and no other file does."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from tests.support.small import tiny_run
from vae_demo import runs
from vae_demo.digits.mnist import Digits
from vae_demo.models import ModelConfig, build
from vae_demo.runs import progress
from vae_demo.runs.progress import Progress, make_progress
from vae_demo.training.config import TrainConfig
from vae_demo.training.loop import train
from vae_demo.training.state import TrainingState

CONFIG = TrainConfig(epochs=2, batch_size=100, seed=2)
WIDE = 40  # more numbers than a finished run's history keeps


def begun(few: Digits, few_test: Digits, latent: int = 2, after: int = 5) -> Progress:
    """A training after some batches."""
    config = ModelConfig("ae-shallow", latent)
    model = build(config)
    state = TrainingState(model, CONFIG.seed)
    steps = list(islice(train(model, few, CONFIG, test=few_test, state=state), after + 1))
    taken = [step.snapshot for step in steps if step.snapshot]
    last = steps[-1]
    return make_progress(
        model, state, config, CONFIG, epochs=last.epochs, steps=last.steps, snapshots=taken
    )


def test_it_comes_back_exactly_and_goes_on(few: Digits, few_test: Digits) -> None:
    saved = begun(few, few_test, WIDE)
    found = progress.loads(progress.dumps(saved))
    for name in ("model", "training", "epochs", "step", "steps"):
        assert getattr(found, name) == getattr(saved, name)
    assert len(found.snapshots) == len(saved.snapshots) == 4
    for one, other in zip(found.snapshots, saved.snapshots, strict=True):
        assert np.array_equal(one.codes, other.codes) and one.codes.shape == (1000, WIDE)
        assert np.array_equal(one.strip, other.strip)
        assert one.epochs == other.epochs
        assert one.test_distortion == np.float32(other.test_distortion)
    model, state = found.build()
    assert state.step == 5
    assert [s.step for s in train(model, few, CONFIG, test=few_test, state=state)] == [
        *range(6, 17)
    ]


def test_a_long_history_is_thinned_and_keeps_both_ends(
    few: Digits, few_test: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = begun(few, few_test, after=16)
    assert len(saved.snapshots) == 6
    monkeypatch.setattr(progress, "_HISTORY_BYTES", 4 * saved.snapshots[0].codes.nbytes)
    found = progress.loads(progress.dumps(saved))
    assert [s.epochs for s in found.snapshots] == [0, 0.25, 1, 2]


@pytest.mark.parametrize(
    "changes",
    [
        {"step": 17},
        {"step": -1},
        {"step": 4},  # its state says 5
        {"epochs": float("nan")},
        {"model": {"name": "vae", "latent": 2, "likelihood": None}},
        {"model": {"name": "nothing", "latent": 2, "likelihood": None}},
        {"training": {"lr": -1}},
        {"training": {"epochs": 10**9}},
        {"weights": {}},
        {"state": {}},
    ],
    ids=str,
)
def test_one_that_contradicts_itself_is_refused(
    changes: dict[str, object], few: Digits, few_test: Digits
) -> None:
    saved = begun(few, few_test)
    progress.loads(progress.dumps(saved)).build()
    with pytest.raises(runs.RunError):
        progress.loads(progress.dumps(replace(saved, **changes))).build()


def test_weights_beyond_any_training_are_refused(few: Digits, few_test: Digits) -> None:
    saved = begun(few, few_test)
    for wrong in (np.nan, 1e9):
        weights = {name: np.full_like(w, wrong) for name, w in saved.weights.items()}
        with pytest.raises(runs.RunError):
            progress.loads(progress.dumps(replace(saved, weights=weights)))


def test_damage_is_found_and_a_run_is_no_training(few: Digits, few_test: Digits) -> None:
    raw = progress.dumps(begun(few, few_test))
    rng = np.random.default_rng(0)
    for place in rng.integers(0, len(raw), 20):
        damaged = bytearray(raw)
        damaged[place] ^= 1 << int(rng.integers(8))
        with pytest.raises(runs.RunError, match="some file"):
            progress.loads(bytes(damaged), "some file")
    for other in (b"", raw[:1000], raw[:-1]):
        with pytest.raises(runs.RunError):
            progress.loads(other)
    with pytest.raises(runs.RunError, match="does not contain a training"):
        progress.loads(runs.dumps(tiny_run()))
    with pytest.raises(runs.RunError, match="does not contain a run"):
        runs.loads(raw)
