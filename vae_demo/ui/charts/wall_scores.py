"""A Plotly figure of walls of samples: how many digits are recognised, and how far they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from vae_demo.ui.charts.colours import NEUTRAL, TEST_COLOUR
from vae_demo.ui.charts.label_places import PHONE, Box, place_names

_TOP = 108.0  # percent: above it nothing is drawn
_ABOVE_AND_BELOW = 60  # pixels of the chart's height that its plot does not have
_BESIDE = 1.3  # factor between the outermost distances and the sides of the plot


def wall_scores(
    points: np.ndarray,
    names: Sequence[str],
    own: np.ndarray,
    real: np.ndarray,
    text: Mapping[str, str],
    *,
    height: int = 420,
) -> go.Figure:
    """One point for each wall, and a star for real digits.

    Args:
        points: (n, 2) Fréchet distance, share recognised in percent.
        names: (n,) what is said at a point.
        own: (n,) bool, which points have a colour and their name.
        real: (2,) the same for real digits.
        text: The titles "distance" and "recognised" of the axes, and "real".
    """
    figure = go.Figure()
    left, right = np.log10([real[0] / _BESIDE, points[:, 0].max() * _BESIDE])
    plot = Box(0, 0, PHONE, height - _ABOVE_AND_BELOW)
    every = np.vstack([points, real])
    across = plot.right * (np.log10(every[:, 0]) - left) / (right - left)
    pixels = list(zip(across, plot.top * every[:, 1] / _TOP, strict=True))
    shown = [name if this else "" for name, this in zip(names, own, strict=True)]
    places = place_names(pixels, [*shown, text["real"]], plot)[0]
    for chosen, colour, mode in ((~own, NEUTRAL, "markers"), (own, TEST_COLOUR, "markers+text")):
        figure.add_scatter(
            x=points[chosen, 0],
            y=points[chosen, 1],
            text=[name for name, this in zip(names, chosen, strict=True) if this],
            mode=mode,
            textposition=[place for place, this in zip(places, chosen, strict=False) if this],
            marker={"size": 10, "color": colour},
            hovertemplate="%{text}<br>%{x:.1f}, %{y:.1f} %<extra></extra>",
        )
    figure.add_scatter(
        x=[real[0]],
        y=[real[1]],
        text=[text["real"]],
        mode="markers+text",
        textposition=places[-1],
        marker={"size": 14, "symbol": "star", "color": "#e76300"},
        hovertemplate="%{text}<br>%{x:.1f}, %{y:.1f} %<extra></extra>",
    )
    figure.update_xaxes(type="log", title_text=text["distance"], range=[left, right])
    figure.update_yaxes(title_text=text["recognised"], range=[0, _TOP])
    margin = {"l": 8, "r": 8, "t": 8, "b": 8}
    return figure.update_layout(height=height, margin=margin, showlegend=False)
