"""Samples around a digit: z = μ + factor · σ · ε, decoded, and their average."""

from __future__ import annotations

import numpy as np
import streamlit as st

from vae_demo.models.vae import VAE
from vae_demo.ui.frame.language import language, t, t_of
from vae_demo.ui.frame.link_view import LinkView
from vae_demo.ui.frame.runs import code_space, model, network, sheet_file
from vae_demo.ui.frame.runs import run as find_run
from vae_demo.ui.frame.section import section
from vae_demo.ui.parts.array_file import ArrayFile, array_file
from vae_demo.ui.parts.mount import browser_part

_AROUND = browser_part("around")
_KEY = "around_part"  # Streamlit's key of the part

VIEW = LinkView("explore", _KEY, ("sigma", "noise", "average"))
TEXTS = ("sigma", "noise", "average", "mean", "sample", "averaged", "map", "said", "blurred")
PLACEHOLDERS = ("count", "factor")
QUESTIONS = ("use", "test", "blurred")
DOTS = 400  # codes of test digits on the map


def around_part(run: str, position: int) -> None:
    """Show samples around the code of a picture of the probe, if the run has Gaussian posteriors.

    Args:
        position: The number of the picture.
    """
    data = find_run(run).data
    section("around", t_of("around.title", data))
    if isinstance(model(run), VAE):
        st.markdown(t("around.about"))
        _samples(run, position)
    else:
        st.markdown(t_of("around.plain", data))


def around_questions() -> None:
    """What samples around a digit answer; outside the fragment, which runs at each release."""
    for question in QUESTIONS:
        with st.expander(t(f"around.{question}"), key=f"around_{question}"):
            st.markdown(t(f"around.{question}.answer"))


def _samples(run: str, position: int) -> None:
    VIEW.current()
    decoder, shown = network(run, "decoder"), find_run(run)
    places = {name: f"{{{name}}}" for name in PLACEHOLDERS}
    texts = {name: t_of(f"around.part.{name}", shown.data, **places) for name in TEXTS}
    if not model(run).has_normal_latents:
        texts["map"] = t_of("around.part.map.own", shown.data)
    _AROUND(
        key=_KEY,
        data={
            "encoder": network(run, "encoder"),
            "decoder": decoder,
            "sheet": sheet_file(shown.probe),
            "digit": shown.probe.index(position),
            "others": dict(_others(decoder["key"] if decoder else run, run).offer()),
            "view": VIEW.data(),
            "text": texts,
            "language": language(),
        },
        on_view_change=lambda: None,
        height="content",
    )


@st.cache_resource(show_spinner=False, max_entries=32)
def _others(network: str, _run: str) -> ArrayFile:
    """The codes of other test digits in the one or two most informative latents of a run."""
    space = code_space(_run)
    latents = space.order[: min(2, space.latent)]
    dots = space.codes[:DOTS, latents].astype(np.float32)
    return array_file({"dots": dots}, {"latents": latents.tolist()})
