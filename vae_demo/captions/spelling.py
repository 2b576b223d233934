"""How words change: Turkish and English endings, and typing mistakes."""

from __future__ import annotations

import re
from random import Random

_VOWELS = "aıoueiöü"
_HARMONY = dict(zip(_VOWELS, "ıııuiiüü", strict=True)) | {"o": "u", "ö": "ü"}
_KEPT = ("bir", "one", "not")  # with a wrong letter, nobody could know them


def suffixed(stem: str, suffix: str) -> str:
    """A Turkish word with a suffix, by the rules of vowel harmony.

    In the suffix, A is a or e, I is ı, i, u or ü, D is d or t, C is c or ç; a letter in brackets
    is there only after a vowel. `suffixed("üç", "(y)I")` is "üçü", and with "DA" "üçte".
    """
    bridge = re.fullmatch(r"\((.)\)(.+)", suffix)
    if bridge:
        suffix = (bridge[1] if stem[-1] in _VOWELS else "") + bridge[2]
    if suffix[:1] in ("A", "I"):
        stem = {"dört": "dörd"}.get(stem, re.sub("(?<=..)k$", "ğ", stem))
    word = stem
    for letter in suffix:
        last = next((c for c in reversed(word) if c in _VOWELS), "e")
        hard = word[-1] in "fstkçşhp"
        word += {
            "A": "a" if last in "aıou" else "e",
            "I": _HARMONY[last],
            "D": "t" if hard else "d",
            "C": "ç" if hard else "c",
        }.get(letter, letter)
    return word


def ended(word: str, ending: str) -> str:
    """An English adjective with an ending: thinner, thickish, wider, skinnier, wispily."""
    if ending == "er" and re.fullmatch(r"[^aeiou]*[aeiou][bdgnt]", word):
        word += word[-1]
    if word.endswith("e") and ending != "ly":
        word = word[:-1]
    elif word.endswith("y") and ending != "ish":
        word = word[:-1] + "i"
    return word + ending


def mistyped(rng: Random, word: str) -> str:
    """A word with a letter left out, doubled, exchanged with the next one, or replaced.

    Words of one or two letters, numbers and a few others stay as they are.
    """
    if len(word) < 3 or word[0].isdecimal() or word in _KEPT:
        return word
    at = rng.randrange(len(word) - 1)
    return rng.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + rng.choice("abcdefghijklmnoprstuvyz") + word[at + 1 :],
        )
    )
