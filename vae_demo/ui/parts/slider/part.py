"""A slider over which a finger can scroll the page, which Streamlit's own moves with the finger.

    beta = slider("beta", Range(0, 10), key="beta")
    size = option_slider("size", ["small", "large"], key="size", show=str.title)

The value, or the option, is in `st.session_state[key]`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
import streamlit as st

from vae_demo.ui.frame.language import language
from vae_demo.ui.parts.mount import browser_part, part_state

_SLIDER = browser_part("slider")


@dataclass(frozen=True)
class Range:
    """The values of a slider: `low` to `high` in steps of 10 ** -`decimals`."""

    low: float
    high: float
    decimals: int = 1

    def nearest(self, value: float) -> float:
        """The value of the slider that is nearest to a number."""
        return round(min(max(value, self.low), self.high), self.decimals)


class _Moved(msgspec.Struct):
    """The message of the browser when the visitor releases the slider."""

    value: float
    at: float  # when it was released, in milliseconds


def slider(
    label: str, values: Range, *, key: str, help: str | None = None, disabled: bool = False
) -> float:
    """Show a slider with its value.

    Args:
        help: A text that a button beside the label shows.

    Returns:
        The value of `st.session_state[key]`, which must be set.
    """
    state = st.session_state

    def keep(moved: float) -> None:
        state[key] = values.nearest(moved)

    def value() -> float:
        return values.nearest(state[key])

    _mount(label, values, value, keep, key=key, help=help, disabled=disabled)
    state[key] = value()
    return value()


def option_slider(
    label: str,
    options: Sequence[str],
    *,
    key: str,
    show: Callable[[str], str],
    help: str | None = None,
) -> str:
    """Show a slider over two or more options; `show` gives their texts.

    Returns:
        The option in `st.session_state[key]`, which must be set to one of them.
    """
    state, values = st.session_state, Range(0, len(options) - 1, decimals=0)

    def keep(moved: float) -> None:
        state[key] = options[int(values.nearest(moved))]

    def value() -> float:
        return options.index(state[key])

    _mount(label, values, value, keep, key=key, help=help, names=[*map(show, options)])
    return str(state[key])


def _mount(
    label: str,
    values: Range,
    value: Callable[[], float],
    keep: Callable[[float], None],
    *,
    key: str,
    help: str | None,
    disabled: bool = False,
    names: Sequence[str] = (),
) -> None:
    """Show a slider over numbers, with a text for each if there are `names`.

    Args:
        value: Returns the number that is shown.
        keep: Called with a number that the visitor has chosen.
    """
    widget, read_at = f"{key}.moved", f"{key}.read_at"

    def read() -> None:
        """Read the latest message of the browser, if it has not been read yet."""
        try:
            moved = msgspec.convert(part_state(widget, "moved"), _Moved)
        except msgspec.ValidationError:  # it was not moved
            return
        if moved.at != st.session_state.get(read_at) and not math.isnan(moved.value):
            st.session_state[read_at] = moved.at
            keep(moved.value)

    read()
    # A lesson that hides the slider hides its label with it: both have the same class.
    with st.container(gap=None, key=f"{key}-moved"):
        st.markdown(f":small[{label}]", help=help)
        _SLIDER(
            key=widget,
            data={
                "label": label,
                "about": help or "",
                "value": value(),
                "low": values.low,
                "high": values.high,
                "decimals": values.decimals,
                "names": [*names],
                "disabled": disabled,
                "language": language(),
            },
            on_moved_change=read,
            height="content",
        )
