"""The code spaces of trainings that differ only in their seed, aligned with each other."""

from __future__ import annotations

import numpy as np
import streamlit as st

from vae_demo.digits import mnist
from vae_demo.latent.projection import project
from vae_demo.sweeps.stability import (
    EPOCHS,
    FILE,
    LATENTS,
    MODELS,
    SEEDS,
    Stability,
    shipped_stability,
)
from vae_demo.ui.charts import code_spaces
from vae_demo.ui.frame.choices import pick
from vae_demo.ui.frame.language import count, n, t, t_or_name
from vae_demo.ui.frame.section import section
from vae_demo.ui.parts.chart.part import chart_spec, show_chart

EVERY = 3  # of the digits of the probe, so that the points can be told apart
SHOWN = ("laid", "trained")


def seeds_compared() -> None:
    """Show the code spaces of both families, and how far they agree."""
    if not FILE.exists():
        st.info(t("compare.stability.none"))
        return
    st.markdown(
        t("compare.stability.about", seeds=n(len(SEEDS), 0), epochs=count("epochs", EPOCHS))
    )
    with st.container(horizontal=True):
        latent = pick(
            t("train.latent"),
            [str(size) for size in LATENTS],
            key="stability_latent",
            show=str,
            page="compare",
        )
        place = pick(
            t("compare.stability.place"),
            list(SHOWN),
            key="stability_place",
            show=lambda name: t(f"compare.stability.{name}"),
            page="compare",
        )
    for model, column in zip(MODELS, st.columns(len(MODELS), gap="large"), strict=True):
        with column:
            _one(model, shipped_stability(model, int(latent)), place)
    means = {
        f"{model}_{size}": n(float(np.mean(shipped_stability(model, size).agreements)), 2)
        for model in MODELS
        for size in LATENTS
    }
    st.markdown(t("compare.stability.all", **means))
    st.caption(t("compare.stability.meant"))


def _one(model: str, found: Stability, place: str) -> None:
    name = t_or_name(f"model.{model}.short", model)
    section(f"stability_{model}", name, small=True)
    spaces = found.aligned if place == "laid" else found.codes
    flat = project(found.aligned[0])
    spec = chart_spec(
        code_spaces.overlaid,
        flat(spaces[:, ::EVERY]),
        mnist.probe().labels[::EVERY],
        [t("compare.stability.seed", seed=seed) for seed in SEEDS],
    )
    alt = t("compare.stability.alt", model=name)
    show_chart(spec, key=f"compare_stability_{model}", alt=alt, revision=place)
    st.markdown(
        t(
            "compare.stability.seen",
            agreement=n(float(np.mean(found.agreements)), 2),
            low=n(min(found.agreements), 2),
            high=n(max(found.agreements), 2),
            chance=n(found.by_chance, 2),
            percent=n(100 * float(np.mean(found.neighbours)), 0),
        )
    )
