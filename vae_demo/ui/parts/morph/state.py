"""The position of the Morph page, which is stored in the session and in the address."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import streamlit as st

from vae_demo.ui.frame.links import from_address, to_address
from vae_demo.ui.parts.mount import part_state

KEY = "morph_part"  # Streamlit's key of the part


def read_position(sent: Any) -> float | None:
    """The position that the browser sent, clamped to [0, 1]; None if it is not a number."""
    try:
        position = msgspec.convert(sent, float)
    except msgspec.ValidationError:
        return None
    return None if math.isnan(position) else min(max(position, 0.0), 1.0)


def current_position() -> float | None:
    """The position of the slider, or that in the link; None if the slider has not been moved."""
    state = st.session_state
    sent = read_position(part_state(KEY, "at"))
    if sent is not None:
        state["morph_at"] = sent
    elif "morph_at" not in state:
        state["morph_at"] = from_address("morph")["at"]
    position: float | None = state["morph_at"]
    to_address("morph", at=position)
    return position


def has_moved() -> bool:
    """Whether the visitor has moved the slider since the part was mounted."""
    return part_state(KEY, "at") is not None
