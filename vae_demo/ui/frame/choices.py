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
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.frame.links import from_address, to_address

Show = Callable[[str], str]


def pick(
    label: str,
    options: Sequence[str],
    *,
    key: str,
    show: Show,
    page: str | None = None,
    on_change: Callable[[], None] | None = None,
    box: bool = False,
    hide_label: bool = False,
    help: str | None = None,
) -> str:
    """One of `options`, as buttons or in a box; `show` gives the words for each.

    The choice is kept in `st.session_state[key]`, which a callback may set. With `page` the address
    holds it too, as the field `key` of that page in `links.json`.
    """
    asked = from_address(page)[key] if page else None
    kept = st.session_state.get(key)
    default = FIELDS[page][key].default if page else None
    first = default if default in options else options[0]
    found = kept if kept in options else asked if asked in options else first
    st.session_state[key] = found
    if page:
        to_address(page, **{key: None if found == first else found})

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
