"""Read and write the state of a page in its address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import streamlit as st

from vae_demo.runs import available, is_name
from vae_demo.ui.frame.link_fields import FIELDS, read_link, write_link

RUNS = ("run", "runs", "vae", "ae", "style_run")  # the fields that hold names of runs
_ICON = ":material/link_off:"

Value = TypeVar("Value")


def from_address(page: str) -> dict[str, Any]:
    """The value of every field of a page (see `links.json`), or its default."""
    query = st.query_params
    return read_link(page, {name: query.get_all(name) for name in FIELDS[page]})


def to_address(page: str, **values: Any) -> None:
    """Write fields of a page to the address. None or the default removes a field.

    The address that a run finds is the one that the browser had when it asked for the run. One
    that an earlier run has written may still be on its way, so what was written last counts, too.
    """
    written = write_link(page, values)
    known = st.query_params
    last: dict[str, str | None] = st.session_state.setdefault(f"{page} address", {})
    late = any(last.get(name, text) != text for name, text in written.items())
    last.update(written)
    for name in [name for name, text in written.items() if text is None and name in known]:
        del known[name]
    new = {
        name: text
        for name, text in written.items()
        if text is not None and known.get_all(name) != [text]
    }
    if new or late:
        known.update(new)


def linked(
    page: str,
    key: str,
    widget: Callable[[], Value],
    *,
    first: Any = None,
    options: Sequence[str] | None = None,
) -> Value:
    """Show a widget whose value is stored in the address.

    Streamlit forgets the widgets of a page that the visitor leaves, and the menu's addresses hold
    no state, so the session keeps the value until the visitor comes back.

    Args:
        page: The page in `links.json`.
        key: The key of the widget and the name of the field.
        widget: Creates the widget with this key and without an initial value.
        first: The value if neither session nor address has one; by default that of the field.
        options: The names that can be chosen.
    """
    state = st.session_state
    if first is None:
        first = FIELDS[page][key].default
    kept: dict[str, Any] = state.setdefault(f"{page} when left", {})
    if key in state:
        known = state[key]
    elif key in kept and key not in st.query_params:
        known = kept[key]
    else:
        known = from_address(page)[key]
        if key in RUNS and options is not None:
            _warn_of_missing([known] if isinstance(known, str) else known or [], options)
    wanted = _offered(known, options)
    if wanted is None:
        wanted = first
    if key not in state or state[key] != wanted:  # a needless write could undo a newer click
        state[key] = wanted
    value = widget()
    kept[key] = value
    to_address(page, **{key: None if value == first else value})
    return value


def _warn_of_missing(names: Sequence[str], options: Sequence[str]) -> None:
    """Say once that runs of a link are not here, since others are shown in their place.

    Nothing but the name of a run gets from a link into the sentence.
    """
    from vae_demo.ui.frame.language import t  # which imports this module
    from vae_demo.ui.frame.session import visitor

    missing = [name for name in names if name not in options and is_name(name)]
    if not missing:
        return
    there = {*visitor().own_runs, *available()}
    unknown = ", ".join(f"`{name}`" for name in missing if name not in there)
    unsuited = ", ".join(f"`{name}`" for name in missing if name in there)
    if unknown:
        st.toast(t("frame.not_here", runs=unknown), icon=_ICON, duration="infinite")
    if unsuited:
        st.toast(t("frame.unsuited", runs=unsuited), icon=_ICON, duration="infinite")


def _offered(value: Any, options: Sequence[str] | None) -> Any:
    """Remove names that are not among the options; None if none is left."""
    if options is None or value is None:
        return value
    if isinstance(value, str):
        return value if value in options else None
    return [name for name in value if name in options] or (None if value else [])
