"""The plane: an autoencoder of a curve, trained in the browser, and where it sends every point."""

from __future__ import annotations

from typing import Any

import numpy as np

from vae_demo.toys.curves import stroke
from vae_demo.ui.frame.language import language, t
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.frame.link_view import LinkView
from vae_demo.ui.parts.mount import browser_part

_MANIFOLD = browser_part("manifold")
_KEY = "manifold_part"  # Streamlit's key of the part

_CHOICES = ("curve", "kind", "penalised", "marks")
VIEW = LinkView("manifold", _KEY, (*_CHOICES, "stroke", "noise", "penalty", "lr", "seed", "x", "y"))
TEXTS = (
    *("map", "curve", "kind", "noise", "penalty", "penalised", "marks", "again"),
    *("draw", "drawing", "short", "lost", "copies", "noNoise", "noPenalty"),
    *("lr", "rose"),
    *("distance", "farthest", "progress", "sent"),
)
DISTANCES = ("curve", "corners", "map")
PLACEHOLDERS = (
    *("step", "steps", "loss", "from", "to", "far", "times", "last"),
    *("first", "largest", "lr"),
)
CHOICES = {name: FIELDS["manifold"][name].options for name in _CHOICES}


def manifold_part() -> dict[str, Any]:
    """Show the map; returns the current values of its fields."""
    values = VIEW.current()
    places = {name: f"{{{name}}}" for name in PLACEHOLDERS}
    text: dict[str, Any] = {name: t(f"manifold.part.{name}", **places) for name in TEXTS}
    text["distances"] = {name: t(f"manifold.distance.{name}") for name in DISTANCES}
    text["choices"] = {
        choice: {name: t(f"manifold.choice.{choice}.{name}") for name in names}
        for choice, names in CHOICES.items()
    }
    _MANIFOLD(
        key=_KEY,
        data={"view": VIEW.data(), "text": text, "language": language()},
        on_view_change=lambda: None,
        height="content",
    )
    return values


def take_home_settings(values: dict[str, Any]) -> dict[str, Any]:
    """The settings of the script that visitors take home, from the values of the fields."""
    curve, drawn = values["curve"], values["stroke"]
    points: list[tuple[float, float]] = []
    if drawn is not None and len(drawn) % 2 == 0:
        points = [(round(float(x), 2), round(float(y), 2)) for x, y in drawn.reshape(-1, 2)]
    settings = {name: values[name] for name in ("kind", "noise", "penalty", "penalised", "lr")}
    try:
        stroke(np.array(points).reshape(-1, 2))
    except ValueError:  # the page shows the first curve then
        return settings | {"curve": "arms" if curve == "drawn" else curve}
    return settings | {"curve": curve, "stroke": points}
