"""Texts, numbers, counts and durations in the language of the session.

A new session takes its language from `?lang=`; without it, from the visitor's last choice, which a
cookie holds; without that, from the browser.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from vae_demo.ui.frame import catalogue as texts
from vae_demo.ui.frame.catalogue import (
    LANGUAGES,
    SEPARATORS,
    catalogue,
    choose_language,
    format_number,
)
from vae_demo.ui.frame.links import from_address, to_address
from vae_demo.ui.server import cookie

if TYPE_CHECKING:
    from vae_demo.datasets import DataDescription

__all__ = [
    "LANGUAGES",
    "catalogue",
    "count",
    "duration",
    "exact",
    "language",
    "n",
    "settle_language",
    "short",
    "t",
    "t_of",
    "t_or_name",
]


# The language of the run that this thread is in. A page asks for it some 150 times, and a look into
# the session takes 20 microseconds.
_settled = threading.local()


def language() -> str:
    """The visitor's language, "en" or "tr"."""
    run = get_script_run_ctx(suppress_warning=True)
    if run is not None and getattr(_settled, "run", None) is run:
        known: str = _settled.language
        return known
    chosen = st.session_state.get("language")
    return chosen if chosen in LANGUAGES else choose_language(chosen, st.context.locale)


def settle_language() -> None:
    """Set the language for this run of the page, in the session and in the address.

    The session takes precedence over the address, which may be older than the last click.
    """
    if "language" not in st.session_state:
        wanted = from_address("every")["lang"] or st.context.cookies.get(cookie.LANGUAGE)
        st.session_state["language"] = choose_language(wanted, st.context.locale)
    _settled.run = None
    _settled.language = language()
    _settled.run = get_script_run_ctx(suppress_warning=True)
    to_address("every", lang=_settled.language)


def n(value: float, decimals: int = 1) -> str:
    """A number in the format of the visitor's language: 12,345.6 or 12.345,6."""
    return format_number(value, decimals, language())


def short(value: float) -> str:
    """A number with at most three decimals, without trailing zeros."""
    return n(value, 3).rstrip("0").rstrip(".,")


def exact(value: float) -> str:
    """A number with all its decimals, without an exponent or separators: "0.008" or "0,008"."""
    text = f"{value:.12f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    return text.replace(".", SEPARATORS[language()][0])


def count(key: str, number: float) -> str:
    """A number with its noun: `count("epochs", 1)` is "1 epoch"; texts "count.epochs.one" etc."""
    return texts.count(f"count.{key}", number, short(number), language())


def duration(seconds: float) -> str:
    """A duration in one unit, such as "29 min" or "29 dk."."""
    return texts.duration(seconds, language())


def t(key: str, /, **values: object) -> str:
    """The text of `key` in the visitor's language.

    Raises:
        KeyError: if the key is unknown or a placeholder has no value.
    """
    return texts.text(key, language(), **values)


def t_of(key: str, data: DataDescription, /, **values: object) -> str:
    """The text of `key` about pictures of some data: see `catalogue.text_of`."""
    return texts.text_of(key, data, language(), **values)


def t_or_name(key: str, name: str) -> str:
    """The text of `key`, or `name` if there is none, so that a new model needs no text."""
    return texts.text_or_name(key, name, language())
