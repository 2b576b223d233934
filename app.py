"""The router: page frame, language, navigation; nothing else.

streamlit run app.py
"""

from vae_demo.ui.frame import open_page

open_page()
