"""A small app with the timeline of a real run, for the tests."""

import streamlit as st

from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.latent import project
from vae_demo.ui.parts.timeline.data import timeline_file
from vae_demo.ui.parts.timeline.part import timeline

if "turns" not in st.session_state:
    st.session_state.turns = 0
st.session_state.turns += 1

st.button("Run again")
history = runs.find(st.radio("Run", ["vae-2", "ae-20"], horizontal=True)).history
view = project(history.codes[-1])
if not st.checkbox("Leave the timeline"):
    file = timeline_file(view(history.codes), mnist.probe().labels, history.strip, history.epochs)
    timeline(file.offer(), key="timeline", play=st.query_params.get("play") != "no")
st.text(f"Run {st.session_state.turns}")
st.container(height=1500, border=False)  # something to scroll
