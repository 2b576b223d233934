"""A step in slow motion on the Train page: before a training, while it is paused, at its end."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.pages import MAIN, given, page_file
from vae_demo.digits import mnist
from vae_demo.digits.mnist import Digits
from vae_demo.training.one_step import FAULTS
from vae_demo.ui.frame.language import catalogue
from vae_demo.ui.server.training_states import JobState

FAULT = {name: catalogue("en")[f"slow_motion.fault.{name}"] for name in FAULTS}


def step_of(at: AppTest) -> dict[str, Any]:
    """What the part was given of a step."""
    assert not at.exception and not at.error
    return given(at, "slow_motion")


def test_a_step_is_shown_before_during_and_after_a_training(
    few: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mnist, "train_digits", lambda: few)
    at = AppTest.from_file(MAIN, default_timeout=60)
    at.context = {"locale": "en-GB"}
    at.switch_page(page_file("train"))
    at.query_params["model"] = "dae"
    at.run()
    first = step_of(at)
    assert first["text"]["fault"] == ""
    assert first["numbers"]["step"] == 0 and first["seen"] and first["code"]["mean"] == []
    assert first["text"]["stages"]["code"] == catalogue("en")["slow_motion.stage.code"]

    at.selectbox(key="train_model.en").set_value("vae").run()
    code = step_of(at)["code"]
    for mean, sigma, noise, z in zip(
        *(code[n] for n in ("mean", "sigma", "noise", "z")), strict=True
    ):
        assert z == pytest.approx(mean + sigma * noise, abs=0.005)
    at.button(key="train_first_step").click().run()
    job = at.session_state["visitor"].job
    while job.status.state is not JobState.PAUSED:
        assert not job.wait(0.05)
    at.button(key="slow_motion_again").click().run()
    paused = step_of(at)["numbers"]
    assert paused["step"] == 1 and paused["loss_after"] < paused["loss"]

    job.stop()
    assert job.wait(60)
    at.run()
    assert step_of(at)["numbers"] == paused  # nothing was trained in between
    at.button(key="train_reset").click().run()
    assert step_of(at)["numbers"]["step"] == 0

    # A learning rate that is far too large gives a sentence, and no number that JSON can't hold.
    at.session_state["train_lr"] = 100.0
    at.run()
    long = step_of(at)
    assert long["text"]["fault"] == FAULT["rose"] and long["numbers"]["smaller"] == 0.008
    assert long["numbers"]["loss_after"] > 1e6 * long["numbers"]["loss"]
    at.selectbox(key="train_model.en").set_value("hvae").run()
    at.session_state["train_lr"] = 100.0
    at.run()
    endless = step_of(at)
    assert endless["text"]["fault"] == FAULT["infinite"]
    assert endless["numbers"]["loss_after"] is None
    json.dumps(endless, allow_nan=False)
