"""Which vectors of a codebook the test pictures use."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from vae_demo.datasets import DataDescription
from vae_demo.digits.probe import Probe
from vae_demo.models import Codec, embed_many
from vae_demo.ui.charts.colours import NEUTRAL
from vae_demo.ui.charts.latent import code_bars
from vae_demo.ui.frame.language import n, t_of
from vae_demo.ui.parts.chart.part import chart_spec, show_chart


def show_usage(model: Codec, probe: Probe, data: DataDescription) -> None:
    """Show how often the codes of a probe hold each vector of a model's codebook."""
    share = codebook_usage(embed_many(model, probe.images), model.codebook_size)
    about = t_of(
        "codebook.usage.about",
        data,
        count=n(len(probe), 0),
        used=int((share > 0).sum()),
        vectors=model.codebook_size,
        perplexity=n(perplexity(share)),
    )
    show_chart(chart_spec(usage_bars, share), key="codebook_usage", alt=about)
    st.caption(about)


def codebook_usage(codes: np.ndarray, size: int) -> np.ndarray:
    """The share of each of `size` code vectors in codes (n, places), (size,); the sum is 1."""
    counts = np.bincount(codes.astype(int).ravel(), minlength=size)
    return counts / counts.sum()


def perplexity(share: np.ndarray) -> float:
    """The exponential of the entropy of shares (k,): k if all are equal, 1 if one is used."""
    used = share[share > 0]
    return float(np.exp(-(used * np.log(used)).sum()))


def usage_bars(share: np.ndarray) -> go.Figure:
    """A bar for each code vector, and a line at the share that all have if they are equal."""
    figure = code_bars(100 * share, [str(i) for i in range(len(share))], height=280)
    return figure.add_hline(100 / len(share), line={"color": NEUTRAL, "dash": "dot"})
