"""The digits, or other pictures, at both ends of the Morph page."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from vae_demo.digits.probe import Probe
from vae_demo.ui.frame.language import t
from vae_demo.ui.parts.digit_choice.part import one_digit, one_picture

# Numbers of test digits in their class. Halfway between these two, the VAE has a clear digit and
# the plain autoencoder has not; from `benchmarks/middles.py --classes 3 8 --pairs 20000`.
FIRST_EXAMPLE = {"from": 525, "to": 787}


def choose_ends(first: int, second: int) -> None:
    """Choose test digits of two classes."""
    st.session_state["from"], st.session_state["to"] = str(first), str(second)


def end_digit(end: str) -> np.ndarray:
    """Choose the digit at one end, "from" or "to": a test digit or a drawing; (28, 28) uint8."""
    return one_digit("morph", end, t(f"morph.{end}"), FIRST_EXAMPLE[end])[0]


def end_picture(end: str, probe: Probe, kinds: Sequence[str]) -> np.ndarray:
    """Choose a picture of other data at one end; at the other is another one at first."""
    first = ("from", "to").index(end)
    return one_picture("morph", end, t(f"morph.{end}"), probe, kinds, first)[0]
