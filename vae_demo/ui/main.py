"""What runs for every visitor at every page: the frame, and in it the page of the address."""

from vae_demo.ui.frame.page import open_page

open_page()
