"""Train a denoiser of a curve in the browser, and see where it sends every point of the plane."""

from functools import partial

import streamlit as st

from vae_demo.toys.curves import arms
from vae_demo.toys.training import ToyAutoencoder, ToyConfig, plane_autoencoder, train_toy
from vae_demo.ui.frame.language import t
from vae_demo.ui.frame.page import formula_and_code, heading, what_to_try
from vae_demo.ui.frame.section import section
from vae_demo.ui.parts.manifold.part import VIEW, manifold_part, take_home_settings
from vae_demo.ui.parts.straightened.part import straightened_part
from vae_demo.ui.parts.take_home.part import take_home

USUAL = partial(VIEW.set, lr=ToyConfig.lr)

heading("manifold")
what_to_try(
    "manifold",
    {
        "torn": partial(USUAL, curve="arms", kind="denoising", noise=0.15, x=0.5, y=0.05),
        "copy": partial(USUAL, kind="plain", marks="arrows"),
        "ellipses": partial(USUAL, kind="contractive", marks="ellipses"),
        "noise": partial(USUAL, curve="spiral", kind="denoising", noise=0.4, marks="arrows"),
    },
)
values = manifold_part()
for question in ("why", "noise", "contractive"):
    with st.expander(t(f"manifold.{question}"), key=f"manifold_{question}"):
        st.markdown(t(f"manifold.{question}.answer"))
section("straightened", t("straightened.title"), t("straightened.answer"))
straightened_part()
with st.expander(t("straightened.regions"), key="straightened_regions"):
    st.markdown(t("straightened.regions.answer"))
formula_and_code(
    "manifold",
    r"\tfrac12 \lVert x - \hat x \rVert^2 + \lambda"
    r"\,\Big\lVert \frac{\partial h}{\partial x} \Big\rVert_F^2"
    r"\qquad \hat x = g(z), \quad z = f(x + \varepsilon), \quad"
    r"\varepsilon \sim \mathcal N(0, \sigma^2 I), \quad h \in \{\hat x, z\}",
    plane_autoencoder,
    ToyAutoencoder,
    train_toy,
    arms,
)
take_home("manifold", **take_home_settings(values))
