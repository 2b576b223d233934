"""The charts of a sweep: how the results depend on the latent size and on beta."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import streamlit as st

from vae_demo.sweeps import table
from vae_demo.sweeps.table import AXES, Table
from vae_demo.ui.charts import comparison
from vae_demo.ui.frame.choices import pick
from vae_demo.ui.frame.language import count, n, t, t_or_name
from vae_demo.ui.parts.chart.part import chart_spec, show_chart
from vae_demo.ui.server.shared_cache import shared

log = logging.getLogger(__name__)

NATS = ("neg_elbo", "distortion", "rate")
FIXED = {"latent": "beta", "beta": "latent"}  # axis -> the setting that is fixed


def sweeps() -> None:
    """Show both charts, each with a choice of the fixed setting, and how they were measured."""
    found = _table()
    if found is None or not found.rows:
        st.info(t("compare.sweep.none"))
        return
    st.markdown(t("compare.sweep.about"))
    for axis, column in zip(AXES, st.columns(2, gap="large"), strict=True):
        with column:
            _one(found, axis)
    made = found.recipe
    st.caption(
        t(
            "compare.sweep.made",
            model=t_or_name(f"model.{made['model']}.short", made["model"]),
            trainings=n(len(found.rows), 0),
            pairs=n(len({tuple(row[axis] for axis in AXES) for row in found.rows}), 0),
            epochs=count("epochs", made["training"]["epochs"]),
            digits=n(made["digits"], 0),
        )
    )
    st.code("\n".join(found.commands), language=None, wrap_lines=True)


def _one(results: Table, axis: str) -> None:
    fixed = FIXED[axis]
    st.subheader(t(f"compare.sweep.{axis}.title"), anchor=False)
    options = {f"{value:g}": value for value in results.values(fixed)}
    chosen = pick(
        t(f"train.{fixed}"),
        list(options),
        key=f"sweep_{fixed}",
        show=_written,
        page="compare",
    )
    at, numbers = results.along(axis, options[chosen])
    spec = chart_spec(
        comparison.sensitivity,
        at,
        [_written(f"{value:g}") for value in at],
        {t(f"compare.column.{name}"): numbers[name] for name in NATS},
        numbers["active_units"],
        at if axis == "latent" else np.full(len(at), options[chosen]),
        {
            "setting": t(f"train.{axis}"),
            "nats": t("compare.sweep.nats"),
            "active": t("compare.column.active_units"),
            "all": t("compare.sweep.all"),
        },
    )
    title = t(f"compare.sweep.{axis}.title")
    show_chart(spec, key=f"compare_sweep_{axis}", alt=title)
    means = {name: np.nanmean(values, axis=1) for name, values in numbers.items()}
    best = int(means["neg_elbo"].argmin())
    ends = {
        f"{name}_{end}": _short(values[place], name)
        for name, values in means.items()
        for end, place in (("first", 0), ("last", -1))
    }
    st.markdown(
        t(
            f"compare.sweep.{axis}.seen",
            fixed=_written(chosen),
            first=_written(f"{at[0]:g}"),
            last=_written(f"{at[-1]:g}"),
            best=_written(f"{at[best]:g}"),
            nats=_short(means["neg_elbo"][best], "neg_elbo"),
            active=_short(means["active_units"][best], "active_units"),
            **ends,
        )
    )


def _short(mean: float, name: str) -> str:
    """A mean in a sentence; a whole number of latents has no decimals."""
    return _written(f"{mean:.3g}") if name == "active_units" else n(float(mean))


def _written(value: str) -> str:
    """A number such as 0.25 in the format of the visitor's language."""
    return n(float(value), len(value.partition(".")[2]))


def _table() -> Table | None:
    """The saved table or, if there is none, the shipped one; None if it can't be read."""
    path = table.saved() if table.saved().exists() else table.shipped()
    try:
        return _load(path, path.stat().st_mtime_ns)
    except (OSError, ValueError) as error:
        log.warning("%s", error)
        return None


@shared(max_entries=2)
def _load(path: Path, changed: int) -> Table:
    return table.load(path)
