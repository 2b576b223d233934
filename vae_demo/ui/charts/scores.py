"""A Plotly figure of one picture's score beside those of held-out digits."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from vae_demo.ui.charts.colours import NEUTRAL

_DIGITS, _PICTURE, _LIMIT = "#3f90da", "#e5484d", NEUTRAL  # seen on both themes
_BARS = 60


def score_histogram(
    held_out: np.ndarray,
    limit: float,
    score: float,
    text: Mapping[str, str],
    *,
    height: int = 320,
) -> go.Figure:
    """A histogram of scores, with lines at the threshold and at the score of the picture.

    The axis ends where the stranger of the strangest digit and the picture is, but not beyond twice
    the spread of the digits: a picture farther away is marked at the edge.

    Args:
        held_out: (n,) scores of digits, in increasing order.
        limit: The threshold.
        score: The score of the picture.
        text: The words "score", "digits", "limit" and "picture".
    """
    low, high = float(held_out[0]), float(held_out[-1])
    spread = high - low
    left, right = min(low, max(score, low - spread)), max(high, min(score, high + spread))
    margin = 0.03 * (right - left)
    left, right = left - margin, right + margin
    counts, edges = np.histogram(held_out, _BARS)
    figure = go.Figure()
    figure.add_bar(
        x=(edges[1:] + edges[:-1]) / 2,
        y=counts,
        width=edges[1] - edges[0],
        name=text["digits"],
        marker={"color": _DIGITS, "line": {"width": 0}},
        hovertemplate="%{x:.3~g}: %{y}<extra></extra>",
    )
    top = float(counts.max())
    for at, name, colour, dash, symbol in (
        (limit, "limit", _LIMIT, "dash", "line-ew"),
        (score, "picture", _PICTURE, "solid", "triangle-down"),
    ):
        place = min(max(at, left + margin / 2), right - margin / 2)
        figure.add_scatter(
            x=[place, place],
            y=[0, 1.06 * top],
            mode="lines+markers",
            name=text[name],
            line={"color": colour, "width": 2.5, "dash": dash},
            marker={"symbol": symbol, "size": [0, 12 if symbol == "triangle-down" else 0]},
            hovertemplate=f"{text[name]}: {at:.4g}<extra></extra>",
        )
    figure.update_xaxes(title_text=text["score"], range=[left, right])
    figure.update_yaxes(title_text=text["digits"], range=[0, 1.15 * top])
    return figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        bargap=0,
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0},
    )
