"""A chart on a page, whose numbers are written as the visitor's language does."""

from typing import Any

import plotly.graph_objects as go
import streamlit as st

from vae_demo import figures
from vae_demo.ui.catalogue import SEPARATORS
from vae_demo.ui.text import language


def show_chart(figure: go.Figure, *, key: str, alt: str, **more: Any) -> None:
    """Shows a figure; `alt` says what it is to those who don't see it."""
    figure.update_layout(separators=SEPARATORS[language()])
    st.plotly_chart(figure, **{"config": figures.QUIET, "key": key, "alt": alt} | more)
