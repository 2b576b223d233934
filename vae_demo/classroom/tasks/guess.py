"""Guess which of two pictures a model has made: the score is the number of right guesses."""

from __future__ import annotations

import functools
from typing import Annotated, Any, Literal

import msgspec
import numpy as np

from vae_demo.classroom.reader import SURE, read_state, some_digit
from vae_demo.classroom.task import Deal, Judgement, Picture, Task
from vae_demo.evaluation.classifier import probabilities, shipped_classifier
from vae_demo.models import decode_many
from vae_demo.repair.shipped_models import shipped_model

RUN = "vae-conv-20"
PAIRS = 10
CANDIDATES = 16  # pictures of the model, of which the first that the reader is sure of is shown


class _Guess(msgspec.Struct):
    question: Annotated[int, msgspec.Meta(ge=0, lt=PAIRS)]
    side: Literal["left", "right"]


@functools.lru_cache(maxsize=2000)
def pair(deal: Deal, question: int) -> tuple[Picture, Picture, Literal["left", "right"]]:
    """Two pictures of the same digit, and which of them a model has made."""
    rng = deal.rng(question, own=True)
    model = shipped_model(RUN)
    made = decode_many(model, rng.standard_normal((CANDIDATES, model.latent), np.float32))
    sure = probabilities(shipped_classifier(), made)
    chosen = int((sure.max(1) > SURE).argmax())  # the first, or any where it is sure of none
    real = some_digit(rng, int(sure[chosen].argmax()))
    if rng.random() < 0.5:
        return made[chosen], real, "left"
    return real, made[chosen], "right"


def puzzle(deal: Deal, answered: int) -> dict[str, Any]:
    if answered >= PAIRS:
        return {"question": PAIRS, "questions": PAIRS}
    left, right, _ = pair(deal, answered)
    return {"question": answered, "questions": PAIRS, "left": left, "right": right}


def judge(deal: Deal, state: object) -> Judgement:
    guess = read_state(state, _Guess)
    left, right, made = pair(deal, guess.question)
    right_guess = guess.side == made
    verdict = "guess.yes" if right_guess else "guess.no"
    picture = left if made == "left" else right
    return Judgement(float(right_guess), verdict, {}, picture, str(guess.question))


TASK = Task(puzzle, judge, questions=PAIRS, first_counts=True)
