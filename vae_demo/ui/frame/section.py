"""Headings of a page, with a key by which a lesson can hide them."""

from __future__ import annotations

import streamlit as st


def section(key: str, title: str, about: str = "", *, small: bool = False) -> None:
    """Show a heading and a text about what follows it.

    Args:
        key: Unlike all other keys of the page.
        title: In the visitor's language.
        about: Markdown.
        small: Whether the heading belongs to a larger one.
    """
    with st.container(key=f"section_{key}"):
        show = st.subheader if small else st.header
        show(title, anchor=False)
        if about:
            st.markdown(about)
