"""A small app with the timeline of a real run, for the tests."""

import numpy as np
import streamlit as st

from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.digits.contact_sheet import probe_sheet
from vae_demo.latent import project
from vae_demo.ui.parts.array_file import hashed
from vae_demo.ui.parts.epochs.data import EpochsView, snapshots_file
from vae_demo.ui.parts.epochs.part import Following, epochs_part

if "turns" not in st.session_state:
    st.session_state.turns = 0
st.session_state.turns += 1

st.button("Run again")
history = runs.find(st.radio("Run", ["vae-2", "ae-20"], horizontal=True)).history
view = project(history.codes[-1])
if not st.checkbox("Leave the timeline"):
    file = snapshots_file(
        view(history.codes),
        mnist.probe().labels,
        history.epochs,
        strip=history.strip,
    )
    at = float(history.epochs[-1]) if st.query_params.get("play") == "no" else None
    following = Following(
        hashed(probe_sheet(mnist.shown_probe())).offer(),
        network=None,
        view=EpochsView(digit=-1, at=at),
        version=0,
        pair=np.zeros((2, 28, 28), np.uint8),
    )
    captions = [str(at) for at in history.epochs]
    epochs_part(file.offer(), key="timeline", captions=captions, following=following)
st.text(f"Run {st.session_state.turns}")
st.container(height=1500, border=False)  # something to scroll
