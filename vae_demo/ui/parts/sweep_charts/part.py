"""The charts of sweeps: results by latent size and beta, and by learning rate."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import streamlit as st

from vae_demo.sweeps import table
from vae_demo.sweeps.learning_rate_sensitivity import Sensitivity, loses_less, sensitivity_of
from vae_demo.sweeps.table import LATENTS_AND_BETAS, LEARNING_RATES, Kind, Table
from vae_demo.ui.charts.sweeps import learning_rates, sensitivity
from vae_demo.ui.frame.choices import pick
from vae_demo.ui.frame.language import count, exact, n, t, t_or_name
from vae_demo.ui.frame.section import section
from vae_demo.ui.parts.chart.part import chart_spec, show_chart
from vae_demo.ui.server.shared_cache import shared

log = logging.getLogger(__name__)

NATS = ("neg_elbo", "distortion", "rate")
FIXED = {"latent": "beta", "beta": "latent"}  # axis -> the setting that is fixed


def sweeps() -> None:
    """Show the charts of both sweeps, and how they were measured."""
    _grid()
    _learning_rates()


def _grid() -> None:
    """Latent size and beta: two charts, each with a choice of the fixed setting."""
    found = _table(LATENTS_AND_BETAS)
    if found is None:
        st.info(t("compare.sweep.none"))
        return
    st.markdown(t("compare.sweep.about"))
    for axis, column in zip(LATENTS_AND_BETAS.axes, st.columns(2, gap="large"), strict=True):
        with column:
            _one(found, axis)
    made = found.recipe
    st.caption(
        t(
            "compare.sweep.made",
            model=t_or_name(f"model.{made['model']}.short", made["model"]),
            trainings=n(len(found.rows), 0),
            pairs=n(
                len({tuple(row[axis] for axis in LATENTS_AND_BETAS.axes) for row in found.rows}), 0
            ),
            epochs=count("epochs", made["training"]["epochs"]),
            digits=n(made["digits"], 0),
        )
    )
    _say_data(found)
    st.code("\n".join(found.commands), language=None, wrap_lines=True)


def _say_data(found: Table) -> None:
    """Say on which data a table was measured, if it was not MNIST."""
    if name := found.recipe.get("data"):
        st.caption(t("compare.sweep.data", data=t_or_name(f"data.name.{name}", name)))


def _one(results: Table, axis: str) -> None:
    fixed = FIXED[axis]
    section(f"compare_sweep_{axis}", t(f"compare.sweep.{axis}.title"), small=True)
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
        sensitivity,
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
    known = [i for i in range(len(at)) if not np.isnan(numbers["neg_elbo"][i]).all()]
    if not known:
        return
    at = at[known]
    means = {name: np.nanmean(numbers[name][known], axis=1) for name in LATENTS_AND_BETAS.measures}
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


def _learning_rates() -> None:
    """Plain autoencoder and VAE over learning rates, beside what the course report says."""
    section("compare_sweep_lr", t("compare.sweep.lr.title"), small=True)
    found = _table(LEARNING_RATES)
    if found is None:
        st.info(t("compare.sweep.lr.none"))
        return
    families = {model: sensitivity_of(found, model) for model in found.values("model")}
    st.markdown(
        t("compare.sweep.lr.about", epochs=count("epochs", found.recipe["training"]["epochs"]))
    )
    _say_data(found)
    rates = sorted({row["lr"] for row in found.rows})
    spec = chart_spec(
        learning_rates,
        {
            _model(model): (each.rates, each.losses, each.diverged)
            for model, each in families.items()
        },
        [exact(rate) for rate in rates],
        {
            "rate": t("train.lr"),
            "nats": t("compare.sweep.nats"),
            "times": t("compare.sweep.lr.times"),
            "diverged": t("compare.sweep.lr.diverged"),
            "diverged_of": t("compare.sweep.lr.diverged_of", diverged="{diverged}", all="{all}"),
        },
    )
    show_chart(spec, key="compare_sweep_lr", alt=t("compare.sweep.lr.title"))
    for model, each in families.items():
        st.markdown(_said(_model(model), each))
    if {*families} >= {"ae", "vae"}:
        st.markdown(_verdict(families["vae"], families["ae"]))
    st.caption(t("compare.sweep.lr.meant"))
    st.code("\n".join(found.commands), language=None, wrap_lines=True)


def _said(model: str, found: Sensitivity) -> str:
    """What the trainings of a family show, in a sentence."""
    share, widest = found.spread
    return t(
        "compare.sweep.lr.seen",
        model=model,
        best=n(found.best),
        rate=exact(found.best_rate),
        percent=n(100 * share, 0),
        widest=exact(widest),
        diverged=n(int(found.diverged.sum()), 0),
        trainings=n(found.trainings, 0),
    )


def _verdict(vae: Sensitivity, ae: Sensitivity) -> str:
    """Whether the VAE is the steadier one, at which learning rates."""
    for_vae, for_ae = loses_less(vae, ae), loses_less(ae, vae)
    kind = "mixed" if for_vae and for_ae else "holds" if for_vae else "fails"
    written = {
        name: "; ".join(map(exact, rates)) for name, rates in (("vae", for_vae), ("ae", for_ae))
    }
    return t(f"compare.sweep.lr.{kind}", **written)


def _model(name: str) -> str:
    return t_or_name(f"model.{name}.short", name)


def _table(kind: Kind) -> Table | None:
    """The saved table or, if there is none, the shipped one; None if it has no rows to draw."""
    path = table.saved(kind) if table.saved(kind).exists() else table.shipped(kind)
    try:
        found = _load(path, path.stat().st_mtime_ns)
    except (OSError, ValueError) as error:
        log.warning("%s", error)
        return None
    return found if found.rows and found.kind is kind else None


@shared(max_entries=2)
def _load(path: Path, changed: int) -> Table:
    return table.load(path)
