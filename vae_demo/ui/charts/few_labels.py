"""Plotly figures of the accuracy of classifiers that get few labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from vae_demo.ui.charts.comparison import LINE_COLOURS
from vae_demo.ui.charts.layout import MARGIN

HEIGHT = 400  # pixels


@dataclass(frozen=True)
class Accuracies:
    """Accuracies of one input by the number of labelled digits."""

    name: str
    accuracy: Mapping[int, tuple[float, float]]  # labelled digits -> mean and spread, shares
    shown: bool = True  # else a click on the legend shows it

    def __hash__(self) -> int:
        return hash((self.name, tuple(self.accuracy.items()), self.shown))


def accuracy_by_labels(lines: Sequence[Accuracies], text: Mapping[str, str]) -> go.Figure:
    """A line for each input: accuracy in percent by the number of labels, with error bars."""
    figure = go.Figure()
    for line, colour in zip(lines, LINE_COLOURS * len(lines), strict=False):
        shares = [share for share, _ in line.accuracy.values()]
        figure.add_scatter(
            x=[str(count) for count in line.accuracy],
            y=[100 * share for share in shares],
            error_y=_errors(line),
            name=line.name,
            mode="lines+markers",
            line={"color": colour},
            visible=True if line.shown else "legendonly",
        )
    return _laid_out(figure, text)


def accuracy_of_ways(ways: Sequence[Accuracies], text: Mapping[str, str]) -> go.Figure:
    """Bars beside each other for each number of labels, with error bars."""
    figure = go.Figure()
    for way, colour in zip(ways, LINE_COLOURS, strict=False):
        figure.add_bar(
            x=[str(count) for count in way.accuracy],
            y=[100 * share for share, _ in way.accuracy.values()],
            error_y=_errors(way),
            name=way.name,
            marker_color=colour,
        )
    return _laid_out(figure, text)


def _errors(line: Accuracies) -> dict[str, object]:
    spreads = [100 * spread for _, spread in line.accuracy.values()]
    return {"type": "data", "array": spreads, "thickness": 1, "width": 3}


def _laid_out(figure: go.Figure, text: Mapping[str, str]) -> go.Figure:
    figure.update_xaxes(type="category", title=text["labels"], fixedrange=True)
    figure.update_yaxes(title=text["accuracy"], rangemode="tozero", fixedrange=True)
    legend = {"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0}
    return figure.update_layout(height=HEIGHT, margin=MARGIN, legend=legend)
