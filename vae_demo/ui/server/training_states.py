"""The states of a training job, which may follow which, and what a page shows of one.

| state | what it means | ends when |
| --- | --- | --- |
| queued | waits for a core: new, going on after a pause, or after its slice of time | its turn |
| running | has a core | its slice is over and others wait, a button, its last batch, trouble |
| paused | keeps its model, has no core | a button |
| finished | all epochs done | |
| stopped | ended by its visitor; what was learned is kept | |
| diverged | blew up; its last good weights are kept | |
| failed | ended by an error, which is in the log | |
| abandoned | nobody looked at it for a grace time, so its page is closed | |

`NEXT` is this table's last column as data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from vae_demo import runs
from vae_demo.training.history import Snapshot


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
        return not NEXT[self]


_CUT_SHORT = {State.STOPPED, State.FAILED, State.ABANDONED}  # from wherever it is
NEXT: Mapping[State, frozenset[State]] = {state: frozenset() for state in State} | {
    State.QUEUED: frozenset({State.RUNNING, *_CUT_SHORT}),
    State.RUNNING: frozenset(
        {State.QUEUED, State.PAUSED, State.FINISHED, State.DIVERGED, *_CUT_SHORT}
    ),
    State.PAUSED: frozenset({State.QUEUED, *_CUT_SHORT}),
}
"""State -> the states that may follow it; none after the last."""


@dataclass(frozen=True)
class View:
    """What a page shows of a job, consistent in itself.

    place: jobs ahead of a queued one. epochs: done. step of steps: batches.
    per_second: training pictures per second of running time. left: seconds to go, or None.
    distortion, rate: running training means, nats per image (None before the first batch).
    snapshots: the record so far. codes, strip: the newest picture of the probe, see `Snapshot`.
    run: the trained run once the job is over. message: why it ended early, in English.
    """

    state: State
    place: int
    epochs: float
    step: int
    steps: int
    per_second: float
    left: float | None
    distortion: float | None
    rate: float | None
    snapshots: tuple[Snapshot, ...]
    codes: np.ndarray | None
    strip: np.ndarray | None
    run: runs.Run | None
    message: str = ""

    @property
    def bytes(self) -> int:
        """What the snapshots and the run's weights hold."""
        weights = self.run.weights.values() if self.run else ()
        told = (array for snapshot in self.snapshots for array in (snapshot.codes, snapshot.strip))
        return sum(array.nbytes for array in (*weights, *told))
