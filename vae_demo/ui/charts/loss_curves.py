"""The losses of a training by epoch, as a Plotly figure."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from vae_demo.ui.charts.colours import TEST_COLOUR, TRAIN_COLOUR


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
