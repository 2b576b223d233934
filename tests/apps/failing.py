"""A page on which everything fails that can."""

import streamlit as st

from vae_demo.ui.frame.language import settle_language


def fail() -> None:
    raise RuntimeError("a secret of the server")


settle_language()
st.button("callback", key="callback", on_click=fail)
if st.button("page", key="page"):
    fail()


@st.fragment
def part() -> None:
    if st.button("part", key="part"):
        fail()


part()
