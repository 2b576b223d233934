"""Pull a digit by its handles: pixel by pixel, along a direction, by a map, and by asking."""

from functools import partial

import streamlit as st

from vae_demo.digits.transforms import thicker, warped
from vae_demo.latent.code_maps import CodeMap, fit_code_maps
from vae_demo.latent.obedience import ask
from vae_demo.runs import Run
from vae_demo.ui.frame.data_of_runs import leave_other_data
from vae_demo.ui.frame.language import t
from vae_demo.ui.frame.page import formula_and_code, heading, what_to_try
from vae_demo.ui.frame.run_choice import choose_run
from vae_demo.ui.parts.digit_choice.pad import PadState
from vae_demo.ui.parts.digit_choice.part import choose, choose_pad, given_or_pad
from vae_demo.ui.parts.digit_choice.source import upload_to_pad
from vae_demo.ui.parts.repairs.measured import show_table
from vae_demo.ui.parts.take_home.part import take_home
from vae_demo.ui.parts.transform.part import (
    VIEW,
    explained_table,
    has_maps,
    pull,
    transform_part,
)

TRIES = {
    "holes": (110, {"thickness": 1.0}),
    "thin": (440, {"thickness": -1.0}),
    "shift": (0, {"right": 4.0, "down": 3.0}),
}  # position of a test digit, amounts
FIRST = "vae-20"
FIRST_EXAMPLE = 3  # which of the eights


def attempt(position: int, amounts: dict[str, float]) -> None:
    """Show a test digit, pulled, also if the visitor looks at a run on other data."""
    leave_other_data(FIRST)
    choose("shown", position)
    pull(**amounts)


def can_be_chosen(run: Run) -> bool:
    """Runs with maps, and those on other data, which are refused with a sentence."""
    return has_maps(run.name) or not run.data.is_mnist


heading("transform")
VIEW.begin(slant=20.0)
what_to_try(
    "transform",
    {name: partial(attempt, *each) for name, each in TRIES.items()}
    | {"draw": lambda: choose_pad("shown")},
)
pad = st.session_state.setdefault("transform_pad", PadState())
with st.container(horizontal=True, vertical_alignment="bottom"):
    with st.container(width=370):
        run = choose_run("transform", can_be_chosen, FIRST, describe=False)
    if run is None:
        st.stop()
    with st.container(horizontal=True, vertical_alignment="bottom", width=360):
        given = given_or_pad("transform", "shown", t("transform.digit"), pad, FIRST_EXAMPLE)
        if given is None:
            upload_to_pad("transform", pad)
transform_part(pad, given, run.name)
for question in ("wins", "loses"):
    with st.expander(t(f"transform.{question}"), key=f"transform_{question}"):
        st.markdown(t(f"transform.{question}.answer"))
with st.expander(t("transform.explained"), key="transform_explained"):
    st.markdown(t("transform.explained.answer"))
    heads = [t("transform.column.attribute"), "R²"]
    show_table(heads, explained_table(run.name))
formula_and_code(
    "transform",
    r"z' = z + t\,d \qquad z' = z + t\,f(z, t)"
    r"\qquad x' \sim p(x \mid z, \text{class}, a + \delta)",
    CodeMap,
    fit_code_maps,
    ask,
    thicker,
    warped,
)
take_home("transform")
