"""Train a model live."""

import logging
from dataclasses import replace
from functools import partial

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from vae_demo import runs
from vae_demo.models import MODELS, ModelConfig
from vae_demo.models.losses import bernoulli_distortion, gaussian_rate
from vae_demo.training.config import PRECISIONS, SCHEDULES, TrainConfig
from vae_demo.training.loop import train
from vae_demo.ui.frame.choices import pick
from vae_demo.ui.frame.language import t, t_or_name
from vae_demo.ui.frame.page import formula_and_code, heading, what_to_try
from vae_demo.ui.frame.session import submit, visitor
from vae_demo.ui.parts.model_info.layers import show_architecture
from vae_demo.ui.parts.scroll.part import reveal
from vae_demo.ui.parts.training import part
from vae_demo.ui.parts.training.presets import PRESETS, TrainingSettings
from vae_demo.ui.server.trainings import TooManyJobs

log = logging.getLogger(__name__)
me = visitor()


def fit_family() -> None:
    """A newly chosen family brings its own latent size and likelihood."""
    family = MODELS[st.session_state["train_model"]]
    st.session_state["train_latent"] = family.default_latent
    st.session_state["train_likelihood"] = family.likelihoods[0]


def preset(name: str) -> None:
    for field, value in PRESETS[name].values().items():
        st.session_state[f"train_{field}"] = value


def controls() -> None:
    """The form; each control keeps its value in the session, already within its range."""
    for field, value in TrainingSettings().values().items():
        st.session_state.setdefault(f"train_{field}", value)
    model = pick(
        t("train.model"),
        list(MODELS),
        show=lambda name: t_or_name(f"model.{name}", name),
        key="train_model",
        on_change=fit_family,
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


def start(*, one_step: bool = False) -> None:
    """Train what the controls say now: one may have changed since the page was drawn."""
    now = TrainingSettings(
        **{f: st.session_state[f"train_{f}"] for f in TrainingSettings().values()}
    )
    config = ModelConfig(now.model, int(now.latent), now.likelihood)
    training = TrainConfig(
        int(now.epochs),
        int(now.batch_size),
        float(now.lr),
        float(now.beta),
        int(now.seed),
        now.schedule,
        precision=now.precision,
        mean_start=now.mean_start and MODELS[now.model].can_start_at_mean,
    )
    if me.job is not None and not me.job.watch().state.ended:
        return  # started in another tab: a visitor has one
    try:
        me.job = submit(config, training)
    except TooManyJobs as error:
        log.warning("%s", error)
        st.session_state["train_full"] = error.count
        return
    st.session_state["train_starts"] = st.session_state.get("train_starts", 0) + 1
    if one_step:
        me.job.step()


def reset() -> None:
    if me.job:
        me.job.stop()
    me.job = None


def load(source: str) -> None:
    """Take in an uploaded run file."""
    file = st.session_state[source]
    if not isinstance(file, UploadedFile):  # none, or one that is no longer there
        return
    try:
        run = runs.loads(file.getvalue(), file.name)
        if run.name in runs.available():  # trained here, and downloaded before it had a name
            run = replace(run, name=part.own_name(run))
        kept = me.keep_run(run)
        st.session_state["train_loaded"] = ("success", t("train.loaded", name=run.name), kept, "")
    except runs.RunError as error:
        sentence = t(f"error.run.{error.code}")
        st.session_state["train_loaded"] = ("error", sentence, None, str(error))


heading("train")
what_to_try("train", {name: partial(preset, name) for name in PRESETS})
form, picture = st.columns([1, 2.2], gap="medium")
running = me.job is not None and not me.job.watch().state.ended
with form:
    controls()
    with st.container(horizontal=True):
        st.button(
            t("train.start"),
            key="train_start",
            type="primary",
            disabled=running,
            on_click=start,
            icon=":material/play_arrow:",
        )
        if not running:
            st.button(
                t("train.step"),
                key="train_first_step",
                on_click=start,
                kwargs={"one_step": True},
            )
        if me.job is not None:
            st.button(t("train.reset"), key="train_reset", on_click=reset)
    if (there := st.session_state.pop("train_full", None)) is not None:
        st.warning(t("train.full", there=there))
with picture:
    chosen = st.session_state["train_model"]
    with st.container(gap=None):
        show_architecture(ModelConfig(chosen, int(st.session_state["train_latent"])))
        reveal(st.session_state.get("train_starts", 0), key="train_begun")
    part.panel(me)

with st.popover(t("train.load"), icon=":material/upload_file:"):
    st.file_uploader(
        t("train.load.label"),
        type=runs.SUFFIX.removeprefix("."),
        key="train_upload",
        on_change=load,
        args=("train_upload",),
    )
    kind, sentence, kept, why = st.session_state.pop("train_loaded", ("", "", None, ""))
    if kind:
        getattr(st, kind)(sentence)
    if why:  # it may hold a file's own words, so no Markdown is made of it
        st.code(why, language=None, wrap_lines=True)
    if kept:
        part.how_kept(kept)

formula_and_code(
    "train",
    r"\mathcal{L} = \underbrace{-\log p(x \mid z)}_{\text{distortion}} + \beta\,"
    r"\underbrace{\mathrm{KL}\left(q(z \mid x)\,\|\,p(z)\right)}_{\text{rate}}",
    bernoulli_distortion,
    gaussian_rate,
    train,
)
