"""Sample codes, decode them, and assess the generated digits."""

import streamlit as st

from vae_demo.evaluation.samples import assess, sample_digits
from vae_demo.ui.frame.language import t
from vae_demo.ui.frame.page import choose_run, formula_and_code, heading, select_run, what_to_try
from vae_demo.ui.frame.session import model, run_names
from vae_demo.ui.parts.generate.part import (
    choose_sampling,
    nearest_training_digits,
    quality,
    wall,
)


def show(name: str | None, temperature: float) -> None:
    """Show a run, if it exists, at a temperature; None keeps the current run."""
    shown = st.session_state.get("run")  # None before the first run of the page
    if name is None and shown in run_names() and model(shown).codebook_size:
        name = "vae-20"  # a discrete code has no temperature
    if name in run_names():
        select_run(name)
    st.session_state["temperature"] = temperature


heading("generate")
what_to_try(
    "generate",
    {
        "typical": lambda: show("vae-20", 1.0),
        "cool": lambda: show(None, 0.5),
        "plain": lambda: show("ae-20", 1.0),
    },
)
run = choose_run("generate", first="vae-20")
if run is None:
    st.stop()
chosen = choose_sampling(model(run.name))
generated = sample_digits(
    model(run.name), chosen.seed, chosen.temperature, label=chosen.label, mode=chosen.mode
)
left, right = st.columns([1.5, 1], gap="large")
with left:
    sheet = wall(model(run.name), generated, run.name)
with right:
    quality(generated)
    file = f"{run.name}-{chosen.seed}.png"
    st.download_button(t("generate.png"), sheet, file, "image/png", on_click="ignore")

st.header(t("generate.copies"), anchor=False)
st.caption(t("generate.copies.about"))
nearest_training_digits(generated)

formula_and_code(
    "generate", r"z \sim p(z),\qquad \hat x = \mathrm{decoder}(z)", sample_digits, assess
)
