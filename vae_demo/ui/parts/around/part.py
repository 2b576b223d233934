"""Samples around a digit: z = μ + factor · σ · ε, decoded, and their average."""

from __future__ import annotations

import numpy as np
import streamlit as st

from vae_demo.digits import mnist
from vae_demo.models.vae import VAE
from vae_demo.ui.frame.language import language, t
from vae_demo.ui.frame.link_view import LinkView
from vae_demo.ui.frame.session import code_space, model, network
from vae_demo.ui.parts.base64_text import base64_text
from vae_demo.ui.parts.mount import browser_part

_AROUND = browser_part("around")
_KEY = "around_part"  # Streamlit's key of the part

VIEW = LinkView("explore", _KEY, ("sigma", "noise", "average"))
TEXTS = ("sigma", "noise", "average", "mean", "sample", "averaged", "map", "said", "blurred")
PLACEHOLDERS = ("count", "factor")
QUESTIONS = ("use", "test", "blurred")
DOTS = 400  # codes of test digits on the map


def around_part(run: str, position: int) -> None:
    """Show samples around a test digit's code, if the run has Gaussian posteriors."""
    st.header(t("around.title"), anchor=False)
    if isinstance(model(run), VAE):
        st.markdown(t("around.about"))
        _samples(run, position)
    else:
        st.markdown(t("around.plain"))
    for question in QUESTIONS:
        with st.expander(t(f"around.{question}")):
            st.markdown(t(f"around.{question}.answer"))


def _samples(run: str, position: int) -> None:
    VIEW.current()
    space = code_space(run)
    latents = space.order[: min(2, space.latent)]
    places = {name: f"{{{name}}}" for name in PLACEHOLDERS}
    _AROUND(
        key=_KEY,
        data={
            "encoder": network(run, "encoder"),
            "decoder": network(run, "decoder"),
            "digit": base64_text(mnist.test_digits().images[position]),
            "latents": latents.tolist(),
            "dots": np.round(space.codes[:DOTS, latents].astype(float), 2).ravel().tolist(),
            "view": VIEW.data(),
            "text": {name: t(f"around.part.{name}", **places) for name in TEXTS},
            "language": language(),
        },
        on_view_change=lambda: None,
        height="content",
    )
