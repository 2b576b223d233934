"""Sample codes, decode them, and assess the generated digits."""

import streamlit as st

from vae_demo.evaluation.samples import assess, sample_codes
from vae_demo.models import decode_many
from vae_demo.ui.frame.language import t
from vae_demo.ui.frame.page import (
    choose_run,
    formula_and_code,
    heading,
    select_run,
    show_run_line,
    what_to_try,
)
from vae_demo.ui.frame.session import model, run_names
from vae_demo.ui.parts.codebook.usage import show_usage
from vae_demo.ui.parts.generate.cloud import cloud
from vae_demo.ui.parts.generate.part import (
    ANY,
    assessed,
    choose_sampling,
    nearest_training_digits,
    quality,
    wall,
)


def show(name: str | None, temperature: float, kind: str = ANY) -> None:
    """Show a run, if it exists, at a temperature; None keeps the current run."""
    shown = st.session_state.get("run")  # None before the first run of the page
    if name is None and shown in run_names() and model(shown).codebook_size:
        name = "vae-20"  # a discrete code has no temperature
    if name in run_names():
        select_run(name)
    st.session_state["temperature"] = temperature
    st.session_state["kind"] = kind


heading("generate")
thing = st.container()
what_to_try(
    "generate",
    {
        "typical": lambda: show("vae-20", 1.0),
        "cool": lambda: show(None, 0.5),
        "plain": lambda: show("ae-20", 1.0),
        "sevens": lambda: show("cvae-20", 0.5, "7"),
        "ones": lambda: show("cvae-20", 0.5, "1"),
        "codebook": lambda: show("vqvae-16", 1.0),
    },
)
with thing:
    run = choose_run("generate", first="vae-20", describe=False)
    if run is None:
        st.stop()
    left, right = st.columns([1.3, 1], gap="large")
net = model(run.name)
with right:
    chosen = choose_sampling(net)
codes = sample_codes(net, chosen.seed, chosen.temperature, label=chosen.label, mode=chosen.mode)
generated = decode_many(net, codes)
with left:
    sheet = wall(net, generated, run.name)
with right:
    quality(generated)
    file = f"{run.name}-{chosen.seed}.png"
    st.download_button(t("generate.png"), sheet, file, "image/png", on_click="ignore")
show_run_line(run)

if net.codebook_size:
    st.header(t("codebook.usage"), anchor=False)
    show_usage(run.name, net)
else:
    st.header(t("generate.cloud"), anchor=False)
    cloud(run.name, net, codes, assessed(generated).recognised)

for question in ("prior_draw", "bad_samples"):
    with st.expander(t(f"generate.{question}")):
        st.markdown(t(f"generate.{question}.answer"))

st.header(t("generate.copies"), anchor=False)
st.caption(t("generate.copies.about"))
nearest_training_digits(generated)

formula_and_code(
    "generate", r"z \sim p(z),\qquad \hat x = \mathrm{decoder}(z)", sample_codes, assess
)
