"""A choice among named options, shown in the visitor's language and stored by its name.

Streamlit identifies an option by its label, which depends on the language. `pick` therefore uses
one widget per language, and stores the name of the option in the session and in the address.
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
    """Choose one of `options`, by buttons or in a select box; `show` gives their labels.

    The choice is stored in `st.session_state[key]`, which a callback may set. With `page`, it is
    also stored in the address, as the field `key` of that page in `links.json`.
    """
    linked = from_address(page)[key] if page else None
    stored = st.session_state.get(key)
    default = FIELDS[page][key].default if page else None
    first = default if default in options else options[0]
    found = stored if stored in options else linked if linked in options else first
    st.session_state[key] = found
    if page:
        to_address(page, **{key: None if found == first else found})

    shown = f"{key}.{language()}"
    st.session_state[shown] = found

    def changed() -> None:
        if st.session_state[shown] not in options:  # a modified client sent it
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
