"""What the Epochs page shows of a run, between the browser, the session and the address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from vae_demo.digits import mnist
from vae_demo.runs import Run
from vae_demo.ui.frame.links import from_address, to_address
from vae_demo.ui.frame.session import visitor
from vae_demo.ui.parts.mount import heard
from vae_demo.ui.parts.timeline.data import View, usable_view

FIRST_DIGIT = 3  # the kind of digit that is followed at first
PART = "epochs_part"


def first_digit() -> int:
    """The position in the test set of the digit that is followed at first."""
    return int(mnist.probe_indices()[mnist.strip_positions()[FIRST_DIGIT]])


def follow(digit: int) -> None:
    """Follow another digit, a position in the test set: the browser takes it over."""
    state = st.session_state
    state["epochs_view"] = replace(state["epochs_view"], digit=digit)
    state["epochs_turn"] += 1


def clicked(selection: object) -> int | None:
    """The first point of the probe in what is selected on the chart; None for anything else."""
    points = selection.get("points") if isinstance(selection, Mapping) else None
    for point in points if isinstance(points, list) else ():
        told = point.get("customdata") if isinstance(point, Mapping) else None
        place = told[0] if isinstance(told, list) and told else told
        if type(place) is int and 0 <= place < len(mnist.probe_indices()):
            return place
    return None


def watched(run: Run) -> View:
    """What is seen of a run now: what the hand did last, or else what the link holds.

    The address follows.
    """
    state = st.session_state
    last = float(run.history.epochs[-1])
    turn = state.setdefault("epochs_turn", 0)
    told = _told()
    if told is not None and told.get("turn") == turn:
        found = _usable(told.get("at"), told.get("digit"), told.get("plane"), last)
    else:
        found = state.get("epochs_view") or _asked(last)
    if state.get("epochs_run", run.name) != run.name and found.at is not None:
        found = replace(found, at=min(found.at, last))  # the same epoch of another run
        state["epochs_turn"] += 1
    if told is None or state["epochs_turn"] != state["epochs_sent"][0]:
        state["epochs_sent"] = state["epochs_turn"], found
    state["epochs_run"], state["epochs_view"] = run.name, found
    digit = None if found.digit == first_digit() else found.digit
    to_address("epochs", at=found.at, digit=digit, plane=found.plane)
    return found


def sent_view() -> tuple[int, View]:
    """The newest turn and the view that the browser is to begin it with.

    It stays the same while the hand moves on: what the part is given need not travel again.
    """
    found: tuple[int, View] = st.session_state["epochs_sent"]
    return found


def kept(what: str, run: Run, language: str, make: Callable[[], Any]) -> Any:
    """What `make` gives, made once for a run and a language: for all, or for its owner alone."""
    mine = visitor().own_runs.get(run.name)
    if mine is None:
        return _shared(what, run.name, run.results["neg_elbo"], language, make)
    found: dict[Any, Any] = st.session_state.setdefault("epochs_kept", {})
    if found.get("run") is not mine:
        found.clear()
        found["run"] = mine
    if (what, language) not in found:
        found[what, language] = make()
    return found[what, language]


@st.cache_resource(show_spinner=False, max_entries=32)
def _shared(what: str, name: str, result: float, language: str, _make: Callable[[], Any]) -> Any:
    return _make()


def _told() -> Mapping[str, Any] | None:
    view = heard(PART, "view")
    return view if isinstance(view, Mapping) else None


def _asked(last: float) -> View:
    """What the address holds."""
    asked = from_address("epochs")
    return _usable(asked["at"], asked["digit"], asked["plane"], last)


def _usable(at: Any, digit: Any, plane: Any, last: float) -> View:
    found = usable_view(at, digit, plane, last, mnist.probe_indices())
    return found if found.digit is not None else replace(found, digit=first_digit())
