"""A step in slow motion on the Train page: before a training, while it is paused, at its end."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.pages import MAIN, given, page_file
from vae_demo.digits import mnist
from vae_demo.digits.mnist import Digits
from vae_demo.ui.frame.language import catalogue
from vae_demo.ui.server.training_states import JobState


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
