"""A Plotly figure of the distribution that codes are sampled from, over the codes of digits."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from vae_demo.ui.charts.latent import latent_scatter

DEVIATIONS = (1, 2, 3)
DASHES = ("solid", "dash")
_NEUTRAL = "#7f8794"  # seen on both themes
_CORNERS = 90  # of an ellipse

Normal = tuple[np.ndarray, np.ndarray]
"""Mean (2,) and covariance (2, 2) of a normal distribution on the map."""


def samples_over_codes(
    points: np.ndarray,
    labels: np.ndarray,
    samples: np.ndarray,
    recognised: np.ndarray,
    normals: Mapping[str, Normal],
    text: Mapping[str, str],
    *,
    height: int = 480,
) -> go.Figure:
    """Codes of digits, ellipses of normal distributions, and the sampled codes.

    Args:
        points: (n, 2) codes of digits on the map.
        labels: (n,) their classes.
        samples: (m, 2) the sampled codes on the map.
        recognised: (m,) bool, whether a sample's picture is recognised as a digit.
        normals: Name -> distribution. The first one has ellipses of one, two and three standard
            deviations, the others of two.
        text: The words "digit", "recognised" and "not_recognised".
    """
    figure = latent_scatter(points, labels, hover=f"{text['digit']} %{{text}}", height=height)
    figure.update_traces(marker={"size": 5, "opacity": 0.5}, selector={"mode": "markers"})
    drawn = [points, samples]
    for i, (name, normal) in enumerate(normals.items()):
        for deviations in DEVIATIONS if i == 0 else DEVIATIONS[1:2]:
            ring = ellipse(*normal, deviations)
            drawn.append(ring)
            figure.add_scatter(
                x=ring[:, 0],
                y=ring[:, 1],
                mode="lines",
                name=name,
                line={"color": _NEUTRAL, "width": 2, "dash": DASHES[i]},
                hovertemplate=f"{name}, {deviations}σ<extra></extra>",
            )
    for found, name, symbol in (
        (recognised, "recognised", "circle-open"),
        (~recognised, "not_recognised", "x-thin-open"),
    ):
        figure.add_scatter(
            x=samples[found, 0],
            y=samples[found, 1],
            mode="markers",
            name=text[name],
            marker={"symbol": symbol, "size": 10, "color": _NEUTRAL, "line": {"width": 2}},
            hovertemplate=f"{text[name]}<extra></extra>",
        )
    reach = 1.05 * max(float(np.abs(each).max()) for each in drawn if each.size)
    figure.update_xaxes(range=[-reach, reach])
    return figure.update_yaxes(range=[-reach, reach])


def ellipse(mean: np.ndarray, covariance: np.ndarray, deviations: float) -> np.ndarray:
    """The points so many standard deviations from the mean, (91, 2); the last is the first."""
    angles = np.linspace(0, 2 * np.pi, _CORNERS + 1)
    variances, directions = np.linalg.eigh(covariance)
    circle = np.stack([np.cos(angles), np.sin(angles)], 1) * np.sqrt(np.maximum(variances, 0))
    return np.asarray(mean + deviations * circle @ directions.T)
