"""The Features page's part: three maps of the same digits, on which the visitor labels some."""

from __future__ import annotations

import numpy as np
import streamlit as st

from vae_demo.digits.probe import PROBE_SIZE, Probe
from vae_demo.models import Codec
from vae_demo.runs import Run
from vae_demo.ui.charts.few_labels import Accuracies, accuracy_by_labels, accuracy_of_ways
from vae_demo.ui.frame.language import language, n, t, t_of
from vae_demo.ui.frame.link_view import LinkView
from vae_demo.ui.frame.runs import model
from vae_demo.ui.frame.runs import run as run_of
from vae_demo.ui.parts.array_file import ArrayFile
from vae_demo.ui.parts.chart.part import chart_spec, show_chart
from vae_demo.ui.parts.features.data import (
    COMPONENTS,
    LiveFiles,
    common_file,
    measured,
    own_files,
    run_file,
)
from vae_demo.ui.parts.mount import browser_part
from vae_demo.ui.server.shared_cache import kept_with_model, shared

_FEATURES = browser_part("features")
_KEY = "features_part"
VIEW = LinkView("features", _KEY, ("labelled", "way"))
NONE = -1  # in the link in place of a position, if no digit is labelled
TEXTS = (
    *("pixels", "components", "codes", "right", "none", "count", "hint", "seen"),
    *("label", "labelled", "tsne", "umap"),
)


@shared(max_entries=20)
def _run_file(name: str) -> ArrayFile:
    return run_file(name, model(name))


def label_typical() -> None:
    """Label the digit nearest to the mean of each class."""
    VIEW.set(labelled=None)


def label_none() -> None:
    """Take all labels away."""
    VIEW.set(labelled=[NONE])


def label_at_random(count: int = 50) -> None:
    """Label digits that are drawn anew at each press: one draw alone may be a lucky one."""
    chosen = st.session_state.get("run")
    there = len(run_of(chosen).probe) if chosen else PROBE_SIZE
    drawn = np.random.default_rng().choice(there, min(count, there // 2), replace=False)
    VIEW.set(labelled=sorted(drawn.tolist()))


@kept_with_model(max_entries=1)
def _own_files(model: Codec, probe: Probe, kinds: tuple[str, ...]) -> LiveFiles:
    return own_files(model, probe, kinds)


def _files(run: Run) -> LiveFiles:
    if run.data.is_mnist:
        return LiveFiles(common_file(), _run_file(run.name), COMPONENTS)
    with st.spinner(t("features.computing"), show_time=False):
        return _own_files(model(run.name), run.probe, run.data.kinds)


@st.fragment
def features_part(run: Run) -> None:
    """Show pixels, components and a run's codes as maps; the browser classifies as one labels."""
    VIEW.current()
    files = _files(run)
    places = {"value": "{value}", "count": "{count}", "digit": "{digit}", "run": run.name}
    places |= {"components": n(files.components, 0), "pictures": n(len(run.probe), 0)}
    _FEATURES(
        key=_KEY,
        data={
            "view": VIEW.data(),
            "common": files.common.offer(),
            "run": files.run.offer(),
            "language": language(),
            "text": {name: t_of(f"features.part.{name}", run.data, **places) for name in TEXTS},
        },
        on_view_change=lambda: None,
        height="content",
    )


def few_labels_chart(run: str) -> None:
    """Show the measured accuracy from few labels, with error bars."""
    found = measured()["few_labels"]
    others = [name for name in found if name not in ("pixels", "components", run)]
    lines = [
        Accuracies(
            t("features.part.pixels")
            if name == "pixels"
            else t("features.part.components")
            if name == "components"
            else name,
            {int(count): (row["mean"], row["spread"]) for count, row in found[name].items()},
            shown=name not in others,
        )
        for name in ("pixels", "components", run, *others)
    ]
    words = {key: t(f"features.chart.{key}") for key in ("labels", "accuracy")}
    show_chart(
        chart_spec(accuracy_by_labels, tuple(lines), words),
        key="features_few",
        alt=t("features.chart.about", seeds=n(measured()["seeds"], 0)),
    )


def more_data_chart() -> None:
    """Show whether decoded neighbours help as more training pictures."""
    found = measured()["more_data"]
    ways = [
        Accuracies(
            t(f"features.more.{way}"),
            {int(count): (row["mean"], row["spread"]) for count, row in rows.items()},
        )
        for way, rows in found.items()
    ]
    words = {key: t(f"features.chart.{key}") for key in ("labels", "accuracy")}
    show_chart(
        chart_spec(accuracy_of_ways, tuple(ways), words),
        key="features_more",
        alt=t("features.more"),
    )
