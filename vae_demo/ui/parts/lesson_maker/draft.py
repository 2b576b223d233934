"""A lesson that is being made; the session keeps it while its maker walks over the pages."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec
import streamlit as st

from vae_demo.ui.frame.link_fields import EVERY, FIELDS
from vae_demo.ui.frame.links import to_address
from vae_demo.ui.lessons.address import written_state
from vae_demo.ui.lessons.lesson import Lesson, LessonError, LessonStep, Words, pack


@dataclass
class Draft:
    """A lesson that may have no steps yet."""

    page: str  # that is shown
    title: Words = field(default_factory=Words)
    steps: list[LessonStep] = field(default_factory=list)
    at: int | None = None  # the index of the step that the page shows
    text: str = ""  # the last lesson that could be packed; "" without steps
    error: LessonError | None = None  # why the lesson as it is can't be packed
    answered: int = 0  # the number of the browser's last message
    takes: bool = False  # whether the step gets the state of the page, once that has run
    taken: int = 0  # the message after which a step got one

    def follow(self, here: str) -> None:
        """Notice that its maker has gone to another page."""
        if here == self.page:
            return
        query = st.query_params
        step = FIELDS[EVERY]["step"].read(query.get_all("step")) if "step" in query else None
        at = step - 1 if step is not None else len(self.steps)
        known = at < len(self.steps) and self.steps[at].page == here
        self.page, self.at, self.takes = here, at if known else None, False

    def change(self, title: Words, steps: list[LessonStep], at: int | None, *, seen: int) -> None:
        """Take over what the browser has sent, which has `seen` the answer to an earlier message.

        It may not know the state of a page yet that a step has been given meanwhile.
        """
        before = self.steps
        self.title, self.steps = title, steps
        here = at is not None and at < len(steps) and steps[at].page == self.page
        self.at = at if here else None
        if self.at is not None and seen < self.taken and self.at < len(before):
            step, known = steps[self.at], before[self.at]
            if known.page == step.page:
                steps[self.at] = msgspec.structs.replace(step, link=known.link)
        self.pack()

    def pack(self) -> None:
        """Pack the lesson as it is now, or keep what could be packed."""
        if not self.steps:
            self.text, self.error = "", None
            return
        try:
            self.text = pack(Lesson(tuple(self.steps), self.title))
            self.error = None
        except LessonError as error:
            self.error = error

    def to_address(self) -> None:
        """Keep the lesson in the address of every page, so that it survives a reload."""
        step = None if self.at is None else self.at + 1
        to_address(EVERY, lesson=self.text or None, step=step, making="yes")

    def take_state(self) -> None:
        """Give the step the state of its page, if that was asked for, and run the page again.

        The page has run, so that its address holds what was changed last.
        """
        if not self.takes or self.at is None:
            return
        self.takes = False
        query = st.query_params
        texts = {
            name: query.get_all(name)[-1] for name in FIELDS.get(self.page, {}) if name in query
        }
        link = written_state(self.page, texts)
        self.steps[self.at] = msgspec.structs.replace(self.steps[self.at], link=link)
        self.taken = self.answered
        self.pack()
        st.rerun()
