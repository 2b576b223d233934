"""The Draw page's part: a drawing pad, noise, reconstructions by several models, and a map."""

from __future__ import annotations

import numpy as np
import streamlit as st

from vae_demo.digits import STAGES, DrawingError
from vae_demo.ui.frame.language import language, t, t_or_name
from vae_demo.ui.frame.runs import model, network, run
from vae_demo.ui.parts.array_file import ArrayFile, hashed
from vae_demo.ui.parts.digit_choice.part import store_drawing
from vae_demo.ui.parts.draw.data import (
    NOISE_KINDS,
    PAD_TEXTS,
    SEEDS_AHEAD,
    Map,
    draw_data,
    example_digit,
    map_file,
    read_message,
)
from vae_demo.ui.parts.draw.state import draw_session, write_address
from vae_demo.ui.parts.mount import browser_part, part_state
from vae_demo.ui.server.warm_up import is_warm

_DRAW = browser_part("draw")
_KEY = "draw_part"

TEXTS = (
    *("seen", "size", "example", "damaged", "error", "agree", "here"),
    *("stages", "stages_about", "noise", "strength", "again"),
    *("where", "everywhere", "paint", "hint", "brush", "wipe"),
)


def sentence(error: DrawingError) -> str:
    """The message of an error in the visitor's language."""
    return t(f"error.drawing.{error.code}", **error.details)


@st.fragment
def draw_part(source: str, given: np.ndarray | None, runs: list[str], map_run: str | None) -> None:
    """Show the reconstructions of a digit by several runs.

    While the pen moves, the browser computes everything. When the visitor releases the pen, only
    this fragment runs again, and PyTorch computes the reconstructions. Before torch is loaded, it
    can be shown without runs and map.

    Args:
        source: "pad" for the drawing; "upload" or "test" for the `given` digit.
        given: (28, 28) uint8, or None if there is none.
        runs: The runs that reconstruct the digit.
        map_run: The run with two latents on whose map the code is marked; None for no map.
    """
    session = draw_session()
    session.receive(read_message(part_state(_KEY, "message")))
    digit = session.drawn if source == "pad" else given
    if digit is not None:
        store_drawing(digit)
    write_address(session.settings, None if source == "test" else digit)
    _DRAW(
        key=_KEY,
        data=draw_data(
            language=language(),
            text=_texts(),
            digit=digit,
            example=example_digit(),
            settings=session.settings,
            models={name: (_short_name(name), model(name), network(name)) for name in runs},
            map=_map(map_run) if map_run else None,
            pad=source == "pad",
            picture=_picture(session.picture),
            problem=sentence(session.problem) if session.problem else "",
            serial=session.serial,
            revision=session.revision,
            seeds=SEEDS_AHEAD if is_warm() else 0,
        ),
        on_message_change=lambda: None,
        height="content",
    )


def _texts() -> dict[str, object]:
    return {name: t(f"draw.part.{name}", value="{value}") for name in TEXTS} | {
        "pad": {name: t(f"draw.pad.{name}") for name in PAD_TEXTS},
        "noises": {name: t_or_name(f"noise.{name}", name) for name in NOISE_KINDS},
        "stageNames": {name: t(f"stage.{name}") for name in STAGES},
        "stageAbouts": {name: t(f"stage.{name}.about") for name in STAGES},
    }


def _short_name(name: str) -> str:
    """The short name of a run's family, the title of its picture."""
    family = run(name).model["name"]
    return t_or_name(f"model.{family}.short", family)


def _picture(png: bytes | None) -> str | None:
    """The URL of the initial picture on the pad."""
    return hashed(png).offer()["url"] if png else None


def _map(name: str) -> Map:
    file = network(name, "encoder")
    points = _map_file(file["key"] if file else name, name)
    return Map(t("draw.map", run=name), model(name), file, points)


@st.cache_resource(show_spinner=False, max_entries=8)
def _map_file(key: str, _name: str) -> ArrayFile:
    return map_file(run(_name).history.codes[-1])
