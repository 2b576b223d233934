"""Pictures of a training: reconstructions, the latent means, the losses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from vae_demo.digits import mnist
from vae_demo.latent import Projection, project
from vae_demo.models import MODELS
from vae_demo.training.history import LOSS_NAMES, Snapshot
from vae_demo.ui.charts.latent import latent_scatter
from vae_demo.ui.charts.loss_curves import loss_curves
from vae_demo.ui.frame.language import language, t
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
    ) -> None:
        """`model` has the fields of `ModelConfig`."""
        self.model = model
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
            labels = mnist.probe().labels
            hover = t("picture.hover")
            self._map = self._spec_of(latent_scatter, self.view(codes), labels, None, hover)
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
            st.caption(map_sentence(self.view, self.model))
            show_chart(self._map, key="live_map", alt=t("train.map"), revision=self._revision)
        with curves:
            st.caption(t("train.curve.about"))
            about = t("train.curve.about")
            show_chart(self._curves, key="live_curves", alt=about, revision=self._revision)


def training_pictures(
    strip: np.ndarray, codes: np.ndarray, snapshots: Sequence[Snapshot], charts: Charts
) -> None:
    """Show ten test digits and their reconstructions, a map of codes, and the losses."""
    originals = mnist.probe().images[mnist.strip_positions()]
    pairs = [Picture(p, "", alt=t("picture.original", digit=i)) for i, p in enumerate(originals)]
    pairs += [Picture(p, "", alt=t("picture.reconstruction", digit=i)) for i, p in enumerate(strip)]
    st.caption(t("train.strip"))
    digits(pairs, key="live_strip", size=56, columns=10)
    charts.update(codes, snapshots)
    charts.show()


def map_sentence(view: Projection, model: Mapping[str, Any]) -> str:
    """A sentence about the map: two latents, or a projection of more.

    `model` has the fields of `ModelConfig`.
    """
    percent = round(100 * float(view.explained.sum()))
    if MODELS[model["name"]].codebook_size:
        return t("train.map.words", latent=model["latent"], percent=percent)
    if view.is_identity:
        return t("train.map.as_they_are")
    return t("train.map.projected", latent=model["latent"], percent=percent)
