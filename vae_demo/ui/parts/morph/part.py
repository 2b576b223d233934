"""Ways from one digit to another, under one slider."""

from collections.abc import Mapping
from typing import Any

from vae_demo.ui.parts.mount import browser_part, need

_MORPH = browser_part("morph")

MORPH_TEXTS = ("label", "play", "pause", "slider", "step")
"""The texts in the data of `morph`; "step" holds "{percent}", which the browser fills in."""


def morph(data: Mapping[str, Any], *, key: str) -> None:
    """Shows ways from one digit to another side by side, all moved by one slider.

    They play there and back until a hand takes the slider, except for those who asked the system
    for less motion. The page runs again when the hand lets go; `place_of` says where it did.

    Args:
        data: What `morph_data` gives, with the texts `MORPH_TEXTS`.
        key: Streamlit's key. With the same key and the same ways, a rerun interrupts nothing; other
            ways take over where the last ones were.
    """
    need("morph", MORPH_TEXTS, data["text"])
    _MORPH(key=key, data=dict(data), on_at_change=lambda: None, height="content")
