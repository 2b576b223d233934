"""The digits at both ends of the Morph page, and how a link holds them."""

import numpy as np
import streamlit as st

from vae_demo import data
from vae_demo.ui.choices import pick
from vae_demo.ui.links import read_digit, read_number, to_address, write_digit
from vae_demo.ui.state import visitor
from vae_demo.ui.text import t

DRAWN = "drawn"
FIRST_TURN = {"from": 11, "to": 55}  # a plain 3 and a plain 8 among the test digits


def choose_ends(first: int, second: int) -> None:
    """Two test digits of these kinds."""
    st.session_state["from"], st.session_state["to"] = str(first), str(second)


def end_digit(end: str, default: int) -> np.ndarray:
    """The digit at one end, "from" or "to": a test digit, or a drawn one; (28, 28) uint8."""
    drawing = _drawing(end)
    kind = pick(
        t(f"morph.{end}"),
        [str(k) for k in range(10)] + ([DRAWN] if drawing is not None else []),
        show=lambda name: t("morph.drawn") if name == DRAWN else name,
        key=end,
        default=str(default),
        in_address=True,
        on_change=lambda: st.session_state.pop(f"{end}_linked", None),
        box=True,
    )
    if drawing is not None and kind == DRAWN:
        to_address(f"{end}_drawn", write_digit(drawing))
        to_address(f"{end}_index", None)
        return drawing
    to_address(f"{end}_drawn", None)
    return _test_digit(end, int(kind))


def _drawing(end: str) -> np.ndarray | None:
    """The drawing that this end can show: that of the link, until the visitor draws another."""
    mine = visitor().digit
    linked = f"{end}_linked"
    if f"{end}_seen" not in st.session_state:  # the first time: what the link holds
        asked = read_digit(st.query_params.get(f"{end}_drawn"))
        if asked is not None and st.query_params.get(end) == DRAWN:
            st.session_state[linked] = asked
        st.session_state[f"{end}_seen"] = mine
    elif not _same(mine, st.session_state[f"{end}_seen"]):
        st.session_state[f"{end}_seen"] = mine
        st.session_state.pop(linked, None)
    return st.session_state.get(linked, mine)


def _test_digit(end: str, kind: int) -> np.ndarray:
    """A test digit of a kind; a button goes to the next, and the address holds which it is."""
    test = data.test_digits()
    positions = test.of(kind)
    key = f"{end}_turn"
    if key not in st.session_state:
        asked = read_number(st.query_params.get(f"{end}_index"), 0, len(test) - 1)
        found = np.flatnonzero(positions == asked)
        st.session_state[key] = int(found[0]) if len(found) else FIRST_TURN[end]
    turn = st.session_state[key] % len(positions)

    def another() -> None:
        st.session_state[key] = turn + 1

    st.button(t("morph.another", digit=kind), on_click=another, key=f"another_{end}")
    position = int(positions[turn])
    to_address(f"{end}_index", None if turn == FIRST_TURN[end] else str(position))
    return test.images[position]


def _same(one: np.ndarray | None, other: np.ndarray | None) -> bool:
    if one is None or other is None:
        return one is other
    return bool(np.array_equal(one, other))
