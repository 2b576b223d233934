"""Serves one of the pages beside this file, as app.py serves the app: PAGE is the file's name."""

import os
from pathlib import Path

import streamlit as st

from vae_demo.ui.server.web import ROUTES

app = st.App(Path(__file__).with_name(os.environ["PAGE"]), routes=ROUTES)
