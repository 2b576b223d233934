"""The server: streamlit run app.py"""

import streamlit as st

from vae_demo.ui.server.app import EXCEPTION_HANDLERS, MAIN, MIDDLEWARE, ROUTES, lifespan
from vae_demo.ui.server.logs import report_error

app = st.App(
    MAIN,
    routes=ROUTES,
    middleware=MIDDLEWARE,
    lifespan=lifespan,
    exception_handlers=EXCEPTION_HANDLERS,
    on_script_error=report_error,
)
