"""One of the two trainings of the page, live on this server."""

from __future__ import annotations

import logging

import numpy as np
import streamlit as st

from vae_demo.digits import mnist
from vae_demo.training.collapse import Setup, active_units, cured, ill
from vae_demo.ui.charts.rates import rates_per_latent
from vae_demo.ui.frame.language import n, t
from vae_demo.ui.frame.section import section
from vae_demo.ui.frame.session import submit, visitor
from vae_demo.ui.parts.chart.part import own_chart_spec, show_chart
from vae_demo.ui.parts.collapse.part import in_words
from vae_demo.ui.parts.digits.part import Picture, digits
from vae_demo.ui.server.training_job import TrainingJob
from vae_demo.ui.server.trainings import TooManyJobs

log = logging.getLogger(__name__)

REFRESH = 0.8  # seconds between two live pictures
_FULL = "collapse_full"  # key in the session: the trainings of a server that takes no more


def live_training(cause: str, cure: str) -> None:
    """Show buttons that start one of the two trainings, and the one that was started."""
    section(
        "collapse_live", t("collapse.live.title"), t("collapse.live.about", page=t("train.menu"))
    )
    choices = {"ill": ill(cause), "cured": cured(cause, cure)}
    job = visitor().job
    running = job is not None and not job.watch().state.ended
    with st.container(horizontal=True):
        for side, setup in choices.items():
            st.button(
                t(f"collapse.live.{side}"),
                key=f"collapse_train_{side}",
                icon=":material/play_arrow:",
                disabled=running,
                on_click=_start,
                args=(setup,),
            )
        if job is not None and running:
            st.button(t("collapse.live.stop"), key="collapse_stop", on_click=job.stop)
    if (count := st.session_state.pop(_FULL, None)) is not None:
        st.warning(t("train.full", there=count))
    if job is None:
        return
    setup = Setup(job.config, job.training)
    if setup in choices.values():
        _follow(job, setup, running)
    elif running:
        st.info(t("collapse.live.busy", page=t("train.menu")))


def _follow(job: TrainingJob, setup: Setup, running: bool) -> None:
    @st.fragment(run_every=REFRESH if running else None)
    def live() -> None:
        status = job.watch()
        if status.state.ended and running:
            st.rerun()  # the whole page: its buttons change
        if status.rates is None or status.strip is None:
            st.progress(0.0, t("collapse.live.waiting", settings=in_words(setup)))
            return
        st.progress(
            status.step / status.steps if status.steps else 0.0,
            t(
                "collapse.live.progress",
                at=n(status.epochs, 2),
                epochs=setup.training.epochs,
                active=int(active_units(status.rates)),
                latents=len(status.rates),
                settings=in_words(setup),
            ),
        )
        words = {name: t(f"collapse.live.{name}") for name in ("latent", "rate")}
        alt = t("collapse.live.chart")
        st.caption(alt)
        show_chart(
            own_chart_spec(rates_per_latent, np.sort(status.rates)[::-1], words),
            key="collapse_rates",
            alt=alt,
            revision=in_words(setup),
        )
        _strip(status.strip)

    live()


def _strip(strip: np.ndarray) -> None:
    originals = mnist.probe().images[mnist.strip_positions()]
    pairs = [Picture(p, "", alt=t("picture.original", digit=i)) for i, p in enumerate(originals)]
    pairs += [Picture(p, "", alt=t("picture.reconstruction", digit=i)) for i, p in enumerate(strip)]
    digits(pairs, key="collapse_strip", size=44, columns=10)


def _start(setup: Setup) -> None:
    me = visitor()
    if me.job is not None and not me.job.watch().state.ended:
        return  # already started in another tab
    try:
        me.job = submit(setup.model, setup.training)
    except TooManyJobs as error:
        log.warning("%s", error)
        st.session_state[_FULL] = error.count
