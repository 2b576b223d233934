"""The form of the Train page: model, training settings, and the buttons that start a training."""

from __future__ import annotations

import logging

import streamlit as st

from vae_demo.models import MODELS, ModelConfig
from vae_demo.training.config import PRECISIONS, SCHEDULES, TrainConfig
from vae_demo.ui.frame.choices import pick
from vae_demo.ui.frame.language import t, t_or_name
from vae_demo.ui.frame.session import submit
from vae_demo.ui.parts.training.presets import PRESETS, TrainingSettings
from vae_demo.ui.server.trainings import TooManyJobs
from vae_demo.ui.server.visitors import Visitor

log = logging.getLogger(__name__)


def set_preset(name: str) -> None:
    """Set all controls to the values of a preset."""
    for field, value in PRESETS[name].values().items():
        st.session_state[f"train_{field}"] = value


def training_form(me: Visitor) -> ModelConfig:
    """Show the controls and the buttons that start a training; returns the chosen model."""
    _controls()
    running = me.job is not None and not me.job.watch().state.ended
    with st.container(horizontal=True):
        st.button(
            t("train.start"),
            key="train_start",
            type="primary",
            disabled=running,
            on_click=_start,
            args=(me,),
            icon=":material/play_arrow:",
        )
        if not running:
            st.button(
                t("train.step"),
                key="train_first_step",
                on_click=_start,
                args=(me,),
                kwargs={"one_step": True},
            )
        if me.job is not None:
            st.button(t("train.reset"), key="train_reset", on_click=_reset, args=(me,))
    if (count := st.session_state.pop("train_full", None)) is not None:
        st.warning(t("train.full", there=count))
    return ModelConfig(st.session_state["train_model"], int(st.session_state["train_latent"]))


def _controls() -> None:
    """Show the controls, whose values are stored in the session."""
    for field, value in TrainingSettings().values().items():
        st.session_state.setdefault(f"train_{field}", value)
    model = pick(
        t("train.model"),
        list(MODELS),
        show=lambda name: t_or_name(f"model.{name}", name),
        key="train_model",
        on_change=_fit_family,
        box=True,
    )
    st.caption(t_or_name(f"model.{model}.about", ""))
    left, right = st.columns(2)
    least = MODELS[model].least_latent
    left.number_input(t("train.latent"), least, 784, key="train_latent", persist_state="session")
    right.number_input(t("train.epochs"), 1, 200, key="train_epochs", persist_state="session")
    pick(
        t("train.likelihood"),
        MODELS[model].likelihoods,
        show=lambda name: t_or_name(f"likelihood.{name}", name),
        key="train_likelihood",
    )
    st.slider(
        t("train.beta"),
        0.0,
        10.0,
        step=0.1,
        format="localized",
        key="train_beta",
        persist_state="session",
        disabled=not MODELS[model].generative,
        help=t("train.beta.help"),
    )
    with st.popover(t("train.more"), width="stretch"):
        st.number_input(
            t("train.batch_size"), 8, 4096, key="train_batch_size", persist_state="session"
        )
        st.number_input(
            t("train.lr"), 1e-6, 100.0, format="%.5g", key="train_lr", persist_state="session"
        )
        pick(
            t("train.schedule"),
            SCHEDULES,
            show=lambda name: t_or_name(f"schedule.{name}", name),
            key="train_schedule",
        )
        if MODELS[model].can_start_at_mean:
            st.toggle(
                t("train.mean_start"),
                key="train_mean_start",
                persist_state="session",
                help=t("train.mean_start.help"),
            )
        pick(
            t("train.precision"),
            PRECISIONS,
            show=lambda name: t_or_name(f"precision.{name}", name),
            key="train_precision",
            help=t("train.precision.help"),
        )
        st.number_input(t("train.seed"), 0, 2**31, key="train_seed", persist_state="session")


def _fit_family() -> None:
    """Set the latent size and the likelihood to the defaults of the chosen family."""
    family = MODELS[st.session_state["train_model"]]
    st.session_state["train_latent"] = family.default_latent
    st.session_state["train_likelihood"] = family.likelihoods[0]


def _start(me: Visitor, *, one_step: bool = False) -> None:
    """Start a training with the current values of the controls."""
    now = TrainingSettings(
        **{f: st.session_state[f"train_{f}"] for f in TrainingSettings().values()}
    )
    config = ModelConfig(now.model, int(now.latent), now.likelihood)
    family = MODELS[now.model]
    training = TrainConfig(
        int(now.epochs),
        int(now.batch_size),
        float(now.lr),
        float(now.beta) if family.generative else 1.0,
        int(now.seed),
        now.schedule,
        precision=now.precision,
        mean_start=now.mean_start and family.can_start_at_mean,
    )
    if me.job is not None and not me.job.watch().state.ended:
        return  # already started in another tab
    try:
        me.job = submit(config, training)
    except TooManyJobs as error:
        log.warning("%s", error)
        st.session_state["train_full"] = error.count
        return
    st.session_state["train_starts"] = st.session_state.get("train_starts", 0) + 1
    if one_step:
        me.job.step()


def _reset(me: Visitor) -> None:
    if me.job:
        me.job.stop()
    me.job = None
