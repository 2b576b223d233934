"""Test losses against training losses."""

from pathlib import Path

import numpy as np
import pytest

from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.digits.mnist import Digits
from vae_demo.evaluation import generalisation
from vae_demo.evaluation.evaluate import evaluate
from vae_demo.evaluation.scoreboard import fingerprint
from vae_demo.models import ModelConfig, build
from vae_demo.training.config import TrainConfig
from vae_demo.training.loop import train


@pytest.mark.parametrize("pixels", ["grey", "dynamic"])
def test_losses_are_those_of_evaluate(small_world: tuple[Digits, Digits], pixels: str) -> None:
    model, digits = build(ModelConfig("vae", 3), seed=1), small_world[1]
    losses = generalisation.digit_losses(model, digits, pixels)
    assert losses.shape == (len(digits),)
    assert losses.mean() == pytest.approx(evaluate(model, digits, pixels=pixels)["neg_elbo"])


def test_a_model_that_learns_by_heart_has_a_gap() -> None:
    few, test = mnist.train_digits()[:60], mnist.test_digits()[:200]
    model = build(ModelConfig("ae", 20), seed=0)
    for _ in train(model, few, TrainConfig(epochs=150, batch_size=20), test=test[:10]):
        pass
    found = generalisation.measure(model, "", "grey", few, test)
    there, here = (generalisation.digit_losses(model, digits) for digits in (few, test))
    assert found.gap == pytest.approx(here.mean() - there.mean()) and found.gap > 10 * found.error
    drawn = np.random.default_rng(0)
    again = [
        drawn.choice(here, len(here)).mean() - drawn.choice(there, len(there)).mean()
        for _ in range(400)
    ]
    assert found.error == pytest.approx(np.std(again), rel=0.2)


def test_the_shipped_measurements_are_of_the_shipped_runs() -> None:
    files = {p.stem: p for p in runs.library.SHIPPED.glob("*.safetensors")}
    found = generalisation.load(generalisation.shipped(), files)
    assert found.keys() == files.keys()
    for name in ("vae-2", "vae-20"):
        assert found[name].test == pytest.approx(runs.find(name).results["neg_elbo"], abs=0.05)


def test_a_run_that_has_changed_is_left_out(tmp_path: Path) -> None:
    run = tmp_path / "mine.safetensors"
    run.write_bytes(b"one")
    one = generalisation.Generalisation(fingerprint(run), 90.0, 95.5, 0.25)
    generalisation.save({"mine": one, "gone": one}, tmp_path / "gaps.json")
    assert generalisation.load(tmp_path / "gaps.json", {"mine": run}) == {"mine": one}
    run.write_bytes(b"other")
    assert generalisation.load(tmp_path / "gaps.json", {"mine": run}) == {}
    (tmp_path / "gaps.json").write_text('{"mine": {"train": "much"}}')
    with pytest.raises(ValueError, match=r"gaps.json can't be read as measurements of runs: "):
        generalisation.load(tmp_path / "gaps.json", {"mine": run})
