"""Serves the pages beside this file, as app.py serves the app."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from vae_demo.ui.server.page_html import PageHtml
from vae_demo.ui.server.web import ROUTES

app = st.App(Path(__file__).with_name("pages.py"), routes=ROUTES, middleware=[Middleware(PageHtml)])
