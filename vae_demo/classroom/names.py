"""The codes of rooms and the nicknames of pupils."""

from __future__ import annotations

import secrets
import unicodedata

from vae_demo.classroom.refusal import Refusal

LETTERS = "ABCDEFGHJKLMNPQRTUVWXY"  # none that looks or sounds like another or like a digit
CODE_LENGTH = 6
LONGEST_NICKNAME = 20
LONGEST_MARKS = 2  # combining marks in a row: more would climb over the lines above
_ONE_I = str.maketrans("İIı", "iii")  # "İpek" is "ipek", and "IŞIL" is "ışıl"
_MARKUP = set("<>&\\`")


def new_code() -> str:
    """A random code of a room; there are 113 million."""
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def read_code(text: str) -> str:
    """A code as it was typed, in capital letters and without spaces and hyphens.

    Raises:
        Refusal: if no room can have this code.
    """
    code = "".join(each for each in text[:100] if each not in " -\t").upper().replace("İ", "I")
    if len(code) != CODE_LENGTH or not set(code) <= set(LETTERS):
        raise Refusal("room")
    return code


def read_nickname(text: str) -> str:
    """A nickname in Unicode's composed form, with single spaces.

    Raises:
        Refusal: if it has no letter or digit, is too long, or has control characters, invisible
            ones, markup or heaps of combining marks.
    """
    if len(text) > 50 * LONGEST_NICKNAME:  # not worth normalising
        raise Refusal("nickname.long", length=len(text), limit=LONGEST_NICKNAME)
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if len(name) > LONGEST_NICKNAME:
        raise Refusal("nickname.long", length=len(name), limit=LONGEST_NICKNAME)
    bad = [each for each in name if each in _MARKUP or unicodedata.category(each)[0] == "C"]
    if bad or _most_marks(name) > LONGEST_MARKS:
        found = [each if each.isprintable() else f"U+{ord(each):04X}" for each in bad]
        raise Refusal("nickname.characters", found=" ".join(dict.fromkeys(found)) or "◌̈◌̈◌̈")
    if not any(each.isalnum() for each in name):
        raise Refusal("nickname.empty")
    return name


def folded(name: str) -> str:
    """What two nicknames that look alike have in common: one is in capitals, of either language."""
    plain = unicodedata.normalize("NFKC", name).translate(_ONE_I)
    return plain.casefold().replace(" ", "")


def _most_marks(name: str) -> int:
    longest = here = 0
    for each in name:
        here = here + 1 if unicodedata.category(each) == "Mn" else 0
        longest = max(longest, here)
    return longest
