"""A run's code under the hand: sliders, a map, and the decoded digit."""

from collections.abc import Mapping
from typing import Any

from vae_demo.ui.parts.mount import browser_part, heard, need

_EXPLORER = browser_part("explorer")

EXPLORER_TEXTS = (
    *("decoded", "start", "digit", "random", "zero", "temperature", "plane", "percent"),
    *("map", "map_one", "map_two", "map_many", "hint", "original", "again"),
    *("sliders", "rest", "back", "sleeping", "asleep", "rate", "spread"),
)
"""The texts that `explorer` needs; their {places} are filled in by the browser."""

EXPLORER_PLACES = (
    *("digit", "percent", "run", "x", "y", "position", "shown", "latent", "dimension", "says"),
)
"""The {places} in `EXPLORER_TEXTS`."""


def explorer(data: Mapping[str, Any], *, key: str) -> None:
    """Shows a landscape to explore by hand; see `vae_demo.ui.parts.explorer.data.explorer_data`.

    All of it happens in the browser; when the hand is off, the page runs once and `explored`
    knows what is seen.
    """
    need("explorer", EXPLORER_TEXTS, data["text"])
    _EXPLORER(key=key, data=dict(data), on_view_change=lambda: None, height="content")


def explored(key: str) -> Mapping[str, Any] | None:
    """What the part `key` told last: network, turn, z, digit, plane, temperature."""
    view = heard(key, "view")
    return view if isinstance(view, Mapping) else None
