"""Trainings that differ only in their seed."""

from pathlib import Path

import numpy as np
import pytest

from vae_demo.datasets import mnist_data
from vae_demo.digits.mnist import Digits
from vae_demo.sweeps.stability import (
    FILE,
    LATENTS,
    MODELS,
    SEEDS,
    name_of,
    shipped_stability,
    stability,
    train_codes,
    write,
)

ROOT = Path(__file__).resolve().parents[2]


def test_spaces_that_differ_by_a_turn_agree() -> None:
    rng = np.random.default_rng(1)
    first = rng.normal(size=(200, 3))
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    found = stability(np.stack([first, 2 * first @ turn, first + 1]))
    assert found.agreements == pytest.approx((1, 1, 1)) and found.neighbours == (1, 1, 1)
    np.testing.assert_allclose(found.aligned, np.stack([first] * 3), atol=1e-9)
    assert found.by_chance < 0.1


def test_a_training_gives_the_same_codes_again(small_world: tuple[Digits, Digits]) -> None:
    data = mnist_data()
    one, same, other = (train_codes(data, "ae", 2, seed, epochs=1, count=300) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, same)
    assert one.shape[1] == 2 and np.abs(one - other).max() > 0.01


def test_the_file_comes_back(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    codes = [rng.normal(size=(20, 2)) for _ in SEEDS]
    write({name_of("ae", 2): codes}, tmp_path / "codes.safetensors")
    found = shipped_stability("ae", 2, tmp_path / "codes.safetensors")
    np.testing.assert_allclose(found.codes, codes, atol=2e-3)


def test_what_is_written_about_the_shipped_ones() -> None:
    """The table of their README."""
    written = (FILE.parent / "README.md").read_text("utf-8")
    for model in MODELS:
        for latent in LATENTS:
            found = shipped_stability(model, latent)
            assert found.codes.shape == (len(SEEDS), 1000, latent)
            mean, low, high = (f(found.agreements) for f in (np.mean, min, max))
            row = f"| `{model}` | {latent} | {mean:.2f} ({low:.2f} to {high:.2f}) |"
            assert f"{row} {np.mean(found.neighbours):.0%} |" in written
            assert found.by_chance < 0.1 < low
    assert FILE.stat().st_size < 500_000
