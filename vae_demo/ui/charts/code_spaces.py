"""Plotly figures of several code spaces at once, from numpy arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from vae_demo.ui.charts.colours import DIGIT_COLOURS
from vae_demo.ui.charts.latent import cluster_centres, latent_range
from vae_demo.ui.charts.layout import MARGIN

_SYMBOLS = ("circle", "square-open", "x-thin-open")
_GREY = "#888888"


def overlaid(
    points: np.ndarray, labels: np.ndarray, names: Sequence[str], *, height: int = 440
) -> go.Figure:
    """The same digits in several code spaces: a symbol for each space, a colour for each digit.

    Args:
        points: (spaces, n, 2); the labels of the digits stand at the clusters of the first space.
        labels: (n,) digits.
        names: The name of each space.
    """
    figure = go.Figure()
    colours = [DIGIT_COLOURS[digit] for digit in labels]
    for each, name, symbol in zip(points.astype(np.float32), names, _SYMBOLS, strict=True):
        figure.add_scatter(
            x=each[:, 0],
            y=each[:, 1],
            text=[str(digit) for digit in labels],
            mode="markers",
            marker={"color": colours, "size": 5, "symbol": symbol, "opacity": 0.8},
            hovertemplate=f"%{{text}} · {name}<extra></extra>",
            showlegend=False,
        )
        figure.add_scatter(
            x=[None],
            y=[None],
            name=name,
            mode="markers",
            marker={"color": _GREY, "size": 9, "symbol": symbol},
        )
    centres = cluster_centres(points[0], labels)
    figure.add_scatter(
        x=centres[:, 0],
        y=centres[:, 1],
        mode="markers+text",
        text=[f"<b>{digit}</b>" for digit in range(10)],
        textfont={"size": 14, "color": "#1c2530"},
        marker={"size": 22, "color": "#ffffff", "line": {"width": 3, "color": DIGIT_COLOURS}},
        hoverinfo="skip",
        showlegend=False,
    )
    middle = points.mean((0, 1))
    low, high = latent_range(points - middle)
    for axis, centre in zip((figure.update_xaxes, figure.update_yaxes), middle, strict=True):
        axis(
            range=[float(centre) + low, float(centre) + high],
            zeroline=False,
            showgrid=False,
            showticklabels=False,
            constrain="domain",
        )
    figure.update_yaxes(scaleanchor="x")
    return figure.update_layout(
        height=height,
        margin=MARGIN,
        legend={"orientation": "h", "yanchor": "top", "y": -0.04, "x": 0},
    )
