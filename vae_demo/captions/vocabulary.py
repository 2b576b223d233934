"""The words and patterns that the encoder of captions is trained with.

Those of each language are in `english.json` and `turkish.json` beside this file. In a phrase, words
in brackets are those that are tagged; without brackets a single word is. In `asks`, the key is the
tag.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from vae_demo.captions.words import split

LANGUAGES = ("english", "turkish")
_ALIKE = 0.8  # of two words, from 0 to 1: one is a mistyped form of the other, or has an ending


@functools.cache
def patterns(language: str) -> dict[str, Any]:
    """The words and patterns of a language."""
    path = Path(__file__).with_name(f"{language}.json")
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


@functools.cache
def adjectives() -> set[str]:
    """All single words, folded, that alone ask for a side of an attribute."""
    found = set()
    for language in LANGUAGES:
        for phrases in patterns(language)["asks"].values():
            found |= {split(p)[0].folded for p in phrases if len(split(p)) == 1 and "[" not in p}
    return found


def is_ordinary(word: str) -> bool:
    """Whether a folded word is one that asks for nothing, such as "please", or looks like one."""
    known = _ordinary()
    if word in known or len(word) <= 2:
        return True
    near = (w for w in known if w[0] == word[0] and abs(len(w) - len(word)) <= 3)
    return any(SequenceMatcher(None, word, w).ratio() >= _ALIKE for w in near)


@functools.cache
def _ordinary() -> frozenset[str]:
    """All words of the patterns but those that are never understood."""
    found: set[str] = set()
    for language in LANGUAGES:
        for name, part in patterns(language).items():
            if name != "unknown":
                found |= {word.folded for text in _texts(part) for word in split(text)}
    return frozenset(found)


def _texts(part: Any) -> Iterator[str]:
    """All texts in lists and dictionaries."""
    if isinstance(part, str):
        yield part
    else:
        for inner in part.values() if isinstance(part, dict) else part:
            yield from _texts(inner)
