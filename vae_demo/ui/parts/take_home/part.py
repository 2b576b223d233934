"""Take it home: a page's experiment as a Python file and as a notebook, with its settings."""

from __future__ import annotations

import streamlit as st

from vae_demo.ui.frame.language import t
from vae_demo.ui.frame.section import section
from vae_demo.ui.parts.take_home.files import notebook, script


def take_home(name: str, **settings: object) -> None:
    """Offer the experiment of a page; the arguments are those of `downloads`."""
    section("take_home", t("take_home.title"), t("take_home.about"))
    with st.container(horizontal=True):
        downloads(name, **settings)


def downloads(name: str, **settings: object) -> None:
    """Show two download buttons for the script `take_home/{name}.py`.

    Args:
        name: The page, or a part of it that has a title and an answer.
        settings: Setting of the script in lower case -> its value on the page.
    """
    opening = f"{t(f'{name}.title')}\n\n{t(f'{name}.answer')}"
    values = {setting.upper(): value for setting, value in settings.items()}
    st.download_button(
        t("take_home.script"),
        script(name, opening, values),
        f"{name}.py",
        "text/x-python",
        icon=":material/download:",
        on_click="ignore",
        key=f"{name}_script",
    )
    st.download_button(
        t("take_home.notebook"),
        notebook(name, opening, values),
        f"{name}.ipynb",
        "application/x-ipynb+json",
        icon=":material/download:",
        on_click="ignore",
        key=f"{name}_notebook",
    )
