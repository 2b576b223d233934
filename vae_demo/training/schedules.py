"""The schedules of a training: its learning rate and the weight of the rate, step by step."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vae_demo.training.config import TrainConfig

SCHEDULES = ("cosine", "linear", "constant")
# The learning rate rises in the first steps / WARM_UP steps; a longer rise allows higher rates.
WARM_UP = {"cosine": 50, "linear": 7}


def learning_rate(config: TrainConfig, step: int, steps: int) -> float:
    """The learning rate at `step`, from 0 to steps - 1.

    "cosine" and "linear" rise linearly during the first steps / `WARM_UP` steps and then fall to 0
    along a cosine or a line; "constant" is always `lr`.
    """
    if config.schedule == "constant":
        return config.lr
    warm = min(1.0, (step + 1) / max(1, steps // WARM_UP[config.schedule]))
    if config.schedule == "linear":
        return config.lr * warm * (1 - step / steps)
    return config.lr * warm * (1 + math.cos(math.pi * step / steps)) / 2


def rate_weight(config: TrainConfig, done: float) -> float:
    """The weight of the rate in the objective after the share `done` of the training, 0 to 1.

    In each of the equal cycles it rises from 0 to beta in the share `rate_from_zero`, and then
    stays (Fu et al. 2019, eq. 6 and 7); one cycle is the warm-up of Bowman et al. 2015.
    """
    if not config.rate_from_zero:
        return config.beta
    cycle = min(int(done * config.cycles), config.cycles - 1)
    return config.beta * min(1.0, (done * config.cycles - cycle) / config.rate_from_zero)
