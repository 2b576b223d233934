"""Plotly figures from numpy arrays; never a tensor, never a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

# Petroff 2021, "Accessible Color Sequences for Data Visualization", arXiv:2107.02270, ten colours.
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
QUIET = {"displayModeBar": False}
SAVABLE = {"displayModeBar": True, "displaylogo": False, "modeBarButtons": [["toImage"]]}
_MARGIN = {"l": 8, "r": 8, "t": 8, "b": 8}


def latent_range(points: np.ndarray) -> tuple[float, float]:
    """One symmetric range for both axes that holds all but stray points of (..., 2).

    Computed once over a whole run, so that axes do not breathe from frame to frame.
    """
    reach = float(np.quantile(np.abs(points), 0.998)) if points.size else 1.0
    reach = 1.08 * max(reach, 1e-3)
    return -reach, reach


def cluster_centres(points: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Median point of each digit, (10, 2) float32; NaN where a digit has no points."""
    centres = np.full((10, 2), np.nan, np.float32)
    for digit in np.unique(labels):
        centres[digit] = np.median(points[labels == digit], axis=0)
    return centres


def latent_scatter(
    points: np.ndarray,
    labels: np.ndarray,
    *,
    reach: tuple[float, float] | None = None,
    hover: str = "%{text}",
    height: int = 420,
) -> go.Figure:
    """Latent means as points coloured by digit, a label at each cluster's centre.

    points: (n, 2). labels: (n,). reach: range of both axes. hover: template in which %{text}
    is the digit. customdata of every point is its position in `points`.
    """
    figure = go.Figure(_cloud(points, labels, hover))
    _square(figure, reach or latent_range(points))
    return figure.update_layout(height=height, margin=_MARGIN, showlegend=False)


def latent_animation(
    frames: np.ndarray,
    labels: np.ndarray,
    at: Sequence[float],
    losses: np.ndarray,
    *,
    captions: Sequence[str],
    text: dict[str, str],
    start: int = -1,
    height: int = 640,
) -> go.Figure:
    """The cloud of latent means through a run, with a slider, play and pause.

    frames: (t, n, 2), the same n digits in the same order in each, so that points keep their
    identity. at: (t,) epochs done. losses: (t,) nats per image, drawn below with a marker at
    the moment shown. captions: (t,) sentences, the one of the moment shown stands above the
    slider. text: words for "play", "pause", "loss" and the hover template "hover". start: the
    moment shown first.
    """
    start %= len(frames)
    figure = make_subplots(rows=2, cols=1, row_heights=[0.84, 0.16], vertical_spacing=0.07)
    cloud = _cloud(frames[start], labels, text["hover"])
    figure.add_traces(cloud, rows=1, cols=1)
    steps = np.arange(len(at), dtype=np.float32)  # evenly spaced: the first epoch is told slowly
    losses = losses.astype(np.float32)
    curve = go.Scatter(x=steps, y=losses, mode="lines", line_color=TEST_COLOUR, hoverinfo="skip")
    figure.add_trace(curve, row=2, col=1)
    figure.add_trace(_mark(steps, losses, start), row=2, col=1)
    moving = [*range(len(cloud)), len(cloud) + 1]
    names = [f"{a:g}" for a in at]
    figure.frames = [
        go.Frame(
            data=[*_places(points, labels), _mark(steps, losses, i)],
            traces=moving,
            name=names[i],
        )
        for i, points in enumerate(frames)
    ]
    _square(figure, latent_range(frames))
    figure.update_xaxes(visible=False, row=2, col=1)
    figure.update_yaxes(title_text=text["loss"], nticks=3, fixedrange=True, row=2, col=1)
    return figure.update_layout(
        height=height,
        margin=_MARGIN,
        showlegend=False,
        sliders=[_slider(names, captions, start)],
        updatemenus=[_play_and_pause(text["play"], text["pause"])],
    )


def loss_curves(
    at: np.ndarray, losses: dict[str, np.ndarray], text: dict[str, str], *, height: int = 420
) -> go.Figure:
    """Distortion above rate over epochs, training beside test digits, nats per image.

    The untrained start is drawn, but once there is more it does not set the scale: it would
    press everything learned into a flat line.

    at: (t,). losses: the four `history.LOSS_NAMES` -> (t,). text: words for "distortion",
    "rate", "train", "test", "epoch".
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
    figure.update_xaxes(title_text=text["epoch"], row=2, col=1)
    return figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 32, "b": 8},
        hovermode="x unified",
        legend={"orientation": "h", "yanchor": "top", "y": -0.2, "x": 0},
    )


def code_bars(values: np.ndarray, names: Sequence[str], *, height: int = 180) -> go.Figure:
    """One code, (k,), as bars, each under its latent's name."""
    figure = go.Figure(go.Bar(x=list(names), y=values, marker_color=TEST_COLOUR))
    figure.update_xaxes(type="category", fixedrange=True)
    figure.update_yaxes(fixedrange=True)
    return figure.update_layout(height=height, margin=_MARGIN)


def with_marker(figure: go.Figure, point: np.ndarray, name: str) -> go.Figure:
    """The scatter with one place marked by a large ring with a label."""
    return figure.add_trace(
        go.Scatter(
            x=point[:1],
            y=point[1:2],
            mode="markers+text",
            text=[name],
            textposition="top center",
            marker={
                "size": 18,
                "symbol": "circle-open",
                "color": "#e5484d",
                "line": {"width": 4},
            },
            hoverinfo="text",
            name=name,
        )
    )


def _cloud(points: np.ndarray, labels: np.ndarray, hover: str) -> list[go.Scatter]:
    """Ten traces of points, always in the order 0..9, and one of labels at their centres."""
    points = points.astype(np.float32)
    traces = []
    for digit, colour in enumerate(DIGIT_COLOURS):
        chosen = np.flatnonzero(labels == digit)
        traces.append(
            go.Scatter(
                x=points[chosen, 0],
                y=points[chosen, 1],
                ids=[str(i) for i in chosen],
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


def _places(points: np.ndarray, labels: np.ndarray) -> list[go.Scatter]:
    """Where the points of `_cloud` and their labels are at another moment, and nothing else."""
    points = points.astype(np.float32)
    places = [points[labels == digit] for digit in range(10)]
    places.append(cluster_centres(points, labels))
    return [go.Scatter(x=place[:, 0], y=place[:, 1]) for place in places]


def _mark(steps: np.ndarray, losses: np.ndarray, i: int) -> go.Scatter:
    return go.Scatter(
        x=steps[i : i + 1],
        y=losses[i : i + 1],
        mode="markers",
        marker={"size": 11, "color": TEST_COLOUR},
        hoverinfo="skip",
    )


def _square(figure: go.Figure, reach: tuple[float, float]) -> None:
    """Fixed, equal axes for the cloud."""
    axis = {"range": reach, "zeroline": True, "title": None}
    figure.update_layout(
        xaxis={**axis, "constrain": "domain"},
        yaxis={**axis, "scaleanchor": "x", "constrain": "domain"},
    )


def _slider(names: Sequence[str], captions: Sequence[str], start: int) -> dict[str, Any]:
    """A slider whose steps carry whole sentences; only that of the present step is visible."""
    return {
        "active": start,
        "pad": {"t": 20},
        "font": {"color": "rgba(0,0,0,0)"},
        "ticklen": 0,
        "currentvalue": {"xanchor": "left", "font": {"size": 14, "color": TEST_COLOUR}},
        "steps": [
            {"label": caption, "method": "animate", "args": [[name], _move(300)]}
            for name, caption in zip(names, captions, strict=True)
        ],
    }


def _play_and_pause(play: str, pause: str) -> dict[str, Any]:
    return {
        "type": "buttons",
        "direction": "left",
        "x": 0,
        "y": 0,
        "xanchor": "left",
        "yanchor": "top",
        "pad": {"t": 96},
        "showactive": False,
        "buttons": [
            {
                "label": play,
                "method": "animate",
                "args": [None, {**_move(500), "fromcurrent": True}],
            },
            {"label": pause, "method": "animate", "args": [[None], _move(0)]},
        ],
    }


def _move(milliseconds: int) -> dict[str, Any]:
    return {
        "mode": "immediate",
        "frame": {"duration": milliseconds, "redraw": False},
        "transition": {"duration": milliseconds * 4 // 5, "easing": "cubic-in-out"},
    }
