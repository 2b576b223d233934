"""A field for a number, typed with a decimal point or a decimal comma.

    epochs = number("Epochs", Bounds(1, 200), key="epochs")
    ...
    if entered("epochs"):
        train(st.session_state["epochs"])

The number is in `st.session_state[key]`, which keeps the last valid one. A text that is not a
number within the bounds stays in the field, with a sentence below it, and `entered(key)` is False.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec
import streamlit as st

from vae_demo.ui.frame.language import exact, t
from vae_demo.ui.parts.mount import browser_part, part_state

_NUMBER = browser_part("number")

LONGEST = 40  # characters of a number
_DECIMAL = re.compile(r"[+-]?([0-9]+[.,]?[0-9]*|[.,][0-9]+)([eE][+-]?[0-9]{1,3})?")
_WHOLE = re.compile(r"[+-]?[0-9]+")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Bounds:
    """The numbers that a field takes."""

    low: float
    high: float
    whole: bool = True  # whether it takes whole numbers only

    def read(self, text: str) -> float | None:
        """The number in a text, with either decimal mark; None if it is not within the bounds."""
        text = _SPACES.sub("", text)
        pattern = _WHOLE if self.whole else _DECIMAL
        if len(text) > LONGEST or not pattern.fullmatch(text):
            return None
        value = int(text) if self.whole else float(text.replace(",", "."))
        return value if self.low <= value <= self.high else None


class _Typed(msgspec.Struct):
    """The message of the browser."""

    text: str
    at: float  # when it was typed, in milliseconds; the same text can be typed again


@dataclass
class _Field:
    """The state of a field, which is kept while other pages are shown."""

    bounds: Bounds
    read_at: float = 0  # `at` of the last message that was read
    wrong: str | None = None  # what was typed, if it is not a number within the bounds


def number(label: str, bounds: Bounds, *, key: str, width: str | int = "stretch") -> float:
    """Show a field for a number, with buttons for one more and one less if it is whole.

    Returns:
        The value of `st.session_state[key]`, which must be set: the last number within the bounds.
    """
    field: _Field = st.session_state.setdefault(_state(key), _Field(bounds))
    field.bounds = bounds
    _read(key)
    value: float = min(max(st.session_state[key], bounds.low), bounds.high)
    if value != st.session_state[key] and field.wrong is None:  # the bounds have changed
        field.wrong = exact(st.session_state[key])
    st.session_state[key] = value
    _NUMBER(
        key=_widget(key),
        data={
            "label": label,
            "text": exact(value) if field.wrong is None else field.wrong,
            "error": "" if field.wrong is None else _sentence(field.wrong, bounds),
            "value": value,
            "low": bounds.low,
            "high": bounds.high,
            "whole": bounds.whole,
            "less": t("number.less", label=label),
            "more": t("number.more", label=label),
        },
        on_typed_change=lambda: _read(key),
        width=width,
        height="content",
    )
    return value


def entered(key: str) -> bool:
    """Whether a field that was shown holds a number within its bounds.

    It can be called before the callbacks of the fields: it reads what was typed last.
    """
    _read(key)
    field: _Field | None = st.session_state.get(_state(key))
    return field is None or field.wrong is None


def set_number(key: str, value: float) -> None:
    """Set the number of a field, in place of what was typed so far."""
    _read(key)
    st.session_state[key] = value
    if field := st.session_state.get(_state(key)):
        field.wrong = None


def _read(key: str) -> None:
    """Read the latest message of the browser, if it has not been read yet."""
    field: _Field | None = st.session_state.get(_state(key))
    try:
        typed = msgspec.convert(part_state(_widget(key), "typed"), _Typed)
    except msgspec.ValidationError:  # nothing was typed
        return
    if field is None or typed.at == field.read_at:
        return
    field.read_at = typed.at
    value = field.bounds.read(typed.text)
    if value is None:
        field.wrong = typed.text[:LONGEST]
    else:
        field.wrong, st.session_state[key] = None, value


def _sentence(typed: str, bounds: Bounds) -> str:
    limits = {"low": exact(bounds.low), "high": exact(bounds.high)}
    if not typed.strip():
        typed = t("number.nothing")
    if bounds.whole:
        return t("number.whole", typed=typed, **limits)
    return t("number.decimal", typed=typed, **limits)


def _widget(key: str) -> str:
    return f"{key}.typed"


def _state(key: str) -> str:
    return f"{key}.field"
