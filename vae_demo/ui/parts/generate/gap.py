"""How far codes are from the nearest code of a training digit: the gap of N(0, I)."""

from __future__ import annotations

import numpy as np
import streamlit as st

from vae_demo.digits import mnist
from vae_demo.models import Codec, embed_many
from vae_demo.ui.charts.distances import distance_curves
from vae_demo.ui.frame.language import n, t
from vae_demo.ui.frame.runs import code_space
from vae_demo.ui.parts.chart.part import chart_spec, show_chart
from vae_demo.ui.parts.wall.data import DrawnWall
from vae_demo.ui.server.shared_cache import kept_with_model

COMPARED = 10_000  # training digits
DRAWN = 1000  # codes of N(0, I)


def gap(run: str, model: Codec, wall: DrawnWall) -> None:
    """Show how far a wall's codes are from those of training digits, beside two other sets."""
    digits, normal = _references(model, run)
    distances = {
        t("generate.gap.digits"): digits,
        "N(0, I)": normal,
        t("generate.gap.drawn"): _of_wall(model, wall),
    }
    values = [n(float(np.median(each)), 1) for each in distances.values()]
    about = t("generate.gap.about", digits=values[0], normal=values[1], drawn=values[2])
    figure = chart_spec(distance_curves, distances, t("generate.gap.axis"))
    show_chart(figure, key="generate_gap", alt=about)
    st.caption(about)


def nearest_codes(codes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """The Euclidean distance of each code (m, latent) to the nearest of others, (m,)."""
    squared = np.square(codes).sum(1)[:, None] + np.square(others).sum(1) - 2 * codes @ others.T
    return np.sqrt(np.maximum(squared.min(1), 0))


@kept_with_model(max_entries=6)
def _of_wall(model: Codec, wall: DrawnWall) -> np.ndarray:
    return nearest_codes(wall.codes, _training(model))


@kept_with_model(max_entries=1)
def _training(model: Codec) -> np.ndarray:
    return embed_many(model, mnist.train_digits().images[:COMPARED])


@kept_with_model(max_entries=1)
def _references(model: Codec, run: str) -> tuple[np.ndarray, np.ndarray]:
    noise = np.random.default_rng(0).standard_normal((DRAWN, model.latent)).astype(np.float32)
    known = _training(model)
    return nearest_codes(code_space(run).codes, known), nearest_codes(noise, known)
