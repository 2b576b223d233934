"""Keep drawings of the Draw page, and fine-tune a run on one's own handwriting."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from vae_demo.ui.frame.choices import pick
from vae_demo.ui.frame.language import n, t
from vae_demo.ui.frame.runs import run, run_names
from vae_demo.ui.frame.session import training_jobs, visitor
from vae_demo.ui.parts.digits.part import Picture, digits
from vae_demo.ui.parts.draw.state import draw_session

if TYPE_CHECKING:
    from vae_demo.runs import Run
    from vae_demo.ui.parts.handwriting.data import FineTuningProgress
    from vae_demo.ui.server.fine_tuning_job import FineTuningJob

ENOUGH = 20  # drawings; fewer can be tried, too
LEAST = 5
FIRST = "vae-20"
LABELS = tuple("0123456789")
SHOWN = 20  # of the kept drawings, the newest
REFRESH = 0.6  # seconds between two live pictures
_JOB, _ON, _FULL = "handwriting_job", "handwriting_on", "handwriting_full"


def keep_row() -> None:
    """Above the pad, show the label of the drawing and the button that keeps it, if asked for."""
    if not st.session_state.get(_ON):
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        pick(t("handwriting.label"), LABELS, show=str, key="handwriting_label")
        st.button(
            t("handwriting.keep"),
            key="handwriting_keep",
            type="primary",
            on_click=_keep,
            icon=":material/bookmark_add:",
        )
    count = len(visitor().data.drawings)
    if st.session_state.pop("handwriting_empty", False):
        st.info(t("handwriting.empty"))
    else:
        st.caption(t("handwriting.kept", count=count, enough=ENOUGH))


def handwriting() -> None:
    """Show a switch, and if it is on, the kept drawings and the fine-tuning."""
    me = visitor()
    st.toggle(t("handwriting.title"), key=_ON, persist_state="session")
    if not st.session_state[_ON]:
        return
    with st.container(border=True):
        st.markdown(t("handwriting.about", enough=ENOUGH))
        kept = me.data.drawings
        if len(kept):
            newest = kept[-SHOWN:]
            pairs = [
                Picture(pixels, str(label), alt=t("handwriting.drawing", digit=label))
                for pixels, label in zip(newest.images, newest.labels.tolist(), strict=True)
            ]
            digits(pairs, key="handwriting_kept", size=40, columns=10)
        names = run_names()
        first = names.index(FIRST) if FIRST in names else 0
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = st.selectbox(t("frame.run"), names, index=first, key="handwriting_run")
            job: FineTuningJob | None = st.session_state.get(_JOB)
            running = job is not None and not job.wait(0)
            st.button(
                t("handwriting.tune"),
                key="handwriting_tune",
                disabled=len(kept) < LEAST or name is None or running,
                on_click=_tune,
                args=(name,),
            )
            if len(kept):
                st.button(
                    t("handwriting.delete"),
                    key="handwriting_delete",
                    on_click=_delete,
                    icon=":material/delete:",
                )
            if running and job is not None:
                st.button(t("handwriting.stop"), key="handwriting_stop", on_click=job.stop)
        if there := st.session_state.pop(_FULL, None):
            st.error(t("train.full", there=there))
        elif job is not None:
            _live(job)


def _keep() -> None:
    """Keep the digit on the pad with the chosen label, and propose the next label."""
    digit = draw_session().drawn
    if digit is None:
        st.session_state["handwriting_empty"] = True
        return
    label = int(st.session_state["handwriting_label"])
    visitor().data.keep_drawing(digit, label)
    st.session_state["handwriting_label"] = str((label + 1) % 10)


def _delete() -> None:
    visitor().data.delete_drawings()
    if (job := st.session_state.pop(_JOB, None)) is not None:
        job.stop()


def _tune(name: str) -> None:
    """Start to fine-tune a run, or queue it behind the trainings."""
    from vae_demo.ui.parts.handwriting.data import tuned  # these import torch
    from vae_demo.ui.server.fine_tuning_job import FineTuningJob
    from vae_demo.ui.server.trainings import TooManyJobs

    jobs, moments = training_jobs(), tuned(run(name), visitor().data.drawings)
    try:
        st.session_state[_JOB] = jobs.begin(lambda: FineTuningJob(jobs, jobs.grace, name, moments))
    except TooManyJobs as error:
        st.session_state[_FULL] = error.count


def _live(job: FineTuningJob) -> None:
    """Show a fine-tuning while it runs, and keep the new run when it has ended."""
    over = job.wait(0)

    @st.fragment(run_every=None if over else REFRESH)
    def live() -> None:
        job.note_watched()
        if job.wait(0) and not over:
            st.rerun()
        if job.state == "failed":
            st.error(t("handwriting.failed"))
        elif job.state.ended and job.state != "finished":
            st.info(t("handwriting.stopped"))
        elif job.state == "queued":
            st.progress(_share(job.latest), t("handwriting.waiting", place=job.position))
        elif job.latest is None:
            st.progress(0.0, t("handwriting.starting"))
        else:
            _show(job.latest)

    live()
    if over and job.latest and job.latest.run:
        if not job.kept:
            _keep_run(job, job.latest.run)
        st.success(t("handwriting.done", name=job.kept))
        names = [job.base, job.kept]
        st.button(t("handwriting.show"), key="handwriting_show", on_click=_compare, args=(names,))


def _keep_run(job: FineTuningJob, made: Run) -> None:
    from vae_demo.ui.parts.handwriting.data import free_name

    me = visitor()
    job.kept = free_name(made.name, run_names(any_data=True))
    me.keep_run(replace(made, name=job.kept))
    st.rerun()  # the choices of runs above have it now


def _share(moment: FineTuningProgress | None) -> float:
    """The share of a fine-tuning that is done."""
    return moment.step.step / moment.step.steps if moment else 0.0


def _show(moment: FineTuningProgress) -> None:
    """Show the progress, both errors, and held-back drawings with their reconstructions."""
    step = moment.step
    st.progress(_share(moment), t("handwriting.step", step=step.step, steps=step.steps))
    left, right = st.columns(2)
    for place, words, before, now in (
        (left, t("handwriting.error.drawings"), moment.first.drawings, step.drawings),
        (right, t("handwriting.error.mnist"), moment.first.mnist, step.mnist),
    ):
        percent = round(100 * (now / max(before, 1e-9) - 1))
        sign = "-" if percent < 0 else "+"  # Streamlit reads it there
        change = t("handwriting.change", sign=sign, percent=n(abs(percent), 0))
        place.metric(words, n(now, 4), delta=change, delta_color="inverse")
    columns = len(moment.originals)
    rows = (
        (t("handwriting.row.drawings"), moment.originals),
        (t("handwriting.row.before"), moment.before),
        (t("handwriting.row.now"), moment.now),
    )
    st.caption(" · ".join(words for words, _ in rows))
    pictures = np.concatenate([found for _, found in rows])
    alts = [words for words, found in rows for _ in found]
    pairs = [Picture(p, "", alt=alt) for p, alt in zip(pictures, alts, strict=True)]
    digits(pairs, key="handwriting_live", size=48, columns=columns)


def _compare(names: list[str]) -> None:
    """Choose the run before and after for the pad."""
    st.session_state["runs"] = names
