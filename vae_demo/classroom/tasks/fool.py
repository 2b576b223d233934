"""Make the reader take a 4 for a 9: the score is the number of touched pixels."""

from __future__ import annotations

from typing import Any

import msgspec

from vae_demo.classroom.reader import Pixels, picture_of, read_state, reading, some_digit
from vae_demo.classroom.task import Deal, Judgement, Task

SHOWN, WANTED = 4, 9


class _Touched(msgspec.Struct):
    pixels: Pixels


def puzzle(deal: Deal, answered: int) -> dict[str, Any]:
    return {"picture": some_digit(deal.rng(), SHOWN)}


def judge(deal: Deal, state: object) -> Judgement:
    picture = picture_of(read_state(state, _Touched).pixels)
    touched = int((picture != some_digit(deal.rng(), SHOWN)).sum())
    digit, sure = reading(picture)
    details = {"digit": digit, "percent": 100 * float(sure[digit]), "count": touched}
    if digit == WANTED:
        return Judgement(touched, "fool.yes", details, picture)
    return Judgement(None, "fool.no", details, picture)


TASK = Task(puzzle, judge, lowest_wins=True)
