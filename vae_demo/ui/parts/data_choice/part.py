"""Choose a data set: MNIST, a published one that may be downloaded first, or one's own pictures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from vae_demo.datasets import FITS, LABEL_PLACES, DataFileError, Note, ReadOptions, known
from vae_demo.digits import DrawingError
from vae_demo.ui.frame.choices import pick
from vae_demo.ui.frame.deletable import deletable
from vae_demo.ui.frame.language import duration, n, short, t, t_or_name
from vae_demo.ui.parts.data_choice.data import (
    TimeLeft,
    must_be_downloaded,
    names_of_data,
    read_uploaded,
)
from vae_demo.ui.server.visitor_data import MAX_SETS
from vae_demo.ui.server.visitor_files import DAYS
from vae_demo.ui.server.visitors import Visitor

TYPES = ("zip", "npz", "npy", "csv", "tsv", "txt", "gz", "idx", "idx3-ubyte", "idx1-ubyte")
MAX_MEGABYTES = 128  # as in .streamlit/config.toml and deploy/nginx.conf
SHOWN = 10  # files that were not read are listed
KEY = "train_data"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|<>~$:])")
_PROBLEM, _RESULT, _READ = "own_data_problem", "own_data_result", "own_data_read_count"


def data_choice(me: Visitor) -> str:
    """Show the choice of a data set, and what is needed before it can be used; returns its name."""
    with st.container(horizontal=True, wrap=False, vertical_alignment="bottom"):
        name = pick(t("data.choose"), names_of_data(me), show=data_name, key=KEY, box=True)
        _own_data(me)
    if must_be_downloaded(name):
        _download(name)
    return name


def data_name(name: str) -> str:
    """The name of a data set in the visitor's language; that of an own one is as it is."""
    return t_or_name(f"data.name.{name}", name)


def data_sentence(error: DataFileError | DrawingError | ValueError) -> str:
    """The message of an error in the visitor's language."""
    if isinstance(error, DataFileError):
        return t(f"error.data.{error.code}", **_written(error.details))
    if isinstance(error, DrawingError):
        return t(f"error.drawing.{error.code}", **error.details)
    return str(error)


def note_sentence(note: Note) -> str:
    """A remark on how a file was read, in the visitor's language."""
    return t(f"data.note.{note.code}", **_written(note.details))


def _written(details: Mapping[str, object]) -> dict[str, str]:
    """Details of a sentence: numbers in the visitor's language, words of a file not as Markdown."""
    written = {}
    for name, value in details.items():
        if isinstance(value, int | float):
            written[name] = n(value, 0) if isinstance(value, int) else short(value)
        else:
            written[name] = _MARKDOWN.sub(r"\\\1", str(value))
    return written


def _download(name: str) -> None:
    """Show a button that downloads a published data set, with its progress."""
    size = known.PUBLISHED[name].megabytes
    place = st.empty()
    if place.button(
        t("data.download", name=data_name(name), size=size),
        key="data_download",
        icon=":material/download:",
    ):
        left = TimeLeft()

        def show(done: int, total: int) -> None:
            place.progress(done / total, _progress_text(t("data.downloading"), left, done / total))

        try:
            known.download(name, show)
        except DataFileError as error:
            place.error(data_sentence(error))
            return
        st.rerun()


def _progress_text(what: str, left: TimeLeft, share: float) -> str:
    seconds = left.seconds(share)
    return what if seconds is None else f"{what} · {t('data.left', left=duration(seconds))}"


def _own_data(me: Visitor) -> None:
    """Show the box for uploads, and the visitor's own data sets with a button to delete each."""
    with st.popover(
        t("data.own"), icon=":material/upload_file:", help=t("data.own.help"), key="own_data"
    ):
        st.caption(t("data.own.about", count=MAX_SETS))
        st.file_uploader(
            t("data.own.label", size=MAX_MEGABYTES),
            type=list(TYPES),
            accept_multiple_files=True,
            max_upload_size=MAX_MEGABYTES,
            key=_files_key(),
            on_change=_forget,
        )
        pick(t("data.fit"), FITS, show=lambda fit: t(f"data.fit.{fit}"), key="own_data_fit")
        problem = st.session_state.get(_PROBLEM)
        if isinstance(problem, DataFileError) and problem.code == "label_place":
            pick(
                t("data.label"),
                LABEL_PLACES,
                show=lambda place: t(f"data.label.{place}"),
                key="own_data_label",
            )
        given = [f for f in _files() if isinstance(f, UploadedFile)]
        if st.button(t("data.read"), key="own_data_read", type="primary", disabled=not given):
            _read(me, given)
        _show_result(me)
        deletable(me.data.names(), key="own_data", delete=partial(_delete, me))


def _files_key() -> str:
    """The key of the box for uploads, which is another, empty one after each reading."""
    return f"own_data_files{st.session_state.get(_READ, '')}"


def _empty_box() -> None:
    """Let the next file stand alone, without those that were read or refused."""
    st.session_state[_READ] = st.session_state.get(_READ, 0) + 1


def _files() -> Iterable[object]:
    return st.session_state.get(_files_key()) or []


def _forget() -> None:
    st.session_state.pop(_PROBLEM, None)
    st.session_state.pop(_RESULT, None)


def _delete(me: Visitor, name: str) -> None:
    me.data.delete(name)
    _forget()


def _read(me: Visitor, files: list[UploadedFile]) -> None:
    """Read the uploaded files, keep the data set and choose it."""
    asked = isinstance(st.session_state.get(_PROBLEM), DataFileError)
    label = st.session_state.get("own_data_label") if asked else None
    options = ReadOptions(st.session_state["own_data_fit"], label)
    _forget()
    place, left = st.empty(), TimeLeft()

    def show(done: int, total: int, memory: int) -> None:
        text = _progress_text(t("data.reading"), left, done / total)
        place.progress(done / total, f"{text} · {t('data.memory', size=n(memory / 2**20, 0))}")

    try:
        found = read_uploaded([(file.name, file) for file in files], options, show)
    except DataFileError as error:
        st.session_state[_PROBLEM] = error
        if error.code != "label_place":  # else the same file is read again
            _empty_box()
        st.rerun()
    kept, removed = me.data.keep(found.data)
    _empty_box()
    st.session_state[KEY] = kept.name
    st.session_state[_RESULT] = (kept.name, found.notes, found.skipped, removed)
    st.rerun()


def _show_result(me: Visitor) -> None:
    problem = st.session_state.get(_PROBLEM)
    if isinstance(problem, DataFileError):
        st.error(data_sentence(problem))
    if _RESULT not in st.session_state:
        return
    name, notes, skipped, removed = st.session_state[_RESULT]
    found = me.data.find(name)
    if found is None:
        return
    st.success(t("data.kept", name=name, count=n(len(found), 0)))
    lines = [note_sentence(note) for note in notes]
    lines += [
        t("data.skipped", file=file.replace("`", "'"), why=data_sentence(why))
        for file, why in skipped[:SHOWN]
    ]
    if len(skipped) > SHOWN:
        lines.append(t("data.skipped.more", count=len(skipped) - SHOWN))
    st.caption("\n".join(f"- {line}" for line in lines))
    st.caption(t("data.stored", days=DAYS) if me.folder else t("data.memory_only"))
    if removed:
        st.info(t("data.gone", names=", ".join(removed)))
