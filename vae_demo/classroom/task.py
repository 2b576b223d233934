"""A task of a class: what a pupil is given, how what comes back is judged, and what adds up."""

from __future__ import annotations

import functools
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import UInt8

from vae_demo.classroom.refusal import Refusal

Picture = UInt8[np.ndarray, "28 28"]


@dataclass(frozen=True)
class Deal:
    """Who plays which task: what decides which puzzle they get."""

    secret: bytes  # of the room
    task: str
    round: int
    pupil: int

    def rng(self, question: int = 0, *, own: bool = False) -> np.random.Generator:
        """Random numbers of a question: the same for all pupils of the room, or the pupil's own."""
        words = f"{self.task} {self.round} {question} {self.pupil if own else ''}"
        digest = hmac.digest(self.secret, words.encode(), hashlib.sha256)
        return np.random.default_rng(int.from_bytes(digest))


@dataclass(frozen=True)
class Judgement:
    """What the judge of a task found."""

    score: float | None  # None: it does not count
    verdict: str  # names the sentence that says so
    details: Mapping[str, float] = field(default_factory=dict)  # numbers of that sentence
    picture: Picture | None = None
    key: str = ""  # which answer this is, where different answers add up or are limited


@dataclass(frozen=True)
class Task:
    """A task."""

    puzzle: Callable[[Deal, int], dict[str, Any]]  # what a pupil gets; the int counts questions
    judge: Callable[[Deal, object], Judgement]
    lowest_wins: bool = False
    decimals: int = 0  # of a score
    tries: int | None = None  # how many different answers count
    questions: int = 0  # how many answers add up to the score
    first_counts: bool = False  # whether a question can be answered only once


def better(task: Task, one: float, other: float) -> bool:
    """Whether a score is better than another one."""
    return one < other if task.lowest_wins else one > other


def add(
    task: Task, answers: dict[str, float | None], best: float | None, judged: Judgement
) -> tuple[dict[str, float | None], float | None]:
    """The answers and the score of a pupil after one more answer.

    The same answer sent again changes nothing.

    Args:
        answers: What each earlier answer with a key was worth.
        best: The score so far.

    Raises:
        Refusal: if this answer comes after the last try.
    """
    if not (task.tries or task.questions):
        return answers, _best(task, best, judged.score)
    if judged.key not in answers or not (task.first_counts or task.tries):
        if task.tries and len(answers) >= task.tries:
            raise Refusal("tries", limit=task.tries)
        known = answers.get(judged.key)
        answers = answers | {judged.key: _best(task, known, judged.score)}
    found = [value for value in answers.values() if value is not None]
    if task.questions:
        return answers, sum(found) if found else None
    return answers, functools.reduce(functools.partial(_best, task), found, None)


def _best(task: Task, one: float | None, other: float | None) -> float | None:
    if one is None or other is None:
        return other if one is None else one
    return other if better(task, other, one) else one
