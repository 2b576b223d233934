"""Plotly figures of compressed digits: bits against error, and the height of a stack of bits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from vae_demo.ui.charts.colours import NEUTRAL
from vae_demo.ui.charts.layout import MARGIN

_KINDS = {"back": "#e5484d", "formats": "#b8860b", "codes": "#3f90da", "pictures": "#3aa76d"}
_STEPS = ("#e5484d", "#3f90da", NEUTRAL)  # borrowed, pixels, code; seen on both themes


@dataclass(frozen=True)
class Rated:
    """A digit written in one way."""

    kind: str  # a key of _KINDS
    method: str  # as shown
    setting: str  # as shown; "" if there is none
    bits: float
    error: float  # root of the mean squared error, grey levels
    right: bool  # whether it is read as the digit itself is


def rate_error(points: Sequence[Rated], text: Mapping[str, str], *, height: int = 400) -> go.Figure:
    """Bits on a logarithmic axis against the error; what is read wrong is a cross.

    Args:
        points: In order; those of one method are joined.
        text: The words "bits", "error", "right" and "wrong", and the kinds "back", "formats",
            "codes" and "pictures".
    """
    figure = go.Figure()
    named: set[str] = set()
    for method in dict.fromkeys(point.method for point in points):
        own = [point for point in points if point.method == method]
        kind = own[0].kind
        figure.add_scatter(
            x=[point.bits for point in own],
            y=[point.error for point in own],
            name=text[kind],
            legendgroup=kind,
            showlegend=kind not in named,
            mode="lines+markers",
            line={"color": _KINDS[kind], "width": 1.5},
            marker={"size": 11, "symbol": ["circle" if point.right else "x" for point in own]},
            customdata=[
                [f"{method} {point.setting}".strip(), text["right" if point.right else "wrong"]]
                for point in own
            ],
            hovertemplate="%{customdata[0]}<br>%{x:.0f} · %{y:.1f}<br>%{customdata[1]}"
            "<extra></extra>",
        )
        named.add(kind)
    figure.update_xaxes(title_text=text["bits"], type="log", dtick="D2", tickformat="~s")
    highest = max(point.error for point in points)
    figure.update_yaxes(title_text=text["error"], range=[-0.06 * highest, 1.08 * highest])
    return figure.update_layout(
        height=height,
        margin=MARGIN,
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0},
    )


def stack_heights(
    steps: Sequence[Sequence[float]], text: Mapping[str, str], *, height: int = 320
) -> go.Figure:
    """How long the stack is after each step of each digit: down when bits are borrowed, else up.

    Args:
        steps: For each digit the bits that are borrowed, those of the pixels and those of the code.
        text: The words "digit", "bits", "borrowed", "pixels" and "code".
    """
    bases: list[list[float]] = [[], [], []]
    level, lengths = 0.0, list(zip(*steps, strict=True))
    for borrowed, pixels, code in steps:
        level -= borrowed
        for base, rise in zip(bases, (borrowed, pixels, code), strict=True):
            base.append(level)
            level += rise if base is not bases[0] else 0.0
    figure = go.Figure()
    for name, base, length, colour in zip(
        ("borrowed", "pixels", "code"), bases, lengths, _STEPS, strict=True
    ):
        figure.add_bar(
            x=list(range(1, len(steps) + 1)),
            y=list(length),
            base=base,
            name=text[name],
            marker={"color": colour, "line": {"width": 0}},
            offsetgroup=name,
            hovertemplate=f"{text[name]}: %{{y:.0f}}<extra></extra>",
        )
    figure.update_xaxes(title_text=text["digit"], dtick=1)
    figure.update_yaxes(title_text=text["bits"])
    return figure.update_layout(
        height=height,
        margin=MARGIN,
        barmode="group",
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0},
    )
