"""One step of a training in slow motion: five stages, forward and back by a button each."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import streamlit as st
import torch

from vae_demo.datasets import DataSet, mnist_data
from vae_demo.models import ModelConfig, build
from vae_demo.training.config import TrainConfig
from vae_demo.training.one_step import OneStep, one_step
from vae_demo.training.state import TrainingState
from vae_demo.ui.frame.language import language, t
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.frame.link_view import LinkView
from vae_demo.ui.frame.section import section
from vae_demo.ui.parts.base64_text import base64_text
from vae_demo.ui.parts.mount import browser_part
from vae_demo.ui.server.shared_cache import shared
from vae_demo.ui.server.visitors import Visitor

_SLOW_MOTION = browser_part("slow_motion")
_KEY = "slow_motion_part"  # Streamlit's key of the part

PATIENCE = 3.0  # seconds for which a visitor waits for a running training to show a step
GLANCE = 0.2  # seconds for which the page does, before the visitor has asked for one
STAGES = FIELDS["train"]["stage"].options
VIEW = LinkView("train", _KEY, ("stage",))
SHOWN = 20  # latents in the table; there may be 784
TEXTS = (
    *("title", "back", "forward", "picture", "seen", "reconstruction"),
    *("latent", "mean", "sigma", "noise", "z", "more"),
    *("of_picture", "of_batch", "loss", "loss_penalty", "loss_plain", "gradient"),
    *("change", "before", "after"),
)
SMALLER = 10  # the proposed learning rate is so many times smaller, or the usual one if less
PLACEHOLDERS = (
    *("batch", "step", "distortion", "rate", "beta", "penalty", "loss", "lr", "more"),
    *("before", "after", "name", "smaller"),
)


def slow_motion(
    me: Visitor, config: ModelConfig, training: TrainConfig, data: DataSet | None
) -> None:
    """Show the next step of the visitor's training; before one, the first step of the settings."""
    section("slow_motion", t("slow_motion.title"))

    @st.fragment
    def shown() -> None:
        VIEW.current()
        found = _next_step(me, config, training, data)
        if found is None:
            st.info(t("slow_motion.none"))
        else:
            _show(found)

    shown()


def _next_step(
    me: Visitor, config: ModelConfig, training: TrainConfig, data: DataSet | None
) -> OneStep | None:
    job = me.job
    if job is None:
        st.caption(t("slow_motion.untrained"))
        if data is None:
            return None
        if data.description.is_mnist:
            return _first_digit_step(config, training)
        return _first_step(config, training, data)
    status = job.watch()
    if status.state.ended:
        return status.one_step
    if st.button(t("slow_motion.again"), key="slow_motion_again"):  # it runs this fragment again
        return job.look(PATIENCE)
    return status.one_step or job.look(GLANCE)


@shared(max_entries=16)
def _first_digit_step(config: ModelConfig, training: TrainConfig) -> OneStep:
    return _first_step(config, training, mnist_data())


def _first_step(config: ModelConfig, training: TrainConfig, data: DataSet) -> OneStep:
    torch.set_num_threads(1)  # for this thread: a batch is small
    model = build(config, training.seed)
    return one_step(model, data.train, training, TrainingState(model, training.seed))


def _show(found: OneStep) -> None:
    places = {name: f"{{{name}}}" for name in PLACEHOLDERS}
    text: dict[str, Any] = {name: t(f"slow_motion.{name}", **places) for name in TEXTS}
    text["stages"] = {name: t(f"slow_motion.stage.{name}") for name in STAGES}
    text["abouts"] = {name: t(f"slow_motion.stage.{name}.about", **places) for name in STAGES}
    fault = found.fault
    text["fault"] = t(f"slow_motion.fault.{fault}", **places) if fault else ""
    usual = FIELDS["train"]["lr"].default
    damaged = bool((found.seen != found.picture).any())
    _SLOW_MOTION(
        key=_KEY,
        data={
            "view": VIEW.data(),
            "picture": base64_text(found.picture),
            "seen": base64_text(found.seen) if damaged else None,
            "reconstruction": base64_text(found.reconstruction),
            "numbers": {
                name: _finite(getattr(found, name))
                for name in (
                    *("step", "batch", "distortion", "rate", "batch_distortion", "batch_rate"),
                    *("batch_penalty", "beta", "lr", "loss", "loss_after"),
                )
            }
            | {"smaller": min(usual, found.lr / SMALLER)},
            "code": {
                "mean": _rounded(found.mean),
                "sigma": _rounded(found.sigma),
                "noise": _rounded(found.noise),
                "z": _rounded(found.z),
                "count": len(found.z),
            },
            "layers": [
                {
                    "name": layer.name,
                    "shape": list(layer.shape),
                    "gradient": _finite(layer.gradient),
                    "change": _finite(layer.change),
                }
                for layer in found.layers
            ],
            "text": text,
            "language": language(),
        },
        on_view_change=lambda: None,
        height="content",
    )


def _rounded(numbers: np.ndarray) -> list[float | None]:
    return [_finite(round(float(number), 3)) for number in numbers[:SHOWN]]


def _finite(number: float) -> float | None:
    """A number; None if it is infinite or NaN, for which JSON has no name."""
    return number if math.isfinite(number) else None
