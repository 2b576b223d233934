"""The Denoise page's part: a digit, its damage, and what every method makes of it."""

from __future__ import annotations

import numpy as np
import streamlit as st

from vae_demo.ui.frame.language import language
from vae_demo.ui.parts.denoise.data import denoise_data, read_message
from vae_demo.ui.parts.denoise.state import denoise_session, write_address
from vae_demo.ui.parts.digit_choice.part import store_drawing
from vae_demo.ui.parts.mount import browser_part, part_state

_DENOISE = browser_part("denoise")
_KEY = "denoise_part"


@st.fragment
def denoise_part(source: str, given: np.ndarray | None) -> None:
    """Show a digit, how it is damaged, and what every method makes of it.

    While the visitor drags, the browser computes the damage and the networks. When the visitor
    releases, only this fragment runs again, and Python computes all methods and their numbers.

    Args:
        source: "pad" for the drawing; "upload" or "test" for the `given` digit.
        given: (28, 28) uint8, or None if there is none.
    """
    session, pad = denoise_session(), source == "pad"
    session.take(read_message(part_state(_KEY, "message")), pad=pad)
    digit = session.drawn if pad else given
    if digit is not None:
        store_drawing(digit)
    write_address(session.settings, None if source == "test" else digit)
    _DENOISE(
        key=_KEY,
        data=denoise_data(session, digit, language(), pad=pad),
        on_message_change=lambda: None,
        height="content",
    )
