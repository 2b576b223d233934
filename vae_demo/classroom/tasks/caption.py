"""Draw what a caption says: the score is how many of five captions were obeyed."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
import numpy as np

from vae_demo.classroom.reader import Pixels, picture_of, read_state, reading
from vae_demo.classroom.task import Deal, Judgement, Task
from vae_demo.datasets import mnist_train
from vae_demo.digits.attributes import measure
from vae_demo.digits.measured import train_attributes

CAPTIONS = 5
# attribute -> what a caption calls its values below and above the median of the digit's class
WORDS = {
    "thickness": ("thin", "thick"),
    "slant": ("left", "right"),
    "width": ("narrow", "wide"),
    "height": ("low", "tall"),
}


class _Obeyed(msgspec.Struct):
    question: Annotated[int, msgspec.Meta(ge=0, lt=CAPTIONS)]
    pixels: Pixels


@dataclass(frozen=True)
class Wanted:
    """What is asked of a drawing."""

    digit: int
    asked: Mapping[str, bool]  # attribute -> whether it is to be above the median

    @property
    def words(self) -> list[str]:
        """The names of the asked values in `WORDS`."""
        return [WORDS[name][above] for name, above in self.asked.items()]


@functools.cache
def _medians(digit: int) -> dict[str, float]:
    """The median of each attribute over the training digits of a class."""
    of = mnist_train().of(digit)
    return {name: float(np.median(train_attributes()[name][of])) for name in WORDS}


def caption(deal: Deal, question: int) -> Wanted:
    """The caption of a question, the same for all pupils of a room."""
    digit = int(deal.rng(CAPTIONS).permutation(10)[question])
    rng = deal.rng(question)
    names = rng.choice(list(WORDS), 2, replace=False)
    return Wanted(digit, {str(name): bool(rng.integers(2)) for name in names})


def puzzle(deal: Deal, answered: int) -> dict[str, Any]:
    every = [caption(deal, question) for question in range(CAPTIONS)]
    return {"captions": [{"digit": each.digit, "words": each.words} for each in every]}


def judge(deal: Deal, state: object) -> Judgement:
    sent = read_state(state, _Obeyed)
    asked, picture = caption(deal, sent.question), picture_of(sent.pixels)
    digit, _ = reading(picture)
    measured = {name: float(values[0]) for name, values in measure(picture[None]).items()}
    missed = [
        name
        for name, above in asked.asked.items()
        if np.isnan(measured[name]) or (measured[name] > _medians(asked.digit)[name]) != above
    ]
    key = str(sent.question)
    if digit != asked.digit:
        return Judgement(0.0, "caption.digit.no", {"digit": digit}, picture, key)
    if missed:
        return Judgement(0.0, f"caption.{missed[0]}.no", {}, picture, key)
    return Judgement(1.0, "caption.yes", {}, picture, key)


TASK = Task(puzzle, judge, questions=CAPTIONS)
