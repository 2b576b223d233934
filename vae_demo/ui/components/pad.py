"""The drawing pad."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from vae_demo.ui.components.bundle import CSS, bundle, need

_PAD = st.components.v2.component("vae_demo_pad", css=CSS, js=bundle("pad.js"))

PAD_TEXTS = ("label", "hint", "pen", "eraser", "undo", "clear", "width")
"""The texts that `pad` needs; a text "redo" shows a redo button, too."""


@dataclass
class _Drawing:
    """What one pad shows, kept in the session: unlike a widget's state it outlives its page."""

    png: str | None
    turn: int = 0  # raised whenever Python, not the hand, puts a picture on the pad


def _drawing(key: str, picture: str | None) -> _Drawing:
    """The drawing kept for the pad `key`; at first it is `picture`."""
    kept: _Drawing = st.session_state.setdefault(f"{key}-drawing", _Drawing(picture or None))
    state = st.session_state.get(key) or {}
    drawn = state.get("drawing")
    # A drawing of an earlier turn is what Python has replaced since; the browser will follow.
    if isinstance(drawn, Mapping) and drawn.get("turn") == kept.turn:
        png = drawn.get("png")
        kept.png = png if isinstance(png, str) else None
    return kept


def pad(*, key: str, text: Mapping[str, str], picture: str | None = None) -> str | None:
    """Mounts the drawing pad and returns the drawing: base64 of a 280x280 PNG, white on black.

    The drawing comes when the pen is lifted; None while nothing is drawn. It is found again when
    the visitor leaves the page and returns.

    Args:
        key: Streamlit's key.
        text: The translated texts, see `PAD_TEXTS`.
        picture: base64 of the PNG that the session's first visit to this pad begins with. To change
            the drawing later, see `show_on_pad`.
    """
    need("pad", PAD_TEXTS, text)
    kept = _drawing(key, picture)
    _PAD(
        key=key,
        data={"text": dict(text), "picture": kept.png, "turn": kept.turn},
        on_drawing_change=lambda: None,
        height="content",
    )
    return kept.png


def show_on_pad(key: str, picture: str | None) -> None:
    """Puts a picture on the pad `key`, or clears it with None, whatever is drawn there.

    Call it before the pad is mounted: in a button's callback, or from another page.

    Args:
        key: The key given to `pad`.
        picture: base64 of a PNG; it is stretched to the pad's square.
    """
    kept = _drawing(key, None)
    kept.png = picture or None
    kept.turn += 1
