"""Choose a large beta that keeps ten latents awake: the score is the largest of five tries."""

from __future__ import annotations

from typing import Any

import msgspec

from vae_demo.classroom import betas
from vae_demo.classroom.reader import read_state
from vae_demo.classroom.refusal import Refusal
from vae_demo.classroom.task import Deal, Judgement, Task

LEAST_AWAKE = 10  # latents
TRIES = 5


class _Beta(msgspec.Struct):
    beta: float


def puzzle(deal: Deal, answered: int) -> dict[str, Any]:
    return {"betas": betas.BETAS, "least": LEAST_AWAKE}


def judge(deal: Deal, state: object) -> Judgement:
    beta = read_state(state, _Beta).beta
    if beta not in betas.BETAS:
        raise Refusal("state")
    found = betas.measured()[betas.BETAS.index(beta)]
    details = {"beta": beta, "count": found.latents, "least": LEAST_AWAKE}
    enough = found.latents >= LEAST_AWAKE
    verdict = "beta.yes" if enough else "beta.no"
    return Judgement(beta if enough else None, verdict, details, found.picture, f"{beta:g}")


TASK = Task(puzzle, judge, decimals=2, tries=TRIES)
