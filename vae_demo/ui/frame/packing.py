"""Bytes and whole numbers as the text of a link.

`engine/url_base64.js` and `engine/code_text.js` do the same in the browser.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable

LONGEST_TEXT = 16_000  # characters; a code of 1,024 numbers has fewer
MOST_BYTES = 4  # of a packed number
_BASE64 = re.compile(r"[A-Za-z0-9_-]+")


def base64_of(raw: bytes) -> str:
    """Bytes as URL-safe base64."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def bytes_of(text: str) -> bytes | None:
    """The inverse of `base64_of`; None for an invalid text."""
    if len(text) > LONGEST_TEXT or not _BASE64.fullmatch(text):
        return None
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        return None


def packed_numbers(numbers: Iterable[int]) -> bytes:
    """Whole numbers as bytes, as in Protocol Buffers.

    0, -1, 1, -2 become 0, 1, 2, 3. Each byte holds 7 bits, the lowest first, and a bit that says
    whether more follow.
    """
    found = bytearray()
    for number in numbers:
        rest = 2 * number if number >= 0 else -2 * number - 1
        while rest > 127:
            found.append(rest & 127 | 128)
            rest >>= 7
        found.append(rest)
    return bytes(found)


def unpacked_numbers(packed: bytes | None) -> list[int] | None:
    """The inverse of `packed_numbers`; None if a number is too long or not complete."""
    if packed is None:
        return None
    numbers, number, place = [], 0, 0
    for byte in packed:
        if place == MOST_BYTES:
            return None
        number |= (byte & 127) << 7 * place
        place += 1
        if byte < 128:
            numbers.append(-(number + 1) // 2 if number & 1 else number // 2)
            number, place = 0, 0
    return None if place else numbers
