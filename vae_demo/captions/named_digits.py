"""Which of the digits that a text names it asks for: "not a 7", "three sevens", "write it 3 times".

The encoder's network says of most names what they are; this needs no judgement of a sentence.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence

from vae_demo.captions.caption import KINDS, NUMBER, OTHER, REFUSED, asked
from vae_demo.captions.vocabulary import LANGUAGES, kind_names, patterns
from vae_demo.captions.words import Word, split

_JOINING = {"or", "nor", "and", "ve", "veya", "ya", "da", "yahut", "ile"}
_ARTICLES = {"a", "an"}
_PLURAL = "s"  # behind figures: "7s" are two words
# Words between a digit and what is said of it: "not the number 7".
_BETWEEN = _ARTICLES | {
    *("the", "number", "digit", "numeral", "figure", "any", "bir"),
    *("rakam", "rakami", "rakamini", "rakamindan", "sayi", "sayisi", "sayisini", "sayisindan"),
}


def settled(words: Sequence[Word], tags: Sequence[str]) -> list[str]:
    """The tags of words, where those of digits also say whether they are refused or only counts."""
    found = _all_kinds(words, list(tags))
    for i in _refused(words, found):
        found[i] = f"{REFUSED}{_name(words[i], found[i])}"
    for i in _counts(words, found):
        found[i] = OTHER
    return found


def _name(word: Word, tag: str) -> str:
    """The digit that a word names; "" or another number if it names none."""
    return tag if tag in KINDS else word.number or kind_names().get(word.folded, "")


def _all_kinds(words: Sequence[Word], tags: list[str]) -> list[str]:
    """The tags, where "yedi ya da dokuz" has two digits, and "five five" is not a number."""
    names = [word.number or kind_names().get(word.folded, "") for word in words]
    numbers = [i for i, tag in enumerate(tags) if tag == NUMBER]
    if all(names[i] in KINDS for i in numbers):
        for i in numbers:
            tags[i] = names[i]
    if not set(tags) & set(KINDS):  # "zero slant" has no slant; "zero tilted left" is a digit
        tags = [
            name if asked(tag) and name in KINDS else tag
            for name, tag in zip(names, tags, strict=True)
        ]
    last, joined = None, False  # the last digit; whether only words that join have come since
    for i, word in enumerate(words):
        if last is not None and joined and tags[i] in KINDS:
            tags[last] = names[last]
        if word.folded in _JOINING:
            joined = True
        elif word.folded not in _ARTICLES:
            last, joined = (i, False) if names[i] in KINDS else (None, False)
    return tags


def _refused(words: Sequence[Word], tags: Sequence[str]) -> set[int]:
    """Where a digit is one that is not to be drawn: "anything but a 7", "ne 3 ne 4"."""
    at = [  # "one" and "bir" may be articles
        i for i, word in enumerate(words) if word.folded not in _BETWEEN or tags[i] in KINDS
    ]
    named = [
        place
        for place, i in enumerate(at)
        if tags[i] in KINDS or (tags[i] == OTHER and _name(words[i], tags[i]) in KINDS)
    ]
    found = {place for place in named if _is_refused([words[i] for i in at], place)}
    more = set(found)
    while more:  # "not 3 or 4", "3 ya da 4 olmasın"
        more = {
            other
            for other in named
            for place in found
            if other not in found and _are_joined(words, at[place], at[other])
        }
        found |= more
    return {at[place] for place in found}


def _is_refused(words: Sequence[Word], at: int) -> bool:
    """Whether the words before and behind a digit, in its clause, refuse it."""
    clause = words[at].clause
    before = [word.folded for word in words[:at] if word.clause == clause]
    behind = [word.folded for word in words[at + 1 :] if word.clause == clause]
    behind = behind[1:] if behind[:1] == [_PLURAL] else behind
    for left, right in _refusals():
        fits = before[len(before) - len(left) :] == left and (
            behind[: len(right)] == right
            if right
            else not behind or behind[0] in _of_both("behind_refused")
        )
        if fits and _means_it(left, words, at):
            return True
    return False


def _are_joined(words: Sequence[Word], one: int, other: int) -> bool:
    """Whether there are only words such as "or" between two digits."""
    low, high = sorted((one, other))
    between = {word.folded for word in words[low + 1 : high]}
    same = words[low].clause == words[high].clause
    return same and bool(between & _JOINING) and between <= _JOINING | _BETWEEN | {_PLURAL}


def _means_it(left: list[str], words: Sequence[Word], at: int) -> bool:
    """Whether words before a digit refuse it: "no sevens", not "no. 7"; "ne 3 ne 4", not "ne 3"."""
    if left == ["no"]:
        return _is_plural(words, at)
    return left[:1] != ["ne"] or sum(word.folded == "ne" for word in words) > 1


def _counts(words: Sequence[Word], tags: Sequence[str]) -> Iterator[int]:
    """Where a digit only says how many: "three thick sevens", "draw it 3 times", "iki yandan"."""
    for i, tag in enumerate(tags):
        behind = [
            k
            for k in range(i + 1, len(words))
            if not asked(tags[k]) and words[k].clause == words[i].clause
        ]
        if tag in KINDS and behind:
            k = behind[0]
            if words[k].folded in _of_both("counted") or (
                tags[k] in KINDS and _is_plural(words, k)
            ):
                yield i


def _is_plural(words: Sequence[Word], at: int) -> bool:
    """Whether a word names several of an English digit: "sevens", "sixes", "7s", "7's"."""
    word = words[at]
    if word.number:
        following = words[at + 1].folded if at + 1 < len(words) else ""
        return following == _PLURAL or word.written.endswith("s")
    names = kind_names()
    stems = [word.folded.removesuffix(ending) for ending in ("s", "es")]
    return word.folded not in names and any(stem in names for stem in stems)


@functools.cache
def _of_both(name: str) -> set[str]:
    """The folded words of a list of words in both languages."""
    return {
        word.folded
        for language in LANGUAGES
        for text in patterns(language)[name]
        for word in split(text)
    }


@functools.cache
def _refusals() -> list[tuple[list[str], list[str]]]:
    """The words before and behind a digit that is refused."""
    found = []
    for language in LANGUAGES:
        for pattern in patterns(language)["refused"]:
            left, right = ([w.folded for w in split(part)] for part in pattern.split("{}"))
            found.append((left, right))
    return found
