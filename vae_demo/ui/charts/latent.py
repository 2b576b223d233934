"""Plotly figures of codes, from numpy arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from vae_demo.ui.charts.colours import TEST_COLOUR, colours_of
from vae_demo.ui.charts.layout import MARGIN

DIGITS = tuple("0123456789")
NAMED = 30  # more names at the centres would hide the points
HEIGHT = 420  # pixels
FURTHEST = 1.5  # times the reach of nine in ten frames


def latent_range(points: np.ndarray) -> tuple[float, float]:
    """A symmetric range for both axes that contains all points (..., 2) except outliers.

    It is computed once for a whole run, (t, n, 2), so that the axes do not change from frame to
    frame; a few frames whose points go far beyond those of the others do not determine it.
    """
    reach = float(np.quantile(np.abs(points), 0.998)) if points.size else 1.0
    if points.ndim == 3 and points.size:
        of_frames = np.quantile(np.abs(points), 0.998, axis=(1, 2))
        reach = min(reach, FURTHEST * float(np.quantile(of_frames, 0.9)))
    reach = 1.08 * max(reach, 1e-3)
    return -reach, reach


def cluster_centres(points: np.ndarray, labels: np.ndarray, kinds: int = 10) -> np.ndarray:
    """The median point of each digit, (kinds, 2) float32; NaN if a digit has no points."""
    centres = np.full((kinds, 2), np.nan, np.float32)
    for digit in np.unique(labels):
        centres[digit] = np.median(points[labels == digit], axis=0)
    return centres


def latent_scatter(
    points: np.ndarray,
    labels: np.ndarray,
    reach: tuple[float, float] | None = None,
    hover: str = "%{text}",
    height: int = HEIGHT,
    kinds: Sequence[str] = DIGITS,
) -> go.Figure:
    """A scatter plot of latent means, coloured by label, with its name at each cluster's centre.

    Args:
        points: (n, 2); the customdata of a point is its position in `points`.
        labels: (n,) digits.
        reach: The range of both axes; None for the range of the points.
        hover: The hover template, in which %{text} is the name of the label.
        kinds: The names of the labels; if they are not those of digits, a legend has them. More
            than ten use the colours again. Without names, all points have one colour.
    """
    figure = go.Figure(_points_and_labels(points, labels, hover, kinds))
    axis = {"range": reach or latent_range(points), "zeroline": True, "title": None}
    figure.update_layout(
        xaxis={**axis, "constrain": "domain"},
        yaxis={**axis, "scaleanchor": "x", "constrain": "domain"},
    )
    named = tuple(kinds) != DIGITS and len(kinds) > 1
    legend = {"orientation": "h", "yanchor": "top", "y": -0.05, "x": 0}
    return figure.update_layout(height=height, margin=MARGIN, showlegend=named, legend=legend)


def code_bars(values: np.ndarray, names: Sequence[str], *, height: int = 180) -> go.Figure:
    """A bar chart of a code (k,), with the name of each latent."""
    figure = go.Figure(go.Bar(x=list(names), y=values, marker_color=TEST_COLOUR))
    figure.update_xaxes(type="category", fixedrange=True)
    figure.update_yaxes(fixedrange=True)
    return figure.update_layout(height=height, margin=MARGIN)


def _points_and_labels(
    points: np.ndarray, labels: np.ndarray, hover: str, kinds: Sequence[str]
) -> list[go.Scatter]:
    """A trace of points for each kind in their order, and a trace of names at their centres."""
    points = points.astype(np.float32)
    traces = []
    colours = colours_of(kinds)
    for kind, (name, colour) in enumerate(zip(kinds or [""], colours, strict=True)):
        chosen = np.flatnonzero(labels == kind)
        traces.append(
            go.Scatter(
                x=points[chosen, 0],
                y=points[chosen, 1],
                customdata=chosen.tolist(),
                text=[name] * len(chosen),
                mode="markers",
                name=name,
                marker={"color": colour, "size": 6, "opacity": 0.75},
                unselected={"marker": {"opacity": 0.4}},
                hovertemplate=hover + "<extra></extra>",
            )
        )
    if not 1 < len(kinds) <= NAMED:
        return traces
    centres = cluster_centres(points, labels, len(kinds))
    short = all(len(name) == 1 for name in kinds)
    traces.append(
        go.Scatter(
            x=centres[:, 0],
            y=centres[:, 1],
            mode="markers+text",
            text=[f"<b>{name}</b>" for name in kinds],
            showlegend=False,
            textfont={"size": 15, "color": "#1c2530"},
            marker={
                "size": 24 if short else 0,
                "color": "#ffffff",
                "line": {"width": 3, "color": colours},
            },
            hoverinfo="skip",
        )
    )
    return traces
