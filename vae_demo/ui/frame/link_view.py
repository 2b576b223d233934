"""The view of a part whose whole state stands in the link of its page.

The part sends what the visitor has set when a control is released, as the texts of a link, so that
`link_fields.py` checks it; `engine/link_view.js` is its other end.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import msgspec
import streamlit as st

from vae_demo.ui.frame.link_fields import FIELDS, TABLE, read_link, write_link
from vae_demo.ui.frame.links import from_address, to_address
from vae_demo.ui.parts.mount import part_state


class _Message(msgspec.Struct):
    """The message of the browser."""

    version: int  # of the view that the visitor has changed
    link: dict[str, str | None]  # field -> text; None for the default


class LinkView:
    """Some fields of a page's link, which a part shows and sets; kept in the session."""

    def __init__(self, page: str, key: str, names: Sequence[str]) -> None:
        """
        Args:
            page: The page in `links.json`.
            key: Streamlit's key of the part; its state is called "view".
            names: The fields.
        """
        self._page = page
        self._key = key
        self._names = names
        table = json.loads(TABLE.read_text("utf-8"))[page]
        self._fields = {name: table[name] for name in names}

    def begin(self, **values: Any) -> None:
        """Set the values of some fields for visitors who come without a link to a view."""
        is_new = f"{self._key} view" not in st.session_state
        if is_new and not set(st.query_params) & set(FIELDS[self._page]):
            self._session()["values"] |= values

    def current(self) -> dict[str, Any]:
        """The values of the fields; also writes them to the address."""
        session = self._session()
        try:
            message = msgspec.convert(part_state(self._key, "view"), _Message)
        except msgspec.ValidationError:  # nothing has been sent, or by a modified client
            message = None
        # A message about an earlier version is ignored, since Python has replaced that view.
        if message and message.version == session["version"]:
            query = {
                name: [text]
                for name, text in message.link.items()
                if name in self._names and text is not None
            }
            session["values"] = self._own(read_link(self._page, query))
        to_address(self._page, **session["values"])
        return dict(session["values"])

    def set(self, **values: Any) -> None:
        """Replace the values of some fields; the part shows them."""
        session = self._session()
        session["values"] |= values
        session["version"] += 1

    def data(self) -> dict[str, Any]:
        """What the part needs: the fields, and their values as texts."""
        session = self._session()
        return {
            "fields": self._fields,
            "link": write_link(self._page, session["values"]),
            "version": session["version"],
        }

    def _session(self) -> dict[str, Any]:
        key = f"{self._key} view"
        if key not in st.session_state:
            linked = self._own(from_address(self._page))
            st.session_state[key] = {"version": 0, "values": linked}
        found: dict[str, Any] = st.session_state[key]
        return found

    def _own(self, values: dict[str, Any]) -> dict[str, Any]:
        return {name: values[name] for name in self._names}
