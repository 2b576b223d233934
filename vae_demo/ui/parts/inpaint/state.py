"""The session of the Inpaint page, and its address."""

from __future__ import annotations

import streamlit as st

from vae_demo.ui.frame.links import from_address, to_address
from vae_demo.ui.parts.inpaint.data import PAINTED, InpaintState

_KEY = "inpaint_state"


def inpaint_state() -> InpaintState:
    """The state of this session; at first it is read from the address."""
    if _KEY not in st.session_state:
        asked = from_address("inpaint")["mask"]
        st.session_state[_KEY] = InpaintState() if asked is None else InpaintState(mask=asked)
    found: InpaintState = st.session_state[_KEY]
    return found


def write_hole(state: InpaintState, kind: str) -> None:
    """Write a painted hole to the address."""
    painted = kind == PAINTED and state.mask.any()
    to_address("inpaint", mask=state.mask if painted else None)
