"""The home page: a trained model to play with, and links to all pages; it is there before torch."""

import time

import streamlit as st

from vae_demo.runs import RunError
from vae_demo.ui.frame.language import t
from vae_demo.ui.frame.menu import sections
from vae_demo.ui.frame.page import heading, page
from vae_demo.ui.parts.home.part import home_map
from vae_demo.ui.server.logs import report_error
from vae_demo.ui.server.warm_up import is_warm, run_when_warm

HEAD_START = 0.3  # seconds in which the first visitor's browser draws the map before the cards

heading("home")
has_torch = is_warm()
try:
    home_map(decoder=has_torch)
except RunError as error:
    report_error(error)
if not has_torch:
    time.sleep(HEAD_START)

for section, names in sections().items():
    if not section:  # Home itself
        continue
    with st.container(key=f"cards_{section}"):
        for name in names:
            words = f"**{t(f'{name}.menu')}** {t(f'home.card.{name}')}"
            st.page_link(page(name), label=words, width="stretch")

if not has_torch:  # the first visitor of a new server: all but the decoder is there
    run_when_warm()
