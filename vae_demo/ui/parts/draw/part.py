"""The studio of the Draw page: pad, noise, what the models make of it, the map."""

from collections.abc import Mapping
from typing import Any

from vae_demo.ui.parts.draw.data import Work, read_work
from vae_demo.ui.parts.mount import browser_part, heard, need

_STUDIO = browser_part("draw")

PAD_TEXTS = ("label", "hint", "pen", "eraser", "undo", "redo", "clear", "width")
"""What the studio's text "pad" holds."""

STUDIO_TEXTS = (
    *("seen", "size", "example", "damaged", "error", "agree", "here"),
    *("stages", "stages_about", "noise", "strength", "again"),
    *("where", "everywhere", "paint", "hint", "brush", "wipe"),
)
"""The texts that the studio needs besides; "{value}" in them is a number the browser writes."""


def studio(data: Mapping[str, Any], *, key: str) -> None:
    """Mounts the studio; all of it happens in the browser until the hand is off, then it reruns.

    Args:
        data: See `vae_demo.ui.parts.draw.data.studio_data`.
        key: Streamlit's key. With the same key, a rerun interrupts no stroke.
    """
    need("studio", STUDIO_TEXTS, data["text"])
    need("pad", PAD_TEXTS, data["text"]["pad"])
    _STUDIO(key=key, data=dict(data), on_work_change=lambda: None, height="content")


def studio_work(key: str) -> Work | None:
    """What the hand has done in the studio `key` when it last let go; None before it did.

    The state goes when the page is left.
    """
    return read_work(heard(key, "work"))
