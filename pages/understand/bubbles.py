"""Train a VAE in the browser and see what pushes its posteriors apart and together."""

from functools import partial

import streamlit as st

from vae_demo.latent.bubbles import (
    LEARNING_RATE,
    BubbleVAE,
    pathwise_pushes,
    rate_push,
    score_pushes,
    train_bubbles,
)
from vae_demo.ui.frame.language import t
from vae_demo.ui.frame.page import formula_and_code, heading, what_to_try
from vae_demo.ui.parts.bubbles.part import VIEW, bubbles_part, start_again
from vae_demo.ui.parts.take_home.part import take_home

QUESTIONS = ("spread", "trick", "logvar", "zero", "rises")
BOTH = {"rate": "on", "reconstruction": "on", "beta": 1.0, "lr": LEARNING_RATE}

heading("bubbles")
what_to_try(
    "bubbles",
    {
        "no_rate": partial(VIEW.set, **BOTH | {"rate": "off"}),
        "no_reconstruction": partial(VIEW.set, **BOTH | {"reconstruction": "off"}),
        "strong": partial(VIEW.set, **BOTH | {"beta": 4.0}),
        "start": partial(start_again, **BOTH),
    },
)
values = bubbles_part()
for question in QUESTIONS:
    with st.expander(t(f"bubbles.{question}"), key=f"bubbles_{question}"):
        st.markdown(t(f"bubbles.{question}.answer"))
formula_and_code(
    "bubbles",
    r"\mathcal L = \underbrace{\mathbb E_{\varepsilon}\!"
    r"\left[-\log p(x\,|\,\mu + \sigma\varepsilon)\right]}_{\text{distortion}}"
    r" + \beta \cdot \underbrace{\tfrac12 \sum_i \left(v_i - \log v_i - 1 + \mu_i^2\right)"
    r"}_{\text{rate}}, \qquad v = \sigma^2",
    BubbleVAE,
    train_bubbles,
    rate_push,
    pathwise_pushes,
    score_pushes,
)
take_home("bubbles", beta=values["beta"], lr=values["lr"])
