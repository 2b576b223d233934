"""Interpolate between two digits in pixel space and in latent space."""

import numpy as np
import streamlit as st

from vae_demo.latent import between
from vae_demo.models import MODELS
from vae_demo.runs import Run
from vae_demo.ui.frame.language import t
from vae_demo.ui.frame.links import linked
from vae_demo.ui.frame.page import formula_and_code, heading, left_out_runs, what_to_try
from vae_demo.ui.frame.session import model, network, run_names
from vae_demo.ui.parts.digit_choice.ends import choose_ends, end_digit
from vae_demo.ui.parts.model_info.part import about_models
from vae_demo.ui.parts.morph.data import Interpolation
from vae_demo.ui.parts.morph.part import morph_part
from vae_demo.ui.parts.morph.strips import film_strips


def choose_one(key: str, names: list[str], first: str) -> str:
    """A select box for one of the runs."""
    if not names:
        st.error(t("error.no_runs"))
        st.stop()
    return linked(
        "morph",
        key,
        lambda: st.selectbox(t(f"morph.{key}"), names, key=key),
        first=first if first in names else names[0],
        options=names,
    )


def runs_in_browser(run: Run, *, prior: bool) -> bool:
    """Whether the browser can compute this run's decoder, and whether `prior` is right for it."""
    family = MODELS[str(run.model["name"])]
    return family.generative == prior and network(run.name, "decoder") is not None


heading("morph")
what_to_try(
    "morph",
    {
        "three_eight": lambda: choose_ends(3, 8),
        "one_seven": lambda: choose_ends(1, 7),
        "four_nine": lambda: choose_ends(4, 9),
    },
)
left, right, models = st.columns([1, 1, 2])
with left.container(horizontal=True, vertical_alignment="bottom"):
    first = end_digit("from")
with right.container(horizontal=True, vertical_alignment="bottom"):
    second = end_digit("to")
ends = np.stack([first, second])
with models.container(horizontal=True, vertical_alignment="bottom"):
    vaes = run_names(lambda run: runs_in_browser(run, prior=True))
    vae = choose_one("vae", vaes, "vae-20")
    aes = run_names(lambda run: runs_in_browser(run, prior=False))
    ae = choose_one("ae", aes, "ae-20")
    about_models([vae, ae], vaes + aes)
left_out_runs()

networks = {name: found for name in (vae, ae) if (found := network(name, "decoder"))}
interpolations = [Interpolation(t("morph.path.pixel"))]
for key, name, path in (
    ("vae_linear", vae, "linear"),
    ("vae_spherical", vae, "spherical"),
    ("ae_linear", ae, "linear"),
):
    label = t(f"morph.path.{key}", vae=vae, ae=ae)
    interpolations.append(Interpolation(label, path, model(name), networks[name]))
morph_part(ends, interpolations)
film_strips(ends, interpolations)

formula_and_code(
    "morph",
    r"z(t) = (1-t)\,z_0 + t\,z_1 \qquad"
    r"z(t) = \Big((1-t)\lVert z_0\rVert + t\lVert z_1\rVert\Big)"
    r"\left(\frac{\sin((1-t)\theta)}{\sin\theta}\,\frac{z_0}{\lVert z_0\rVert}"
    r" + \frac{\sin(t\theta)}{\sin\theta}\,\frac{z_1}{\lVert z_1\rVert}\right)",
    between,
)
