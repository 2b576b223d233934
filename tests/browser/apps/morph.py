"""A small app with the ways between test digits, for the tests."""

import numpy as np
import streamlit as st

from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.models.network_file import browser_files
from vae_demo.ui.parts.morph.data import Interpolation, morph_data
from vae_demo.ui.parts.morph.part import morph
from vae_demo.ui.server.web import FILES

TEXT = {
    "label": "Four ways from one digit to another",
    "play": "Play",
    "pause": "Pause",
    "slider": "Place on the way",
    "percent": "{percent} % of the way",
    "norm": "{name}: {norm}",
    "prior": "{latent} latents: {norm}",
    "why": "Samples of the prior have about this length",
}
ENDS = {"One": (112, 61), "Another": (7, 8)}  # positions in the test set


@st.cache_resource
def model(name):
    return runs.find(name).build()


if "turns" not in st.session_state:
    st.session_state.turns = 0
st.session_state.turns += 1

asked = st.query_params
st.button("Run again")
ends = ENDS[st.radio("Ends", ENDS, horizontal=True)]
vae = st.radio("VAE", ["vae-20", "vae-2"], horizontal=True)
files = {
    name: browser_files(model(name), mnist.probe().images)["decoder"]
    for name in (vae, "ae-conv-20")
}
keys = {name: FILES.offer(*found) for name, found in files.items()}
ways = [
    Interpolation("Pixel space"),
    Interpolation("VAE, straight line", "linear", model(vae), keys[vae]),
    Interpolation("VAE, along the sphere", "spherical", model(vae), keys[vae]),
    Interpolation("ae-conv-20", "linear", model("ae-conv-20"), keys["ae-conv-20"]),
]
if not st.checkbox("Leave the part"):
    at = float(asked["at"]) if "at" in asked else None
    digits = np.stack([mnist.test_digits().images[i] for i in ends])
    playing = asked.get("play") != "no"
    morph(morph_data(digits, ways, text=TEXT, at=at, play=playing), key="morph")
st.text(f"Run {st.session_state.turns}")
st.text(f"Told {(st.session_state.get('morph') or {}).get('at')}")
st.container(height=1500, border=False)  # something to scroll
