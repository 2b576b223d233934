"""Every string a visitor of the app reads, in the language of this session.

A new session takes its language from `?lang=`, else from the browser.
"""

from __future__ import annotations

import streamlit as st

from vae_demo.ui.frame.catalogue import LANGUAGES, catalogue, first_guess, written

__all__ = [
    "LANGUAGES",
    "catalogue",
    "first_guess",
    "language",
    "n",
    "settle_language",
    "short",
    "t",
]


def language() -> str:
    """The visitor's language, "en" or "tr"."""
    found = st.session_state.get("language")
    return found if found in LANGUAGES else first_guess(st.context.locale)


def settle_language() -> None:
    """Fix the language for this run and write it to session and address.

    Within a session the address follows: what the browser says of it may be older than a click.
    """
    asked = st.query_params.get("lang")
    if "language" not in st.session_state:
        st.session_state["language"] = asked if asked in LANGUAGES else language()
    if asked != language():
        st.query_params["lang"] = language()


def n(value: float, decimals: int = 1) -> str:
    """A number as the visitor's language writes it: 12 345.6 or 12 345,6, thousands by a space."""
    return written(value, decimals, language())


def short(value: float) -> str:
    """A number with no more decimals than it needs, and three at most."""
    return n(value, 3).rstrip("0").rstrip(".,")


def t(key: str, /, **values: object) -> str:
    """The text of `key` in the visitor's language.

    Raises:
        KeyError: no such key, or a placeholder without a value; a test visits every page.
    """
    return catalogue(language())[key].format(**values)
