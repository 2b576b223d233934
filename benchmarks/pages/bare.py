"""A Streamlit page with nothing but a heading."""

import streamlit as st

st.title("Bare")
