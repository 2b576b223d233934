"""The words and patterns that the encoder of captions is trained with.

Those of each language are in `english.json` and `turkish.json` beside this file. In a phrase, words
in brackets are those that are tagged; without brackets a single word is. In `asks`, the key is the
tag.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from vae_demo.captions.caption import asked
from vae_demo.captions.words import split

LANGUAGES = ("english", "turkish")
_ALIKE = 0.8  # of two words, from 0 to 1: one is a mistyped form of the other, or has an ending
_SHORTEST = 3  # letters of a stem
_STEM = 4  # letters that a word with endings has in common with its stem, if it is as long


@functools.cache
def patterns(language: str) -> dict[str, Any]:
    """The words and patterns of a language."""
    path = Path(__file__).with_name(f"{language}.json")
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


@functools.cache
def _plain() -> dict[str, set[str]]:
    """Each single word, folded, that alone asks for a side -> its tags."""
    found: dict[str, set[str]] = {}
    for language in LANGUAGES:
        for tag, phrases in patterns(language)["asks"].items():
            for phrase in phrases:
                words = split(phrase)
                if len(words) == 1 and "[" not in phrase:
                    found.setdefault(words[0].folded, set()).add(tag)
        for side, tag in (("right", "slant+"), ("left", "slant-")):
            for phrase in patterns(language)[side]:
                for piece in re.findall(r"\[([^\]]+)\]", phrase):
                    found.setdefault(split(piece)[0].folded, set()).add(tag)
    return found


def adjectives() -> set[str]:
    """All single words, folded, that alone ask for a side of an attribute."""
    return set(_plain())


def plain_side(word: str) -> str | None:
    """The tag of a folded word that alone asks for a side, such as "thick"; None for others."""
    tags = _plain().get(word, set())
    return next(iter(tags)) if len(tags) == 1 else None


@functools.cache
def kind_names() -> dict[str, str]:
    """Each folded word that names a digit -> the digit."""
    return {
        split(name)[0].folded: str(digit)
        for language in LANGUAGES
        for digit, names in enumerate(patterns(language)["kinds"])
        for name in names
        if len(split(name)) == 1
    }


@functools.lru_cache(maxsize=65_536)
def asks_for(word: str, attributes: tuple[str, ...]) -> bool:
    """Whether a folded word looks like one that asks for a side of one of these attributes."""
    known: set[str] = set().union(*(_asking().get(name, set()) for name in attributes))
    return word in known or any(
        word.startswith(w[: max(_STEM, len(w) - 2)])
        or (abs(len(w) - len(word)) <= 3 and SequenceMatcher(None, word, w).ratio() >= _ALIKE)
        for w in known
        if len(w) >= _SHORTEST
    )


@functools.cache
def _asking() -> dict[str, set[str]]:
    """Attribute -> all folded words that ask for a side of it, also as a part of a phrase."""
    found: dict[str, set[str]] = {}
    for language in LANGUAGES:
        known = patterns(language)
        sides = {tag: known[tag] for tag in ("lean", "right", "left")}
        for tag, phrases in (known["asks"] | sides).items():
            for name in asked(tag) or ("slant",):
                for phrase in phrases:
                    pieces = re.findall(r"\[[^\]]+\]", phrase) or [phrase]
                    words = {word.folded for piece in pieces for word in split(piece)}
                    found.setdefault(name, set()).update(words)
    return found


def may_negate(words: Sequence[str]) -> bool:
    """Whether something in folded words may negate a side: "not", or an unknown word."""
    if any(not (word in _ordinary() or word[0].isdecimal()) for word in words):
        return True
    text = f" {' '.join(words)} "
    return any(all(piece in text for piece in pieces) for pieces in _negations())


@functools.cache
def _negations() -> frozenset[tuple[str, ...]]:
    """What negating patterns have around a side, as in " far from " and " degil "."""
    found = set()
    for language in LANGUAGES:
        for name in ("not", "not_subject", "neither"):
            for pattern in patterns(language)[name]:
                pieces = (
                    [word.folded for word in split(piece)]
                    for piece in re.split(r"\{\d?\}", pattern)
                )
                found.add(tuple(f" {' '.join(piece)} " for piece in pieces if piece))
    return frozenset(found)


@functools.cache
def leans() -> frozenset[str]:
    """All folded words that say that a digit leans, but not to which side."""
    return frozenset(
        word.folded
        for language in LANGUAGES
        for phrase in patterns(language)["lean"]
        for word in split(phrase)
    )


def is_ordinary(word: str) -> bool:
    """Whether a folded word is one that asks for nothing, such as "please", or looks like one."""
    known = _ordinary()
    if word in known or len(word) <= 2:
        return True
    if any(word.startswith(other) for other in _never_understood()):
        return False
    near = (w for w in known if w[0] == word[0] and abs(len(w) - len(word)) <= 3)
    return any(SequenceMatcher(None, word, w).ratio() >= _ALIKE for w in near)


@functools.cache
def _never_understood() -> frozenset[str]:
    """Words that ask for what can't be drawn, with at least `_STEM` letters."""
    return frozenset(
        word.folded
        for language in LANGUAGES
        for text in patterns(language)["unknown"]
        for word in split(text)
        if len(word.folded) >= _STEM
    )


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
