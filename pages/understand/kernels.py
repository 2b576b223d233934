"""The kernels of a plain and of a denoising autoencoder: what does each unit look for?"""

from functools import partial

import streamlit as st

from vae_demo.evaluation.kernels import RUNS, layer, measure
from vae_demo.models.autoencoder import DenoisingAutoencoder
from vae_demo.ui.frame.language import t
from vae_demo.ui.frame.page import formula_and_code, heading, what_to_try
from vae_demo.ui.frame.runs import run_names
from vae_demo.ui.parts.kernels.part import VIEW, kernels_part
from vae_demo.ui.parts.take_home.part import take_home

heading("kernels")
what_to_try(
    "kernels",
    {
        "plain": partial(VIEW.set, kind="plain", side="encoder", at=3),
        "stroke": partial(VIEW.set, kind="denoising", side="encoder", at=3, unit=11),
        "draws": partial(VIEW.set, kind="denoising", side="decoder", at=3, unit=11),
        "start": partial(VIEW.set, at=0),
    },
)
if not {*RUNS.values()} <= {*run_names()}:
    st.error(t("error.no_runs"))
    st.stop()
kernels_part()
formula_and_code(
    "kernels",
    r"h_i = \tanh\Big(\sum_j w_{ij}\,x_j + b_i\Big) \qquad "
    r"\hat x = \tanh\Big(\sum_i h_i\,v_i + c\Big)",
    DenoisingAutoencoder,
    layer,
    measure,
)
take_home("kernels")
