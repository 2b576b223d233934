"""The home page: a trained model in motion, and links to all pages. It does not need torch."""

import streamlit as st

from vae_demo.digits import mnist
from vae_demo.latent import project
from vae_demo.runs import RunError
from vae_demo.ui.frame.language import count, t
from vae_demo.ui.frame.page import PAGES, heading, page
from vae_demo.ui.frame.session import run
from vae_demo.ui.parts.timeline.data import timeline_file
from vae_demo.ui.parts.timeline.part import timeline
from vae_demo.ui.server.logs import report_error

HERO = "vae-2"
ROW = 4  # cards per row; each section of the menu has one row

heading("home")
try:
    history = run(HERO).history
    file = timeline_file(
        project(history.codes[-1])(history.codes),
        mnist.probe().labels,
        history.strip,
        history.epochs,
    )
    timeline(file.offer(), key="home_timeline")
    st.caption(t("home.hero", run=HERO, epochs=count("epochs", history.epochs[-1])))
except (RunError, mnist.DataError) as error:
    report_error(error)

for section in dict.fromkeys(section for section, _ in PAGES.values() if section):
    cards = [name for name, (its, _) in PAGES.items() if its == section]
    for name, column in zip(cards, st.columns(ROW), strict=False):
        with column.container(border=True, height="stretch", key=f"card_{name}"):
            st.page_link(page(name), label=f"**{t(f'{name}.menu')}**")
            st.caption(t(f"home.card.{name}"))
