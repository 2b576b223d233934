"""Draw codes, from the prior or from what was fitted to the codes of digits, and decode them."""

import streamlit as st

from vae_demo.distributions import Place
from vae_demo.distributions.flow import CodeFlow
from vae_demo.distributions.mixture import CodeMixture
from vae_demo.distributions.places import USUAL_TEMPERATURES
from vae_demo.evaluation.samples import assess
from vae_demo.ui.frame.language import t, t_of
from vae_demo.ui.frame.page import formula_and_code, heading, what_to_try
from vae_demo.ui.frame.run_choice import choose_run, select_run, show_run_line
from vae_demo.ui.frame.runs import model, run_names
from vae_demo.ui.frame.section import section
from vae_demo.ui.parts.codebook.usage import show_usage
from vae_demo.ui.parts.generate.gap import gap
from vae_demo.ui.parts.generate.measured import show_measured
from vae_demo.ui.parts.generate.part import (
    ANY,
    assessed,
    choose_place,
    choose_sampling,
    nearest_training_digits,
    prior_name,
    quality,
    take_place_from_link,
    wall_png,
)
from vae_demo.ui.parts.styles.part import styles_part
from vae_demo.ui.parts.wall.data import draw_wall
from vae_demo.ui.parts.wall.part import wall_part

QUESTIONS = ("prior_draw", "bad_samples")


def show(place: Place, name: str | None = None, kind: str = ANY) -> None:
    """Show digits of a run, if it exists, with codes drawn from a place; None keeps the run."""
    if name in run_names():
        select_run(name)
    temperature = USUAL_TEMPERATURES.get(place, 1.0)
    st.session_state.update({"from": place, "temperature": temperature, "kind": kind})


def show_normal() -> None:
    """Show digits from N(0, I): of the chosen run if that is its prior, otherwise of vae-20."""
    chosen = st.session_state.get("run")
    keeps = chosen in run_names() and prior_name(model(chosen)) == "prior"
    show("prior", None if keeps else "vae-20")


top = st.container()  # its texts speak of the data of the chosen run
take_place_from_link()
thing = st.container()
what_to_try(
    "generate",
    {
        "flow": lambda: show("flow", "vae-20"),
        "normal": show_normal,
        "own": lambda: show("prior", "hvae-mixture-64"),
        "plain": lambda: show("prior", "ae-20"),
        "mixture": lambda: show("mixture", "ae-20"),
        "ones": lambda: show("flow", "vae-20", "1"),
        "codebook": lambda: show("words", "vqvae-16"),
    },
)
with thing:
    left, right = st.columns([1, 1.2], gap="medium")
    with left:
        run = choose_run("generate", first="vae-20", describe=False, any_data=True)
    with top:
        heading("generate", run.data if run else None)
    if run is None:
        st.stop()
    net = model(run.name)
    with right:
        place = choose_place(net, run.probe)
    with st.container():  # so that the wall keeps its place when controls come and go
        sampling = choose_sampling(net, place, run.data)
    with st.spinner(t_of("generate.drawing", run.data), show_time=False):
        wall = draw_wall(net, sampling, run.probe)
    recognised = assessed(wall.digits).recognised if run.data.is_mnist else None
    left, right = st.columns([3.2, 1], gap="medium")
with left:
    wall_part(run.name, wall, recognised)
    source = prior_name(net) if place == "prior" else place
    st.caption(t_of(f"generate.about.{source}", run.data))
with right:
    if run.data.is_mnist:
        quality(run.name, net, sampling, wall)
    else:
        st.caption(t("generate.other_data", data=run.data.name))
    file = f"{run.name}-{place}-{sampling.seed}.png"
    st.download_button(
        t_of("generate.png", run.data),
        wall_png(wall),
        file,
        "image/png",
        on_click="ignore",
        key="generate_png",
    )
show_run_line(run)
for question in (*QUESTIONS, "smooth") if run.data.is_mnist else QUESTIONS:
    with st.expander(t(f"generate.{question}"), key=f"generate_{question}"):
        st.markdown(t_of(f"generate.{question}.answer", run.data))

if net.codebook_size:
    section("codebook_usage", t("codebook.usage"))
    show_usage(net, run.probe, run.data)
elif run.data.is_mnist:
    section("generate_gap", t("generate.gap"))
    gap(run.name, net, wall)

if run.data.is_mnist:
    section("styles", t("styles.title"))
    st.caption(t("styles.lead"))
    styles_part()

    show_measured(run.name)

if run.data.is_mnist:
    section("generate_copies", t("generate.copies"))
    st.caption(t("generate.copies.about"))
    nearest_training_digits(wall.digits)

formula_and_code(
    "generate",
    r"z \sim q(z) \approx \tfrac{1}{n} \sum_i \delta_{z_i},\qquad \hat x = \mathrm{decoder}(z)"
    r",\qquad \dot z = v(z, t, \text{kind})",
    CodeMixture.draw,
    CodeFlow.path,
    assess,
    data=run.data,
)
