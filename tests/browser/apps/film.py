"""A small app with films whose every frame is known and unlike any other, for the tests."""

import numpy as np
import streamlit as st

from vae_demo.ui.components import film

TEXT = {
    "label": "Four ways from one digit to another",
    "play": "Play",
    "pause": "Pause",
    "slider": "Place on the way",
    "step": "{percent} % of the way",
}
SHAPES = {"One": (1, 4, 25), "Another": (2, 4, 25), "A short one": (3, 2, 8)}

if "turns" not in st.session_state:
    st.session_state.turns = 0
st.session_state.turns += 1

st.button("Run again")
seed, paths, frames = SHAPES[st.radio("Film", SHAPES, horizontal=True)]
if not st.checkbox("Leave the film"):
    film(
        np.random.default_rng(seed).integers(0, 256, (paths, frames, 28, 28), np.uint8),
        ["Pixel space", "vae-20, straight line", "vae-20, along the sphere", "ae-20"][:paths],
        key="film",
        text=TEXT,
        play=st.query_params.get("play") != "no",
    )
st.text(f"Run {st.session_state.turns}")
st.container(height=1500, border=False)  # something to scroll
