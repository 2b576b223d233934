"""The addresses of a lesson's steps. Each is a link like any other, with the lesson in it."""

from __future__ import annotations

from urllib.parse import urlencode

from vae_demo.ui.frame.link_fields import FIELDS, read_link, write_link
from vae_demo.ui.lessons.lesson import Lesson, LessonStep


def page_state(step: LessonStep) -> dict[str, str]:
    """The state of a step's page as the texts of a link, without what that page does not read."""
    return written_state(step.page, step.link)


def written_state(page: str, texts: dict[str, str]) -> dict[str, str]:
    """The texts of a link to a page as the page itself writes them."""
    fields = FIELDS.get(page, {})
    values = read_link(page, {name: [texts[name]] for name in fields if name in texts})
    return {name: text for name, text in write_link(page, values).items() if text is not None}


def step_query(text: str, lesson: Lesson, at: int) -> dict[str, str]:
    """The query of a step's address.

    Args:
        text: The lesson in the link: packed, or the name of a shipped one.
        lesson: The same lesson.
        at: The number of the step; the first one is 1.
    """
    return page_state(lesson.steps[at - 1]) | {"lesson": text, "step": str(at)}


def address(page: str, query: dict[str, str]) -> str:
    """The address of a page, relative to that of any other page of the app."""
    return f"{'./' if page == 'home' else page}?{urlencode(query)}"
