"""One digit to choose, a test digit or the visitor's drawing, and how a link holds it."""

from __future__ import annotations

import numpy as np
import streamlit as st

from vae_demo.digits import mnist
from vae_demo.ui.frame.choices import pick
from vae_demo.ui.frame.language import t
from vae_demo.ui.frame.links import from_address, to_address
from vae_demo.ui.frame.session import visitor

DRAWN = "drawn"
NEW = "new_drawing"  # in the session: that there is one which Compare has not shown


def drew(digit: np.ndarray) -> None:
    """The visitor's drawing from now on, (28, 28) uint8."""
    if not _same(visitor().digit, digit):
        visitor().digit = digit
        st.session_state[NEW] = True


def one_digit(
    page: str, key: str, label: str, first_turn: int = 0, *, drawn_first: bool = False
) -> tuple[np.ndarray, int | None]:
    """The digit that is chosen, (28, 28) uint8, and its number; None for a drawing.

    Args:
        page: The page in `links.json`. Its fields `key`, `key`_index and `key`_drawn hold the kind
            of the digit, its number and the drawing.
        key: The name of the choice.
        label: What is written above it.
        first_turn: Which of its kind a test digit is at first.
        drawn_first: Whether a drawing is chosen by itself when it is new.
    """
    drawing = _drawing(page, key)
    if drawn_first and st.session_state.pop(NEW, False):
        st.session_state[key] = DRAWN
    kind = pick(
        label,
        [DRAWN] * (drawing is not None) + [str(k) for k in range(10)],
        show=lambda name: t("digit_choice.drawn") if name == DRAWN else name,
        key=key,
        page=page,
        on_change=lambda: st.session_state.pop(f"{key}_linked", None),
        box=True,
    )
    if drawing is not None and kind == DRAWN:
        to_address(page, **{f"{key}_drawn": drawing, f"{key}_index": None})
        return drawing, None
    to_address(page, **{f"{key}_drawn": None})
    return _test_digit(page, key, int(kind), first_turn)


def choose(key: str, position: int) -> None:
    """Another test digit, by its number; for a callback."""
    test = mnist.test_digits()
    kind = int(test.labels[position])
    st.session_state[key] = str(kind)
    st.session_state[f"{key}_turn"] = int(np.flatnonzero(test.of(kind) == position)[0])


def _drawing(page: str, key: str) -> np.ndarray | None:
    """The drawing to choose: that of the link, until the visitor draws another."""
    mine = visitor().digit
    linked = f"{key}_linked"
    if f"{key}_seen" not in st.session_state:  # the first time: what the link holds
        asked = from_address(page)
        if asked[f"{key}_drawn"] is not None and asked[key] == DRAWN:
            st.session_state[linked] = asked[f"{key}_drawn"]
        st.session_state[f"{key}_seen"] = mine
    elif not _same(mine, st.session_state[f"{key}_seen"]):
        st.session_state[f"{key}_seen"] = mine
        st.session_state.pop(linked, None)
    return st.session_state.get(linked, mine)


def _test_digit(page: str, key: str, kind: int, first_turn: int) -> tuple[np.ndarray, int]:
    """A test digit of a kind; a button goes to the next, and the address holds which it is."""
    test = mnist.test_digits()
    positions = test.of(kind)
    kept = f"{key}_turn"
    if kept not in st.session_state:
        found = np.flatnonzero(positions == from_address(page)[f"{key}_index"])
        st.session_state[kept] = int(found[0]) if len(found) else first_turn
    turn = st.session_state[kept] % len(positions)

    def another() -> None:
        st.session_state[kept] = turn + 1

    st.button(t("digit_choice.another", digit=kind), on_click=another, key=f"another_{key}")
    position = int(positions[turn])
    to_address(page, **{f"{key}_index": None if turn == first_turn else position})
    return test.images[position], position


def _same(one: np.ndarray | None, other: np.ndarray | None) -> bool:
    if one is None or other is None:
        return one is other
    return bool(np.array_equal(one, other))
