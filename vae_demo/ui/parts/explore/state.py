"""The view of the Explore page, which is stored in the session for each run and in the address."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from vae_demo.digits.probe import Probe
from vae_demo.latent.code_space import CodeSpace
from vae_demo.ui.frame.links import from_address, to_address
from vae_demo.ui.parts.explore.data import (
    CODE,
    ExploreView,
    first_view,
    read_message,
    usable_view,
)
from vae_demo.ui.parts.mount import part_state

KEY = "explore_part"  # Streamlit's key of the part


@dataclass
class _Session:
    views: dict[str, ExploreView] = field(default_factory=dict)  # key of the network's file -> view
    version: int = 0  # increased when Python changes a view
    sent: tuple[str, int, ExploreView] | None = None  # network, version and the view sent with it
    sent_anew: bool = True  # whether the browser has not answered this version yet


def _session() -> _Session:
    found: _Session = st.session_state.setdefault("explore", _Session())
    return found


def set_view(network: str, view: ExploreView) -> None:
    """Replace the view of a run; `network` is the key of its network's file."""
    session = _session()
    session.views[network] = view
    session.version += 1


def current_view(network: str, space: CodeSpace, probe: Probe) -> ExploreView:
    """The current view of a run; also writes it to the address."""
    session, first = _session(), first_view(space, probe)
    message = read_message(part_state(KEY, "view"))
    # Messages about an earlier version are ignored, since Python has replaced that view.
    if message and message.network == network and message.version == session.version:
        z = CODE.read([message.z])
        view = usable_view(
            space,
            probe,
            z,
            message.digit,
            message.plane,
            message.temperature,
            message.reading,
            message.spacing,
        )
        if view is not None:
            session.views[network] = view
    if not session.views:
        session.views[network] = _linked(space, probe, first)
    view = session.views.setdefault(network, first)
    known = session.sent is not None and session.sent[:2] == (network, session.version)
    session.sent_anew = message is None or not known
    if session.sent_anew:
        session.sent = network, session.version, view
    _to_address(view, first)
    return view


def view_to_send(network: str) -> tuple[int, ExploreView, bool]:
    """The version, its initial view, and whether the browser has not answered it yet.

    The view stays the same until Python changes it, since the browser has the current one.
    """
    session = _session()
    assert session.sent is not None and session.sent[0] == network, "current_view comes first"
    return session.sent[1], session.sent[2], session.sent_anew


def _linked(space: CodeSpace, probe: Probe, first: ExploreView) -> ExploreView:
    """The view in the link, with the values of `first` for missing fields."""
    asked = from_address("explore")
    shown = asked["plane"], asked["temperature"], asked["reading"] == "yes", asked["spacing"]
    linked = usable_view(space, probe, asked["z"], asked["digit"], *shown)
    return linked or ExploreView(first.z, first.digit, *shown)


def _to_address(view: ExploreView, first: ExploreView) -> None:
    moved = not view.same_place(first)
    to_address(
        "explore",
        z=view.z if moved else None,
        digit=view.digit if moved else None,
        plane=view.plane,
        temperature=view.temperature,
        reading="yes" if view.reading else "no",
        spacing=view.spacing,
    )
