"""A run's way through its moments, under one slider."""

from collections.abc import Mapping
from typing import Any

from vae_demo.ui.parts.mount import browser_part, need

_TIMELINE = browser_part("timeline")

TIMELINE_TEXTS = ("label", "play", "pause", "epoch", "slider")
"""The texts in the data of every `timeline`; "epoch" holds "{at}", filled in by the browser."""

CHOICE_TEXTS = ("choose", "digit", "now", "trained", "plane")
"""Further texts for points to choose and a decoded plane; "digit" holds "{digit}", "now" "{at}"."""


def timeline(data: Mapping[str, Any], *, key: str) -> None:
    """Shows a run's latent means moving through its moments, and its ten digits sharpening.

    Moments are evenly spaced in time, so that the first epoch is told slowly. All of it happens in
    the browser. Where the data has a view, the page runs again when the hand lets go, with the new
    view in `st.session_state[key]["view"]`; else no hand makes it run. Nobody who asked the system
    for less motion sees it play by itself; they see the last moment, as everybody does at first.

    Args:
        data: What `timeline_data` gives, with the texts `TIMELINE_TEXTS` and, where points can be
            chosen, `CHOICE_TEXTS`.
        key: Streamlit's key. With the same key and the same run, a rerun interrupts nothing.
    """
    wanted = (*TIMELINE_TEXTS, *CHOICE_TEXTS) if data["choice"] else TIMELINE_TEXTS
    need("timeline", wanted, data["text"])
    _TIMELINE(key=key, data=dict(data), on_view_change=lambda: None, height="content")
