"""The words of a text, and the numbers that stand for each word in the encoder."""

from __future__ import annotations

import functools
import re
import unicodedata
import zlib
from typing import NamedTuple

LONGEST = 300  # characters of a text
BUCKETS = 8192  # numbers that a group of letters is hashed to, 1..8191; 0 is none
_SIZES = range(2, 6)  # letters of a group
_MOST_LETTERS = 24  # of a word; what follows is not read
# A number may have parts, as 3.5 and 1/2 have; an ending after an apostrophe belongs to the number.
_WORD = re.compile(r"\d+(?:[.,/⁄]\d+)*(?:'[^\W\d_]+)?|(?:[^\W\d_]|')+")
_STOPS = frozenset(",;:.!?()\n")
_APOSTROPHES = str.maketrans("’‘ʼ`´", "'''''")


class Word(NamedTuple):
    """A word of a text."""

    written: str  # as in the text
    folded: str  # in lower case, a to z without marks, so that "ÜÇ", "üç" and "uc" are one
    clause: int = 0  # how many commas and the like are before it

    @property
    def number(self) -> str:
        """The figures of a number, such as "7", "42" or "3.5"; "" for any other word."""
        return self.folded if self.folded[0].isdecimal() else ""


def check_text(text: str) -> None:
    """Refuse a text that is too long.

    Raises:
        ValueError: if it has more than `LONGEST` characters.
    """
    if len(text) > LONGEST:
        raise ValueError(f"the text has {len(text):,} characters; it may have at most {LONGEST}")


def split(text: str) -> list[Word]:
    """The words and numbers of a text, in order; everything between them only separates them.

    Raises:
        ValueError: if the text is too long.
    """
    check_text(text)
    plain = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES)
    # Marks that are not part of a letter, as in the emoji of a 7, join what they stand between.
    plain = "".join(c for c in plain if unicodedata.category(c) not in ("Me", "Mn", "Cf"))
    found: list[Word] = []
    clause = end = 0
    for match in _WORD.finditer(plain):
        folded = fold(match[0])
        clause += found != [] and not _STOPS.isdisjoint(plain[end : match.start()])
        end = match.end()
        if folded:
            found.append(Word(match[0].strip("'"), folded, clause))
    return found


def fold(word: str) -> str:
    """A word in lower case without marks; digits of other scripts as 0 to 9."""
    if word[0].isdecimal():
        number = word.partition("'")[0]
        return "".join(str(int(c)) if c.isdecimal() else c for c in number)
    small = word.replace("'", "").lower().replace("ı", "i")
    letters = unicodedata.normalize("NFKD", small)
    return "".join(c for c in letters if not unicodedata.combining(c))[:_MOST_LETTERS]


@functools.lru_cache(maxsize=65_536)
def groups(folded: str) -> tuple[int, ...]:
    """The hashed numbers of a word and of its groups of 2 to 5 letters, its ends marked by < and >.

    Words with an ending or a wrong letter share most of their groups with the right word.
    """
    marked = f"<{folded}>"
    parts = {marked} | {
        marked[i : i + size] for size in _SIZES for i in range(len(marked) - size + 1)
    }
    return tuple(sorted({1 + zlib.crc32(part.encode()) % (BUCKETS - 1) for part in parts}))
