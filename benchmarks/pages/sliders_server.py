"""The page of sliders beside this file, from a server that has the browser parts' modules."""

from pathlib import Path

import streamlit as st

from vae_demo.ui.server.web import ROUTES

app = st.App(Path(__file__).with_name("sliders.py"), routes=ROUTES)
