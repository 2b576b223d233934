"""Sentences that train the encoder of captions, made at random from words and patterns.

They are made of the words and patterns of `vocabulary.py`.
"""

from __future__ import annotations

import re
from random import Random
from typing import Any, NamedTuple

from vae_demo.captions.caption import KINDS, NUMBER, OTHER, UNKNOWN
from vae_demo.captions.spelling import ended, mistyped, suffixed
from vae_demo.captions.vocabulary import LANGUAGES, adjectives, patterns
from vae_demo.captions.words import split

_OPPOSITE = {"+": "-", "-": "+"}
_NEGATIONS = {"not", "no", "without", "olmayan", "olmasin", "degil", "hic", "yok"}
_OPPOSITES = {"big": "small", "small": "big", "bold": "light", "slant0": "slant+"}
_TYPOS = 0.2  # share of the mistyped words, in half of the sentences
_LETTERS = ("etaoinshrdlu", "aeiıklmnrst", "bcdfghjklmnpqrstvwxyzaeiou", "asdfghjklqwertyuiop")
_GROUPS = ("thickness", "slant", "slant", "width", "height", "ink", "size", "bold")


class Tagged(NamedTuple):
    """A word of a sentence and what it is."""

    word: str  # folded
    tag: str
    strong: bool = False


Phrase = list[Tagged]


def sentence(rng: Random) -> Phrase:
    """A sentence at random: what it asks for, in one language or with some words of the other."""
    language = rng.choice(LANGUAGES)
    made = _Sentence(rng, language).make()
    if rng.random() < 0.5:
        return made
    return [
        word._replace(word=mistyped(rng, word.word)) if rng.random() < _TYPOS else word
        for word in made
    ]


def tagged(phrase: str, tag: str, *, strong: bool = False) -> Phrase:
    """The words of a phrase; those in brackets, or a single one, have the tag."""
    found = []
    marked = "[" in phrase
    for piece in re.findall(r"\[[^\]]+\]|[^\[\]]+", phrase):
        own = piece.startswith("[") or not marked
        for word in split(piece):
            found.append(Tagged(word.folded, tag if own else OTHER, strong and own))
    return found


def _inside(pattern: str, phrase: Phrase) -> Phrase:
    """A pattern with a phrase in place of its first {}."""
    before, _, after = pattern.partition("{}")
    return [*tagged(before, OTHER), *phrase, *tagged(after, OTHER)]


class _Sentence:
    """Makes one sentence."""

    def __init__(self, rng: Random, language: str) -> None:
        self.rng = rng
        self.language = language
        self.mixed = rng.random() < 0.12

    def make(self) -> Phrase:
        rng = self.rng
        if rng.random() < 0.06:
            return self._nothing()
        if rng.random() < 0.2:
            return self._said_of_subject()
        subject = self._subject()
        attributes = self._attributes(rng.choices(range(5), (20, 34, 26, 14, 6))[0])
        if not subject and not attributes:
            attributes = self._attributes(1)
        if rng.random() < 0.17:
            strange = self._strange(1 if rng.random() < 0.8 else 2)
            attributes.insert(rng.randint(0, len(attributes)), strange)
        at = len(attributes)
        if rng.random() < 0.4:
            at = rng.randint(0, len(attributes))
        before, after = attributes[:at], attributes[at:]
        made = self._listed(before)
        article = self.language == "turkish" and bool(subject) and rng.random() < 0.35
        if article:
            made.append(Tagged("bir", OTHER))
        made += subject
        framed = not after or rng.random() < 0.5
        if framed:
            made = self._framed(made, bool(subject))
        if after:
            rest = self._listed(after)
            if subject and rng.random() < 0.12:
                pronoun = tagged(rng.choice(self._of("pronouns")), OTHER)
                if self.language == "english":
                    rest = [*tagged(rng.choice(("a", "the", "")), OTHER), *rest, *pronoun]
                else:
                    rest = [*rest, *pronoun]
            elif rng.random() < 0.7:
                rest = _inside(rng.choice(self._of("after")), rest)
            made += rest
        if not framed:
            made = self._framed(made, bool(subject))
        if rng.random() < 0.1:
            word = tagged(rng.choice(self._of("other")), OTHER)
            if not {w.word for w in word} & {"one", "bir"}:
                at = rng.choice((0, len(made)))
                made[at:at] = word
        return made

    def _said_of_subject(self) -> Phrase:
        """A digit and an attribute that it has or does not have: "don't make the seven thick"."""
        rng = self.rng
        group = rng.choice(_GROUPS)
        named, kind = self._named(), rng.random()
        if kind < 0.4:
            pattern, said = rng.choice(self._of("not_subject")), self._negative(group)
        else:
            pattern, said = rng.choice(self._of("subject")), self._attribute(group)
        if kind > 0.8:
            said = [*said, *self._attribute(rng.choice([g for g in _GROUPS if g != group]))]
        slots = {"{0}": said, "{1}": named}
        made: Phrase = []
        for piece in re.split(r"(\{[01]\})", pattern):
            made += slots.get(piece) or tagged(piece, OTHER)
        return made

    def _of(self, name: str) -> Any:
        """Some words or patterns of the sentence's language, now and then of the other."""
        language = self.language
        if self.mixed and self.rng.random() < 0.4:
            language = self.rng.choice(LANGUAGES)
        return patterns(language)[name]

    def _framed(self, made: Phrase, has_subject: bool) -> Phrase:
        """In a pattern such as "draw me a {}"; "one" and "bir" only if they can't be the digit."""
        for _ in range(20):
            frame = self.rng.choice(self._of("frames"))
            lone = {w.folded for w in split(frame)} & {"one", "bir"}
            if has_subject or not lone:
                return _inside(frame, made)
        return made

    def _listed(self, phrases: list[Phrase]) -> Phrase:
        made: Phrase = []
        for i, phrase in enumerate(phrases):
            if i and self.rng.random() < 0.3:
                made += tagged("and" if self.language == "english" else "ve", OTHER)
            made += phrase
        return made

    def _subject(self) -> Phrase:
        """The digit, a number that is none, a word such as "digit", or nothing."""
        rng, draw = self.rng, self.rng.random()
        if draw < 0.05:
            if rng.random() < 0.3:
                return tagged(str(rng.randint(10, 999)), NUMBER)
            return tagged(rng.choice(self._of("number")), NUMBER)
        if draw < 0.13:
            return tagged(rng.choice(self._of("nouns")), OTHER)
        if draw < 0.2:
            return []
        made = self._named()
        if rng.random() < 0.03:
            joined = {"english": ("and a", "and", "or"), "turkish": ("ve bir", "ve", "ile")}
            made += tagged(rng.choice(joined[self.language]), OTHER) + self._kind()
        return made

    def _named(self) -> Phrase:
        return _inside(self.rng.choice(self._of("names")), self._kind())

    def _kind(self) -> Phrase:
        rng = self.rng
        kind = rng.choice((*KINDS, "1", "1"))  # "one" and "bir" are often something else
        if rng.random() < 0.3:
            ending = rng.choice(("", "", "", "yi", "i", "ye", "s", "th", "nin", "lik"))
            return [Tagged(kind, kind), *tagged(ending, OTHER)]
        language = self.language
        if self.mixed and rng.random() < 0.4:
            language = rng.choice(LANGUAGES)
        found = patterns(language)
        name = rng.choice(found["kinds"][int(kind)])
        if rng.random() < 0.4:
            suffix = rng.choice(found["suffixes"])
            if language == "turkish":
                name = suffixed(name, suffix)
            elif kind != "1" or suffix != "s":
                name += suffix
        return [Tagged(word.folded, kind) for word in split(name)]

    def _attributes(self, count: int) -> list[Phrase]:
        """Phrases for attributes, rarely for both sides of one."""
        rng = self.rng
        chosen = rng.sample(sorted(set(_GROUPS) - {"slant"}), min(count, 5))
        if chosen and rng.random() < 0.4:
            chosen[0] = "slant"
        if chosen and rng.random() < 0.08:
            chosen.append(chosen[-1])
        return [self._attribute(group) for group in chosen]

    def _attribute(self, group: str) -> Phrase:
        """A phrase for a side of an attribute, negated, with "very", with "quite", or alone."""
        rng = self.rng
        phrase, tag = self._side(group)
        if any(word.strong for word in phrase):
            return phrase
        draw = rng.random()
        if draw < 0.1 and not {word.word for word in phrase} & _NEGATIONS:
            return _inside(rng.choice(self._of("not")), _opposed(phrase, tag))
        if draw < 0.26:
            strong = [word._replace(strong=word.tag != OTHER) for word in phrase]
            return [*tagged(rng.choice(self._of("very")), OTHER), *strong]
        if draw < 0.38:
            return [*tagged(rng.choice(self._of("somewhat")), OTHER), *phrase]
        return phrase

    def _negative(self, group: str) -> Phrase:
        """A phrase of an attribute, tagged as what it means behind a "not"."""
        while True:
            phrase, tag = self._side(group)
            if not {word.word for word in phrase} & _NEGATIONS:
                return _opposed([word._replace(strong=False) for word in phrase], tag)

    def _side(self, group: str) -> tuple[Phrase, str]:
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
        text = rng.choice(self._of("asks")[tag])
        strong = text in patterns("english")["strong"] + patterns("turkish")["strong"]
        phrase = tagged(self._inflected(text), tag, strong=strong)
        # A word such as "thin" has the tag in every phrase, also in "[hair] thin".
        return [w._replace(tag=tag) if w.word in adjectives() else w for w in phrase], tag

    def _leaning(self, side: str, tag: str) -> Phrase:
        """Leaning, and to which side: "leaning right", "right leaning", "sağa yatık"."""
        rng = self.rng
        lean = tagged(rng.choice(self._of("lean")), OTHER)
        way = tagged(rng.choice(self._of(side)), tag)
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

    def _strange(self, count: int) -> Phrase:
        """Words that ask for something else, or are none."""
        rng = self.rng
        words = []
        for _ in range(count):
            if rng.random() < 0.25:
                letters = rng.choice(_LETTERS)
                words.append("".join(rng.choices(letters, k=rng.randint(1, 10))))
            else:
                words.append(rng.choice(self._of("unknown")))
        return [Tagged(w.folded, UNKNOWN) for text in words for w in split(text)]

    def _nothing(self) -> Phrase:
        """A sentence that asks for nothing."""
        rng = self.rng
        made: Phrase = []
        for _ in range(rng.randint(1, 6)):
            if rng.random() < 0.5:
                made += self._strange(1)
            else:
                made += tagged(rng.choice(self._of("other")), OTHER)
        return [word for word in made if word.word not in ("one", "bir")] or self._strange(1)


def _opposed(phrase: Phrase, tag: str) -> Phrase:
    """A phrase behind a "not": not thick is thin, not leaning is upright."""
    if tag in ("slant+", "slant-"):
        opposite = "slant0"
    else:
        opposite = _OPPOSITES.get(tag) or tag[:-1] + _OPPOSITE[tag[-1]]
    return [word._replace(tag=opposite) if word.tag == tag else word for word in phrase]
