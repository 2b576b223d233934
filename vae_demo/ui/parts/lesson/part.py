"""The lesson of a link: the teacher's words above the page, and links to the other steps.

A step is a link to a page with a state, so Next and Back load the page at another address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from vae_demo.ui.frame.language import LANGUAGES, language, t
from vae_demo.ui.lessons.address import address, step_query
from vae_demo.ui.lessons.lesson import Lesson, LessonStep
from vae_demo.ui.parts.mount import browser_part, part_state

_LESSON = browser_part("lesson")
_KEY = "lesson_part"
MENU = ("[data-testid=stSidebar]", "[data-testid=stExpandSidebarButton]")
TEXTS = ("untitled", "back", "next", "answer", "free", "taught", "fold", "end", "return")


@dataclass
class OpenLesson:
    """The lesson that a session has opened."""

    text: str  # as in the address
    lesson: Lesson
    at: int  # the step; the first one is 1
    free: bool = False  # whether the pupil has asked for all controls

    @property
    def step(self) -> LessonStep:
        return self.lesson.steps[self.at - 1]


def lesson_part(found: OpenLesson, here: str) -> None:
    """Show a lesson above the page `here`."""
    lesson, step = found.lesson, found.step
    on_step = here == step.page and "lesson" in st.query_params
    hidden = step.hidden if on_step and not found.free else ()
    words = language()

    def link(at: int) -> str | None:
        if not 0 < at <= len(lesson.steps):
            return None
        query = step_query(found.text, lesson, at) | {"lang": words}
        return address(lesson.steps[at - 1].page, query)

    with st.container(key="lesson"):  # so that all below keeps its place at Free play
        _LESSON(
            key=_KEY,
            data={
                "title": lesson.title[words],
                "place": t("lesson.place", at=found.at, count=len(lesson.steps)),
                "question": step.question[words] if on_step else t("lesson.left"),
                "answer": step.answer[words] if on_step else "",
                "back": link(found.at - 1) if on_step else None,
                "next": link(found.at + 1) if on_step else None,
                "home": None if on_step else link(found.at),
                "hidden": hidden,
                "free": found.free if on_step and step.hidden else None,
                "text": {name: t(f"lesson.part.{name}") for name in TEXTS},
            },
            on_free_change=_read,
            height="content",
        )
        if css := _hides(hidden):
            st.html(f"<style>{css}</style>")


def _hides(hidden: Sequence[str]) -> str:
    """The style that hides elements with keys before the browser shows them.

    The part hides what is inside of parts.
    """
    selectors = [
        selector
        for name in hidden
        if "/" not in name
        for selector in (MENU if name == "menu" else _classes(name))
    ]
    return f"{', '.join(selectors)} {{ display: none !important; }}" if selectors else ""


def _classes(key: str) -> list[str]:
    """The classes of the element with a key, which may end with the language."""
    return [f".st-key-{key}", *(f".st-key-{key}-{each}" for each in LANGUAGES)]


def _read() -> None:
    found = st.session_state.get("lesson")
    if isinstance(found, OpenLesson):
        found.free = part_state(_KEY, "free") is True
