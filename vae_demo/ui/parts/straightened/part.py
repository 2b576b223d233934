"""A curve in space, and the number that an autoencoder makes of each of its points."""

from __future__ import annotations

from typing import Any

import streamlit as st

from vae_demo.ui.frame.language import language, t
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.frame.link_view import LinkView
from vae_demo.ui.parts.mount import browser_part
from vae_demo.ui.parts.take_home.part import downloads

_STRAIGHTENED = browser_part("straightened")
_KEY = "straightened_part"  # Streamlit's key of the part

SPACE_VIEW = LinkView("manifold", _KEY, ("space", "at", "ball", "turn", "tilt", "start"))
TEXTS = (
    *("view", "space", "again", "progress", "at", "codes", "decoded", "ball"),
    *("none", "one", "several"),
)
PLACEHOLDERS = ("step", "steps", "error", "code", "place", "count", "codes")
SPACES = FIELDS["manifold"]["space"].options


@st.fragment
def straightened_part() -> None:
    """Show the curve and its codes."""
    values = SPACE_VIEW.current()
    places = {name: f"{{{name}}}" for name in PLACEHOLDERS}
    text: dict[str, Any] = {name: t(f"straightened.part.{name}", **places) for name in TEXTS}
    text["curves"] = {name: t(f"straightened.space.{name}") for name in SPACES}
    _STRAIGHTENED(
        key=_KEY,
        data={"view": SPACE_VIEW.data(), "text": text, "language": language()},
        on_view_change=lambda: None,
        height="content",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(t("straightened.home"), width="content")
        downloads("straightened", **take_home_settings(values))


def take_home_settings(values: dict[str, Any]) -> dict[str, Any]:
    """The settings of the script that visitors take home, from the values of the fields."""
    settings = {"curve": "space", "at": "at", "ball": "ball", "seed": "start"}
    return {setting: values[field] for setting, field in settings.items()}
