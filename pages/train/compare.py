"""Compare runs: their reconstructions of one picture, and their results over all test pictures."""

from functools import partial

import streamlit as st

from vae_demo.evaluation.score import score
from vae_demo.models import MODELS, reconstruct
from vae_demo.models.losses import importance_bound
from vae_demo.sweeps.sweep import measure
from vae_demo.ui.frame.data_of_runs import choose_data
from vae_demo.ui.frame.language import t, t_of
from vae_demo.ui.frame.page import formula_and_code, heading, what_to_try
from vae_demo.ui.frame.runs import run, run_names
from vae_demo.ui.parts.codebook.part import cost
from vae_demo.ui.parts.comparison.cards import cards
from vae_demo.ui.parts.comparison.part import TEXTS, comparison_part
from vae_demo.ui.parts.digit_choice.part import choose, one_digit, one_picture
from vae_demo.ui.parts.model_info.part import about_models
from vae_demo.ui.parts.results.part import results

DIGIT = "shown"
FIRST_EXAMPLE = 11  # which of the threes: a plain one
TRIES = {"easy": 2, "four": 247, "seven": 97}  # positions of test digits


def show(position: int) -> None:
    """Show a test digit, also if the visitor looks at other data."""
    st.session_state["data"] = "mnist"
    choose(DIGIT, position)


top = st.container()  # its texts speak of the chosen data
names = run_names(lambda run: run.model["name"] in MODELS, any_data=True)
if not names:
    with top:
        heading("compare")
    st.error(t("error.no_runs"))
    st.stop()

data, names = choose_data("compare", names)
with top:
    heading("compare", data)
with st.container(horizontal=True, vertical_alignment="bottom"):
    with st.container(horizontal=True, vertical_alignment="bottom", width=360):
        if data.is_mnist:
            digit, position = one_digit(
                "compare", DIGIT, t("compare.digit"), FIRST_EXAMPLE, drawn_first=True
            )
            kind = st.session_state[DIGIT]
            drawn = position is None
            title = t("compare.drawing") if drawn else t("picture.original", digit=kind)
        else:
            probe, label = run(names[0]).probe, t_of("compare.digit", data)
            digit, position = one_picture("compare", DIGIT, label, probe, data.kinds)
            kind = int(probe.labels[probe.index(position) or 0])
            title = data.kinds[kind] if data.kinds else t("compare.picture")
    about_models(names)
comparison_part(
    digit,
    cards(names, digit),
    title=title,
    about="" if position is None else t_of("compare.number", data, position=position),
    text={name: t(f"compare.part.{name}") for name in TEXTS},
    key="comparison_part",
)
what_to_try("compare", {name: partial(show, at) for name, at in TRIES.items()})
st.caption(t_of("compare.reading", data))
discrete = [name for name in names if MODELS[run(name).model["name"]].codebook_size]
if discrete:
    st.caption(
        "\n".join([t("codebook.reading"), *(f"- {name}: {cost(name)}" for name in discrete)])
    )

results(names, data)

formula_and_code(
    "compare",
    r"-\log p(x)\;\le\;\mathbb{E}_{z_1,\dots,z_k \sim q(z \mid x)}"
    r"\left[-\log \frac1k \sum_{i=1}^{k} \frac{p(x, z_i)}{q(z_i \mid x)}\right]",
    reconstruct,
    importance_bound,
    score,
    measure,
    data=data,
)
