"""Two charts of the Compare page: losses by epoch, and rate against distortion."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from vae_demo.training.history import History
from vae_demo.ui.charts import comparison
from vae_demo.ui.frame.language import t, t_of, t_or_name
from vae_demo.ui.frame.links import linked
from vae_demo.ui.frame.runs import run
from vae_demo.ui.parts.chart.part import chart_spec, show_chart
from vae_demo.ui.parts.scoreboard.part import USUAL, comparable
from vae_demo.ui.parts.scoreboard.report import REPORT_EPOCHS, REPORT_TEST, REPORT_TRAIN

MAX_FIRST_CURVES = 5  # number of runs that are chosen at first


def learning_curves(names: Sequence[str]) -> None:
    """Show the test loss by epoch of the chosen runs and of the course report's VAE."""
    first = [name for name in names if comparable(run(name)) and run(name).has_elbo]
    curves = linked(
        "compare",
        "curves",
        lambda: st.multiselect(
            t("compare.curves.runs"), names, key="curves", placeholder=t("frame.choose")
        ),
        first=(first or names)[:MAX_FIRST_CURVES],
        options=names,
    )
    histories = {name: run(name).history for name in curves}
    reported = {
        t("compare.curves.report_test"): (REPORT_EPOCHS, REPORT_TEST),
        t("compare.curves.report_train"): (REPORT_EPOCHS, REPORT_TRAIN),
    }
    data = run(names[0]).data
    show_chart(
        chart_spec(
            comparison.learning_curves,
            {
                _curve_name(name): (
                    found.epochs,
                    _loss(found),
                )
                for name, found in histories.items()
            },
            reported if data.is_mnist else {},
            {"epoch": t("compare.curves.epoch"), "nats": t("compare.curves.nats")},
        ),
        key="compare_curves",
        alt=t("compare.curves"),
    )
    st.caption(t_of("compare.curves.about", data))


def rate_and_distortion(names: Sequence[str]) -> None:
    """Show rate against distortion of the runs whose losses are comparable."""
    alike = [run(name) for name in names if comparable(run(name))]
    st.markdown(t("compare.plane.about"))
    show_chart(
        chart_spec(
            comparison.rate_distortion,
            [found.results["rate"] for found in alike],
            [found.results["distortion"] for found in alike],
            [found.name for found in alike],
            {
                "rate": t("train.curve.rate"),
                "distortion": t("train.curve.distortion"),
                "equal": t("compare.plane.equal", nats="{nats}"),
                "paid": t("compare.plane.paid"),
                "free": t("compare.plane.free"),
            },
        ),
        key="compare_plane",
        alt=t("compare.plane"),
    )


def _curve_name(name: str) -> str:
    kind = run(name).likelihood
    return name if kind == USUAL[0] else f"{name}, {t_or_name(f'likelihood.{kind}', kind)}"


def _loss(history: History) -> np.ndarray:
    """Distortion + rate on test digits at each snapshot, (t,) nats per image."""
    return history.loss("test_distortion") + history.loss("test_rate")
