"""The texts of both languages and how each writes numbers; no screen is needed to read them.

The catalogues are flat JSON files with the same keys and the same {placeholders}.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path

LANGUAGES = {"en": "English", "tr": "Türkçe"}
SEPARATORS = {"en": ".\u202f", "tr": ",\u202f"}  # the decimal mark, and what parts thousands
_FOLDER = Path(__file__).parent / "locales"


@functools.cache
def catalogue(language: str) -> dict[str, str]:
    """All strings of one language, key -> text with {placeholders}."""
    return json.loads((_FOLDER / f"{language}.json").read_text("utf-8"))


def first_guess(locale: str | None) -> str:
    """The language for a browser's locale such as "tr-TR"; English where there is no better."""
    wanted = (locale or "").split("-")[0].lower()
    return wanted if wanted in LANGUAGES else "en"


def written(value: float, decimals: int, language: str) -> str:
    """A number as a language writes it: 12 345.6 or 12 345,6, thousands by a space."""
    return f"{value:,.{decimals}f}".translate(str.maketrans(".,", SEPARATORS[language]))
