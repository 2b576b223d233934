"""A page that sends two files to the browser."""

import streamlit as st

from vae_demo.models.network_file import file_key
from vae_demo.ui.parts.shell.part import send_files

FILES = [b"one" * 1000, bytes(range(256)) * 5000]

st.button("again")
st.session_state["runs"] = st.session_state.get("runs", 0) + 1
st.write(f"run {st.session_state['runs']}")
send_files({file_key(raw): raw for raw in FILES})
