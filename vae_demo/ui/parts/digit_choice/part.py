"""Choose a test digit or the visitor's drawing, and store the choice in the link."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from vae_demo.digits import mnist
from vae_demo.digits.probe import Probe
from vae_demo.runs import Run
from vae_demo.ui.frame.choices import pick
from vae_demo.ui.frame.language import t
from vae_demo.ui.frame.links import from_address, to_address
from vae_demo.ui.frame.session import visitor
from vae_demo.ui.parts.digit_choice.pad import PadState

DRAWN = "drawn"
NEW = "new_drawing"  # key in the session: whether Compare has not shown the drawing yet


def store_drawing(digit: np.ndarray) -> None:
    """Store the visitor's drawing, (28, 28) uint8."""
    if not _same(visitor().digit, digit):
        visitor().digit = digit
        st.session_state[NEW] = True


def one_digit(
    page: str, key: str, label: str, first_example: int = 0, *, drawn_first: bool = False
) -> tuple[np.ndarray, int | None]:
    """Choose a digit; returns it, (28, 28) uint8, and its test set position, None for a drawing.

    Args:
        page: The page in `links.json`. Its fields `key`, `key`_index and `key`_drawn store the
            class of the digit, its position and the drawing.
        key: The name of the choice.
        label: The label of the choice.
        first_example: The initial test digit: its number among those of its class.
        drawn_first: Whether a new drawing is chosen automatically.
    """
    drawing = _drawing(page, key)
    if drawn_first and st.session_state.pop(NEW, False):
        st.session_state[key] = DRAWN
    kind = _kind(page, key, label, drawn=drawing is not None)
    if drawing is not None and kind == DRAWN:
        to_address(page, **{f"{key}_drawn": drawing, f"{key}_index": None})
        return drawing, None
    to_address(page, **{f"{key}_drawn": None})
    return _test_digit(page, key, int(kind), first_example)


def one_picture(
    page: str, key: str, label: str, probe: Probe, kinds: Sequence[str], first: int = 0
) -> tuple[np.ndarray, int]:
    """Choose a picture of other data than digits; returns it, (28, 28) uint8, and its number.

    Args:
        page: The page in `links.json`. Its field `key`_index stores the number.
        key: The name of the choice.
        label: The label of the choice.
        probe: The pictures.
        kinds: The names of their kinds; none, or at least one.
        first: The initial picture: its number among the ten typical ones, of a kind each.
    """
    shown, widget = f"{key}_picture", f"{key}_kind"
    known = st.session_state.get(shown, from_address(page)[f"{key}_index"])
    index = probe.index(known)
    index = int(probe.strip[first]) if index is None else index
    there = [kind for kind in range(len(kinds)) if probe.typical_of(kind) is not None]

    def of_kind() -> None:
        kind = st.session_state[widget]
        if kind in there:  # a modified client may send others
            st.session_state[shown] = int(probe.positions[probe.start(kind)])

    def another() -> None:
        alike = np.flatnonzero(probe.labels == probe.labels[index])
        after = alike[(np.searchsorted(alike, index) + 1) % len(alike)]
        st.session_state[shown] = int(probe.positions[after])

    if len(there) > 1:
        st.session_state[widget] = int(probe.labels[index])
        st.selectbox(
            label, there, key=widget, format_func=lambda kind: kinds[kind], on_change=of_kind
        )
    else:
        st.caption(label)
    st.button(t("digit_choice.another_picture"), on_click=another, key=f"another_{key}")
    position = int(probe.positions[index])
    to_address(page, **{f"{key}_index": position})
    return probe.images[index], position


def given_or_pad(
    page: str, key: str, label: str, pad: PadState, first_example: int = 0
) -> np.ndarray | None:
    """Choose a test digit, (28, 28) uint8, or the page's pad: None.

    Args:
        page, key, label, first_example: As in `one_digit`.
        pad: Takes the visitor's latest drawing, also one from another page.
    """
    pad.offer(_drawing(page, key))
    kind = _kind(page, key, label, drawn=True)
    if kind == DRAWN:
        to_address(page, **{f"{key}_drawn": pad.drawn, f"{key}_index": None})
        return None
    to_address(page, **{f"{key}_drawn": None})
    return _test_digit(page, key, int(kind), first_example)[0]


def given_of_run(
    page: str, key: str, label: str, chosen: Run, pad: PadState, first_example: int = 0
) -> np.ndarray | None:
    """Choose a test picture of a run's data, (28, 28) uint8; of digits, also the page's pad: None.

    Args:
        page, key, label, pad, first_example: As in `given_or_pad`.
        chosen: The run.
    """
    if chosen.data.is_mnist:
        return given_or_pad(page, key, label, pad, first_example)
    return one_picture(page, key, label, chosen.probe, chosen.data.kinds)[0]


def keep_drawn(page: str, key: str, pad: PadState) -> None:
    """Keep what was drawn on a page's pad, for the link and for other pages."""
    to_address(page, **{f"{key}_drawn": pad.drawn})
    if pad.drawn is not None:
        store_drawing(pad.drawn)


def choose_pad(key: str) -> None:
    """Choose the pad of a page; for callbacks."""
    st.session_state[key] = DRAWN


def choose(key: str, position: int) -> None:
    """Choose the test digit at `position`; for callbacks."""
    test = mnist.test_digits()
    kind = int(test.labels[position])
    st.session_state[key] = str(kind)
    st.session_state[f"{key}_turn"] = int(np.flatnonzero(test.of(kind) == position)[0])


def show_drawing(key: str, digit: np.ndarray) -> None:
    """Choose a drawing, (28, 28) uint8; for callbacks."""
    store_drawing(digit)
    st.session_state[key] = DRAWN


def _kind(page: str, key: str, label: str, *, drawn: bool) -> str:
    """Choose the class of a digit or, if it can be chosen, the drawing."""
    return pick(
        label,
        [DRAWN] * drawn + [str(k) for k in range(10)],
        show=lambda name: t("digit_choice.drawn") if name == DRAWN else name,
        key=key,
        page=page,
        on_change=lambda: st.session_state.pop(f"{key}_linked", None),
        box=True,
    )


def _drawing(page: str, key: str) -> np.ndarray | None:
    """The drawing that can be chosen: that of the link, until the visitor draws another."""
    mine = visitor().digit
    linked = f"{key}_linked"
    if f"{key}_seen" not in st.session_state:  # the first run of the page in this session
        asked = from_address(page)
        if asked[f"{key}_drawn"] is not None and asked[key] == DRAWN:
            st.session_state[linked] = asked[f"{key}_drawn"]
        st.session_state[f"{key}_seen"] = mine
    elif not _same(mine, st.session_state[f"{key}_seen"]):
        st.session_state[f"{key}_seen"] = mine
        st.session_state.pop(linked, None)
    return st.session_state.get(linked, mine)


def _test_digit(page: str, key: str, kind: int, first_example: int) -> tuple[np.ndarray, int]:
    """A test digit of a class, with a button for the next one; its position is in the address."""
    test = mnist.test_digits()
    positions = test.of(kind)
    example_key = f"{key}_turn"
    if example_key not in st.session_state:
        found = np.flatnonzero(positions == from_address(page)[f"{key}_index"])
        st.session_state[example_key] = int(found[0]) if len(found) else first_example
    example = st.session_state[example_key] % len(positions)

    def another() -> None:
        st.session_state[example_key] = example + 1

    st.button(t("digit_choice.another", digit=kind), on_click=another, key=f"another_{key}")
    position = int(positions[example])
    to_address(page, **{f"{key}_index": None if example == first_example else position})
    return test.images[position], position


def _same(one: np.ndarray | None, other: np.ndarray | None) -> bool:
    if one is None or other is None:
        return one is other
    return bool(np.array_equal(one, other))
