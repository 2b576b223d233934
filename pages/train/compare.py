"""Compare runs: their reconstructions of one digit, and their results over all test digits."""

from functools import partial

import streamlit as st

from vae_demo.evaluation.score import score
from vae_demo.models import MODELS, reconstruct
from vae_demo.models.losses import importance_bound
from vae_demo.sweeps.sweep import measure
from vae_demo.ui.frame.language import language, t
from vae_demo.ui.frame.page import formula_and_code, heading, what_to_try
from vae_demo.ui.frame.session import run, run_names
from vae_demo.ui.parts.comparison.cards import cards
from vae_demo.ui.parts.comparison.part import TEXTS, comparison_part
from vae_demo.ui.parts.digit_choice.part import choose, one_digit
from vae_demo.ui.parts.model_info.part import about_models
from vae_demo.ui.parts.scoreboard.charts import learning_curves, rate_and_distortion
from vae_demo.ui.parts.scoreboard.part import comparable, lines, show_board
from vae_demo.ui.parts.scoreboard.report import report
from vae_demo.ui.parts.sweep_charts.part import sweeps

DIGIT = "shown"
FIRST_EXAMPLE = 11  # which of the threes: a plain one
TRIES = {"easy": 2, "four": 247, "seven": 97}  # positions of test digits

heading("compare")
what_to_try("compare", {name: partial(choose, DIGIT, at) for name, at in TRIES.items()})
names = run_names(lambda run: run.model["name"] in MODELS)
if not names:
    st.error(t("error.no_runs"))
    st.stop()

with st.container(horizontal=True, vertical_alignment="bottom"):
    with st.container(horizontal=True, vertical_alignment="bottom", width=360):
        digit, position = one_digit(
            "compare", DIGIT, t("compare.digit"), FIRST_EXAMPLE, drawn_first=True
        )
    about_models(names)
kind = st.session_state[DIGIT]
comparison_part(
    digit,
    cards(names, digit),
    title=t("compare.drawing") if position is None else t("picture.original", digit=kind),
    about="" if position is None else t("compare.number", position=position),
    text={name: t(f"compare.part.{name}") for name in TEXTS},
    key="comparison_part",
)
st.caption(t("compare.reading"))
if any(MODELS[run(name).model["name"]].codebook_size for name in names):
    st.caption(t("codebook.reading"))

st.header(t("compare.board"), anchor=False)
st.markdown(t("compare.board.about"))
rows = lines(names)
show_board(rows, language())
st.info(t("compare.board.apart"), icon=":material/balance:")
if not all(line.measured for line in rows):
    st.caption(t("compare.board.gaps"))

st.header(t("compare.report"), anchor=False)
report(names)

st.header(t("compare.curves"), anchor=False)
learning_curves(names)

if any(comparable(run(name)) for name in names):
    st.header(t("compare.plane"), anchor=False)
    rate_and_distortion(names)

st.header(t("compare.sweep"), anchor=False)
sweeps()

formula_and_code(
    "compare",
    r"-\log p(x)\;\le\;\mathbb{E}_{z_1,\dots,z_k \sim q(z \mid x)}"
    r"\left[-\log \frac1k \sum_{i=1}^{k} \frac{p(x, z_i)}{q(z_i \mid x)}\right]",
    reconstruct,
    importance_bound,
    score,
    measure,
)
