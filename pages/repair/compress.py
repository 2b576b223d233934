"""Write a digit in as few bits as possible, without loss and with, and get borrowed bits back."""

from functools import partial

import streamlit as st

from vae_demo.repair.compress.bits_back import decode, encode
from vae_demo.repair.compress.exact import Layer, power_of_two
from vae_demo.repair.compress.lossy import by_codes
from vae_demo.ui.frame.language import t
from vae_demo.ui.frame.page import formula_and_code, heading, what_to_try
from vae_demo.ui.parts.compress.bits_back import bits_back_part
from vae_demo.ui.parts.compress.measured import measured_part
from vae_demo.ui.parts.compress.pad import pad_part
from vae_demo.ui.parts.compress.part import noise, rates_part, say_if_strange, what_counts
from vae_demo.ui.parts.digit_choice.pad import PadState
from vae_demo.ui.parts.digit_choice.part import choose, choose_pad, given_or_pad, show_drawing
from vae_demo.ui.parts.digit_choice.source import upload_to_pad
from vae_demo.ui.parts.repairs.no_digit import letter

TRIES = {"one": 2, "eight": 61}  # positions of test digits

heading("compress")
what_to_try(
    "compress",
    {name: partial(choose, "shown", at) for name, at in TRIES.items()}
    | {
        "letter": lambda: show_drawing("shown", letter()),
        "noise": lambda: show_drawing("shown", noise()),
        "draw": partial(choose_pad, "shown"),
    },
)
pad = st.session_state.setdefault("compress_pad", PadState())
with st.container(horizontal=True, vertical_alignment="bottom"):
    with st.container(horizontal=True, vertical_alignment="bottom", width=300):
        given = given_or_pad("compress", "shown", t("compress.digit"), pad)
        if given is None:
            upload_to_pad("compress", pad)
    counting = what_counts()
digit = pad_part(pad) if given is None else given
say_if_strange(digit)
rates_part(digit, *counting)
bits_back_part(digit)
measured_part()
formula_and_code(
    "compress",
    r"\underbrace{-\log_2 p(x|z)}_{\text{pixels}}\;\underbrace{-\log_2 p(z)}_{\text{code}}\;"
    r"\underbrace{+\log_2 q(z|x)}_{\text{borrowed}}, \qquad \mathbb{E}_{q(z|x)} = -\mathrm{ELBO}",
    encode,
    decode,
    Layer,
    power_of_two,
    by_codes,
)
