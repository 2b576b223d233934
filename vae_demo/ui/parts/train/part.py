"""Show a running training: its progress, its buttons and its pictures."""

from __future__ import annotations

import uuid
import weakref
from dataclasses import asdict

import streamlit as st

from vae_demo.runs.progress import Progress
from vae_demo.training.config import TrainConfig
from vae_demo.ui.frame.language import count, duration, exact, n, t
from vae_demo.ui.frame.runs import run
from vae_demo.ui.parts.chart.part import chart_spec
from vae_demo.ui.parts.data_choice.data import matching_data
from vae_demo.ui.parts.train.advice import rate_rises, show_failures
from vae_demo.ui.parts.train.form import go_on
from vae_demo.ui.parts.train.keep import keep_form
from vae_demo.ui.parts.train.pictures import Charts, training_pictures
from vae_demo.ui.server.training_job import TrainingJob
from vae_demo.ui.server.training_states import JobState, JobStatus
from vae_demo.ui.server.visitors import Visitor

REFRESH = 0.8  # seconds between two live pictures
EXAMPLE = "vae-2"
_CHARTS = "train_charts"


def live_training(me: Visitor) -> None:
    """Show the visitor's training, live while it runs; before the first, a shipped run."""
    job = me.job
    earlier = me.folder.load_progress() if job is None and me.folder else None
    if earlier is not None:
        _interrupted(me, earlier)
        return
    if job is None:
        example = run(EXAMPLE)
        st.caption(t("train.example", run=EXAMPLE))
        charts = Charts(example.model, chart_spec)
        snapshots = example.history.snapshots()
        training_pictures(snapshots[-1].strip, snapshots[-1].codes, snapshots, charts)
        return
    over = job.watch().state.ended
    _buttons(me, job, over)

    charts = _charts_of(job)

    @st.fragment(run_every=None if over else REFRESH)
    def live() -> None:
        status = job.watch()
        if status.state.ended and not over:
            st.rerun()  # the whole page: its buttons change
        with st.container():  # whatever is in it, the charts below keep their place and zoom
            _progress(job, status)
            if over and status.run is not None:
                if status.state is not JobState.DIVERGED:
                    show_failures(status.run, job.data.test)
                keep_form(me, status.run)
        if status.codes is not None and status.strip is not None and status.snapshots:
            training_pictures(status.strip, status.codes, status.snapshots, charts)
            if not over and rate_rises(status.snapshots):
                st.caption(t("train.curve.rises"))

    live()


def _charts_of(job: TrainingJob) -> Charts:
    """The charts of a job in this session. They do not keep the job in memory."""
    known, charts = st.session_state.get(_CHARTS, (None, None))
    if known is None or known() is not job:
        charts = Charts(asdict(job.config), revision=uuid.uuid4().hex, data=job.data)
        st.session_state[_CHARTS] = weakref.ref(job), charts
    found: Charts = charts
    return found


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
            f"train.job.{stage(job, status)}",
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
        st.warning(t("train.job.diverged.what", step=status.step, lr=exact(job.training.lr)))
    if status.state is JobState.FAILED:
        st.error(t("train.job.failed.what"))


def _interrupted(me: Visitor, progress: Progress) -> None:
    """Show a training that the server or a closed page has interrupted, and how to go on."""
    epochs = TrainConfig(**progress.training).epochs
    if progress.step < progress.steps:
        st.info(t("train.interrupted", at=n(progress.epochs, 2), epochs=epochs))
    else:
        st.info(t("train.unkept", trained=count("epochs", epochs)))
    with st.container(horizontal=True):
        _go_on_button(me)
        if me.folder:
            st.button(t("train.discard"), on_click=me.folder.delete_progress, key="train_discard")
    data = matching_data(me, progress.data)
    if data is None:
        st.warning(t("data.missing", name=progress.data.name))
        return
    last = progress.snapshots[-1]
    charts = Charts(progress.model, data=data)
    training_pictures(last.strip, last.codes, progress.snapshots, charts)


def _go_on_button(me: Visitor) -> None:
    icon = ":material/play_arrow:"
    st.button(t("train.go_on"), on_click=go_on, args=(me,), key="train_go_on", icon=icon)


def _buttons(me: Visitor, job: TrainingJob, over: bool) -> None:
    """Show the buttons of a job, outside the live fragment, where Streamlit may drop a click."""
    with st.container(horizontal=True):  # also if empty, to keep the layout
        if job.status.state in (JobState.ABANDONED, JobState.INTERRUPTED):
            if me.folder and me.folder.has_progress():
                _go_on_button(me)
            return
        if over or job.ending:
            return
        if job.pausing:
            st.button(t("train.resume"), on_click=job.resume, key="job_resume")
            st.button(t("train.step"), on_click=job.step, key="job_step")
        else:
            st.button(t("train.pause"), on_click=job.pause, key="job_pause")
        st.button(t("train.stop"), on_click=job.stop, key="job_stop")
