"""A Plotly figure of distances: how often each occurs, one line for each set of codes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from vae_demo.ui.charts.colours import NEUTRAL, TEST_COLOUR

BINS = 32
_LINES = ((TEST_COLOUR, "solid"), (NEUTRAL, "dot"), ("#e76300", "solid"))  # seen on both themes


def distance_curves(
    distances: Mapping[str, np.ndarray], title: str, *, height: int = 300
) -> go.Figure:
    """The share of each set's distances in equal intervals.

    Args:
        distances: Name -> (n,) distances, at most three sets.
        title: Of the horizontal axis.
    """
    longest = max(float(np.quantile(each, 0.995)) for each in distances.values())
    edges = np.linspace(0, longest, BINS + 1)
    figure = go.Figure()
    for (name, found), (colour, dash) in zip(distances.items(), _LINES, strict=False):
        counts, _ = np.histogram(found, edges)
        figure.add_scatter(
            x=(edges[1:] + edges[:-1]) / 2,
            y=100 * counts / len(found),
            mode="lines",
            name=name,
            line={"color": colour, "dash": dash, "width": 2.5, "shape": "spline"},
            hovertemplate=f"{name}: %{{y:.0f}} %<extra></extra>",
        )
    figure.update_xaxes(title_text=title, rangemode="tozero", fixedrange=True)
    figure.update_yaxes(visible=False, rangemode="tozero", fixedrange=True)
    return figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
    )
