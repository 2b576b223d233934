"""Serves the pages beside this file, as app.py serves the app."""

from pathlib import Path

import streamlit as st

from vae_demo.ui.server.web import ROUTES

app = st.App(Path(__file__).with_name("pages.py"), routes=ROUTES)
