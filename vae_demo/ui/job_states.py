"""The states of a training job, and what a page shows of one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from vae_demo import runs
from vae_demo.history import Moment


class State(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    DIVERGED = "diverged"
    FAILED = "failed"
    ABANDONED = "abandoned"

    @property
    def over(self) -> bool:
        return self not in (State.QUEUED, State.RUNNING, State.PAUSED)


@dataclass(frozen=True)
class View:
    """What a page shows of a job, consistent in itself.

    place: jobs ahead of a queued one. at: epochs done. step of steps: batches.
    per_second: training pictures per second of running time. left: seconds to go, or None.
    distortion, rate: running training means, nats per image (None before the first batch).
    moments: the record so far. codes, strip: the newest picture of the probe, see `Moment`.
    run: the trained run once the job is over. message: why it ended early, in English.
    """

    state: State
    place: int
    at: float
    step: int
    steps: int
    per_second: float
    left: float | None
    distortion: float | None
    rate: float | None
    moments: tuple[Moment, ...]
    codes: np.ndarray | None
    strip: np.ndarray | None
    run: runs.Run | None
    message: str = ""
