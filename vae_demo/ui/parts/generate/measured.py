"""Every wall that `benchmarks/samples.py` has measured: how many digits are recognised, how far."""

from __future__ import annotations

import numpy as np
import streamlit as st

from vae_demo.evaluation.walls import MeasuredWall, measured_walls
from vae_demo.ui.charts.wall_scores import wall_scores
from vae_demo.ui.frame.language import n, t
from vae_demo.ui.frame.section import section
from vae_demo.ui.parts.chart.part import chart_spec, show_chart


def show_measured(run: str) -> None:
    """Show all walls as points, those of the run named; and real test digits."""
    measured = measured_walls()
    points = np.array([_point(wall) for wall in measured.walls])
    names = [_name(wall, run) for wall in measured.walls]
    own = np.array([wall.run == run for wall in measured.walls])
    real = [measured.real["distance"][0], 100 * measured.real["recognised"][0]]
    section("generate_measured", t("generate.measured"))
    about = t("generate.measured.about", seeds=measured.seeds, count=n(measured.count, 0))
    text = {name: t(f"generate.measured.{name}") for name in ("distance", "recognised", "real")}
    show_chart(
        chart_spec(wall_scores, points, names, own, np.array(real), text),
        key="generate_measured",
        alt=about,
    )
    st.caption(about)


def _point(wall: MeasuredWall) -> list[float]:
    return [wall.numbers["distance"][0], 100 * wall.numbers["recognised"][0]]


def _name(wall: MeasuredWall, run: str) -> str:
    """The place of a wall, after the name of its run if that is not the chosen one."""
    prior = wall.place == "prior"
    place = t("generate.measured.prior") if prior else t(f"generate.from.{wall.place}")
    cooled = f", {n(wall.temperature, 1)}" if wall.temperature != 1 else ""
    return f"{place}{cooled}" if wall.run == run else f"{wall.run}: {place}{cooled}"
