"""What a text asks for: a digit, the sides of its attributes, and what could not be understood."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from vae_demo.captions.words import Word

UPRIGHT = 0
"""The value of "slant" that asks for an upright digit; other attributes are -2, -1, 1 or 2."""

Thing = TypeVar("Thing")

SIDES = {
    "thickness": {1: "thick", -1: "thin"},
    "slant": {1: "right", -1: "left", UPRIGHT: "upright"},
    "width": {1: "wide", -1: "narrow"},
    "height": {1: "tall", -1: "short"},
    "ink": {1: "dark", -1: "faint"},
}
"""Attribute, of those in `vae_demo.digits.attributes`, -> its sides -> their names."""
ATTRIBUTES = tuple(SIDES)

OTHER, UNKNOWN, NUMBER = "other", "unknown", "number"
KINDS = tuple("0123456789")
SIDE_TAGS = {
    f"{name}{'0' if side == UPRIGHT else '+' if side > 0 else '-'}": {name: side}
    for name, sides in SIDES.items()
    for side in sides
}
# Words that ask for two attributes; a word for one of these attributes alone counts more.
BOTH_TAGS = {
    "big": {"width": 1, "height": 1},
    "small": {"width": -1, "height": -1},
    "bold": {"thickness": 1, "ink": 1},
    "light": {"thickness": -1, "ink": -1},
}
TAGS = (OTHER, UNKNOWN, NUMBER, *KINDS, *SIDE_TAGS, *BOTH_TAGS)
"""What a word can be to the encoder; "other" is understood and asks for nothing."""


REFUSED = "not "
"""Before a digit: the tag of one that is not to be drawn. The encoder itself does not give it."""


def asked(tag: str) -> dict[str, int]:
    """The sides of attributes that a word with a tag asks for; empty for other words."""
    return SIDE_TAGS.get(tag) or BOTH_TAGS.get(tag) or {}


@dataclass(frozen=True)
class Caption:
    """What a text asks for."""

    kind: int | None  # the digit, the first if there are several
    asked: dict[str, int]  # attribute -> -1 or 1, -2 or 2 for "very"; slant also UPRIGHT
    kinds: tuple[int, ...] = ()  # all digits that are asked for
    refused: tuple[int, ...] = ()  # if none is asked for: the digits that are not to be drawn
    contradictions: tuple[str, ...] = ()  # attributes of which both sides are asked for
    numbers: tuple[str, ...] = ()  # numbers that are not digits, as written
    unknown: tuple[str, ...] = ()  # words that were not understood, as written
    words: tuple[tuple[str, str, bool], ...] = ()  # all, as written; the tag of each; very

    @property
    def asks(self) -> bool:
        """Whether it asks for anything that can be drawn."""
        return self.kind is not None or bool(self.asked or self.refused)


def side_name(name: str, side: int) -> str:
    """The name of a side: "thick", "very thick"."""
    very = "very " if abs(side) > 1 else ""
    return very + SIDES[name][_sign(side)]


def caption(words: Sequence[Word], tags: Sequence[str], strong: Sequence[bool]) -> Caption:
    """Put together what the words of a text ask for.

    Args:
        words: The words.
        tags: What each of them is: one of `TAGS`, or `REFUSED` and a digit.
        strong: Whether "very" or the like belongs to it.
    """
    found = list(zip(words, tags, strong, strict=True))
    kinds = _once(int(tag) for _, tag, _ in found if tag in KINDS)
    refused = _once(int(tag[-1]) for _, tag, _ in found if tag.startswith(REFUSED))
    sides: dict[str, list[int]] = {}
    for table in (SIDE_TAGS, BOTH_TAGS):
        already = set(sides)
        for _, tag, very in found:
            for name, side in table.get(tag, {}).items():
                if name not in already:
                    sides.setdefault(name, []).append(2 * side if very else side)
    opposed = tuple(name for name, of in sides.items() if len({_sign(side) for side in of}) > 1)
    return Caption(
        kind=kinds[0] if kinds else None,
        asked={
            name: max(sides[name], key=abs)
            for name in ATTRIBUTES
            if name in sides and name not in opposed
        },
        kinds=kinds,
        refused=() if kinds or len(refused) == len(KINDS) else refused,
        contradictions=opposed,
        numbers=_numbers(found),
        unknown=_once(word.written for word, tag, _ in found if tag == UNKNOWN),
        words=tuple((word.written, tag, very) for word, tag, very in found),
    )


def _numbers(found: Sequence[tuple[Word, str, bool]]) -> tuple[str, ...]:
    """The numbers that are not digits; neighbouring words, as in "forty-two", are one."""
    numbers: list[str] = []
    before = ""
    for word, tag, _ in found:
        if tag == NUMBER:
            if before == NUMBER and not word.number:
                numbers[-1] += f" {word.written}"
            else:
                numbers.append(word.written)
        before = tag
    return _once(numbers)


def _sign(side: int) -> int:
    return (side > 0) - (side < 0)


def _once(things: Iterable[Thing]) -> tuple[Thing, ...]:
    return tuple(dict.fromkeys(things))
