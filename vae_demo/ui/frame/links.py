"""The address of the page that is open: what it asks for, and what it says from now on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import streamlit as st

from vae_demo.ui.frame.link_fields import FIELDS, read_link, write_link

Value = TypeVar("Value")


def from_address(page: str) -> dict[str, Any]:
    """The value of every field of a page, see `links.json`; the default where there is none."""
    asked = st.query_params
    return read_link(page, {name: asked.get_all(name) for name in FIELDS[page]})


def to_address(page: str, **values: Any) -> None:
    """Write fields of a page into the address; None, or a default, takes a field out of it."""
    written = write_link(page, values)
    known = st.query_params
    gone = [name for name, text in written.items() if text is None and name in known]
    for name in gone:
        del known[name]
    new = {
        name: text
        for name, text in written.items()
        if text is not None and known.get_all(name) != [text]
    }
    if new:
        known.update(new)


def linked(
    page: str,
    key: str,
    widget: Callable[[], Value],
    *,
    first: Any = None,
    options: Sequence[str] | None = None,
) -> Value:
    """A widget whose value the address holds.

    Args:
        page: The page in `links.json`.
        key: The widget's key, and the field's name.
        widget: Makes the widget with this key and without a value of its own.
        first: The value where neither session nor address has one; by default the field's.
        options: The names that the widget offers.
    """
    state = st.session_state
    if first is None:
        first = FIELDS[page][key].default
    known = state[key] if key in state else from_address(page)[key]
    wanted = _offered(known, options)
    if wanted is None:
        wanted = first
    if key not in state or state[key] != wanted:  # writing it again could undo a newer click
        state[key] = wanted
    value = widget()
    to_address(page, **{key: None if value == first else value})
    return value


def _offered(value: Any, options: Sequence[str] | None) -> Any:
    """A name or a list of names without those that are not offered; None where none is left."""
    if options is None or value is None:
        return value
    if isinstance(value, str):
        return value if value in options else None
    return [name for name in value if name in options] or (None if value else [])
