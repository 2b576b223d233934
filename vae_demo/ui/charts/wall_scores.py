"""A Plotly figure of walls of samples: how many digits are recognised, and how far they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from vae_demo.ui.charts.colours import TEST_COLOUR

# The names of a run's points, which lie near each other, in turn:
_AROUND = ("bottom center", "top center", "bottom right", "middle right", "top right")
_OTHER = "#7f8794"  # seen on both themes


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
    for chosen, colour, mode in ((~own, _OTHER, "markers"), (own, TEST_COLOUR, "markers+text")):
        figure.add_scatter(
            x=points[chosen, 0],
            y=points[chosen, 1],
            text=[name for name, this in zip(names, chosen, strict=True) if this],
            mode=mode,
            textposition=[_AROUND[i % len(_AROUND)] for i in range(int(chosen.sum()))],
            marker={"size": 10, "color": colour},
            hovertemplate="%{text}<br>%{x:.1f}, %{y:.1f} %<extra></extra>",
        )
    figure.add_scatter(
        x=[real[0]],
        y=[real[1]],
        text=[text["real"]],
        mode="markers+text",
        textposition="middle right",
        marker={"size": 14, "symbol": "star", "color": "#e76300"},
        hovertemplate="%{text}<br>%{x:.1f}, %{y:.1f} %<extra></extra>",
    )
    figure.update_xaxes(type="log", title_text=text["distance"])
    figure.update_yaxes(title_text=text["recognised"], range=[0, 108])
    margin = {"l": 8, "r": 8, "t": 8, "b": 8}
    return figure.update_layout(height=height, margin=margin, showlegend=False)
