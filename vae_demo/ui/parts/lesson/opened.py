"""Which lesson a session has: one that was opened by its link, or one that is being made."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from vae_demo.ui.frame.language import t
from vae_demo.ui.frame.link_fields import EVERY, FIELDS
from vae_demo.ui.frame.page import page
from vae_demo.ui.lessons.address import step_query
from vae_demo.ui.lessons.lesson import Lesson, LessonError, in_base64
from vae_demo.ui.lessons.shipped import read_lesson
from vae_demo.ui.parts.lesson.part import OpenLesson, lesson_part
from vae_demo.ui.parts.lesson_maker.draft import Draft
from vae_demo.ui.parts.lesson_maker.part import show_maker

_OWN = ("lesson", "step", "making")  # fields of the address


@dataclass(frozen=True)
class _Refused:
    """A lesson that could not be opened, and the page on which that is said."""

    error: LessonError
    page: str


def show_lesson(here: str) -> None:
    """Show the lesson of the session, or else that of the address, above the page `here`."""
    state = st.session_state
    if "lesson" not in state:
        state["lesson"] = _from_address(here)
    found = state["lesson"]
    if isinstance(found, Draft):
        found.follow(here)
        show_maker(found)
    elif isinstance(found, OpenLesson):
        lesson_part(found, here)
    elif isinstance(found, _Refused) and found.page == here:
        st.warning(
            t(f"lesson.error.{found.error.fault}", **found.error.values), icon=":material/link_off:"
        )
    else:
        state["lesson"] = None


def page_has_run() -> None:
    """A lesson that is being made takes the state of the page, if its maker has asked for that."""
    found = st.session_state.get("lesson")
    if isinstance(found, Draft):
        found.take_state()


def _from_address(here: str) -> OpenLesson | Draft | _Refused | None:
    """The lesson of the address; goes to its step's page if that is another one."""
    query = st.query_params
    fields = FIELDS[EVERY]
    read = {name: fields[name].read(query.get_all(name)) for name in _OWN if name in query}
    text, making = read.get("lesson"), read.get("making") == "yes"
    if text is None and (making or "lesson" not in query):
        return Draft(here) if making else None
    try:
        lesson = read_lesson(text or "")
    except LessonError as error:
        for name in _OWN:
            query.pop(name, None)
        return _Refused(error, here)
    text = in_base64(text or "")
    asked = read.get("step")
    at = min(asked or 1, len(lesson.steps))
    found = _draft(lesson, at) if making else OpenLesson(text, lesson, at)
    target = lesson.steps[at - 1].page
    if asked is None or target != here:
        st.session_state["lesson"] = found
        every = {"making": "yes"} if making else {}
        st.switch_page(page(target), query_params=step_query(text, lesson, at) | every)
    return found


def _draft(lesson: Lesson, at: int) -> Draft:
    draft = Draft(lesson.steps[at - 1].page, lesson.title, list(lesson.steps), at - 1)
    draft.pack()
    return draft
