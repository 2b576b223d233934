"""Show a running training: its progress, its buttons and its pictures."""

from __future__ import annotations

from dataclasses import asdict

import streamlit as st

from vae_demo.training.history import History
from vae_demo.ui.charts.show import chart_spec
from vae_demo.ui.frame.language import count, duration, n, t
from vae_demo.ui.frame.session import run
from vae_demo.ui.parts.training.keep import keep_form
from vae_demo.ui.parts.training.pictures import training_pictures
from vae_demo.ui.server.training_job import TrainingJob
from vae_demo.ui.server.training_states import JobState, JobStatus
from vae_demo.ui.server.visitors import Visitor

REFRESH = 0.8  # seconds between two live pictures
EXAMPLE = "vae-2"


def live_training(me: Visitor) -> None:
    """Show the visitor's training, live while it runs; before the first, a shipped run."""
    job = me.job
    if job is None:
        example = run(EXAMPLE)
        st.caption(t("train.example", run=EXAMPLE))
        history = example.history
        newest = history.strip[-1], history.codes[-1]
        training_pictures(*newest, None, history, example.model, chart_spec)
        return
    over = job.watch().state.ended
    _buttons(job, over)

    @st.fragment(run_every=None if over else REFRESH)
    def live() -> None:
        status = job.watch()
        if status.state.ended and not over:
            st.rerun()  # the whole page: its buttons change
        _progress(job, status)
        if over and status.run is not None:
            keep_form(me, status.run)
        if status.codes is not None and status.strip is not None and status.snapshots:
            history = History.of(status.snapshots)
            me.projection = training_pictures(
                status.strip, status.codes, me.projection, history, asdict(job.config)
            )

    live()


def stage(job: TrainingJob, status: JobStatus) -> str:
    """The stage of a job: its state, or what it does before and after the batches."""
    if status.state is not JobState.RUNNING:
        return str(status.state)
    if status.seconds_left is None and not job.ending:
        return "starting"
    return "measuring" if job.ending or status.step == status.steps else "running"


def _progress(job: TrainingJob, status: JobStatus) -> None:
    """Show the progress of the job as a line and a bar."""
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
    """Show the buttons of a job, outside the live fragment, where Streamlit may drop a click."""
    with st.container(horizontal=True):  # also if empty, to keep the layout
        if over or job.ending:
            return
        if job.pausing:
            st.button(t("train.resume"), on_click=job.resume, key="job_resume")
            st.button(t("train.step"), on_click=job.step, key="job_step")
        else:
            st.button(t("train.pause"), on_click=job.pause, key="job_pause")
        st.button(t("train.stop"), on_click=job.stop, key="job_stop")
