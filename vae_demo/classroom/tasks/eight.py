"""Make an 8 with two latents: the score is how sure the reader is of it."""

from __future__ import annotations

import functools
from typing import Any

import msgspec
import numpy as np

from vae_demo.classroom.reader import read_state, reading
from vae_demo.classroom.refusal import Refusal
from vae_demo.classroom.task import Deal, Judgement, Task
from vae_demo.datasets import mnist_probe
from vae_demo.latent.code_space import CodeSpace, measure_code_space
from vae_demo.models import decode_many
from vae_demo.repair.shipped_models import shipped_model

RUN = "vae-2"
EIGHT = 8


class _Code(msgspec.Struct):
    z: tuple[float, float]


@functools.cache
def plane() -> CodeSpace:
    """The code space of the run with two latents."""
    return measure_code_space(shipped_model(RUN), mnist_probe())


def puzzle(deal: Deal, answered: int) -> dict[str, Any]:
    return {}


def judge(deal: Deal, state: object) -> Judgement:
    z = np.array(read_state(state, _Code).z, np.float32)
    if not ((z >= plane().low) & (z <= plane().high)).all():  # nor where z is NaN
        raise Refusal("state")
    (picture,) = decode_many(shipped_model(RUN), z[None])
    digit, sure = reading(picture)
    percent = 100 * float(sure[EIGHT])
    verdict = "eight.yes" if digit == EIGHT else "eight.no"
    return Judgement(percent, verdict, {"digit": digit, "percent": percent}, picture)


TASK = Task(puzzle, judge, decimals=2)
