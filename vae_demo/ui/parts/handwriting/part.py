"""Keep drawings of the Draw page, and fine-tune a run on one's own handwriting."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from vae_demo.ui.frame.choices import pick
from vae_demo.ui.frame.language import n, t
from vae_demo.ui.frame.session import run, run_names, visitor
from vae_demo.ui.parts.digits.part import Picture, digits
from vae_demo.ui.parts.draw.state import draw_session

if TYPE_CHECKING:
    from vae_demo.runs import Run
    from vae_demo.ui.parts.handwriting.data import Tuning, TuningJob

ENOUGH = 20  # drawings; fewer can be tried, too
LEAST = 5
FIRST = "vae-20"
LABELS = tuple("0123456789")
SHOWN = 20  # of the kept drawings, the newest
REFRESH = 0.6  # seconds between two live pictures
_JOB = "handwriting_job"


def handwriting() -> None:
    """Show the button that keeps a drawing, the kept ones, and the fine-tuning."""
    me = visitor()
    with st.expander(t("handwriting.title"), icon=":material/ink_pen:", key="handwriting"):
        st.markdown(t("handwriting.about", enough=ENOUGH))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            pick(t("handwriting.label"), LABELS, show=str, key="handwriting_label")
            st.button(
                t("handwriting.keep"),
                key="handwriting_keep",
                type="primary",
                on_click=_keep,
                icon=":material/bookmark_add:",
            )
        if st.session_state.pop("handwriting_empty", False):
            st.info(t("handwriting.empty"))
        kept = me.data.drawings
        st.caption(t("handwriting.kept", count=len(kept), enough=ENOUGH))
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
            job: TuningJob | None = st.session_state.get(_JOB)
            running = job is not None and not job.over
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
        if job is not None:
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
    st.session_state.pop(_JOB, None)


def _tune(name: str) -> None:
    """Start to fine-tune a run."""
    from vae_demo.ui.parts.handwriting.data import TuningJob  # imports torch

    st.session_state[_JOB] = TuningJob(run(name), visitor().data.drawings)


def _live(job: TuningJob) -> None:
    """Show a fine-tuning while it runs, and keep the new run when it has ended."""
    over = job.over

    @st.fragment(run_every=None if over else REFRESH)
    def live() -> None:
        if job.over and not over:
            st.rerun()
        if job.failed:
            st.error(t("handwriting.failed"))
        elif job.latest is None:
            st.progress(0.0, t("handwriting.waiting"))
        else:
            _show(job.latest)

    live()
    if over and job.latest and job.latest.run:
        if not job.kept:
            _keep_run(job, job.latest.run)
        st.success(t("handwriting.done", name=job.kept))
        names = [job.base, job.kept]
        st.button(t("handwriting.show"), key="handwriting_show", on_click=_compare, args=(names,))


def _keep_run(job: TuningJob, made: Run) -> None:
    from vae_demo.ui.parts.handwriting.data import free_name

    me = visitor()
    job.kept = free_name(made.name, run_names(any_data=True))
    me.keep_run(replace(made, name=job.kept))
    st.rerun()  # the choices of runs above have it now


def _show(moment: Tuning) -> None:
    """Show the progress, both errors, and held-back drawings with their reconstructions."""
    step = moment.step
    share = step.step / step.steps
    st.progress(share, t("handwriting.step", step=step.step, steps=step.steps))
    left, right = st.columns(2)
    left.metric(t("handwriting.error.drawings"), n(step.drawings, 4))
    right.metric(t("handwriting.error.mnist"), n(step.mnist, 4))
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
