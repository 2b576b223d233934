"""The fields of the link of each page: how values are written as text and read back.

`links.json` lists the fields of each page. `engine/links.js` uses the same table and writes exactly
the same text in the browser. Links are not trusted: a text that can't be read is ignored, and a
number outside its bounds is clamped.
"""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import numpy as np

from vae_demo.runs import normal_name
from vae_demo.ui.frame.packing import (
    LONGEST_TEXT,
    base64_of,
    bytes_of,
    packed_numbers,
    unpacked_numbers,
)

TABLE = Path(__file__).with_name("links.json")
EVERY = "every"  # the entry of the table for the fields of all pages
READABLE = 64  # numbers; longer codes are packed
PACKED = "_"  # the first character of a packed code
LONGEST_NAME = 100
LONGEST_NUMBER = 40
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_INTEGER = re.compile(r"[+-]?[0-9]+")


class Field(ABC):
    """A field of a link."""

    default: Any = None  # the value if the link has none; it is not written

    @abstractmethod
    def read(self, texts: Sequence[str]) -> Any:
        """The value of the field from its texts in an address; None if they can't be read."""

    @abstractmethod
    def write(self, value: Any) -> str:
        """The text of a value, the inverse of `read`."""


@dataclass(frozen=True)
class Number(Field):
    """A number, rounded to a given number of decimals."""

    low: float
    high: float
    decimals: int
    default: float | None = None

    def __post_init__(self) -> None:  # JSON does not distinguish 1.0 from 1
        for name in ("low", "high", "default"):
            if (value := getattr(self, name)) is not None:
                object.__setattr__(self, name, float(value))

    def read(self, texts: Sequence[str]) -> float | None:
        text = texts[-1]
        if len(text) > LONGEST_NUMBER or not _NUMBER.fullmatch(text):
            return None
        return float(self.write(float(text)))

    def write(self, value: float) -> str:
        return _rounded(min(max(value, self.low), self.high), self.decimals)


@dataclass(frozen=True)
class Integer(Field):
    """A whole number."""

    low: int
    high: int
    default: int | None = None

    def read(self, texts: Sequence[str]) -> int | None:
        text = texts[-1]
        if len(text) > LONGEST_NUMBER or not _INTEGER.fullmatch(text):
            return None
        return min(max(int(text), self.low), self.high)

    def write(self, value: int) -> str:
        return str(min(max(int(value), self.low), self.high))


@dataclass(frozen=True)
class Choice(Field):
    """One of several names; if the table does not list them, the page checks the name."""

    options: Sequence[str] | None = None
    default: str | None = None

    def read(self, texts: Sequence[str]) -> str | None:
        text = normal_name(texts[-1])
        return text if text and _is_offered(text, self.options) else None

    def write(self, value: str) -> str:
        return value


@dataclass(frozen=True)
class Names(Field):
    """A list of names separated by commas; one text for each name can be read as well."""

    options: Sequence[str] | None = None
    default: Sequence[str] | None = None

    def read(self, texts: Sequence[str]) -> list[str] | None:
        found = [name for text in texts for name in normal_name(text).split(",") if name]
        known = [name for name in dict.fromkeys(found) if _is_offered(name, self.options)]
        return known if known or not found else None

    def write(self, value: Iterable[str]) -> str:
        return ",".join(value)


@dataclass(frozen=True)
class Code(Field):
    """A code (latent,) float32, as numbers separated by commas: "0.5,-1.25,0".

    The numbers of a long code are packed, so that 500 of them take about 1,300 characters.
    """

    largest: float  # bound of the absolute values
    decimals: int  # to which the numbers are rounded

    def read(self, texts: Sequence[str]) -> np.ndarray | None:
        numbers = self._numbers(texts[-1])
        if numbers is None or not (np.abs(numbers) <= self.largest).all():
            return None
        return numbers.astype(np.float32)

    def write(self, value: np.ndarray) -> str:
        numbers = [_rounded(float(number), self.decimals) for number in value]
        if len(numbers) <= READABLE:
            return ",".join(numbers)
        scale = 10**self.decimals
        return PACKED + base64_of(
            packed_numbers(round(float(number) * scale) for number in numbers)
        )

    def _numbers(self, text: str) -> np.ndarray | None:
        if len(text) > LONGEST_TEXT:
            return None
        if text.startswith(PACKED):
            whole = unpacked_numbers(bytes_of(text.removeprefix(PACKED)))
            return None if whole is None else np.array(whole) / 10**self.decimals
        parts = text.split(",")
        if not all(map(_NUMBER.fullmatch, parts)):
            return None
        return np.array([float(part) for part in parts])


@dataclass(frozen=True)
class Digit(Field):
    """A digit (28, 28) uint8, as base64 of its pixels with run-length encoded zeros."""

    def read(self, texts: Sequence[str]) -> np.ndarray | None:
        packed = bytes_of(texts[-1])
        if packed is None:
            return None
        found = bytearray()
        values = iter(packed)
        for value in values:
            found += bytes(next(values, 0)) if value == 0 else bytes((value,))
        return np.frombuffer(bytes(found), np.uint8).reshape(28, 28) if len(found) == 784 else None

    def write(self, value: np.ndarray) -> str:
        found = bytearray()
        values = value.tobytes()
        at = 0
        while at < len(values):
            if values[at]:
                found.append(values[at])
                at += 1
            else:
                rest = values[at : at + 255]
                length = len(rest) - len(rest.lstrip(b"\0"))
                found += bytes((0, length))
                at += length
        return base64_of(bytes(found))


@dataclass(frozen=True)
class Mask(Field):
    """A mask (28, 28) bool, as base64 of one bit per pixel."""

    def read(self, texts: Sequence[str]) -> np.ndarray | None:
        packed = bytes_of(texts[-1])
        if packed is None or len(packed) != 98:
            return None
        return np.unpackbits(np.frombuffer(packed, np.uint8)).reshape(28, 28).astype(bool)

    def write(self, value: np.ndarray) -> str:
        return base64_of(np.packbits(value).tobytes())


@dataclass(frozen=True)
class Text(Field):
    """A text; a longer one is cut off."""

    longest: int  # characters

    def read(self, texts: Sequence[str]) -> str | None:
        return texts[-1][: self.longest] or None

    def write(self, value: str) -> str:
        return value[: self.longest]


FIELD_KINDS: dict[str, type[Field]] = {
    "number": Number,
    "integer": Integer,
    "choice": Choice,
    "names": Names,
    "code": Code,
    "digit": Digit,
    "mask": Mask,
    "text": Text,
}


def _field(kind: str, **settings: Any) -> Field:
    return FIELD_KINDS[kind](**settings)


FIELDS: dict[str, dict[str, Any]] = {
    page: {name: _field(**entry) for name, entry in fields.items()}
    for page, fields in json.loads(TABLE.read_text("utf-8")).items()
}
"""Page -> name in the address -> field."""


def read_link(page: str, query: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The value of every field of a page, from the query of an address."""
    found = {}
    for name, field in FIELDS[page].items():
        value = field.read(query[name]) if query.get(name) else None
        found[name] = field.default if value is None else value
    return found


def write_link(page: str, values: Mapping[str, Any]) -> dict[str, str | None]:
    """The texts of fields; None for a field that should not be in the address."""
    written: dict[str, str | None] = {}
    for name, value in values.items():
        field = FIELDS[page][name]
        text = None if value is None else field.write(value)
        is_default = field.default is not None and text == field.write(field.default)
        written[name] = None if is_default else text
    return written


def _rounded(value: float, decimals: int) -> str:
    """A number with at most `decimals` decimals; halves round away from zero."""
    exact = Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{exact:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _is_offered(name: str, options: Sequence[str] | None) -> bool:
    return len(name) <= LONGEST_NAME if options is None else name in options
