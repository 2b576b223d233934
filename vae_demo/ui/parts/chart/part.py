"""A Plotly figure. What the visitor zooms into or hides stays while the figure changes.

    show_chart(chart_spec(latent_scatter, points, labels), key="map", alt="The latent means")

Streamlit's own `st.plotly_chart` puts a new chart in the place of the old one whenever the figure
changes, and with it the visitor's zoom is lost.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import plotly.graph_objects as go
import streamlit as st
from plotly.io import to_json

from vae_demo.ui.frame.catalogue import SEPARATORS
from vae_demo.ui.frame.language import language, t
from vae_demo.ui.parts.mount import browser_part, part_state
from vae_demo.ui.server import web
from vae_demo.ui.server.shared_cache import shared

PLOTLY = Path(__file__).parent / "plotly" / "plotly-basic.min.js"  # see the README.md beside it
TRACE_TYPES = ("bar", "pie", "scatter")  # that it can draw

_CHART = browser_part("chart", isolate_styles=False)  # Plotly's styles are those of the document

CHART_TEXTS = ("zoom_out", "isolate", "lasso", "save", "preparing", "saved")


class Spec(NamedTuple):
    """A figure for the browser."""

    figure: str  # JSON, without the template, which is the browser's
    height: int  # CSS pixels


def show_chart(
    spec: Spec,
    *,
    key: str,
    alt: str,
    revision: str | None = None,
    on_point: Callable[[Any], None] | None = None,
) -> None:
    """Show a figure, as wide as its place.

    Args:
        alt: The description for screen readers.
        revision: What the visitor has zoomed into or hidden stays while this does; without it,
            while the numbers of the figure do, in whatever language.
        on_point: Called with the customdata of a point that the visitor selects, by a click or,
            as the first of many, with a lasso; with None when nothing is selected any more.
            The browser may send any JSON value, so check it.
    """

    def selected() -> None:
        if on_point:
            on_point(part_state(key, "point"))

    _CHART(
        key=key,
        data={
            "figure": spec.figure,
            "alt": alt,
            "revision": revision,
            "selectable": on_point is not None,
            "language": language(),
            "separators": SEPARATORS[language()],
            "text": {name: t(f"chart.{name}") for name in CHART_TEXTS},
            "plotly": plotly_script(),
        },
        height=spec.height,
        on_point_change=selected,
    )


def chart_spec(build: Callable[..., go.Figure], *inputs: Any) -> Spec:
    """The figure `build(*inputs)`, cached for all visitors."""
    return _chart_spec(f"{build.__module__}.{build.__qualname__}", build, inputs)


def own_chart_spec(build: Callable[..., go.Figure], *inputs: Any) -> Spec:
    """The figure `build(*inputs)`, not cached: for the charts of a single visitor.

    Raises:
        ValueError: if Plotly's bundle can't draw one of the traces.
    """
    spec = build(*inputs).to_dict()
    for trace in spec["data"]:
        if trace["type"] not in TRACE_TYPES:
            raise ValueError(
                f"{PLOTLY.name} can't draw a trace of the type {trace['type']!r}; "
                f"it draws {', '.join(TRACE_TYPES)}"
            )
    spec["layout"].pop("template", None)
    return Spec(to_json(spec, validate=False), int(spec["layout"]["height"]))


@st.cache_resource(show_spinner=False, max_entries=64)
def _chart_spec(name: str, _build: Callable[..., go.Figure], inputs: tuple[Any, ...]) -> Spec:
    return own_chart_spec(_build, *inputs)


@shared(max_entries=1)
def _script() -> tuple[str, bytes]:
    """Plotly's JavaScript: the key of the file, and its content."""
    raw = PLOTLY.read_bytes()
    return hashlib.sha256(raw).hexdigest(), raw


def plotly_script() -> str:
    """The address of Plotly's JavaScript, which the server has from now on."""
    return web.FILES.offer(*_script(), "text/javascript")["url"]
