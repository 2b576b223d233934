"""The tasks of a class, one file for each.

A judge gets what a pupil has sent, never a number that the browser has computed. It raises
`Refusal("state")` for what can't come from the task's controls.
"""

from __future__ import annotations

from vae_demo.classroom import TASKS
from vae_demo.classroom.task import Task
from vae_demo.classroom.tasks import beta, caption, eight, fool, guess, repair

_ALL = {
    "eight": eight.TASK,
    "fool": fool.TASK,
    "guess": guess.TASK,
    "repair": repair.TASK,
    "beta": beta.TASK,
    "caption": caption.TASK,
}
#: what a judge may find: the names of its sentences
VERDICTS = (
    *("eight.yes", "eight.no", "fool.yes", "fool.no", "guess.yes", "guess.no"),
    *("repair.yes", "repair.other.no", "repair.far.no", "beta.yes", "beta.no"),
    *("caption.yes", "caption.digit.no", *(f"caption.{name}.no" for name in caption.WORDS)),
)
TABLE: dict[str, Task] = {name: _ALL[name] for name in TASKS}
