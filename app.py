"""The server: streamlit run app.py"""

import streamlit as st

from vae_demo.ui.server.app import HANDLERS, MAIN, MIDDLEWARE, ROUTES, lifespan
from vae_demo.ui.server.logs import failed

app = st.App(
    MAIN,
    routes=ROUTES,
    middleware=MIDDLEWARE,
    lifespan=lifespan,
    exception_handlers=HANDLERS,
    on_script_error=failed,
)
