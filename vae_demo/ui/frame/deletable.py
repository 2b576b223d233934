"""A list of what a visitor keeps, with a button to delete each."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import streamlit as st

from vae_demo.ui.frame.language import t


def deletable(names: Iterable[str], *, key: str, delete: Callable[[str], None]) -> None:
    """Show one row for each name, with a button that calls `delete` with it."""
    for name in [*names]:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"`{name}`", width="stretch")
            st.button(
                t("frame.delete"),
                key=f"{key}_delete_{name}",
                icon=":material/delete:",
                on_click=delete,
                args=(name,),
            )
