"""Repair a digit from few known pixels: the score is how many are known."""

from __future__ import annotations

from typing import Any

import msgspec

from vae_demo.classroom.reader import Pixels, picture_of, read_state, reading, some_digit
from vae_demo.classroom.refusal import Refusal
from vae_demo.classroom.task import Deal, Judgement, Picture, Task
from vae_demo.digits import mnist
from vae_demo.repair import inpaint
from vae_demo.repair.measures import psnr

NETWORK = "inpaint-unet"
LEAST_PSNR = 15.0  # dB over the whole picture


class _Known(msgspec.Struct):
    known: Pixels  # 1 for a known pixel, 0 for one that the network must find


def puzzle(deal: Deal, answered: int) -> dict[str, Any]:
    label = int(deal.rng(1).integers(10))
    return {"picture": some_digit(deal.rng(), label), "digit": label, "least": LEAST_PSNR}


def judge(deal: Deal, state: object) -> Judgement:
    known = picture_of(read_state(state, _Known).known)
    count = int(known.sum())
    if known.max() > 1 or not 0 < count < mnist.PIXELS:
        raise Refusal("state")
    truth = puzzle(deal, 0)
    digit: Picture = truth["picture"]
    (found,) = inpaint.by_network(digit[None], known[None] == 0, NETWORK)
    seen, sure = reading(found)
    decibels = psnr(found[None], digit[None])
    details = {"digit": seen, "percent": 100 * float(sure[seen]), "count": count, "psnr": decibels}
    if seen != truth["digit"]:
        return Judgement(None, "repair.other.no", details, found)
    if decibels < LEAST_PSNR:
        return Judgement(None, "repair.far.no", details | {"least": LEAST_PSNR}, found)
    return Judgement(count, "repair.yes", details, found)


TASK = Task(puzzle, judge, lowest_wins=True)
