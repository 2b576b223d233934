"""Every string a visitor reads, in English and Turkish.

The catalogues are flat JSON files with the same keys and the same {placeholders}. The
language is the one of this session; a new session takes it from `?lang=`, else from the browser.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path

import streamlit as st

LANGUAGES = {"en": "English", "tr": "Türkçe"}
_FOLDER = Path(__file__).parent / "locales"


@functools.cache
def catalogue(language: str) -> dict[str, str]:
    """All strings of one language, key -> text with {placeholders}."""
    return json.loads((_FOLDER / f"{language}.json").read_text("utf-8"))


def language() -> str:
    """The visitor's language, "en" or "tr"."""
    found = st.session_state.get("language")
    return found if found in LANGUAGES else first_guess(st.context.locale)


def first_guess(locale: str | None) -> str:
    """The language for a browser's locale such as "tr-TR"; English where there is no better."""
    wanted = (locale or "").split("-")[0].lower()
    return wanted if wanted in LANGUAGES else "en"


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
    written = f"{value:,.{decimals}f}".replace(",", "\u202f")
    return written.replace(".", ",") if language() == "tr" else written


def t(key: str, /, **values: object) -> str:
    """The text of `key` in the visitor's language.

    Raises:
        KeyError: no such key, or a placeholder without a value; a test visits every page.
    """
    return catalogue(language())[key].format(**values)
