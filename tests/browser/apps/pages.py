"""The small apps of the tests, each a page of its own."""

import streamlit as st

first = st.Page(lambda: None, title="Small apps", url_path="small_apps", default=True)
names = ["morph", "parts", "timeline"]
pages = [st.Page(f"{name}.py", title=name.capitalize(), url_path=name) for name in names]
st.navigation([first, *pages], position="hidden").run()
