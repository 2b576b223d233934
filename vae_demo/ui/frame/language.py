"""Texts, numbers, counts and durations in the language of this session.

A new session takes its language from `?lang=`, else from the browser.
"""

from __future__ import annotations

import streamlit as st

from vae_demo.ui.frame import catalogue as texts
from vae_demo.ui.frame.catalogue import LANGUAGES, catalogue, choose_language, written
from vae_demo.ui.frame.links import from_address, to_address

__all__ = [
    "LANGUAGES",
    "catalogue",
    "count",
    "duration",
    "language",
    "n",
    "settle_language",
    "short",
    "t",
    "t_or_name",
]


def language() -> str:
    """The visitor's language, "en" or "tr"."""
    return choose_language(st.session_state.get("language"), st.context.locale)


def settle_language() -> None:
    """Fix the language for this run and write it to the session and to the address.

    Within a session the session decides: the address that the browser reports may be older than
    the last click.
    """
    if "language" not in st.session_state:
        asked = from_address("every")["lang"]
        st.session_state["language"] = choose_language(asked, st.context.locale)
    to_address("every", lang=language())


def n(value: float, decimals: int = 1) -> str:
    """A number as the visitor's language writes it: 12 345.6 or 12 345,6, with narrow spaces."""
    return written(value, decimals, language())


def short(value: float) -> str:
    """A number with at most three decimals, and no more than it needs."""
    return n(value, 3).rstrip("0").rstrip(".,")


def count(key: str, number: float) -> str:
    """A number with its noun: `count("epochs", 1)` is "1 epoch"; texts "count.epochs.one" etc."""
    return texts.count(f"count.{key}", number, short(number), language())


def duration(seconds: float) -> str:
    """A duration in one unit, such as "29 min" or "29 dk."."""
    return texts.duration(seconds, language())


def t(key: str, /, **values: object) -> str:
    """The text of `key` in the visitor's language.

    Raises:
        KeyError: no such key, or a placeholder without a value; a test visits every page.
    """
    return texts.text(key, language(), **values)


def t_or_name(key: str, name: str) -> str:
    """The text of `key`; where there is none, `name`, so that a new model needs no text."""
    return texts.text_or_name(key, name, language())
