"""A picture that is not a digit, to see what a model of digits makes of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

_STROKES = (((6, 23), (14, 4)), ((14, 4), (22, 23)), ((9, 16), (19, 16)))  # of an A


def letter() -> np.ndarray:
    """The capital letter A, (28, 28) uint8, white on black."""
    import cv2

    picture = np.zeros((28, 28), np.uint8)
    for start, end in _STROKES:
        cv2.line(picture, start, end, 255, 2, cv2.LINE_AA)
    return picture


def show_letter(put: Callable[[np.ndarray], None]) -> None:
    """Put the letter on the pad of a page, and show the pad."""
    st.session_state["source"] = "pad"
    put(letter())
