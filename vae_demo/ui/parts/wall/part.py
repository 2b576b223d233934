"""A wall of generated digits, their codes on a map, and the steps in which a flow makes them."""

from __future__ import annotations

import numpy as np
import streamlit as st

from vae_demo.ui.frame.language import language, t_of
from vae_demo.ui.frame.link_view import LinkView
from vae_demo.ui.frame.runs import code_space, model
from vae_demo.ui.frame.runs import run as find_run
from vae_demo.ui.parts.mount import browser_part
from vae_demo.ui.parts.wall.data import DrawnWall, map_file, wall_file

_WALL = browser_part("wall")
_KEY = "wall_part"  # Streamlit's key of the part

VIEW = LinkView("generate", _KEY, ("step",))
TEXTS = ("wall", "map", "step", "noise", "play", "pause", "slider", "legend")
PLACEHOLDERS = ("at", "steps")


@st.fragment
def wall_part(run: str, wall: DrawnWall, recognised: np.ndarray | None) -> None:
    """Show a wall; when the visitor releases the slider of its steps, only this runs again.

    Args:
        recognised: (COUNT,) bool, which of its digits are recognised; None for other pictures.
    """
    VIEW.current()
    net, found = model(run), find_run(run)
    space = None if net.codebook_size else code_space(run)
    places = {name: f"{{{name}}}" for name in PLACEHOLDERS}
    _WALL(
        key=_KEY,
        data={
            "view": VIEW.data(),
            "file": wall_file(net, wall, space).offer(),
            "map": map_file(net, space, found.probe, found.data).offer() if space else None,
            "recognised": None if recognised is None else recognised.tolist(),
            "text": {name: t_of(f"wall.{name}", found.data, **places) for name in TEXTS},
            "language": language(),
        },
        on_view_change=lambda: None,
        height="content",
    )
