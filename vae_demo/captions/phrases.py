"""Phrases that ask for a side of an attribute, made at random: "very thick", "not leaning"."""

from __future__ import annotations

import re
from random import Random
from typing import Any, NamedTuple

from vae_demo.captions.caption import OTHER
from vae_demo.captions.spelling import ended, suffixed
from vae_demo.captions.vocabulary import LANGUAGES, adjectives, patterns
from vae_demo.captions.words import split

GROUPS = ("thickness", "slant", "slant", "width", "height", "ink", "size", "bold")
_OPPOSITE = {"+": "-", "-": "+"}
_NEGATIONS = {"not", "no", "without", "olmayan", "olmasin", "degil", "hic", "yok"}
_OPPOSITES = {"big": "small", "small": "big", "bold": "light", "slant0": "slant+"}


class Tagged(NamedTuple):
    """A word of a sentence and what it is."""

    word: str  # folded
    tag: str
    strong: bool = False


Phrase = list[Tagged]


def tagged(phrase: str, tag: str, *, strong: bool = False) -> Phrase:
    """The words of a phrase; those in brackets, or a single one, have the tag."""
    found = []
    marked = "[" in phrase
    for piece in re.findall(r"\[[^\]]+\]|[^\[\]]+", phrase):
        own = piece.startswith("[") or not marked
        for word in split(piece):
            found.append(Tagged(word.folded, tag if own else OTHER, strong and own))
    return found


def inside(pattern: str, phrase: Phrase) -> Phrase:
    """A pattern with a phrase in place of its first {}."""
    before, _, after = pattern.partition("{}")
    return [*tagged(before, OTHER), *phrase, *tagged(after, OTHER)]


def filled(pattern: str, *phrases: Phrase) -> Phrase:
    """A pattern with phrases in place of {0}, {1} and so on."""
    made: Phrase = []
    for piece in re.split(r"(\{\d\})", pattern):
        made += phrases[int(piece[1])] if piece.startswith("{") else tagged(piece, OTHER)
    return made


class Phrases:
    """Makes phrases of one language, or with some words of the other."""

    def __init__(self, rng: Random, language: str) -> None:
        self.rng = rng
        self.language = language
        self.mixed = rng.random() < 0.12

    def of(self, name: str) -> Any:
        """Some words or patterns of the sentence's language, now and then of the other."""
        language = self.language
        if self.mixed and self.rng.random() < 0.4:
            language = self.rng.choice(LANGUAGES)
        return patterns(language)[name]

    def attribute(self, group: str) -> Phrase:
        """A phrase for a side of an attribute, negated, with "very", with "quite", or alone."""
        rng = self.rng
        phrase, tag = self.side(group)
        if any(word.strong for word in phrase):
            return phrase
        draw = rng.random()
        if draw < 0.1 and not {word.word for word in phrase} & _NEGATIONS:
            return inside(rng.choice(self.of("not")), opposed(phrase, tag))
        if draw < 0.26:
            strong = [word._replace(strong=word.tag != OTHER) for word in phrase]
            return [*tagged(rng.choice(self.of("very")), OTHER), *strong]
        if draw < 0.38:
            return [*tagged(rng.choice(self.of("somewhat")), OTHER), *phrase]
        return phrase

    def negative(self, group: str) -> Phrase:
        """A phrase of an attribute, tagged as what it means behind a "not"."""
        while True:
            phrase, tag = self.side(group)
            if not {word.word for word in phrase} & _NEGATIONS:
                return opposed([word._replace(strong=False) for word in phrase], tag)

    def neither(self, group: str) -> Phrase:
        """Two phrases that are both refused: of the same attribute, they leave it open."""
        rng = self.rng
        pattern = rng.choice(self.of("neither"))
        if group == "slant":  # to neither side is upright
            sides = [tagged(rng.choice(self.of(side)), "slant0") for side in ("left", "right")]
            rng.shuffle(sides)
            lean = tagged(rng.choice(self.of("lean")), OTHER)
            if self.language == "turkish" or rng.random() < 0.3:
                return [*filled(pattern, *sides), *lean]
            return filled(pattern, [*lean, *sides[0]], sides[1])
        if group in ("bold", "size") or rng.random() < 0.3:
            other = rng.choice([each for each in GROUPS if each != group])
            return filled(pattern, self.negative(group), self.negative(other))
        said: list[Phrase] = []
        while len(said) < 2:
            phrase, tag = self.side(group)
            if tag[-1] == "+-"[len(said)] and not {word.word for word in phrase} & _NEGATIONS:
                said.append([Tagged(word.word, OTHER) for word in phrase])
        rng.shuffle(said)
        return filled(pattern, *said)

    def side(self, group: str) -> tuple[Phrase, str]:
        """A phrase for a side of an attribute, and its tag."""
        rng = self.rng
        if group == "slant":
            tag = rng.choice(("slant+", "slant+", "slant-", "slant-", "slant0"))
        elif group == "size":
            tag = rng.choice(("big", "small"))
        else:
            tag = group if group == "bold" else group + rng.choice("+-")
        side = {"slant+": "right", "slant-": "left"}.get(tag)
        if side and rng.random() < (0.6 if side == "right" else 0.8):
            return self._leaning(side, tag), tag
        text = rng.choice(self.of("asks")[tag])
        strong = text in patterns("english")["strong"] + patterns("turkish")["strong"]
        phrase = tagged(self._inflected(text), tag, strong=strong)
        # A word such as "thin" has the tag in every phrase, also in "[hair] thin".
        return [w._replace(tag=tag) if w.word in adjectives() else w for w in phrase], tag

    def _leaning(self, side: str, tag: str) -> Phrase:
        """Leaning, and to which side: "leaning right", "right leaning", "sağa yatık"."""
        rng = self.rng
        lean = tagged(rng.choice(self.of("lean")), OTHER)
        way = tagged(rng.choice(self.of(side)), tag)
        if rng.random() < 0.12:
            return way
        ways_first = 0.25 if self.language == "english" else 0.93
        return [*way, *lean] if rng.random() < ways_first else [*lean, *way]

    def _inflected(self, text: str) -> str:
        """A single word now and then with an ending, as in "thicker" and "kalınca"."""
        rng = self.rng
        if "[" in text or " " in text or rng.random() > 0.25:
            return text
        for language, inflect in (("turkish", suffixed), ("english", ended)):
            if any(text in phrases for phrases in patterns(language)["asks"].values()):
                return inflect(text, rng.choice(patterns(language)["adjective_suffixes"]))
        return text


def opposed(phrase: Phrase, tag: str) -> Phrase:
    """A phrase behind a "not": not thick is thin, not leaning is upright."""
    if tag in ("slant+", "slant-"):
        opposite = "slant0"
    else:
        opposite = _OPPOSITES.get(tag) or tag[:-1] + _OPPOSITE[tag[-1]]
    return [word._replace(tag=opposite) if word.tag == tag else word for word in phrase]
