"""The Collapse page's part: trainings in which latents collapse, beside the same with a cure."""

from __future__ import annotations

import logging
from typing import Any

import streamlit as st

from vae_demo.training.collapse import CAUSES, Setup, cured, cures, ill
from vae_demo.ui.frame.language import exact, language, t, t_or_name
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.frame.link_view import LinkView
from vae_demo.ui.parts.collapse.data import (
    SILENT,
    history_file,
    names_of_trainings,
    originals,
)
from vae_demo.ui.parts.mount import browser_part

log = logging.getLogger(__name__)

_COLLAPSE = browser_part("collapse")
_KEY = "collapse_part"

VIEW = LinkView("collapse", _KEY, ("cause", "cure", "at"))
CURES = FIELDS["collapse"]["cure"].options
TEXTS = (
    *("cause", "cure", "ill", "cured", "bars", "active", "numbers", "strip", "original"),
    *("rate", "loss", "slider", "play", "pause", "epoch", "most"),
    *("helped", "useless", "needless"),
)
PLACEHOLDERS = (
    *("name", "active", "latents", "silent", "distortion", "rate", "sum", "digit"),
    *("ill", "cured", "before", "after", "at", "most"),
)


def collapse_part() -> tuple[str, str]:
    """Show the two trainings; returns the cause and the cure that are chosen."""
    values = VIEW.current()
    cause, cure = chosen(values)
    places = {name: f"{{{name}}}" for name in PLACEHOLDERS}
    text: dict[str, Any] = {name: t(f"collapse.part.{name}", **places) for name in TEXTS}
    text["causes"] = {name: t(f"collapse.cause.{name}") for name in CAUSES}
    text["cures"] = {name: t(f"collapse.cure.{name}") for name in CURES}
    text["why"] = {name: t(f"collapse.cause.{name}.about") for name in CAUSES}
    text["how"] = {name: t(f"collapse.cure.{name}.about") for name in CURES}
    trainings = names_of_trainings()
    try:
        files = {
            name: dict(history_file(name).offer())
            for name in {each for names in trainings.values() for each in names.values()}
        }
    except ValueError as error:
        log.error("%s", error)
        st.error(t("collapse.missing"))
        return cause, cure
    _COLLAPSE(
        key=_KEY,
        data={
            "view": VIEW.data(),
            "trainings": trainings,
            "files": files,
            "settings": {
                cause: {"": in_words(ill(cause))}
                | {cure: in_words(cured(cause, cure)) for cure in cures(cause)}
                for cause in CAUSES
            },
            "originals": originals(),
            "silent": SILENT,
            "text": text,
            "language": language(),
        },
        on_view_change=lambda: None,
        height="content",
    )
    return cause, cure


def chosen(values: dict[str, Any]) -> tuple[str, str]:
    """The cause and the cure of a view; the cause's first cure if it does not have that one."""
    cause, cure = values["cause"], values["cure"]
    return cause, cure if cure in cures(cause) else cures(cause)[0]


def in_words(setup: Setup) -> str:
    """A training in a few words: its model, and what of its settings is unusual."""
    training = setup.training
    name = setup.model.name
    said = [t_or_name(f"model.{name}.short", name)]
    said.append(t("collapse.latents", latents=setup.model.latent))
    said.append(f"β = {exact(training.beta)}")
    if training.cycles > 1:
        said.append(t("collapse.cycles", cycles=training.cycles))
    elif training.rate_from_zero:
        said.append(t("collapse.warm_up"))
    if training.free_bits:
        said.append(t("collapse.free_bits", nats=exact(training.free_bits)))
    return " · ".join(said)
