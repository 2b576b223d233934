"""Draw a digit, and see its reconstructions change with every stroke; the pad is there at once."""

from functools import partial

import streamlit as st

from vae_demo.digits import read_digit
from vae_demo.ui.frame.language import t
from vae_demo.ui.frame.links import linked
from vae_demo.ui.frame.page import formula_and_code, heading, what_to_try
from vae_demo.ui.frame.run_choice import run_label
from vae_demo.ui.frame.runs import run, run_names
from vae_demo.ui.parts.digit_choice.source import digit_source
from vae_demo.ui.parts.draw.data import NO_NOISE
from vae_demo.ui.parts.draw.part import draw_part
from vae_demo.ui.parts.draw.state import draw_session
from vae_demo.ui.parts.handwriting.part import handwriting, keep_row
from vae_demo.ui.parts.model_info.part import about_models
from vae_demo.ui.server.warm_up import is_warm, run_when_warm

FIRST_RUNS = ["ae-30", "dae-500", "vae-20"]
OVERCOMPLETE = ["ae-500", "dae-500", "ae-30"]  # 500 latents with and without noise; 30 latents
MAP = "vae-2"


def show_copying() -> None:
    """Hide half the pixels from a model that can copy its input, and from models that can't."""
    st.session_state["runs"] = OVERCOMPLETE
    session.add_noise("dropout", 0.5)


def behind() -> None:
    from vae_demo.digits.damages import damage  # imports torch

    formula = r"\hat x = \mathrm{decoder}(\mathrm{encoder}(x + \text{noise}))"
    formula_and_code("draw", formula, read_digit, damage)


heading("draw")
session = draw_session()
what_to_try(
    "draw",
    {
        "dropout": partial(session.add_noise, "dropout", 0.5),
        "gaussian": partial(session.add_noise, "gaussian", 0.4),
        "copy": show_copying,
        "clean": partial(session.add_noise, NO_NOISE, 0.5),
    },
)
source, given = digit_source("draw", session)

if source == "pad":
    keep_row()
place = st.container()
if not is_warm():  # the first visitor of a new server draws while torch is being loaded
    with place:
        draw_part(source, given, [], None)
    run_when_warm()
names = run_names(any_data=True)
if not names:
    st.error(t("error.no_runs"))
first = [name for name in FIRST_RUNS if name in names]
label = {name: run_label(name) for name in names}
chosen = linked(
    "draw",
    "runs",
    lambda: st.multiselect(
        t("draw.runs"),
        names,
        key="runs",
        placeholder=t("frame.choose"),
        format_func=label.__getitem__,
    ),
    first=first,
    options=names,
)
if chosen:
    about_models(chosen)
st.caption(t("draw.errors"))
with place:
    has_map = MAP in names and run(MAP).latent == 2
    draw_part(source, given, chosen, MAP if has_map else None)
handwriting()
behind()
