"""Score any picture: how strange it is to a model that has seen only digits, and why."""

from functools import partial

import streamlit as st

from vae_demo.repair.anomaly import combined, threshold
from vae_demo.repair.evidence import evidence
from vae_demo.ui.frame.language import t
from vae_demo.ui.frame.page import formula_and_code, heading, what_to_try
from vae_demo.ui.frame.runs import run_names
from vae_demo.ui.parts.anomaly.part import (
    all_scores,
    anomaly_part,
    choose_picture,
    eight_sets,
    show_strange,
    ten_classes,
    verdict,
)

heading("anomaly")
what_to_try(
    "anomaly",
    {
        "letter": partial(show_strange, "letters", 6),
        "fashion": partial(show_strange, "fashion", 9),
        "averaged": partial(show_strange, "averaged", 2),
        "upside": partial(show_strange, "upside-down", 3),
    },
)
if not run_names():
    st.error(t("error.no_runs"))
    st.stop()
chosen = choose_picture()
place = st.container()
picture = anomaly_part(*chosen)
share = verdict(chosen[0], picture, place)
with st.expander(t("anomaly.threshold"), key="anomaly_threshold"):
    st.markdown(t("anomaly.threshold.answer"))
with st.expander(t("anomaly.all"), key="anomaly_all"):
    all_scores(picture, share)
with st.expander(t("anomaly.sets"), expanded=True, key="anomaly_sets"):
    eight_sets()
with st.expander(t("anomaly.classes"), key="anomaly_classes"):
    ten_classes()
formula_and_code(
    "anomaly",
    r"\text{score}(x) > \tau, \qquad \tau = \min\{s : P(\text{score} > s) \le \alpha\}",
    combined,
    threshold,
    evidence,
)
