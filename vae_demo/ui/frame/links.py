"""What a link holds of a page besides names: digits, codes and places, as short texts.

A link comes from anywhere: whatever can't be read is as if it were not there.
"""

from __future__ import annotations

import base64
import binascii
import math

import numpy as np
import streamlit as st

_LONGEST = 16_000  # signs; a code of 1,024 latents has fewer


def to_address(key: str, value: str | None) -> None:
    """Put a value in the address, or take the key away; leave it alone where nothing changes."""
    if value is None:
        st.query_params.pop(key, None)
    elif st.query_params.get(key) != value:
        st.query_params[key] = value


def write_digit(digit: np.ndarray) -> str:
    """A digit (28, 28) uint8 as base64; zeros in a row are a zero and their number."""
    found = bytearray()
    values = digit.tobytes()
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
    return base64.urlsafe_b64encode(found).decode().rstrip("=")


def read_digit(text: str | None) -> np.ndarray | None:
    """The digit (28, 28) uint8 of a text that `write_digit` wrote; None for any other text."""
    if not text or len(text) > _LONGEST:
        return None
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    found = bytearray()
    values = iter(packed)
    for value in values:
        found += bytes(next(values, 0)) if value == 0 else bytes((value,))
    return np.frombuffer(bytes(found), np.uint8).reshape(28, 28) if len(found) == 784 else None


def write_code(code: np.ndarray) -> str:
    """A code (latent,) as numbers with up to three decimals: "0.5,-1.25,0"."""
    return ",".join(f"{value:.3f}".rstrip("0").rstrip(".") for value in np.asarray(code) + 0.0)


def read_code(text: str | None, latent: int) -> np.ndarray | None:
    """The code (latent,) float32 of a text that `write_code` wrote; None for any other text."""
    if not text or len(text) > _LONGEST:
        return None
    try:
        code = np.array([float(part) for part in text.split(",")], np.float32)
    except (ValueError, OverflowError):
        return None
    return code if code.shape == (latent,) and np.isfinite(code).all() else None


def read_number(text: str | None, low: float, high: float) -> float | None:
    """The number of a text, moved to the nearest end where it is outside; None for no number."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return None if math.isnan(value) else min(max(value, low), high)
