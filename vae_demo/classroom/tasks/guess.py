"""Guess which of two pictures a model has made: the score is the number of right guesses."""

from __future__ import annotations

import functools
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from jaxtyping import UInt8

from vae_demo.classroom.reader import SURE, read_state, some_digit
from vae_demo.classroom.task import Deal, Judgement, Picture, Task
from vae_demo.digits.measured import ATTRIBUTES
from vae_demo.digits.transforms import NAMES, inverse_affine, warped
from vae_demo.evaluation.classifier import probabilities, shipped_classifier
from vae_demo.models import decode_many
from vae_demo.repair.shipped_models import shipped_model

RUN = "vae-conv-20"
PAIRS = 10
MOVED = {"rotation": 8.0, "right": 1.0, "down": 1.0}  # at most, in the units of the handles
BLANK = 0.2  # ink up to which a pixel becomes blank; from 0.8 on, it becomes white
GREYS = 16  # grey values of a picture
CANDIDATES = 16  # pictures of the model, of which the first that the reader is sure of is shown

Pictures = UInt8[np.ndarray, "2 28 28"]


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
    shown = _disguised(rng, np.stack([made[chosen], real]))
    if rng.random() < 0.5:
        return shown[0], shown[1], "left"
    return shown[1], shown[0], "right"


def _disguised(rng: np.random.Generator, pictures: Pictures) -> Pictures:
    """Both pictures turned and moved a little, with more contrast and in few grey values.

    The eye sees the same. But the digit can't be looked up among the digits of the app any more,
    and the picture of the model has no more grey values and few more faint pixels than the digit:
    in a picture as it is decoded, a script could tell by either.
    """
    amounts = np.zeros((2, len(NAMES)))
    for name, most in MOVED.items():
        amounts[:, NAMES.index(name)] = rng.uniform(-most, most, 2)
    moved = warped(pictures / 255, inverse_affine(amounts, np.ones((2, len(ATTRIBUTES)))))
    ink = np.clip((moved - BLANK) / (1 - 2 * BLANK), 0, 1)
    found: Pictures = (np.round(ink * (GREYS - 1)) * (255 // (GREYS - 1))).astype(np.uint8)
    return found


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
