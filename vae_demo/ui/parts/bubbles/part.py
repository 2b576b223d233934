"""The Bubbles page's part: a VAE trained in the browser, and what pushes its posteriors."""

from __future__ import annotations

from typing import Any

from vae_demo.ui.frame.language import language, t
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.frame.link_view import LinkView
from vae_demo.ui.parts.bubbles.prepared import prepared
from vae_demo.ui.parts.mount import browser_part

_BUBBLES = browser_part("bubbles")
_KEY = "bubbles_part"  # Streamlit's key of the part

VIEW = LinkView("bubbles", _KEY, ("beta", "lr", "rate", "reconstruction", "start", "digit"))
TEXTS = (
    *("map", "keys", "legend", "terms", "reconstruction", "rate", "beta", "play", "pause", "again"),
    *("lr", "rose"),
    *(
        "picture",
        "decoded",
        "curves",
        "variance",
        "mean",
        "built",
        "logvar",
        "estimates",
        "ratio",
        "same",
        "losses",
        "steps",
    ),
)
NUMBERS = ("distortion", "rate", "sum", "radius", "spread")
PLACEHOLDERS = (
    *("digit", "sum", "first1", "mean1", "first2", "mean2", "trick", "score", "ratio", "steps"),
    *("first", "largest", "loss", "lr", "v1", "v2", "log1", "log2"),
)


def bubbles_part() -> dict[str, Any]:
    """Show the bubbles; returns the current values of the link's fields."""
    values = VIEW.current()
    places = {name: f"{{{name}}}" for name in PLACEHOLDERS}
    text: dict[str, Any] = {name: t(f"bubbles.part.{name}", **places) for name in TEXTS}
    text["numbers"] = {name: t(f"bubbles.number.{name}") for name in NUMBERS}
    _BUBBLES(
        key=_KEY,
        data={
            "view": VIEW.data(),
            "file": prepared().offer(),
            "text": text,
            "language": language(),
        },
        on_view_change=lambda: None,
        height="content",
    )
    return values


def start_again(**values: Any) -> None:
    """Start with an untrained network, another one each time, and set other fields."""
    VIEW.set(start=VIEW.current()["start"] % FIELDS["bubbles"]["start"].high + 1, **values)
