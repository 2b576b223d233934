"""The states of a training job, the transitions between them, and the status that pages show.

| state | meaning | ends when |
| --- | --- | --- |
| queued | waits for a core: new, resumed, or after its time slice | it gets a core |
| running | has a core | its slice ends while others wait, a button, its last batch, an error |
| paused | keeps its model, has no core | a button |
| finished | all epochs are done | |
| stopped | ended by its visitor; the trained weights are kept | |
| diverged | the training diverged; the last good weights are kept | |
| failed | ended by an error, which is in the log | |
| abandoned | no page has watched it for the grace time; it can go on | |
| interrupted | the server stopped; it can go on | |

`NEXT_STATES` contains the transitions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from vae_demo import runs
from vae_demo.runs.progress import Progress
from vae_demo.training.history import Snapshot

if TYPE_CHECKING:
    from vae_demo.training.one_step import OneStep


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    DIVERGED = "diverged"
    FAILED = "failed"
    ABANDONED = "abandoned"
    INTERRUPTED = "interrupted"

    @property
    def ended(self) -> bool:
        """Whether the state is final."""
        return not NEXT_STATES[self]


_ENDED_EARLY = {  # from any state
    JobState.STOPPED,
    JobState.FAILED,
    JobState.ABANDONED,
    JobState.INTERRUPTED,
}
NEXT_STATES: Mapping[JobState, frozenset[JobState]] = {state: frozenset() for state in JobState} | {
    JobState.QUEUED: frozenset({JobState.RUNNING, *_ENDED_EARLY}),
    JobState.RUNNING: frozenset(
        {JobState.QUEUED, JobState.PAUSED, JobState.FINISHED, JobState.DIVERGED, *_ENDED_EARLY}
    ),
    JobState.PAUSED: frozenset({JobState.QUEUED, *_ENDED_EARLY}),
}
"""State -> the states that may follow it; a final state has none."""


@dataclass(frozen=True)
class JobStatus:
    """A consistent view of a job at one moment, for pages."""

    state: JobState  # see the table above
    position: int = 0  # number of jobs that wait before this one
    epochs: float = 0  # epochs done
    step: int = 0  # batches done
    steps: int = 0  # batches in all; 0 until the first one begins
    images_per_second: float = 0  # training images per second, while it runs
    seconds_left: float | None = None  # estimate; None if unknown
    distortion: float | None = None  # running mean in training, nats per image; None at first
    rate: float | None = None  # running mean in training, nats per image; None at first
    snapshots: tuple[Snapshot, ...] = ()  # the history so far
    codes: np.ndarray | None = None  # (probe, latent), the latest codes of the probe
    strip: np.ndarray | None = None  # (10, 28, 28) uint8, the latest reconstructions
    rates: np.ndarray | None = None  # (latent,) nats, the latest; None for a family without a rate
    one_step: OneStep | None = None  # the step that a page has asked to see, in slow motion
    run: runs.Run | None = None  # the trained run, once the job has ended
    message: str = ""  # why it ended early, in English

    @classmethod
    def of(cls, progress: Progress) -> JobStatus:
        """The status of a job that goes on from an earlier progress."""
        newest = progress.snapshots[-1]
        return cls(
            JobState.QUEUED,
            epochs=progress.epochs,
            step=progress.step,
            steps=progress.steps,
            snapshots=tuple(progress.snapshots),
            codes=newest.codes,
            strip=newest.strip,
        )

    @property
    def bytes(self) -> int:
        """The size of the snapshots and of the run's weights in bytes."""
        weights = self.run.weights.values() if self.run else ()
        arrays = (array for each in self.snapshots for array in (each.codes, each.strip))
        return sum(array.nbytes for array in (*weights, *arrays))
