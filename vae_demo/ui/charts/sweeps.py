"""Plotly figures of sweeps: results against a setting that is varied, from numpy arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from vae_demo.ui.charts.comparison import LINE_COLOURS, SYMBOLS
from vae_demo.ui.charts.layout import MARGIN


def sensitivity(
    at: np.ndarray,
    ticks: Sequence[str],
    nats: Mapping[str, np.ndarray],
    active: np.ndarray,
    latents: np.ndarray,
    text: Mapping[str, str],
    *,
    height: int = 480,
) -> go.Figure:
    """Results against one setting, and below them the number of active latents.

    Lines join the means over the seeds; error bars extend from the lowest to the highest value. A
    value for which all seeds are missing is a gap.

    Args:
        at: (k,) values of the setting, on a logarithmic axis.
        ticks: (k,) their labels.
        nats: name -> (k, seeds) nats per image.
        active: (k, seeds) number of active latents.
        latents: (k,) number of all latents.
        text: The labels "setting", "nats", "active" and "all".
    """
    figure = make_subplots(rows=2, cols=1, row_heights=[0.7, 0.3], shared_xaxes=True)
    for i, (name, numbers) in enumerate(nats.items()):
        figure.add_trace(_with_spread(at, numbers, name, i, "%{y:.1f}"), row=1, col=1)
    figure.add_trace(_with_spread(at, active, text["active"], len(nats), "%{y:g}"), row=2, col=1)
    figure.add_scatter(
        x=at,
        y=latents,
        name=text["all"],
        mode="lines",
        line={"color": "#888", "width": 1.5, "dash": "dot"},
        hovertemplate="%{y}",
        row=2,
        col=1,
    )
    most = float(np.nanmax(active, initial=1.0))
    figure.update_yaxes(title_text=text["nats"], rangemode="tozero", row=1, col=1)
    figure.update_yaxes(title_text=text["active"], range=[0, 1.25 * most], row=2, col=1)
    return _along(figure, at, ticks, text["setting"], height)


def learning_rates(
    families: Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]],
    ticks: Sequence[str],
    text: Mapping[str, str],
    *,
    height: int = 520,
) -> go.Figure:
    """Losses against the learning rate, and below them the same in units of the lowest mean.

    Lines join the means over the trainings that did not diverge, and error bars extend to their
    extremes. A cross at the top marks a rate at which some diverged.

    Args:
        families: name -> learning rates (k,), losses (k, seeds) and whether they diverged.
        ticks: The labels of all rates together, in increasing order.
        text: The labels "rate", "nats", "times" and "diverged", and the template "diverged_of"
            with {diverged} and {all}.
    """
    figure = make_subplots(rows=2, cols=1, row_heights=[0.55, 0.45], shared_xaxes=True)
    highest = max(float(np.nanmax(losses, initial=1.0)) for _, losses, _ in families.values())
    every: set[float] = set()
    for i, (name, (rates, losses, diverged)) in enumerate(families.items()):
        every |= {float(rate) for rate in rates}
        means = np.ma.masked_invalid(losses).mean(1)
        for row, numbers in enumerate((losses, losses / float(means.min())), 1):
            written = "%{y:.1f}" if row == 1 else "%{y:.2f}"
            trace = _with_spread(rates, numbers, name, i, written)
            figure.add_trace(trace.update(showlegend=row == 1), row=row, col=1)
        some = diverged.any(1)
        if some.any():
            figure.add_scatter(
                x=rates[some],
                y=np.full(int(some.sum()), (1.12 + 0.09 * i) * highest),
                text=[
                    text["diverged_of"].format(diverged=int(each.sum()), all=each.size)
                    for each in diverged[some]
                ],
                name=f"{name}: {text['diverged']}",
                mode="markers",
                marker={"symbol": ("x", "cross")[i % 2], "size": 11, "color": LINE_COLOURS[i]},
                hovertemplate="%{text}",
                row=1,
                col=1,
            )
    figure.update_yaxes(title_text=text["nats"], rangemode="tozero", row=1, col=1)
    figure.update_yaxes(title_text=text["times"], rangemode="tozero", row=2, col=1)
    return _along(figure, np.array(sorted(every)), ticks, text["rate"], height)


def _along(
    figure: go.Figure, at: np.ndarray, ticks: Sequence[str], title: str, height: int
) -> go.Figure:
    """The figure with a logarithmic axis of the setting below both rows."""
    figure.update_xaxes(type="log", tickvals=at, ticktext=list(ticks))
    figure.update_xaxes(title_text=title, row=2, col=1)
    return figure.update_layout(
        height=height,
        margin=MARGIN,
        hovermode="x unified",
        legend={"orientation": "h", "yanchor": "top", "y": -0.16, "x": 0},
    )


def _with_spread(
    at: np.ndarray, numbers: np.ndarray, name: str, look: int, written: str
) -> go.Scatter:
    """A line through the means over the last axis, with error bars to the extremes."""
    known = np.ma.masked_invalid(numbers)
    mean, low, high = (part.filled(np.nan) for part in (known.mean(1), known.min(1), known.max(1)))
    return go.Scatter(
        x=at,
        y=mean,
        error_y={"array": high - mean, "arrayminus": mean - low, "thickness": 1.5, "width": 4},
        name=name,
        mode="lines+markers",
        line={"color": LINE_COLOURS[look], "width": 2.5},
        marker={"size": 8, "symbol": SYMBOLS[look % len(SYMBOLS)]},
        hovertemplate=written,
    )
