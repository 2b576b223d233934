"""Judgements, scores and puzzles of a class as plain data for JSON, in the visitor's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from vae_demo.classroom.refusal import Refusal
from vae_demo.classroom.task import Judgement, Task
from vae_demo.ui.frame.catalogue import format_number, text
from vae_demo.ui.parts.base64_text import base64_text

DECIMALS = {"percent": 1, "psnr": 1, "least": 0, "beta": 2}  # of numbers in sentences

Answer = dict[str, Any]


def task_named(name: str) -> Task:
    """The task of a name.

    Raises:
        Refusal: if there is none.
    """
    from vae_demo.classroom.tasks import TABLE  # needs torch

    if name not in TABLE:
        raise Refusal("task")
    return TABLE[name]


def score_text(task: str, score: float, language: str) -> str:
    """A score with its unit."""
    number = format_number(score, task_named(task).decimals, language)
    return text(f"class.score.{task}", language, score=number)


def said(task: str, judged: Judgement, language: str) -> Answer:
    """What a pupil reads of what was judged."""
    numbers = {
        name: format_number(value, DECIMALS.get(name, 0), language)
        for name, value in judged.details.items()
    }
    return {
        "say": text(f"class.said.{judged.verdict}", language, **numbers),
        "verdict": judged.verdict,
        "this": None if judged.score is None else score_text(task, judged.score, language),
        "counts": judged.score is not None,
        "picture": None if judged.picture is None else base64_text(judged.picture),
    }


def plain(puzzle: Mapping[str, Any]) -> Answer:
    """A puzzle for JSON: pictures as base64 of their 784 bytes."""
    return {
        name: base64_text(value) if isinstance(value, np.ndarray) else value
        for name, value in puzzle.items()
    }
