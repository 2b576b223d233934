"""What is seen on the Explore page: told by the hand, kept for each run, held by the address."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from vae_demo.latent.code_space import CodeSpace
from vae_demo.ui.frame.links import read_code, read_number, to_address, write_code
from vae_demo.ui.parts.explorer.data import HOTTEST, View, first_view, usable_view
from vae_demo.ui.parts.explorer.part import explored

PART = "explorer"  # Streamlit's key of the part


@dataclass
class _Kept:
    """The views of this session, by the network that they are of."""

    views: dict[str, View] = field(default_factory=dict)
    turn: int = 0  # raised whenever Python, not the hand, changes a view


def _kept() -> _Kept:
    kept: _Kept = st.session_state.setdefault("explore", _Kept())
    return kept


def turn() -> int:
    """The number that tells the part whether it knows the view already."""
    return _kept().turn


def put(network: str, view: View) -> None:
    """Show a view of a run, whatever its hand has done; `network` is the key of its file."""
    kept = _kept()
    kept.views[network] = view
    kept.turn += 1


def seen(network: str, space: CodeSpace) -> View:
    """What is seen of a run now; the address holds it, too."""
    kept, first = _kept(), first_view(space)
    told = explored(PART) or {}
    # What was told of another turn is what Python has replaced since.
    if told.get("network") == network and told.get("turn") == kept.turn:
        values = (told.get(name) for name in ("z", "digit", "plane", "temperature"))
        if (view := usable_view(space, *values)) is not None:
            kept.views[network] = view
    if not kept.views:
        kept.views[network] = _linked(space, first)
    found = kept.views.setdefault(network, first)
    _to_address(found, first)
    return found


def _linked(space: CodeSpace, first: View) -> View:
    """The view of a link; `first` in all that it does not hold."""
    asked = st.query_params
    plane = read_number(asked.get("plane"), 0, 1)
    temperature = read_number(asked.get("temperature"), 0, HOTTEST)
    code = read_code(asked.get("z"), space.latent)
    digit = asked.get("digit", "")
    position = int(digit) if digit.isdecimal() and digit.isascii() and len(digit) < 9 else None
    linked = None if code is None else usable_view(space, code, position, plane, temperature)
    return linked or View(
        first.z,
        first.digit,
        first.plane if plane is None else plane,
        first.temperature if temperature is None else temperature,
    )


def _to_address(view: View, first: View) -> None:
    moved = not view.same_place(first)
    digit = None if view.digit is None else str(view.digit)
    to_address("z", write_code(view.z) if moved else None)
    to_address("digit", digit if moved else None)
    to_address("plane", f"{view.plane:g}" if view.plane else None)
    to_address("temperature", f"{view.temperature:g}" if view.temperature != 1 else None)
