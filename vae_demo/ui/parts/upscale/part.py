"""The Upscale page's part: a digit, what is left of it when it is small, and sharpened again."""

from __future__ import annotations

import numpy as np
import streamlit as st

from vae_demo.ui.frame.language import language
from vae_demo.ui.parts.digit_choice.pad import PadState
from vae_demo.ui.parts.digit_choice.part import keep_drawn
from vae_demo.ui.parts.mount import browser_part, part_state
from vae_demo.ui.parts.upscale.data import read_message, upscale_data

_UPSCALE = browser_part("upscale")
_KEY = "upscale_part"


@st.fragment
def upscale_part(state: PadState, given: np.ndarray | None, side: int) -> None:
    """Show a digit, its area average of `side` pixels, and all methods.

    While the visitor draws, the browser computes the best network. When the visitor releases the
    pen, only this fragment runs again.

    Args:
        state: The pad.
        given: A test digit (28, 28) uint8; None for the drawing on the pad.
        side: Of the small digit.
    """
    pad = given is None
    state.receive(read_message(part_state(_KEY, "message")), pad=pad)
    if pad:
        keep_drawn("upscale", "shown", state)
    digit = state.drawn if pad else given
    _UPSCALE(
        key=_KEY,
        data=upscale_data(state, digit, side, language(), pad=pad),
        on_message_change=lambda: None,
        height="content",
    )
