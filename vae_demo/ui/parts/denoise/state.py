"""The session of the Denoise page: its part's state, the uploaded digit, and the address."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from vae_demo.digits import Reading
from vae_demo.ui.frame.links import from_address, to_address
from vae_demo.ui.parts.denoise.data import DenoiseSettings, DenoiseState

_KEY = "denoise"


@dataclass
class DenoiseSession(DenoiseState):
    """The state of the page, which unlike that of widgets is kept on other pages."""

    uploaded: Reading | None = None  # the last uploaded digit


def denoise_session() -> DenoiseSession:
    """The state of this session; at first it is read from the address."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = _from_address()
    found: DenoiseSession = st.session_state[_KEY]
    return found


def _from_address() -> DenoiseSession:
    """The state in the address, without fields that can't be read."""
    asked = from_address("denoise")
    settings = DenoiseSettings(asked["noise"], asked["strength"], asked["seed"], asked["mask"])
    digit = asked["digit"]
    if asked["source"] == "upload" and digit is not None:
        return DenoiseSession(settings=settings, uploaded=Reading(digit, ()))
    return DenoiseSession(settings=settings, drawn=digit)


def write_address(settings: DenoiseSettings, digit: np.ndarray | None) -> None:
    """Write the state to the address, with the pixels of `digit` if it is not a test digit."""
    to_address(
        "denoise",
        noise=settings.kind,
        strength=settings.strength,
        seed=settings.seed,
        mask=settings.mask,
        digit=digit,
    )
