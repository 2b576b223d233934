"""The app for the public: app.py with an operator's addresses, headers and logs around it.

streamlit run serve.py
"""

from pathlib import Path

import streamlit as st

from vae_demo.ui.logs import failed
from vae_demo.ui.serving import HANDLERS, MIDDLEWARE, ROUTES, lifespan

app = st.App(
    Path(__file__).with_name("app.py"),
    lifespan=lifespan,
    routes=ROUTES,
    middleware=MIDDLEWARE,
    exception_handlers=HANDLERS,
    on_script_error=failed,
)
