"""The frame of every page: navigation, language, heading, presets, source code, training badge."""

from __future__ import annotations

import copy
import functools
import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from vae_demo.datasets import MNIST, DataDescription
from vae_demo.shipped import shipped
from vae_demo.ui.frame.language import (
    LANGUAGES,
    language,
    settle_language,
    t,
    t_of,
    t_or_name,
)
from vae_demo.ui.frame.menu import PAGES, sections
from vae_demo.ui.frame.session import start_visit, visitor
from vae_demo.ui.parts.copy_link.part import LINK_TEXTS, copy_link
from vae_demo.ui.parts.shell.part import shell
from vae_demo.ui.server.logs import start_request
from vae_demo.ui.server.page_html import ICON

_FOLDER = shipped("pages")
STYLE = Path(__file__).with_name("frame.css")
CHECK_SECONDS = (
    3  # seconds between two checks of a training job, which keep it from being abandoned
)


def page(name: str) -> Any:
    """The `st.Page` of a name in `PAGES`, with its title in the visitor's language.

    It is a copy, since Streamlit notes in a page whether it may be run.
    """
    return copy.copy(_page(name, t(f"{name}.menu")))


@functools.cache
def _page(name: str, title: str) -> Any:
    section, icon = PAGES[name]
    path = _FOLDER / section / f"{name}.py"  # Streamlit looks for this file
    return st.Page(path, title=title, icon=icon, url_path=name, default=name == "home")


def open_page() -> None:
    """Run the page at the current address inside the frame."""
    start_request()
    me = start_visit()
    settle_language()
    st.set_page_config(page_title=t("app.name"), page_icon=ICON, layout="wide")
    st.html(STYLE)
    current = st.navigation(
        {
            t(f"menu.{section}") if section else "": [page(name) for name in names]
            for section, names in sections().items()
        },
        expanded=True,  # else an English "View more" hides the last pages
    )
    if current.url_path:  # for tabs and the history; the home page has the app's name
        st.set_page_config(page_title=f"{current.title} · {t('app.name')}")
    with st.sidebar:
        _language_switch()
        _training_badge(current.url_path)
        lost = t("frame.lost.saved") if me.folder else t("frame.lost")
        shell(language(), chosen="language_chosen" in st.session_state, lost=lost)
    if me.lost_runs:
        st.info(t("train.keep.lost", names=", ".join(me.lost_runs)))
        me.lost_runs = ()
    _run(current)


def _run(current: Any) -> None:
    """Run a page. One that fails before it has its heading, which may need its data, gets it here.

    A lesson stands above a page, if the visitor has opened or makes one.
    """
    st.session_state["headed"] = False
    try:
        _run_in_lesson(current)
    except Exception:  # which the server reports below
        if not st.session_state["headed"]:
            heading(current.url_path or "home")
        raise


def _run_in_lesson(current: Any) -> None:
    if not {"lesson", "making"} & {*st.query_params} and "lesson" not in st.session_state:
        current.run()
        return
    from vae_demo.ui.parts.lesson.opened import page_has_run, show_lesson

    show_lesson(current.url_path or "home")
    current.run()
    page_has_run()


def heading(name: str, data: DataDescription | None = None) -> None:
    """Show the page's question, a sentence that answers it, and a button that copies a link.

    Args:
        name: The page.
        data: What the page shows; its texts speak of these pictures. None: of digits.
    """
    st.session_state["headed"] = True
    with st.container(  # another element on each page, so that none keeps a translated heading
        horizontal=True, wrap=False, vertical_alignment="center", key=f"{name}_heading"
    ):
        st.title(t_of(f"{name}.title", data or MNIST), anchor=False)
        copy_link(key="link", text={k: t(f"copy_link.{k}") for k in LINK_TEXTS})
    with st.container(key="answer"):
        st.markdown(t_of(f"{name}.answer", data or MNIST))


def what_to_try(name: str, actions: dict[str, Callable[[], None]]) -> None:
    """Show buttons that set the page's controls; their labels are the texts `{name}.try.{key}`."""
    with st.container(horizontal=True, vertical_alignment="center", key="try"):
        st.markdown(f"**{t('frame.try')}**", width="content")
        for key, action in actions.items():
            words = t(f"{name}.try.{key}")
            st.button(words, key=f"{name}_try_{key}", on_click=_act_and_rerun, args=(action,))


def _act_and_rerun(action: Callable[[], None]) -> None:
    """Run an action and then the whole page.

    If the browser sends a click together with a message of a fragment, Streamlit runs only that
    fragment, and the page would not show the result of the click.
    """
    action()
    st.rerun()


def formula_and_code(
    name: str, formula: str, *sources: Callable[..., Any], data: DataDescription = MNIST
) -> None:
    """Show the page's formula and the source code that computes it, in an expander."""
    with st.expander(t("frame.behind"), icon=":material/code:", key="behind"):
        st.markdown(t_of(f"{name}.behind", data))
        if formula:
            st.latex(translated(formula))
        for source in sources:
            st.caption(f"`{source.__module__}.{source.__qualname__}`")
            st.code(_source_code(source), language="python")


@functools.cache
def _source_code(source: Callable[..., Any]) -> str:
    return inspect.getsource(source)


def translated(formula: str) -> str:
    """Translate the words of a formula, such as \\text{noise}, into the visitor's language."""

    def word(found: re.Match[str]) -> str:
        return rf"\text{{{t_or_name(f'formula.{found[1]}', found[1])}}}"

    return re.sub(r"\\(?:text|mathrm)\{([a-z]+)\}", word, formula)


# In ASCII: for other labels Streamlit compiles an expression of all emojis, for 0.1 s at the start.
_LANGUAGE_LABELS = {
    name: label.encode("ascii", "xmlcharrefreplace").decode() for name, label in LANGUAGES.items()
}


def _language_switch() -> None:
    def choose() -> None:
        st.session_state["language"] = st.session_state["language_switch"]
        st.session_state["language_chosen"] = True

    st.segmented_control(
        t("frame.language"),
        list(LANGUAGES),
        default=st.session_state["language"],  # setting the widget's state would undo clicks
        format_func=_LANGUAGE_LABELS.__getitem__,
        key="language_switch",
        on_change=_act_and_rerun,
        args=(choose,),
        required=True,
        label_visibility="collapsed",
    )


def _training_badge(here: str) -> None:
    """Show the progress of the visitor's training on other pages, and a link to its result."""
    me = visitor()
    job = me.job
    if job is None:
        if here != "train" and me.folder and me.folder.has_progress():
            icon = ":material/play_circle:"
            st.page_link(page("train"), label=t("frame.interrupted"), icon=icon)
        return

    @st.fragment(run_every=None if job.watch().state.ended else CHECK_SECONDS)
    def badge() -> None:
        status = job.watch()
        if not status.state.ended:
            share = status.step / status.steps if status.steps else 0.0
            st.progress(share, t("frame.training", percent=round(100 * share)))
        elif here == "train":
            job.end_seen = True
        elif not job.end_seen:
            icon = ":material/check_circle:"
            st.page_link(page("train"), label=t("frame.trained"), icon=icon)

    badge()
