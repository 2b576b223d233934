"""The lessons that come with the app: one file each, in both languages."""

from __future__ import annotations

import functools
from pathlib import Path

from vae_demo.ui.lessons.lesson import Lesson, from_json, unpack

# Name -> minutes that a class needs. Their texts are `lessons.NAME` and `lessons.NAME.about`.
SHIPPED = {
    "basics": 20,
    "week-7": 40,
    "week-8": 40,
    "introduction": 25,
    "report": 30,
    "repair": 30,
}
_FOLDER = Path(__file__).with_name("shipped")


@functools.cache
def shipped_lesson(name: str) -> Lesson:
    """A lesson of `SHIPPED`."""
    return from_json(_FOLDER.joinpath(f"{name}.json").read_bytes())


def read_lesson(text: str) -> Lesson:
    """The lesson of a link: a shipped one by its name, or a packed one.

    Raises:
        LessonError: if the text is neither.
    """
    return shipped_lesson(text) if text in SHIPPED else unpack(text)
