"""Keep a run: one that was just trained, or one from a file."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from vae_demo import runs
from vae_demo.runs import Run
from vae_demo.ui.frame.deletable import deletable
from vae_demo.ui.frame.language import n, t
from vae_demo.ui.server.visitor_files import DAYS
from vae_demo.ui.server.visitors import KeptRun, Visitor

LOSSES = ("distortion", "rate", "neg_elbo")


def own_name(run: Run) -> str:
    """The default name of a visitor's run, which differs from those of shipped runs."""
    return f"my-{run.name}"[:40]


def keep_form(me: Visitor, run: Run) -> None:
    """Show a form to name and keep a trained run, and a button to download it."""
    numbers = {name: n(run.results[name]) for name in LOSSES}
    numbers["count"] = n(run.results["images"], 0)
    if run.has_elbo:
        st.markdown(t("train.keep.numbers", **numbers))
    else:
        st.markdown(t("train.keep.numbers.plain", **numbers))
    with st.container(key="keep_run"), st.form("keep", border=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = st.text_input(t("train.keep.name"), value=own_name(run), max_chars=40)
            pressed = st.form_submit_button(t("train.keep.button"), type="primary")
        if pressed:
            try:
                kept = me.keep_run(replace(run, name=runs.check_name(name.strip())))
                if kept.on_disk and me.job:
                    me.job.discard()  # the kept run is the training's result
                st.success(t("train.keep.done", name=name.strip(), pages=_pages(run)))
                _how_kept(kept)
            except runs.RunError as error:
                st.error(t(f"error.run.{error.code}", reason=error))
    st.download_button(
        t("train.keep.download"),
        data=lambda: runs.dumps(run),
        file_name=f"{run.name}{runs.SUFFIX}",
        mime="application/octet-stream",
        icon=":material/download:",
        on_click="ignore",
        key="train_download",
    )


def _pages(run: Run) -> str:
    """The titles of the pages on which a run can be chosen: some compute it in the browser."""
    model = run.build()
    decodes = model.decoder_network() is not None
    on = {"draw": True, "explore": model.network() is not None, "morph": decodes}
    names = [name for name, can in on.items() if can] + ["generate", "epochs"]
    return ", ".join(t(f"{name}.menu") for name in names)


def _how_kept(kept: KeptRun) -> None:
    """Show how long a run is kept, and which older ones were removed to make room."""
    if kept.on_disk:
        st.caption(t("train.keep.stored", days=DAYS))
    else:
        st.info(t("train.keep.memory"))
    if kept.removed:
        st.info(t("train.keep.gone", names=", ".join(kept.removed)))


def upload(me: Visitor) -> None:
    """Show a box to upload a run, and the result of the last upload."""
    with st.popover(t("train.load"), icon=":material/upload_file:", key="train_load"):
        st.file_uploader(  # of any type: Streamlit's own refusals would pile up
            t("train.load.label"),
            key="train_upload",
            on_change=_load,
            args=(me,),
        )
        kind, sentence, kept, why = st.session_state.pop("train_loaded", ("", "", None, ""))
        if kind:
            getattr(st, kind)(sentence)
        if why:  # it may quote the file, so it is not shown as Markdown
            st.code(why, language=None, wrap_lines=True)
        if kept:
            _how_kept(kept)


def own_runs(me: Visitor) -> None:
    """Show the visitor's kept runs, if there are any, with a button to delete each."""
    if not me.own_runs:
        return
    with st.popover(t("train.own_runs"), icon=":material/inventory_2:", key="train_runs"):
        deletable(me.own_runs, key="own_run", delete=me.delete_run)


def _load(me: Visitor) -> None:
    """Check and keep the uploaded run; `upload` shows the result."""
    file = st.session_state["train_upload"]
    if not isinstance(file, UploadedFile):  # no file, or one that was removed
        return
    try:
        run = runs.loads(file.getvalue(), file.name)
        if run.name in runs.available():  # trained here, and downloaded before it had a name
            run = replace(run, name=own_name(run))
        kept = me.keep_run(run)
        sentence = t("train.loaded", name=run.name, pages=_pages(run))
        st.session_state["train_loaded"] = ("success", sentence, kept, "")
    except runs.RunError as error:
        sentence = t(f"error.run.{error.code}")
        st.session_state["train_loaded"] = ("error", sentence, None, str(error))
