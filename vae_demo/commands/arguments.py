"""How the arguments of commands are parsed; each error says what is expected."""

from __future__ import annotations

import argparse
import re
from itertools import pairwise


def add_force(one: argparse.ArgumentParser) -> None:
    """Add `--force`."""
    one.add_argument("--force", action="store_true", help="replace the file if it exists")


def add_json(one: argparse.ArgumentParser) -> None:
    """Add `--json`."""
    one.add_argument("--json", action="store_true", help="print as JSON")


def number(text: str) -> float:
    """Parse a number, with a point as the decimal mark."""
    try:
        return float(text)
    except ValueError:
        point = text.replace(",", ".", 1)
        hint = f"; write {point}" if re.fullmatch(r"[+-]?[0-9]*\.[0-9]+", point) else ""
        raise argparse.ArgumentTypeError(f"{text!r} is not a number{hint}") from None


def whole(text: str) -> int:
    """Parse a whole number."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None


def port(text: str) -> int:
    """Parse the number of a port."""
    if not text.isdecimal() or not 1 <= int(text) <= 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port, a number from 1 to 65535")
    return int(text)


def several(text: str) -> tuple[float, ...]:
    """Parse numbers separated by commas; whole numbers become int."""
    try:
        return tuple(int(n) if n.is_integer() else n for n in map(float, text.split(",")))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of numbers such as 1,4") from None


def several_decimals(text: str) -> tuple[float, ...]:
    """Parse numbers separated by commas, unless a comma may be meant as a decimal mark.

    That is so if all are written as whole numbers and can be read in pairs: in "0,5", and in
    "0,5,1,5", but not in "1,2,4,8", which rises as lists do.
    """
    values = several(text)
    rising = all(a < b for a, b in pairwise(values))
    whole = re.fullmatch(r"[0-9]+(,[0-9]+)*", text)
    if whole and len(values) % 2 == 0 and (len(values) == 2 or not rising):
        pairs = text.split(",")
        numbers = ",".join(f"{a}.{b}" for a, b in zip(pairs[::2], pairs[1::2], strict=True))
        listed = ",".join(f"{n}.0" for n in pairs)
        raise argparse.ArgumentTypeError(f"{text!r} is ambiguous; write {numbers} or {listed}")
    return values


def positive(text: str) -> int:
    """Parse a whole number of at least 1."""
    if not count(text):
        raise argparse.ArgumentTypeError("it must be at least 1")
    return int(text)


def count(text: str) -> int:
    """Parse a whole number of at least 0."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 0")
    return int(text)


def names(text: str) -> tuple[str, ...]:
    """Parse names separated by commas."""
    return tuple(text.split(","))
