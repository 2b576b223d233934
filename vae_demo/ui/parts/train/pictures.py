"""Pictures of a training: reconstructions, the latent means, the losses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from vae_demo.datasets import DataSet, mnist_data
from vae_demo.digits.probe import PROBE_SIZE
from vae_demo.latent import Projection, project
from vae_demo.models import MODELS
from vae_demo.training.history import LOSS_NAMES, Snapshot
from vae_demo.ui.charts.latent import HEIGHT, latent_scatter
from vae_demo.ui.charts.loss_curves import loss_curves
from vae_demo.ui.frame.language import language, n, t
from vae_demo.ui.parts.chart.part import Spec, own_chart_spec, show_chart
from vae_demo.ui.parts.digits.part import Picture, digits


class Charts:
    """The map and the loss curves of one training; what has not changed is not built again.

    `spec_of` is `chart_spec` if all visitors see the same charts. `revision` is that of
    `show_chart`, for charts whose numbers change.
    """

    def __init__(
        self,
        model: Mapping[str, Any],
        spec_of: Callable[..., Spec] = own_chart_spec,
        revision: str | None = None,
        data: DataSet | None = None,
    ) -> None:
        """`model` has the fields of `ModelConfig`; without `data`, they are MNIST."""
        self.model = model
        self.data = mnist_data() if data is None else data
        self.view: Projection | None = None
        self._spec_of, self._revision = spec_of, revision
        self._fitted = self._drawn = 0  # number of snapshots of the projection and of the curves
        self._map: Spec | None = None
        self._curves: Spec | None = None
        self._codes: np.ndarray | None = None
        self._language = ""

    def update(self, codes: np.ndarray, snapshots: Sequence[Snapshot]) -> None:
        """Follow the training: the curves and the projection change at snapshots only."""
        translated = language() == self._language
        self._language = language()
        if self.view is None or len(snapshots) != self._fitted:
            self._fitted, self.view = len(snapshots), project(codes, like=self.view)
        if codes is not self._codes or not translated:
            self._codes = codes
            digits = self.data.description.is_mnist
            hover = t("picture.hover") if digits else "%{text}"
            points, labels = self.view(codes), self.data.probe.labels
            kinds = self.data.kinds
            given = (points, labels, None, hover, HEIGHT, kinds)
            self._map = self._spec_of(latent_scatter, *given)
        if len(snapshots) != self._drawn or not translated:
            self._drawn = len(snapshots)
            names = ("distortion", "rate", "train", "test", "epoch")
            words = {name: t(f"train.curve.{name}") for name in names}
            losses = {k: np.array([getattr(s, k) for s in snapshots]) for k in LOSS_NAMES}
            epochs = np.array([s.epochs for s in snapshots])
            self._curves = self._spec_of(loss_curves, epochs, losses, words)

    def show(self) -> None:
        """Show both; what the visitor has zoomed into stays so at the next update."""
        assert self.view and self._map and self._curves, "update comes first"
        scatter, curves = st.columns([1.35, 1])
        with scatter:
            count = len(self.data.probe.images)
            st.caption(map_sentence(self.view, self.model, count))
            alt = t("train.map", count=n(count, 0))
            show_chart(self._map, key="live_map", alt=alt, revision=self._revision)
        with curves:
            st.caption(t("train.curve.about"))
            about = t("train.curve.about")
            show_chart(self._curves, key="live_curves", alt=about, revision=self._revision)


def training_pictures(
    strip: np.ndarray, codes: np.ndarray, snapshots: Sequence[Snapshot], charts: Charts
) -> None:
    """Show ten test pictures and their reconstructions, a map of codes, and the losses."""
    data = charts.data
    originals = data.probe.images[data.probe.strip]
    labels = data.probe.labels[data.probe.strip]
    names = [data.kinds[label] if data.kinds else str(i + 1) for i, label in enumerate(labels)]
    if data.description.is_mnist:
        alts = [t("picture.original", digit=name) for name in names]
        alts += [t("picture.reconstruction", digit=name) for name in names]
    else:
        alts = [t("train.strip.original", name=name) for name in names]
        alts += [t("train.strip.reconstruction", name=name) for name in names]
    pictures = np.concatenate([originals, strip])
    pairs = [Picture(pixels, "", alt=alt) for pixels, alt in zip(pictures, alts, strict=True)]
    st.caption(t("train.strip"))
    digits(pairs, key="live_strip", size=56, columns=10)
    charts.update(codes, snapshots)
    charts.show()


def map_sentence(view: Projection, model: Mapping[str, Any], count: int = PROBE_SIZE) -> str:
    """A sentence about the map of `count` pictures: two latents, or a projection of more.

    `model` has the fields of `ModelConfig`.
    """
    size = n(count, 0)
    percent = round(100 * float(view.explained.sum()))
    if MODELS[model["name"]].codebook_size:
        return t("train.map.words", latent=model["latent"], percent=percent, count=size)
    if view.is_identity:
        return t("train.map.as_they_are", count=size)
    return t("train.map.projected", latent=model["latent"], percent=percent, count=size)
