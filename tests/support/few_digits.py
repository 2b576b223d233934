"""The app with a third of the training digits, so that an epoch is over sooner."""

import streamlit as st

from vae_demo.digits import mnist
from vae_demo.ui.server.app import EXCEPTION_HANDLERS, MAIN, MIDDLEWARE, ROUTES, lifespan

few = mnist.train_digits()[:20_000]
mnist.train_digits = lambda: few

app = st.App(
    MAIN,
    routes=ROUTES,
    middleware=MIDDLEWARE,
    lifespan=lifespan,
    exception_handlers=EXCEPTION_HANDLERS,
)
