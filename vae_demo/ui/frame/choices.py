"""A choice among named options, shown in the visitor's language and kept by its name.

Streamlit sends a choice back as the words that were shown, and a bound address would hold
those words too; so a widget of its own per language stands for one name that is the same in
every language, in the session and in the address.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from vae_demo.ui.frame.language import language
from vae_demo.ui.frame.links import to_address

Show = Callable[[str], str]


def pick(
    label: str,
    options: Sequence[str],
    *,
    key: str,
    show: Show,
    default: str | None = None,
    in_address: bool = False,
    on_change: Callable[[], None] | None = None,
    box: bool = False,
    hide_label: bool = False,
    help: str | None = None,
) -> str:
    """One of `options`, as buttons or in a box; `show` gives the words for each.

    The choice is kept in `st.session_state[key]`, which a callback may set; with `in_address`
    also in the address, where an unknown name is ignored.
    """
    asked = st.query_params.get(key) if in_address else None
    kept = st.session_state.get(key)
    first = default or options[0]
    found = kept if kept in options else asked if asked in options else first
    st.session_state[key] = found
    if in_address:
        to_address(key, None if found == first else found)

    shown = f"{key}.{language()}"
    st.session_state[shown] = found

    def changed() -> None:
        if st.session_state[shown] not in options:  # no browser of ours offers that
            return
        st.session_state[key] = st.session_state[shown]
        if on_change:
            on_change()

    common: dict[str, Any] = {
        "format_func": show,
        "key": shown,
        "on_change": changed,
        "label_visibility": "collapsed" if hide_label else "visible",
        "help": help,
    }
    if box:
        return str(st.selectbox(label, options, **common))
    return str(st.segmented_control(label, options, required=True, wrap=True, **common))
