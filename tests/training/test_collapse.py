"""Latents that collapse and cures, in the shipped histories and in a small training."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from vae_demo.datasets import mnist_data
from vae_demo.digits.mnist import Digits
from vae_demo.models import ModelConfig
from vae_demo.runs import collapse_history
from vae_demo.runs.collapse_history import CollapseHistory, load
from vae_demo.training.collapse import (
    CAUSES,
    SILENT,
    Setup,
    active_units,
    cured,
    cures,
    follow,
    ill,
    name_of,
    setups,
)
from vae_demo.training.config import TrainConfig


def ends(setup: Setup) -> tuple[int, float]:
    """The active units and the negative ELBO after the last epoch, counted here once more."""
    history = load(name_of(setup))
    return sum(rate >= 0.1 for rate in history.rates[-1]), float(history.losses[-1].sum())


# The cure that each cause needs, and the least number of latents that are active with it.
HELPS = {
    "beta": ("beta", 10),
    "reduction": ("beta", 10),
    "decoder": ("decoder", 10),
    "warm_up": ("free_bits", 10),
}


@pytest.mark.parametrize("cause", HELPS)
def test_a_cure_has_at_least_twice_the_active_units(cause: str) -> None:
    cure, least = HELPS[cause]
    before, after = ends(ill(cause))[0], ends(cured(cause, cure))[0]
    assert after >= max(2 * before, least)


def test_free_bits_wake_latents_that_a_strong_decoder_does_not_need_and_the_loss_gets_worse() -> (
    None
):
    before, after = ends(ill("decoder")), ends(cured("decoder", "free_bits"))
    assert before[0] <= 2 and after[0] >= 10
    assert after[1] > before[1]


def test_most_of_a_hundred_latents_are_silent_and_nothing_is_lost() -> None:
    many, few = ends(ill("latents")), ends(cured("latents", "latents"))
    assert 10 < many[0] < 50
    assert abs(many[1] - few[1]) < 5  # nats per image, of about 110


def test_the_rate_rises_from_its_start_while_the_loss_falls() -> None:
    history = load(name_of(cured("beta", "beta")))
    rate, loss = history.losses[:, 1], history.losses.sum(1)
    assert rate[-1] > 5 * rate[0]
    assert (np.diff(loss[history.epochs >= 1]) < 0).all() and loss[-1] < 0.3 * loss[0]


@pytest.mark.parametrize("name", setups())
def test_a_shipped_history_fits_together(name: str) -> None:
    setup, history = setups()[name], load(name)
    moments = len(history.epochs)
    assert history.epochs[0] == 0 and history.epochs[-1] == setup.training.epochs
    assert (np.diff(history.epochs) > 0).all()
    assert history.rates.shape == (moments, setup.model.latent)
    assert history.losses.shape == (moments, 2) and history.strip.shape == (moments, 10, 28, 28)
    np.testing.assert_allclose(history.rates.sum(1), history.losses[:, 1], rtol=1e-3, atol=1e-3)


def test_every_cause_can_be_cured_and_what_can_t_be_tried_is_named() -> None:
    assert all(cured(cause, cure) != ill(cause) for cause in CAUSES for cure in cures(cause))
    assert cured("warm_up", "cycles").training.cycles == 3
    with pytest.raises(ValueError, match="unknown cause 'fever'; there are: beta, "):
        ill("fever")
    with pytest.raises(ValueError, match="no cure 'latents' for 'beta'; there are: warm_up, "):
        cured("beta", "latents")


def test_a_training_is_followed_and_its_history_comes_back(few: Digits, tmp_path: Path) -> None:
    setup = Setup(ModelConfig("vae", 3), TrainConfig(epochs=1, batch_size=10, beta=50.0))
    history = CollapseHistory.of(list(follow(setup, replace(mnist_data(), train=few[:320]))))
    assert history.epochs.tolist() == [0, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 3 / 4, 1]
    assert active_units(history.rates)[-1] == (history.rates[-1] >= SILENT).sum()
    collapse_history.save(history, "small", tmp_path)
    again = load("small", tmp_path)
    for name, array in vars(history).items():
        np.testing.assert_array_equal(getattr(again, name), array)
    (tmp_path / "small.npz").write_bytes(b"no zip file")
    with pytest.raises(ValueError, match="can't be read as a history of collapse"):
        load("small", tmp_path)
