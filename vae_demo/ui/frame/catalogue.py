"""The texts of both languages, and the formats of numbers, counts and durations.

Each folder of `vae_demo/ui` that shows texts has one flat JSON file for each language, key -> text
with {placeholders}. `frame/en.json` and `frame/tr.json` contain the texts that all pages share.
This module does not need Streamlit.
"""

from __future__ import annotations

import functools
import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from babel import Locale

if TYPE_CHECKING:
    from vae_demo.datasets import DataDescription

LANGUAGES = {"en": "English", "tr": "Türkçe"}
ERROR_DECIMALS = 4  # of a squared error per pixel, as in engine/number_format.js
SEPARATORS = {"en": ".,", "tr": ",."}  # the decimal mark and the thousands separator
UI = Path(__file__).parents[1]


@functools.cache
def catalogue(language: str) -> dict[str, str]:
    """All texts of one language, key -> text with {placeholders}.

    Raises:
        ValueError: if a key is defined twice.
    """
    texts: dict[str, str] = {}
    for path in sorted(UI.rglob(f"{language}.json")):
        pairs = json.loads(path.read_text("utf-8"), object_pairs_hook=list)
        for key, text in pairs:
            if key in texts:
                raise ValueError(f"{path.relative_to(UI)}: the key {key!r} is defined twice")
            texts[key] = text
    return texts


def load_plural_forms() -> None:
    """Load the plural rules of both languages, which `count` needs."""
    for language in LANGUAGES:
        Locale(language).plural_form(1)


def text(key: str, language: str, /, **values: object) -> str:
    """The text of `key` in a language, its {placeholders} replaced by values.

    Raises:
        KeyError: if the key is unknown or a placeholder has no value.
    """
    return catalogue(language)[key].format(**values)


def text_of(key: str, data: DataDescription, language: str, /, **values: object) -> str:
    """The text of `key` about pictures of some data; by itself, it speaks of digits.

    Of other data, it is the text "KEY.pictures" if there is one; where these have no labels,
    "KEY.unlabelled" comes first.
    """
    if not data.is_mnist:
        kinds = ["pictures"] if data.kinds else ["unlabelled", "pictures"]
        known = catalogue(language)
        key = next((name for kind in kinds if (name := f"{key}.{kind}") in known), key)
    return text(key, language, **values)


def text_or_name(key: str, name: str, language: str) -> str:
    """The text of `key`, or `name` if there is none, so that a new model needs no text."""
    return catalogue(language).get(key, name)


def choose_language(asked: str | None, accepted: str | None) -> str:
    """The language of a visitor: the requested one, otherwise the browser's, otherwise English.

    Args:
        asked: The value of `?lang=`.
        accepted: The browser's locale, such as "tr-TR", or its Accept-Language header, of which
            the first entry counts.
    """
    if asked in LANGUAGES:
        return asked
    first = (accepted or "").split(",")[0].split(";")[0].split("-")[0].strip().lower()
    return first if first in LANGUAGES else "en"


def format_number(value: float, decimals: int, language: str) -> str:
    """A number in the format of a language: 12,345.6 or 12.345,6."""
    return f"{value:,.{decimals}f}".translate(str.maketrans(".,", SEPARATORS[language]))


def count(key: str, number: float, number_text: str, language: str) -> str:
    """A number with its noun in the right plural form: "1 epoch", "20 epochs".

    Args:
        key: The noun's key without the plural form: "count.epochs" for the texts
            "count.epochs.one" and "count.epochs.other", each with the placeholder {n}.
        number: The number, which decides the form.
        number_text: The number in the format of the language.
    """
    form = Locale(language).plural_form(number)
    return text(f"{key}.{form}", language, n=number_text)


def duration(seconds: float, language: str) -> str:
    """A duration in one unit: "45 sec", "29 min", "3 hr"; "45 sn.", "29 dk.", "3 sa."."""
    from babel.dates import format_timedelta  # takes long, and the first page shows no duration

    length = timedelta(seconds=max(seconds, 1))
    return format_timedelta(length, threshold=2, format="short", locale=language)
