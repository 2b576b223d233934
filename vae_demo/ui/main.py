"""The main script of the Streamlit app: the frame with the page at the current address."""

from vae_demo.ui.frame.page import open_page

open_page()
