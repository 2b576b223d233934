"""What a page says about a training that learned nothing, and about its first epochs."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from vae_demo.digits.mnist import Digits
from vae_demo.evaluation.failures import Failure, failures, mean_digit_distortion
from vae_demo.runs import Run
from vae_demo.training.history import Snapshot
from vae_demo.ui.frame.language import exact, n, t

LARGE_RATE = 0.03  # of Adam; a model that learns nothing with this rate needs a smaller one


def show_failures(run: Run, test: Digits) -> None:
    """If a training of at least one epoch has learned nothing, say so and what to try."""
    if run.history.epochs[-1] < 1:
        return
    found = failures(run, test)
    if not found:
        return
    loss = run.history.loss("test_distortion") + run.history.loss("test_rate")
    numbers = {
        "before": n(float(loss[0])),
        "after": n(float(loss[-1])),
        "distortion": n(run.results["distortion"]),
        "mean": n(mean_digit_distortion(run.model["likelihood"], test)),
    }
    sentences = [t(f"train.failure.{failure}", **numbers) for failure in found]
    st.warning(" ".join([*sentences, what_to_try(run, found)]))


def what_to_try(run: Run, found: Sequence[Failure]) -> str:
    """A sentence about the setting that most probably made a training fail."""
    lr, beta = run.training["lr"], run.training["beta"]
    if Failure.ASLEEP in found and beta > 1:
        return t("train.failure.beta", beta=exact(beta))
    if Failure.WORSE in found or lr >= LARGE_RATE:
        return t("train.failure.lr", lr=exact(lr), tenth=exact(lr / 10))
    return t("train.failure.longer")


def rate_rises(snapshots: Sequence[Snapshot]) -> bool:
    """Whether the rate has risen since the last snapshot, and the loss has not."""
    if len(snapshots) < 2:
        return False
    before, now = snapshots[-2:]
    loss = [s.test_distortion + s.test_rate for s in (before, now)]
    return now.test_rate > before.test_rate and loss[1] <= loss[0]
