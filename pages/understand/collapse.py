"""See latents collapse to the prior, and which cure helps against what."""

from functools import partial

import streamlit as st

from vae_demo.models.losses import Losses, gaussian_rate_per_latent
from vae_demo.training.collapse import cured
from vae_demo.training.schedules import rate_weight
from vae_demo.ui.frame.language import t
from vae_demo.ui.frame.page import formula_and_code, heading, what_to_try
from vae_demo.ui.parts.collapse.live import live_training
from vae_demo.ui.parts.collapse.part import VIEW, collapse_part
from vae_demo.ui.parts.take_home.part import take_home

heading("collapse")
what_to_try(
    "collapse",
    {
        "beta": partial(VIEW.set, cause="beta", cure="beta", at=None),
        "decoder": partial(VIEW.set, cause="decoder", cure="free_bits", at=None),
        "rises": partial(VIEW.set, cause="reduction", cure="beta", at=0.125),
        "right": partial(VIEW.set, cause="latents", cure="free_bits", at=3.0),
    },
)
cause, cure = collapse_part()
for question in ("falls", "rises", "right"):
    with st.expander(t(f"collapse.{question}"), key=f"collapse_{question}"):
        st.markdown(t(f"collapse.{question}.answer"))
live_training(cause, cure)
formula_and_code(
    "collapse",
    r"\mathcal{L} = \underbrace{-\log p(x \mid z)}_{\text{distortion}} + \beta_t"
    r"\sum_j \max\Big(\lambda,\; \tfrac1B \sum_{x} \mathrm{KL}\big(q(z_j \mid x)\,\|\,p(z_j)\big)"
    r"\Big)",
    gaussian_rate_per_latent,
    Losses,
    rate_weight,
)
training = cured(cause, cure).training
take_home(
    "collapse",
    warm_up=training.rate_from_zero,
    cycles=training.cycles,
    free_bits=training.free_bits,
)
