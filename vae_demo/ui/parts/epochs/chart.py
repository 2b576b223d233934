"""A static chart of one snapshot of a run, with hover labels, selection and download."""

from __future__ import annotations

import numpy as np
import streamlit as st

from vae_demo.digits import pictures
from vae_demo.runs import Run
from vae_demo.ui.charts import latent
from vae_demo.ui.frame.language import short, t
from vae_demo.ui.parts.chart.part import chart_spec, show_chart
from vae_demo.ui.parts.epochs.epoch_map import captions, once, projection
from vae_demo.ui.parts.epochs.state import current_view, follow

SNAPSHOT = "epochs_chart_snapshot"  # key in the session: run and snapshot of the chart
HEIGHT = 560  # CSS pixels
STRIPS = 8


def snapshot_chart(run: Run) -> None:
    """Show the latent means of one snapshot; a button sets it to the epoch of the slider."""
    last = len(run.history) - 1
    name, snapshot = st.session_state.get(SNAPSHOT, (run.name, last))
    if name != run.name:
        snapshot = last
    key = f"epochs_{run.name.replace('_', '-')}"  # Streamlit refuses "__" in the key of a part

    def select(point: object) -> None:
        positions = run.probe.positions
        if type(point) is int and 0 <= point < len(positions):
            follow(int(positions[point]))

    def choose_snapshot() -> None:
        at = current_view(run).at
        nearest = last if at is None else int(np.abs(run.history.epochs - at).argmin())
        st.session_state[SNAPSHOT] = run.name, nearest

    points, labels = projection(run)(run.history.codes), run.probe.labels
    reach = latent.latent_range(points)  # the same for all snapshots
    hover = t("picture.hover") if run.data.is_mnist else "%{text}"
    kinds = run.data.kinds
    st.button(t("epochs.chart.take"), key="epochs_chart_take", on_click=choose_snapshot)
    st.caption(captions(run)[snapshot])
    show_chart(
        chart_spec(latent.latent_scatter, points[snapshot], labels, reach, hover, HEIGHT, kinds),
        key=key,
        on_point=select,
        alt=t("epochs.alt", run=run.name),
    )


def epoch_strips(run: Run) -> None:
    """Show the reconstructions of ten test pictures from epoch to epoch, above the originals."""
    history, probe = run.history, run.probe
    rows = np.unique(np.linspace(0, len(history) - 1, STRIPS).round().astype(int))
    strips = [*history.strip[rows], probe.images[probe.strip]]
    sheets = once(run, "strips", lambda: [_sheet(strip) for strip in strips])
    labels = [t("epochs.row", at=short(history.epochs[i])) for i in rows]
    for label, sheet in zip([*labels, t("picture.original_row")], sheets, strict=True):
        left, right = st.columns([1, 7], vertical_alignment="center")
        left.caption(label)
        right.image(sheet, output_format="PNG", alt=label)


def _sheet(strip: np.ndarray) -> bytes:
    return pictures.png(pictures.tile(strip, 10, scale=3, gap=6))
