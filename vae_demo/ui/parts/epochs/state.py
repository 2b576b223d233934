"""The view of the Epochs page, which is stored in the session and in the address."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from vae_demo.digits.probe import Probe
from vae_demo.runs import Run
from vae_demo.ui.frame.links import from_address, to_address
from vae_demo.ui.parts.epochs.data import EpochsView, read_message, usable_view
from vae_demo.ui.parts.mount import part_state

FIRST_KIND = 3  # of the picture that is followed at first
KEY = "epochs_part"  # Streamlit's key of the part


@dataclass
class _Session:
    view: EpochsView | None = None
    run: str = ""  # the run that the view is of
    version: int = 0  # increased when Python changes the view
    sent: tuple[int, EpochsView] | None = None  # version and the view sent with it


def _session() -> _Session:
    found: _Session = st.session_state.setdefault("epochs", _Session())
    return found


def first_digit(probe: Probe) -> int:
    """The number of the picture that is followed at first."""
    return int(probe.positions[probe.start(FIRST_KIND)])


def follow(digit: int) -> None:
    """Follow another picture, given by its number."""
    session = _session()
    session.view = replace(session.view, digit=digit) if session.view else EpochsView(digit)
    session.version += 1


def current_view(run: Run) -> EpochsView:
    """The current view of a run; also writes it to the address."""
    session = _session()
    last, probe = float(run.history.epochs[-1]), run.probe
    message = read_message(part_state(KEY, "view"))
    # Messages about an earlier version are ignored, since Python has replaced that view.
    if message is not None and message.version == session.version:
        view = _usable(message.at, message.digit, message.plane, last, probe)
    else:
        view = session.view or _linked(last, probe)
    if probe.index(view.digit) is None:  # the picture is one of another run's data
        view = replace(view, digit=first_digit(probe))
        session.version += 1
    if session.run not in ("", run.name) and view.at is not None:
        view = replace(view, at=min(view.at, last))  # the same epoch of another run
        session.version += 1
    if message is None or session.sent is None or session.version != session.sent[0]:
        session.sent = session.version, view
    session.run, session.view = run.name, view
    digit = None if view.digit == first_digit(probe) else view.digit
    to_address("epochs", at=view.at, digit=digit, plane=view.plane)
    return view


def view_to_send() -> tuple[int, EpochsView]:
    """The version and its initial view.

    The view stays the same until Python changes it, since the browser has the current one.
    """
    sent = _session().sent
    assert sent is not None, "current_view comes first"
    return sent


def _linked(last: float, probe: Probe) -> EpochsView:
    """The view in the address."""
    asked = from_address("epochs")
    return _usable(asked["at"], asked["digit"], asked["plane"], last, probe)


def _usable(
    at: float | None, digit: int | None, plane: float | None, last: float, probe: Probe
) -> EpochsView:
    first = first_digit(probe)
    return usable_view(at, digit, plane, last=last, positions=probe.positions, first=first)
