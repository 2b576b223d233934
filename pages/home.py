"""The home page: a trained model to play with, and links to all pages; it is there before torch."""

import streamlit as st

from vae_demo.digits import mnist
from vae_demo.runs import RunError
from vae_demo.ui.frame.language import t
from vae_demo.ui.frame.page import PAGES, heading, page
from vae_demo.ui.parts.home.part import home_map
from vae_demo.ui.server.logs import report_error
from vae_demo.ui.server.warm_up import is_warm, run_when_warm

ROW = 4  # cards per row; each section of the menu has one row

heading("home")
has_torch = is_warm()
try:
    home_map(decoder=has_torch)
except (RunError, mnist.DataError) as error:
    report_error(error)

for section in dict.fromkeys(section for section, _ in PAGES.values() if section):
    cards = [name for name, (its, _) in PAGES.items() if its == section]
    for name, column in zip(cards, st.columns(ROW), strict=False):
        with column.container(border=True, height="stretch", key=f"card_{name}"):
            st.page_link(page(name), label=f"**{t(f'{name}.menu')}**")
            st.caption(t(f"home.card.{name}"))

if not has_torch:  # the first visitor of a new server: all but the decoder is there
    run_when_warm()
