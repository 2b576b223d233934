"""The rate of each latent, as a Plotly figure."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from vae_demo.ui.charts.colours import TEST_COLOUR

LEAST = 1.0  # nats, the least height of the chart: a bar of a sleeping latent is not to look high
FEW = 10  # latents; each of them has a number below, of more of them only some


def rates_per_latent(rates: np.ndarray, text: Mapping[str, str], *, height: int = 240) -> go.Figure:
    """A bar for each latent.

    Args:
        rates: (latent,) nats per image, in the order of the bars.
        text: The titles of the axes: "latent" and "rate".
    """
    places = np.arange(1, len(rates) + 1)
    figure = go.Figure(go.Bar(x=places, y=rates, marker_color=TEST_COLOUR))
    figure.update_traces(hovertemplate="%{y:.2f}<extra></extra>")
    figure.update_xaxes(title_text=text["latent"], dtick=1 if len(rates) <= FEW else None)
    figure.update_yaxes(title_text=text["rate"], range=[0, max(LEAST, 1.05 * rates.max())])
    return figure.update_layout(height=height, margin={"l": 8, "r": 8, "t": 8, "b": 8})
