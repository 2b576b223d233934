"""Sentences that train the encoder of captions, made at random from words and patterns.

They are made of the words and patterns of `vocabulary.py`.
"""

from __future__ import annotations

from random import Random

from vae_demo.captions.caption import KINDS, NUMBER, OTHER, UNKNOWN
from vae_demo.captions.phrases import GROUPS, Phrase, Phrases, Tagged, filled, inside, tagged
from vae_demo.captions.spelling import mistyped, suffixed
from vae_demo.captions.vocabulary import LANGUAGES, patterns
from vae_demo.captions.words import split

_TYPOS = 0.2  # share of the mistyped words, in half of the sentences
_LETTERS = ("etaoinshrdlu", "aeiıklmnrst", "bcdfghjklmnpqrstvwxyzaeiou", "asdfghjklqwertyuiop")


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


class _Sentence(Phrases):
    """Makes one sentence."""

    def make(self) -> Phrase:
        rng = self.rng
        if rng.random() < 0.06:
            return self._nothing()
        draw = rng.random()
        if draw < 0.2:
            return self._said_of_subject()
        if draw < 0.23:
            return self._other_kind()
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
        if subject and rng.random() < 0.03:
            made = [*tagged(rng.choice(self.of("counts")), OTHER), *made]
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
                pronoun = tagged(rng.choice(self.of("pronouns")), OTHER)
                if self.language == "english":
                    rest = [*tagged(rng.choice(("a", "the", "")), OTHER), *rest, *pronoun]
                else:
                    rest = [*rest, *pronoun]
            elif rng.random() < 0.7:
                rest = inside(rng.choice(self.of("after")), rest)
            made += rest
        if not framed:
            made = self._framed(made, bool(subject))
        if rng.random() < 0.1:
            word = tagged(rng.choice(self.of("other")), OTHER)
            if not {w.word for w in word} & {"one", "bir"}:
                at = rng.choice((0, len(made)))
                made[at:at] = word
        return made

    def _said_of_subject(self) -> Phrase:
        """A digit and an attribute that it has or does not have: "don't make the seven thick"."""
        rng = self.rng
        group = rng.choice(GROUPS)
        named, kind = self._named(), rng.random()
        if kind < 0.4:
            pattern, said = rng.choice(self.of("not_subject")), self.negative(group)
        else:
            pattern, said = rng.choice(self.of("subject")), self.attribute(group)
        if kind > 0.8:
            said = [*said, *self.attribute(rng.choice([g for g in GROUPS if g != group]))]
        return filled(pattern, said, named)

    def _other_kind(self) -> Phrase:
        """One digit and not another: "not a 7 but a 3"."""
        rng = self.rng
        refused = [word._replace(tag=OTHER) for word in self._named()]
        wanted = self._named()
        if rng.random() < 0.4:
            wanted = [*self.attribute(rng.choice(GROUPS)), *wanted]
        return filled(rng.choice(self.of("not_kind")), refused, wanted)

    def _framed(self, made: Phrase, has_subject: bool) -> Phrase:
        """In a pattern such as "draw me a {}"; "one" and "bir" only if they can't be the digit."""
        for _ in range(20):
            frame = self.rng.choice(self.of("frames"))
            lone = {w.folded for w in split(frame)} & {"one", "bir"}
            if has_subject or not lone:
                return inside(frame, made)
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
            return tagged(rng.choice(self.of("number")), NUMBER)
        if draw < 0.13:
            return tagged(rng.choice(self.of("nouns")), OTHER)
        if draw < 0.2:
            return []
        made = self._named()
        if rng.random() < 0.03:
            joined = {"english": ("and a", "and", "or"), "turkish": ("ve bir", "ve", "ile")}
            made += tagged(rng.choice(joined[self.language]), OTHER) + self._kind()
        return made

    def _named(self) -> Phrase:
        return inside(self.rng.choice(self.of("names")), self._kind())

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
        chosen = rng.sample(sorted(set(GROUPS) - {"slant"}), min(count, 5))
        if chosen and rng.random() < 0.4:
            chosen[0] = "slant"
        if chosen and rng.random() < 0.08:
            chosen.append(chosen[-1])
        phrases = [self.attribute(group) for group in chosen]
        if chosen and rng.random() < 0.06:
            phrases[-1] = self.neither(chosen[-1])
        return phrases

    def _strange(self, count: int) -> Phrase:
        """Words that ask for something else, or are none."""
        rng = self.rng
        words = []
        for _ in range(count):
            if rng.random() < 0.25:
                letters = rng.choice(_LETTERS)
                words.append("".join(rng.choices(letters, k=rng.randint(1, 10))))
            else:
                words.append(rng.choice(self.of("unknown")))
        return [Tagged(w.folded, UNKNOWN) for text in words for w in split(text)]

    def _nothing(self) -> Phrase:
        """A sentence that asks for nothing."""
        rng = self.rng
        made: Phrase = []
        for _ in range(rng.randint(1, 6)):
            if rng.random() < 0.5:
                made += self._strange(1)
            else:
                made += tagged(rng.choice(self.of("other")), OTHER)
        return [word for word in made if word.word not in ("one", "bir")] or self._strange(1)
