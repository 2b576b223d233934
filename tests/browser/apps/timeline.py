"""A small app with the timeline of a real run, for the tests."""

import streamlit as st

from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.latent import project
from vae_demo.ui.parts.timeline.data import timeline_data
from vae_demo.ui.parts.timeline.part import timeline

TEXT = {
    "label": "Latent means of 1,000 test digits",
    "play": "Play",
    "pause": "Pause",
    "epoch": "Epoch {at}",
    "slider": "Moment of the training",
}

if "turns" not in st.session_state:
    st.session_state.turns = 0
st.session_state.turns += 1

st.button("Run again")
history = runs.find(st.radio("Run", ["vae-2", "ae-20"], horizontal=True)).history
view = project(history.codes[-1])
if not st.checkbox("Leave the timeline"):
    shown = timeline_data(
        view(history.codes),
        mnist.probe().labels,
        history.strip,
        history.epochs,
        text=TEXT,
        play=st.query_params.get("play") != "no",
    )
    timeline(shown, key="timeline")
st.text(f"Run {st.session_state.turns}")
st.container(height=1500, border=False)  # something to scroll
