"""What the Train page shows of a job: progress, curves, reconstructions, the cloud of means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import streamlit as st

from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.latent import Projection, project
from vae_demo.models import MODELS
from vae_demo.training.history import LOSS_NAMES, History
from vae_demo.ui.charts import latent
from vae_demo.ui.charts.show import show_chart
from vae_demo.ui.frame.language import count, duration, n, t
from vae_demo.ui.frame.session import run
from vae_demo.ui.parts.digits.part import Picture, digits
from vae_demo.ui.server.training_job import TrainingJob
from vae_demo.ui.server.training_states import JobState, JobStatus
from vae_demo.ui.server.visitor_files import DAYS
from vae_demo.ui.server.visitors import KeptRun, Visitor

REFRESH = 0.8  # seconds between two live pictures
EXAMPLE = "vae-2"
NUMBERS = ("distortion", "rate", "neg_elbo")


def panel(me: Visitor) -> None:
    """The visitor's job, live while it runs; before the first, what a shipped run became."""
    job = me.job
    if job is None:
        example = run(EXAMPLE)
        st.caption(t("train.example", run=EXAMPLE))
        history = example.history
        _pictures(history.strip[-1], history.codes[-1], None, history, example.model)
        return
    over = job.watch().state.ended
    _buttons(job, over)

    @st.fragment(run_every=None if over else REFRESH)
    def live() -> None:
        status = job.watch()
        if status.state.ended and not over:
            st.rerun()  # the whole page: its buttons change
        _progress(job, status)
        if over:
            _keep(me, status)
        if status.codes is not None and status.strip is not None and status.snapshots:
            history = History.of(status.snapshots)
            me.projection = _pictures(
                status.strip, status.codes, me.projection, history, asdict(job.config)
            )

    live()


def stage(job: TrainingJob, status: JobStatus) -> str:
    """What to say of a job: its state, or what a running one does before and after its batches."""
    if status.state is not JobState.RUNNING:
        return str(status.state)
    if status.seconds_left is None and not job.ending:
        return "starting"
    return "measuring" if job.ending or status.step == status.steps else "running"


def _progress(job: TrainingJob, status: JobStatus) -> None:
    """One line on where the job is, and its bar."""
    share = status.step / status.steps if status.steps else 0.0
    left = "" if status.seconds_left is None else duration(status.seconds_left)
    st.progress(
        share,
        t(
            f"job.{stage(job, status)}",
            at=n(status.epochs, 2),
            epochs=job.training.epochs,
            trained=count("epochs", job.training.epochs),
            step=status.step,
            steps=status.steps,
            speed=n(status.images_per_second, 0),
            left=left,
            place=status.position,
        ),
    )
    if status.state is JobState.DIVERGED:
        st.warning(t("job.diverged.what", step=status.step, lr=f"{job.training.lr:g}"))
    if status.state is JobState.FAILED:
        st.error(t("job.failed.what"))


def _buttons(job: TrainingJob, over: bool) -> None:
    """What can be asked of a job. Not within the live part: Streamlit may drop a click there."""
    with st.container(horizontal=True):  # an empty one keeps the places of what follows
        if over or job.ending:
            return
        if job.pausing:
            st.button(t("train.resume"), on_click=job.resume, key="job_resume")
            st.button(t("train.step"), on_click=job.step, key="job_step")
        else:
            st.button(t("train.pause"), on_click=job.pause, key="job_pause")
        st.button(t("train.stop"), on_click=job.stop, key="job_stop")


def _pictures(
    strip: np.ndarray,
    codes: np.ndarray,
    before: Projection | None,
    history: History,
    model: Mapping[str, Any],
) -> Projection:
    """Ten test digits above their reconstructions; the probe's codes as a cloud; the losses."""
    probe = mnist.probe()
    originals = probe.images[mnist.strip_positions()]
    pairs = [Picture(p, "", alt=t("picture.original", digit=i)) for i, p in enumerate(originals)]
    pairs += [Picture(p, "", alt=t("picture.reconstruction", digit=i)) for i, p in enumerate(strip)]
    st.caption(t("train.strip"))
    digits(pairs, key="live_strip", size=56, columns=10)
    view = project(codes, like=before)
    cloud, curves = st.columns([1.35, 1])
    with cloud:
        st.caption(map_sentence(view, model))
        chart = latent.latent_scatter(view(codes), probe.labels, hover=t("picture.hover"))
        show_chart(chart.to_dict(), key="live_map", alt=t("train.map"))
    with curves:
        st.caption(t("curve.about"))
        words = {k: t(f"curve.{k}") for k in ("distortion", "rate", "train", "test", "epoch")}
        losses = {name: history.loss(name) for name in LOSS_NAMES}
        chart = latent.loss_curves(history.epochs, losses, words)
        show_chart(chart.to_dict(), key="live_curves", alt=t("curve.about"))
    return view


def map_sentence(view: Projection, model: Mapping[str, Any]) -> str:
    """Says what the map shows of a model, the fields of `ModelConfig`: latents or a projection."""
    percent = round(100 * float(view.explained.sum()))
    if MODELS[model["name"]].codebook_size:
        return t("map.words", latent=model["latent"], percent=percent)
    if view.is_identity:
        return t("map.as_they_are")
    return t("map.projected", latent=model["latent"], percent=percent)


def own_name(run: runs.Run) -> str:
    """What a visitor's run is called until they say: no shipped run has that name."""
    return f"my-{run.name}"[:40]


def _keep(me: Visitor, status: JobStatus) -> None:
    """Name the trained run, to use it on every page and to take it home."""
    run = status.run
    if run is None:
        return
    result = run.results
    st.markdown(t("keep.numbers", **{name: n(result[name]) for name in NUMBERS}))
    with st.form("keep", border=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = st.text_input(t("keep.name"), value=own_name(run), max_chars=40)
            pressed = st.form_submit_button(t("keep.button"), type="primary")
        if pressed:
            try:
                kept = me.keep_run(replace(run, name=runs.check_name(name.strip())))
                st.success(t("keep.done", name=name.strip()))
                how_kept(kept)
            except runs.RunError as error:
                st.error(t(f"error.run.{error.code}", reason=error))
    st.download_button(
        t("keep.download"),
        data=lambda: runs.dumps(run),
        file_name=f"{run.name}{runs.SUFFIX}",
        mime="application/octet-stream",
        icon=":material/download:",
        on_click="ignore",
    )


def how_kept(kept: KeptRun) -> None:
    """Says for how long a run is kept, and what had to go for it."""
    if kept.on_disk:
        st.caption(t("keep.stored", days=DAYS))
    else:
        st.info(t("keep.memory"))
    if kept.removed:
        st.info(t("keep.gone", names=", ".join(kept.removed)))
