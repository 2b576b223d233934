"""A scheduler that distributes the processor cores among training jobs in time slices."""

from __future__ import annotations

import threading
import time
from typing import Protocol


class QueuedJob(Protocol):
    """A job that waits for a core."""

    @property
    def ending(self) -> bool:
        """Whether the job is about to end, and therefore does not wait for a core."""
        ...


class Cores:
    """A round-robin scheduler: jobs run in the order of arrival, for one time slice if others wait.

    A job that releases its core after its slice goes to the end of the queue. Each of n jobs on one
    core therefore runs again after at most n - 1 slices.
    """

    def __init__(self, cores: int, slice_seconds: float) -> None:
        self.cores = cores
        self.slice_seconds = slice_seconds
        self._changed = threading.Condition()
        self._running: dict[QueuedJob, float] = {}  # job -> when its slice began
        self._waiting: list[QueuedJob] = []

    def enqueue(self, job: QueuedJob) -> None:
        """Put a job at the end of the queue; a running job releases its core."""
        with self._changed:
            self._running.pop(job, None)
            self._waiting.append(job)
            self._changed.notify_all()

    def acquire(self, job: QueuedJob, timeout: float) -> bool:
        """Take a core for a queued job; False if none was free within `timeout` seconds."""
        with self._changed:
            if not self._is_next(job) and not job.ending:
                self._changed.wait(timeout)
            if not self._is_next(job) or job.ending:
                return False
            self._waiting.remove(job)
            self._running[job] = time.monotonic()
            self._changed.notify_all()
            return True

    def release(self, job: QueuedJob) -> None:
        """Release the job's core, or remove the job from the queue."""
        with self._changed:
            self._running.pop(job, None)
            if job in self._waiting:
                self._waiting.remove(job)
            self._changed.notify_all()

    def notify(self) -> None:
        """Wake all waiting jobs, so that each checks whether it should end."""
        with self._changed:
            self._changed.notify_all()

    def slice_is_over(self, job: QueuedJob) -> bool:
        """Whether a running job has used its slice while others wait."""
        with self._changed:
            elapsed = time.monotonic() - self._running[job]
            return bool(self._waiting) and elapsed >= self.slice_seconds

    def position(self, job: QueuedJob) -> int:
        """The number of jobs that wait before this one; 0 for a job that does not wait."""
        with self._changed:
            return self._waiting.index(job) if job in self._waiting else 0

    def counts(self) -> dict[str, int]:
        """The number of queued jobs and of running jobs."""
        with self._changed:
            return {"queued": len(self._waiting), "running": len(self._running)}

    def _is_next(self, job: QueuedJob) -> bool:
        return self._waiting.index(job) < self.cores - len(self._running)
