"""Interpolate between two digits, or other pictures, in pixel space and in latent space."""

import numpy as np
import streamlit as st

from vae_demo.latent import between
from vae_demo.models import MODELS
from vae_demo.runs import Run
from vae_demo.ui.frame.data_of_runs import choose_data
from vae_demo.ui.frame.language import t
from vae_demo.ui.frame.links import linked
from vae_demo.ui.frame.page import formula_and_code, heading, what_to_try
from vae_demo.ui.frame.runs import model, network, run, run_names
from vae_demo.ui.parts.digit_choice.ends import choose_ends, end_digit, end_picture
from vae_demo.ui.parts.model_info.part import about_models
from vae_demo.ui.parts.morph.data import Interpolation
from vae_demo.ui.parts.morph.part import morph_part
from vae_demo.ui.parts.morph.strips import film_strips


def show(first: int, second: int) -> None:
    """Show two digits, also if the visitor looks at other data."""
    st.session_state["data"] = "mnist"
    choose_ends(first, second)


def choose_one(key: str, names: list[str], first: str) -> str:
    """A select box for one of the runs."""
    return linked(
        "morph",
        key,
        lambda: st.selectbox(t(f"morph.{key}"), names, key=key),
        first=first if first in names else names[0],
        options=names,
    )


def runs_in_browser(run: Run) -> bool:
    """Whether the browser can compute this run's decoder from continuous codes."""
    continuous = not MODELS[str(run.model["name"])].codebook_size
    return continuous and network(run.name, "decoder") is not None


def generative(name: str) -> bool:
    """Whether a run has a prior that its codes follow."""
    return MODELS[str(run(name).model["name"])].generative


top = st.container()  # its texts speak of the chosen data
what_to_try(
    "morph",
    {
        "three_eight": lambda: show(3, 8),
        "one_seven": lambda: show(1, 7),
        "four_nine": lambda: show(4, 9),
    },
)
names = run_names(runs_in_browser, any_data=True)
if not names:
    with top:
        heading("morph")
    st.error(t("error.no_runs"))
    st.stop()
data, names = choose_data("morph", names)
with top:
    heading("morph", data)
left, right, models = st.columns([1, 1, 2])
ends = []
for column, end in ((left, "from"), (right, "to")):
    with column.container(horizontal=True, vertical_alignment="bottom"):
        if data.is_mnist:
            ends.append(end_digit(end))
        else:
            ends.append(end_picture(end, run(names[0]).probe, data.kinds))
vaes = [name for name in names if generative(name)]
aes = [name for name in names if not generative(name)]
interpolations = [Interpolation(t("morph.path.pixel"))]
with models.container(horizontal=True, vertical_alignment="bottom"):
    chosen = {
        key: choose_one(key, names, first)
        for key, names, first in (("vae", vaes, "vae-20"), ("ae", aes, "ae-20"))
        if names
    }
    about_models([*chosen.values()], vaes + aes)
for key, kind, path in (
    ("vae_linear", "vae", "linear"),
    ("vae_spherical", "vae", "spherical"),
    ("ae_linear", "ae", "linear"),
):
    if name := chosen.get(kind):
        label = t(f"morph.path.{key}", **{kind: name})
        file = network(name, "decoder")
        interpolations.append(Interpolation(label, path, model(name), file))
morph_part(np.stack(ends), interpolations, data)
film_strips(np.stack(ends), interpolations, data)

formula_and_code(
    "morph",
    r"z(t) = (1-t)\,z_0 + t\,z_1 \qquad"
    r"z(t) = \Big((1-t)\lVert z_0\rVert + t\lVert z_1\rVert\Big)"
    r"\left(\frac{\sin((1-t)\theta)}{\sin\theta}\,\frac{z_0}{\lVert z_0\rVert}"
    r" + \frac{\sin(t\theta)}{\sin\theta}\,\frac{z_1}{\lVert z_1\rVert}\right)",
    between,
    data=data,
)
