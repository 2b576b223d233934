"""The form of the Train page: model, training settings, and the buttons that start a training."""

from __future__ import annotations

import logging
from dataclasses import asdict, fields, replace

import streamlit as st

from vae_demo.datasets import KNOWN, DataSet
from vae_demo.models import MODELS, ModelConfig
from vae_demo.models.conditional import CLASSES
from vae_demo.runs.progress import Progress
from vae_demo.training.config import PRECISIONS, TrainConfig
from vae_demo.training.schedules import SCHEDULES
from vae_demo.ui.frame.choices import pick
from vae_demo.ui.frame.language import t, t_or_name
from vae_demo.ui.frame.link_fields import FIELDS, Integer
from vae_demo.ui.frame.links import from_address, to_address
from vae_demo.ui.frame.session import submit
from vae_demo.ui.parts.data_choice.data import find_data, matching_data, must_be_downloaded
from vae_demo.ui.parts.data_choice.part import data_choice
from vae_demo.ui.parts.number.part import Bounds, entered, number, set_number
from vae_demo.ui.parts.slider.part import Range, slider
from vae_demo.ui.parts.train.presets import TrainingSettings, usual_settings
from vae_demo.ui.server.trainings import TooManyJobs
from vae_demo.ui.server.visitors import Visitor

log = logging.getLogger(__name__)


WEIGHING = ("rate_from_zero", "cycles", "free_bits")  # the rate, of a family that has one
SWITCHES = ("mean_start", "lr_by_inputs")  # "yes" or "no" in a link
SETTINGS = fields(TrainingSettings)
TYPED = ("latent", "epochs", "batch_size", "lr", "seed", *WEIGHING)
"""The settings that are typed; their bounds are those of the link's fields."""


def set_controls(settings: TrainingSettings) -> None:
    """Set all controls."""
    for field in settings.values():
        value = getattr(settings, field)
        if field in TYPED:
            set_number(f"train_{field}", value)
        else:
            st.session_state[f"train_{field}"] = value


def training_form(me: Visitor) -> ModelConfig:
    """Show the controls and the buttons that start a training; returns the chosen model."""
    for field, value in _first_settings().values().items():
        st.session_state.setdefault(f"train_{field}", value)
    data = data_choice(me)
    _controls()
    running = me.job is not None and not me.job.watch().state.ended
    wrong = [t(f"train.{field}") for field in TYPED if not entered(f"train_{field}")]
    if must_be_downloaded(data):
        wrong.append(t("data.choose"))
    elif _lacks_labels(me, data):
        wrong.append(t("train.model"))
    with st.container(horizontal=True):
        st.button(
            t("train.start"),
            key="train_start",
            type="primary",
            disabled=running or bool(wrong),
            on_click=_start,
            args=(me,),
            icon=":material/play_arrow:",
        )
        if not running:
            st.button(
                t("train.step"),
                key="train_first_step",
                disabled=bool(wrong),
                on_click=_start,
                args=(me,),
                kwargs={"one_step": True},
            )
        if me.job is not None:
            st.button(t("train.reset"), key="train_reset", on_click=_reset, args=(me,))
    if wrong:
        st.caption(t("train.wrong", fields=", ".join(wrong)))
    if (count := st.session_state.pop("train_full", None)) is not None:
        st.warning(t("train.full", there=count))
    if st.session_state.pop("train_elsewhere", False):
        st.info(t("train.elsewhere"))
    return ModelConfig(st.session_state["train_model"], st.session_state["train_latent"])


def _controls() -> None:
    """Show the controls, whose values are stored in the session and in the address."""
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
    with left:
        _number("latent", least=MODELS[model].least_latent)
    with right:
        _number("epochs")
    pick(
        t("train.likelihood"),
        MODELS[model].likelihoods,
        show=lambda name: t_or_name(f"likelihood.{name}", name),
        key="train_likelihood",
    )
    slider(
        t("train.beta"),
        Range(FIELDS["train"]["beta"].low, FIELDS["train"]["beta"].high),
        key="train_beta",
        disabled=not MODELS[model].generative,
        help=t("train.beta.help"),
    )
    with st.popover(t("train.more"), width="stretch", key="train_more"):
        if MODELS[model].generative:
            _weighing()
        _number("batch_size")
        _number("lr")
        pick(
            t("train.schedule"),
            SCHEDULES,
            show=lambda name: t_or_name(f"train.schedule.{name}", name),
            key="train_schedule",
        )
        _switch("lr_by_inputs")
        if MODELS[model].can_start_at_mean:
            _switch("mean_start")
        pick(
            t("train.precision"),
            PRECISIONS,
            show=lambda name: t_or_name(f"train.precision.{name}", name),
            key="train_precision",
            help=t("train.precision.help"),
        )
        _number("seed")
    _write_link()


def _weighing() -> None:
    """Show how the weight of the rate changes in training, and what of the rate is free."""
    _number("rate_from_zero")
    if st.session_state["train_rate_from_zero"]:
        _number("cycles")
        st.caption(t("train.cycles.about"))
    else:
        st.caption(t("train.rate_from_zero.about"))
    _number("free_bits")
    st.caption(t("train.free_bits.about"))


def _switch(field: str) -> None:
    """Show one of `SWITCHES`."""
    label, about = t(f"train.{field}"), t(f"train.{field}.help")
    st.toggle(label, key=f"train_{field}", persist_state="session", help=about)


def _number(field: str, least: int = 0) -> None:
    """Show the field of one of `TYPED`."""
    limits = FIELDS["train"][field]
    bounds = Bounds(max(limits.low, least), limits.high, whole=isinstance(limits, Integer))
    number(t(f"train.{field}"), bounds, key=f"train_{field}")


def _first_settings() -> TrainingSettings:
    """The settings of the link, and the usual ones where it has none."""
    asked = from_address("train")
    usual = usual_settings(asked["model"] if asked["model"] in MODELS else TrainingSettings.model)
    asked |= {"model": usual.model, **{name: asked[name] == "yes" for name in SWITCHES}}
    known = {f.name: asked[f.name] for f in SETTINGS if asked[f.name] is not None}
    return replace(usual, **known)


def _chosen() -> TrainingSettings:
    """The settings of the controls."""
    return TrainingSettings(**{f.name: st.session_state[f"train_{f.name}"] for f in SETTINGS})


def _write_link() -> None:
    chosen = _chosen()
    now, usual = chosen.values(), usual_settings(chosen.model).values()
    texts = now | {name: "yes" if now[name] else "no" for name in SWITCHES}
    unusual = {f: None if now[f] == usual[f] else texts[f] for f in now if f != "model"}
    to_address("train", model=chosen.model, **unusual)


def _fit_family() -> None:
    """Set the latent size and the likelihood to the defaults of the chosen family."""
    family = MODELS[st.session_state["train_model"]]
    set_number("train_latent", family.default_latent)
    st.session_state["train_likelihood"] = family.likelihoods[0]


def _start(me: Visitor, *, one_step: bool = False) -> None:
    """Start a training with the current values of the controls, if all are valid."""
    if not all(entered(f"train_{field}") for field in TYPED):
        return
    config, training = chosen_training()
    name = st.session_state["train_data"]
    if _lacks_labels(me, name) or (data := find_data(me, name)) is None:
        return
    if _submit(me, config, training, data=data) and one_step and me.job:
        me.job.step()


def _lacks_labels(me: Visitor, name: str) -> bool:
    """Whether the chosen model learns from labels that the chosen data don't have; says so."""
    model = st.session_state["train_model"]
    if not MODELS[model].learns_labels or name in KNOWN or (data := me.data.find(name)) is None:
        return False
    count = len(data.kinds)
    if 1 < count <= CLASSES:
        return False
    shown = t_or_name(f"model.{model}", model)
    st.caption(t("data.labels", model=shown, limit=CLASSES, name=name, count=count))
    return True


def chosen_data(me: Visitor) -> DataSet | None:
    """The data set of the form; None if it must be downloaded first."""
    return find_data(me, st.session_state["train_data"])


def chosen_training() -> tuple[ModelConfig, TrainConfig]:
    """The training of the controls, without the settings that its family does not have."""
    now = _chosen()
    config = ModelConfig(now.model, now.latent, now.likelihood)
    family = MODELS[now.model]
    rate_from_zero = now.rate_from_zero if family.generative else 0.0
    return config, TrainConfig(
        now.epochs,
        now.batch_size,
        now.lr,
        now.beta if family.generative else 1.0,
        now.seed,
        now.schedule,
        rate_from_zero=rate_from_zero,
        cycles=now.cycles if rate_from_zero else 1,
        free_bits=now.free_bits if family.generative else 0.0,
        precision=now.precision,
        mean_start=now.mean_start and family.can_start_at_mean,
        lr_by_inputs=now.lr_by_inputs,
    )


def go_on(me: Visitor) -> None:
    """Go on with the visitor's training that was interrupted, if its file can be read."""
    progress = me.folder.load_progress() if me.folder else None
    if progress is None:
        return
    config, training = ModelConfig(**progress.model), TrainConfig(**progress.training)
    data = matching_data(me, progress.data)
    if data is None:
        return
    settings = {
        **progress.training,
        "data": progress.data.name,
        "model": config.name,
        **asdict(config),
    }
    set_controls(TrainingSettings(**{f: settings[f] for f in TrainingSettings().values()}))
    _submit(me, config, training, progress, data)


def _submit(
    me: Visitor,
    config: ModelConfig,
    training: TrainConfig,
    progress: Progress | None = None,
    data: DataSet | None = None,
) -> bool:
    """Start a job, or tell the visitor why not; False where none was started."""
    if me.job is not None and not me.job.watch().state.ended:
        st.session_state["train_elsewhere"] = True
        return False
    try:
        me.job = submit(config, training, progress, data)
    except TooManyJobs as error:
        log.warning("%s", error)
        st.session_state["train_full"] = error.count
        return False
    st.session_state["train_starts"] = st.session_state.get("train_starts", 0) + 1
    return True


def _reset(me: Visitor) -> None:
    if me.job:
        me.job.stop()
        me.job.discard()
    me.job = None
