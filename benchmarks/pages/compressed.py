"""The bare page beside this file, from a server with the app's middleware."""

from pathlib import Path

import streamlit as st

from vae_demo.ui.server.app import MIDDLEWARE

app = st.App(Path(__file__).with_name("bare.py"), middleware=MIDDLEWARE)
