"""Make a hole in a digit, and see what networks, energies and classical methods put there."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from vae_demo.repair.energy import Energy, descend, sample_posterior
from vae_demo.repair.holes import random_holes
from vae_demo.repair.inpaint import biharmonic, by_denoiser, by_opencv
from vae_demo.ui.frame.choices import pick
from vae_demo.ui.frame.language import t
from vae_demo.ui.frame.links import from_address, to_address
from vae_demo.ui.frame.page import formula_and_code, heading, what_to_try
from vae_demo.ui.parts.digit_choice.part import choose, choose_pad, given_or_pad, show_drawing
from vae_demo.ui.parts.digit_choice.source import upload_to_pad
from vae_demo.ui.parts.inpaint.data import LINK, PAINTED
from vae_demo.ui.parts.inpaint.part import inpaint_part
from vae_demo.ui.parts.inpaint.state import inpaint_state
from vae_demo.ui.parts.repairs.measured import measured_table
from vae_demo.ui.parts.repairs.no_digit import letter

MOVED = ("patch", "strokes", "random-half")  # kinds of holes that a seed moves


def try_hole(kind: str, show: Callable[[], None]) -> None:
    """Show a digit with a hole of a kind."""
    st.session_state["hole"] = kind
    show()


heading("inpaint")
what_to_try(
    "inpaint",
    {
        "open": partial(try_hole, "upper-half", partial(choose, "shown", 4)),
        "chess": partial(try_hole, "every-second", partial(choose, "shown", 0)),
        "letter": partial(try_hole, "lower-half", lambda: show_drawing("shown", letter())),
        "draw": partial(try_hole, PAINTED, partial(choose_pad, "shown")),
    },
)
with st.container(horizontal=True, vertical_alignment="bottom"):
    kind = pick(
        t("inpaint.kind"),
        LINK["hole"].options,
        show=lambda name: t(f"inpaint.hole.{name}"),
        key="hole",
        page="inpaint",
    )
    seed = st.session_state.setdefault("inpaint_seed", from_address("inpaint")["seed"])

    def another_hole() -> None:
        st.session_state["inpaint_seed"] = (seed + 1) % (LINK["seed"].high + 1)

    if kind in MOVED:
        st.button(t("inpaint.another"), on_click=another_hole, key="another_hole")
    to_address("inpaint", seed=seed)
    with st.container(horizontal=True, vertical_alignment="bottom", width=360):
        given = given_or_pad("inpaint", "shown", t("inpaint.digit"), inpaint_state())
        if given is None:
            upload_to_pad("inpaint", inpaint_state())
inpaint_part(given, kind, seed)
measured_table("inpaint")
formula_and_code(
    "inpaint",
    r"E(z) = -\sum_{i \notin M} \log p(x_i \mid z) + \tfrac12 \lVert z \rVert^2"
    r"\qquad z^* = \arg\min_z E(z) \qquad z \sim \frac{1}{Z}\, e^{-E(z)}",
    Energy.__call__,
    descend,
    sample_posterior,
    random_holes,
    by_denoiser,
    by_opencv,
    biharmonic,
)
