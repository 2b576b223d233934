"""Interpolations between two digits, side by side, with one slider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from vae_demo.datasets import DataDescription
from vae_demo.ui.frame.language import language, t, t_of
from vae_demo.ui.parts.morph.data import Interpolation, morph_data
from vae_demo.ui.parts.morph.state import KEY, current_position, has_moved
from vae_demo.ui.parts.mount import browser_part, need

_MORPH = browser_part("morph")

MORPH_TEXTS = ("label", "play", "pause", "slider", "norm", "prior", "why")
"""The keys of the part's own texts. It also needs "frame.percent", with its placeholder."""
PLACEHOLDERS = ("name", "norm", "latent")  # in the texts, filled in by the browser


def morph(data: Mapping[str, Any], *, key: str) -> None:
    """Show interpolations between two digits side by side, with one slider.

    They play back and forth until the visitor moves the slider; for visitors who prefer reduced
    motion they do not start by themselves. When the slider is released, the page or fragment runs
    again, with the position in `st.session_state[key]["at"]`.

    Args:
        data: The result of `morph_data`.
        key: Streamlit's key. With the same key, a rerun does not interrupt the animation; new
            interpolations start at the current position.
    """
    need("morph", (*MORPH_TEXTS, "percent"), data["text"])
    _MORPH(key=key, data=dict(data), on_at_change=lambda: None, height="content")


@st.fragment
def morph_part(
    ends: np.ndarray, interpolations: Sequence[Interpolation], data: DataDescription
) -> None:
    """Show the interpolations of the Morph page between `ends` (2, 28, 28) uint8, two of `data`.

    When the visitor releases the slider, only this fragment runs again.
    """
    position = current_position()
    places = {name: f"{{{name}}}" for name in PLACEHOLDERS}
    text = {name: t_of(f"morph.part.{name}", data, **places) for name in MORPH_TEXTS}
    text["percent"] = t("frame.percent", percent="{percent}")
    shown = [ends.tobytes(), *(each.name for each in interpolations)]
    known = has_moved() and st.session_state.get("morph_shown") == shown
    st.session_state["morph_shown"] = shown
    morph(
        morph_data(
            ends,
            interpolations,
            text=text,
            language=language(),
            at=position,
            play=position is None,
            known=known,
        ),
        key=KEY,
    )
