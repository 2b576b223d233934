"""Make a digit small, sharpen it again, and see what a network adds that was not there."""

from functools import partial

import streamlit as st

from vae_demo.repair.upscale import by_back_projection, by_network, consistent, random_shrink
from vae_demo.ui.frame.choices import pick
from vae_demo.ui.frame.language import t
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.frame.page import formula_and_code, heading, what_to_try
from vae_demo.ui.parts.digit_choice.pad import PadState
from vae_demo.ui.parts.digit_choice.part import choose, choose_pad, given_or_pad, show_drawing
from vae_demo.ui.parts.digit_choice.source import upload_to_pad
from vae_demo.ui.parts.repairs.measured import measured_table
from vae_demo.ui.parts.repairs.no_digit import letter
from vae_demo.ui.parts.upscale.bias import bias_section
from vae_demo.ui.parts.upscale.part import upscale_part

SIDES = FIELDS["upscale"]["side"].options
FIRST_EXAMPLE = 11  # which of the threes: a plain one
TRIES = {"seven": 97, "four": 247}  # positions of test digits

heading("upscale")
what_to_try(
    "upscale",
    {name: partial(choose, "shown", at) for name, at in TRIES.items()}
    | {
        "letter": lambda: show_drawing("shown", letter()),
        "draw": partial(choose_pad, "shown"),
    },
)
pad = st.session_state.setdefault("upscale_pad", PadState())
with st.container(horizontal=True, vertical_alignment="bottom"):
    side = int(
        pick(
            t("upscale.side"),
            SIDES,
            show=lambda side: f"{side}×{side}",
            key="side",
            page="upscale",
        )
    )
    with st.container(horizontal=True, vertical_alignment="bottom", width=360):
        given = given_or_pad("upscale", "shown", t("upscale.digit"), pad, FIRST_EXAMPLE)
        if given is None:
            upload_to_pad("upscale", pad)
upscale_part(pad, given, side)
bias_section(side)
measured_table("upscale")
formula_and_code(
    "upscale",
    r"y = A x \qquad \hat x = \arg\min_{u \in [0,1]^{784},\; A u = y} \lVert u - f(y) \rVert^2",
    random_shrink,
    by_network,
    consistent,
    by_back_projection,
)
