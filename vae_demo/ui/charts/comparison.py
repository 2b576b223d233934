"""Plotly figures that compare runs, from numpy arrays."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from vae_demo.ui.charts.colours import DIGIT_COLOURS
from vae_demo.ui.charts.label_places import (
    LETTER,
    LINE,
    PHONE,
    Box,
    around,
    covered,
    place_names,
)
from vae_demo.ui.charts.layout import MARGIN

# The ten digit colours, sorted by their contrast as lines in both themes.
LINE_COLOURS = tuple(DIGIT_COLOURS[i] for i in (0, 1, 2, 4, 6, 7, 5, 9, 3, 8))
SYMBOLS = ("circle", "square", "diamond")  # in addition to the colour, if there are few lines
DASHES = ("solid", "dash", "dot")  # in addition to the colour, also for more than ten lines
_EPOCHS = (0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_ABOVE_AND_BELOW = 180  # pixels of a chart's height that its plot there does not have
_ALONG = (0.5, 0.35, 0.65, 0.2, 0.8)  # places of a line's label, the best first


def learning_curves(
    curves: Mapping[str, tuple[np.ndarray, np.ndarray]],
    beside: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    text: Mapping[str, str],
    *,
    height: int = 420,
) -> go.Figure:
    """Losses by epoch, one line for each run, with a logarithmic axis of epochs.

    The axis begins within the first epoch; the untrained model, at epoch 0, is not shown.

    Args:
        curves: name -> epochs done (t,) and nats per image (t,).
        beside: name -> epochs and nats of published points, drawn as markers.
        text: The labels "epoch" and "nats".
    """
    figure = go.Figure()
    reached: list[np.ndarray] = []
    last = 1.0
    for i, (name, (at, nats)) in enumerate(curves.items()):
        later = at >= _EPOCHS[0]
        figure.add_scatter(
            x=at[later],
            y=nats[later],
            name=name,
            mode="lines",
            line={
                "color": LINE_COLOURS[i % len(LINE_COLOURS)],
                "width": 2.5,
                "dash": DASHES[i // len(LINE_COLOURS) % len(DASHES)],
            },
            hovertemplate="%{y:.1f}",
        )
        reached.append(nats[at >= 1])
        last = max(last, float(at.max(initial=0)))
    for (name, (epochs, losses)), symbol in zip(
        beside.items(), ("circle", "circle-open", "square"), strict=False
    ):
        figure.add_scatter(
            x=list(epochs),
            y=list(losses),
            name=name,
            mode="markers",
            marker={
                "color": "#e5484d",
                "size": 10,
                "symbol": symbol,
                "line": {"width": 0 if symbol == "circle" else 2},
            },
            hovertemplate="%{y:.1f}",
        )
        reached.append(np.asarray(losses, float))
        last = max(last, *epochs)
    all_nats = np.concatenate([np.empty(0), *reached])
    if all_nats.size:
        low, high = float(all_nats.min()), float(all_nats.max())
        margin = 0.08 * max(high - low, 1.0)
        figure.update_yaxes(range=[low - margin, high + margin])
    ticks = {"tickvals": _EPOCHS, "ticktext": ["½", *map(str, _EPOCHS[1:])]}
    reach = [math.log10(0.9 * _EPOCHS[0]), math.log10(1.1 * last)]
    figure.update_xaxes(type="log", title_text=text["epoch"], range=reach, **ticks)
    figure.update_yaxes(title_text=text["nats"])
    return figure.update_layout(
        height=height,
        margin=MARGIN,
        hovermode="x unified",
        legend={"orientation": "h", "yanchor": "top", "y": -0.22, "x": 0},
    )


def rate_distortion(
    rates: Sequence[float],
    distortions: Sequence[float],
    names: Sequence[str],
    text: Mapping[str, str],
    *,
    height: int = 480,
) -> go.Figure:
    """Rate against distortion, with lines of equal sum. A run with rate 0 has an open marker.

    A line has no label where that would cover a run's name.

    Args:
        rates: (n,) nats per image.
        distortions: (n,) nats per image.
        names: The name of each run.
        text: The labels "rate" and "distortion", the template "equal" with {nats}, and for the
            legend "paid" and "free".
    """
    figure = go.Figure()
    right = 1.25 * max(*rates, 20.0)
    low = 0.85 * min(distortions)
    top = 1.08 * max(*distortions, low + 20.0)
    plot = Box(0, 0, PHONE, height - _ABOVE_AND_BELOW)

    def pixels(x: float, y: float) -> tuple[float, float]:
        return plot.right * x / right, plot.top * (y - low) / (top - low)

    points = [pixels(*point) for point in zip(rates, distortions, strict=True)]
    places, taken = place_names(points, names, plot)
    step = 20 if top - low > 60 else 10
    for nats in range(step * int(low // step + 1), int(right + top), step):
        start, end = max(0.0, nats - top), min(right, nats - low)
        if end - start > 0.05 * right:
            figure.add_scatter(
                x=[start, end],
                y=[nats - start, nats - end],
                mode="lines",
                line={"color": "rgba(136, 136, 136, 0.67)", "width": 1, "dash": "dot"},
                hoverinfo="skip",
                showlegend=False,
            )
            label = text["equal"].format(nats=nats)
            size = LETTER * len(label), LINE

            def cost(x: float, nats: float = nats, size: tuple[float, float] = size) -> float:
                across, up = pixels(x, nats - x)
                return covered(around(across, up + 7, *size), taken)

            at = min((start + share * (end - start) for share in _ALONG), key=cost)
            if cost(at) == 0:
                figure.add_annotation(
                    x=at,
                    y=nats - at,
                    text=label,
                    showarrow=False,
                    font={"size": 10, "color": "#888"},
                    yshift=7,
                )
    for paid, symbol in ((True, "circle"), (False, "circle-open")):
        chosen = [i for i in range(len(names)) if (rates[i] > 0) == paid]
        if chosen:
            figure.add_scatter(
                x=[rates[i] for i in chosen],
                y=[distortions[i] for i in chosen],
                text=[names[i] for i in chosen],
                name=text["paid" if paid else "free"],
                mode="markers+text",
                textposition=[places[i] for i in chosen],
                marker={
                    "size": 13,
                    "symbol": symbol,
                    "color": DIGIT_COLOURS[0],
                    "line": {"width": 0 if paid else 2},
                },
                hovertemplate="%{text}: %{x:.1f} + %{y:.1f}<extra></extra>",
                cliponaxis=False,
            )
    figure.update_xaxes(
        title_text=text["rate"], range=[-0.02 * right, right], showgrid=False, zeroline=False
    )
    figure.update_yaxes(
        title_text=text["distortion"], range=[low, top], showgrid=False, zeroline=False
    )
    return figure.update_layout(
        height=height,
        margin=MARGIN,
        legend={"orientation": "h", "yanchor": "top", "y": -0.18, "x": 0},
    )


def gaps(
    names: Sequence[str], gaps: Sequence[float], errors: Sequence[float], label: str
) -> go.Figure:
    """A bar for each name, with the standard error of its length; nats per image."""
    figure = go.Figure(
        go.Bar(
            x=list(gaps),
            y=list(names),
            orientation="h",
            error_x={"array": list(errors), "thickness": 1.5, "width": 4},
            marker={"color": DIGIT_COLOURS[0]},
            hovertemplate="%{y}: %{x:.1f}<extra></extra>",
        )
    )
    figure.update_xaxes(title_text=label)
    figure.update_yaxes(type="category", automargin=True)
    return figure.update_layout(height=80 + 26 * len(names), margin=MARGIN)
