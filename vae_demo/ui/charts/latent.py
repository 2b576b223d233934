"""Plotly figures of codes and losses, from numpy arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

# The ten colours of Petroff 2021, "Accessible Color Sequences for Data Visualization",
# arXiv:2107.02270.
DIGIT_COLOURS = (
    "#3f90da",
    "#ffa90e",
    "#bd1f01",
    "#94a4a2",
    "#832db6",
    "#a96b59",
    "#e76300",
    "#b9ac70",
    "#717581",
    "#92dadd",
)
TRAIN_COLOUR, TEST_COLOUR = DIGIT_COLOURS[3], DIGIT_COLOURS[0]
_MARGIN = {"l": 8, "r": 8, "t": 8, "b": 8}


def latent_range(points: np.ndarray) -> tuple[float, float]:
    """A symmetric range for both axes that contains all points (..., 2) except outliers.

    It is computed once for a whole run, so that the axes do not change from frame to frame.
    """
    reach = float(np.quantile(np.abs(points), 0.998)) if points.size else 1.0
    reach = 1.08 * max(reach, 1e-3)
    return -reach, reach


def cluster_centres(points: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The median point of each digit, (10, 2) float32; NaN if a digit has no points."""
    centres = np.full((10, 2), np.nan, np.float32)
    for digit in np.unique(labels):
        centres[digit] = np.median(points[labels == digit], axis=0)
    return centres


def latent_scatter(
    points: np.ndarray,
    labels: np.ndarray,
    reach: tuple[float, float] | None = None,
    hover: str = "%{text}",
    height: int = 420,
) -> go.Figure:
    """A scatter plot of latent means, coloured by digit, with a label at each cluster's centre.

    Args:
        points: (n, 2); the customdata of a point is its position in `points`.
        labels: (n,) digits.
        reach: The range of both axes; None for the range of the points.
        hover: The hover template, in which %{text} is the digit.
    """
    figure = go.Figure(_points_and_labels(points, labels, hover))
    axis = {"range": reach or latent_range(points), "zeroline": True, "title": None}
    figure.update_layout(
        xaxis={**axis, "constrain": "domain"},
        yaxis={**axis, "scaleanchor": "x", "constrain": "domain"},
    )
    return figure.update_layout(height=height, margin=_MARGIN, showlegend=False)


def loss_curves(
    at: np.ndarray, losses: dict[str, np.ndarray], text: dict[str, str], *, height: int = 420
) -> go.Figure:
    """Distortion and rate by epoch, for training and test digits, nats per image.

    If there are other snapshots, the scale of the axis does not include the untrained model, whose
    losses are far larger.

    Args:
        at: (t,) epochs done.
        losses: The four `history.LOSS_NAMES` -> (t,).
        text: The labels "distortion", "rate", "train", "test" and "epoch".
    """
    titles = (text["distortion"], text["rate"])
    figure = make_subplots(rows=2, cols=1, subplot_titles=titles, vertical_spacing=0.22)
    for row, part in enumerate(("distortion", "rate"), start=1):
        for split, colour, dash in (("train", TRAIN_COLOUR, "dot"), ("test", TEST_COLOUR, "solid")):
            figure.add_trace(
                go.Scatter(
                    x=at,
                    y=losses[f"{split}_{part}"],
                    name=text[split],
                    mode="lines+markers",
                    line={"color": colour, "dash": dash},
                    marker_size=5,
                    legendgroup=split,
                    showlegend=row == 1,
                    hovertemplate="%{y:.1f}",
                ),
                row=row,
                col=1,
            )
        learned = np.concatenate([losses[f"{split}_{part}"][2:] for split in ("train", "test")])
        if learned.size:
            margin = 0.08 * max(float(np.ptp(learned)), 1.0)
            reach = [float(learned.min()) - margin, float(learned.max()) + margin]
            figure.update_yaxes(range=reach, row=row, col=1)
    figure.update_annotations(font_size=14)  # the titles fit a narrow column in both languages
    figure.update_xaxes(title_text=text["epoch"], row=2, col=1)
    return figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 32, "b": 8},
        hovermode="x unified",
        legend={"orientation": "h", "yanchor": "top", "y": -0.2, "x": 0},
    )


def code_bars(values: np.ndarray, names: Sequence[str], *, height: int = 180) -> go.Figure:
    """A bar chart of a code (k,), with the name of each latent."""
    figure = go.Figure(go.Bar(x=list(names), y=values, marker_color=TEST_COLOUR))
    figure.update_xaxes(type="category", fixedrange=True)
    figure.update_yaxes(fixedrange=True)
    return figure.update_layout(height=height, margin=_MARGIN)


def _points_and_labels(points: np.ndarray, labels: np.ndarray, hover: str) -> list[go.Scatter]:
    """Ten traces of points, in the order 0..9, and a trace of the labels at their centres."""
    points = points.astype(np.float32)
    traces = []
    for digit, colour in enumerate(DIGIT_COLOURS):
        chosen = np.flatnonzero(labels == digit)
        traces.append(
            go.Scatter(
                x=points[chosen, 0],
                y=points[chosen, 1],
                customdata=chosen.tolist(),
                text=[str(digit)] * len(chosen),
                mode="markers",
                name=str(digit),
                marker={"color": colour, "size": 6, "opacity": 0.75},
                unselected={"marker": {"opacity": 0.4}},
                hovertemplate=hover + "<extra></extra>",
            )
        )
    centres = cluster_centres(points, labels)
    traces.append(
        go.Scatter(
            x=centres[:, 0],
            y=centres[:, 1],
            mode="markers+text",
            text=[f"<b>{digit}</b>" for digit in range(10)],
            textfont={"size": 15, "color": "#1c2530"},
            marker={
                "size": 24,
                "color": "#ffffff",
                "line": {"width": 3, "color": DIGIT_COLOURS},
            },
            hoverinfo="skip",
        )
    )
    return traces
