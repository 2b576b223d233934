"""Pictures of a training: reconstructions, the latent means, the losses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from vae_demo.digits import mnist
from vae_demo.latent import Projection, project
from vae_demo.models import MODELS
from vae_demo.training.history import LOSS_NAMES, History
from vae_demo.ui.charts import latent
from vae_demo.ui.charts.show import Spec, own_chart_spec, show_chart
from vae_demo.ui.frame.language import t
from vae_demo.ui.parts.digits.part import Picture, digits


def training_pictures(
    strip: np.ndarray,
    codes: np.ndarray,
    before: Projection | None,
    history: History,
    model: Mapping[str, Any],
    spec_of: Callable[..., Spec] = own_chart_spec,
) -> Projection:
    """Show ten test digits and their reconstructions, a scatter plot of codes, and the losses.

    `spec_of` is `chart_spec` if all visitors see the same charts.
    """
    probe = mnist.probe()
    originals = probe.images[mnist.strip_positions()]
    pairs = [Picture(p, "", alt=t("picture.original", digit=i)) for i, p in enumerate(originals)]
    pairs += [Picture(p, "", alt=t("picture.reconstruction", digit=i)) for i, p in enumerate(strip)]
    st.caption(t("train.strip"))
    digits(pairs, key="live_strip", size=56, columns=10)
    view = project(codes, like=before)
    scatter, curves = st.columns([1.35, 1])
    with scatter:
        st.caption(map_sentence(view, model))
        spec = spec_of(_scatter, view(codes), probe.labels, t("picture.hover"))
        show_chart(spec, key="live_map", alt=t("train.map"))
    with curves:
        st.caption(t("curve.about"))
        words = {k: t(f"curve.{k}") for k in ("distortion", "rate", "train", "test", "epoch")}
        losses = {name: history.loss(name) for name in LOSS_NAMES}
        spec = spec_of(latent.loss_curves, history.epochs, losses, words)
        show_chart(spec, key="live_curves", alt=t("curve.about"))
    return view


def _scatter(points: np.ndarray, labels: np.ndarray, hover: str) -> go.Figure:
    return latent.latent_scatter(points, labels, hover=hover)


def map_sentence(view: Projection, model: Mapping[str, Any]) -> str:
    """A sentence about the map: two latents, or a projection of more.

    `model` has the fields of `ModelConfig`.
    """
    percent = round(100 * float(view.explained.sum()))
    if MODELS[model["name"]].codebook_size:
        return t("map.words", latent=model["latent"], percent=percent)
    if view.is_identity:
        return t("map.as_they_are")
    return t("map.projected", latent=model["latent"], percent=percent)
