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
_TOGETHER = 7  # bytes that become digits together
_DIGITS = (0, 3, 5, 8, 10, 13, 15, 17)  # of so many bytes
_DECIMAL = re.compile(r"[0-9]+")
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


def digits_of(raw: bytes) -> str:
    """Bytes as decimal digits: a QR code holds more bytes of them than of base64."""
    return "".join(
        f"{int.from_bytes(part, 'big'):0{_DIGITS[len(part)]}d}"
        for part in (raw[at : at + _TOGETHER] for at in range(0, len(raw), _TOGETHER))
    )


def bytes_of_digits(text: str) -> bytes | None:
    """The inverse of `digits_of`; None for an invalid text."""
    if len(text) > LONGEST_TEXT or not _DECIMAL.fullmatch(text):
        return None
    found = b""
    for at in range(0, len(text), _DIGITS[_TOGETHER]):
        part = text[at : at + _DIGITS[_TOGETHER]]
        if len(part) not in _DIGITS or int(part) >> 8 * _DIGITS.index(len(part)):
            return None
        found += int(part).to_bytes(_DIGITS.index(len(part)), "big")
    return found


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
