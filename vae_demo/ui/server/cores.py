"""Who may train now: the cores of the server, a queue for them, and a slice of time for each."""

from __future__ import annotations

import threading
import time
from typing import Protocol


class Waiter(Protocol):
    """What waits for a core; `leaving` where it shall wait no longer."""

    @property
    def leaving(self) -> bool: ...


class Cores:
    """Shares the cores: first come, first served, and a slice of time each while others wait.

    Whoever gives its core away after its slice goes to the end of the queue. So each of n jobs on
    one core is served again after n - 1 slices at the latest, and nobody starves.
    """

    def __init__(self, cores: int, slice_seconds: float) -> None:
        self.cores = cores
        self.slice_seconds = slice_seconds
        self._free = threading.Condition()
        self._active: dict[Waiter, float] = {}  # and when its slice began
        self._waiting: list[Waiter] = []

    def queue(self, job: Waiter) -> None:
        """A place at the end of the queue, in exchange for the core where it has one."""
        with self._free:
            self._active.pop(job, None)
            self._waiting.append(job)
            self._free.notify_all()

    def enter(self, job: Waiter, seconds: float) -> bool:
        """Take a core for a queued `job`, waiting its turn for at most `seconds`."""
        with self._free:
            if not self._turn(job) and not job.leaving:
                self._free.wait(seconds)
            if not self._turn(job) or job.leaving:
                return False
            self._waiting.remove(job)
            self._active[job] = time.monotonic()
            self._free.notify_all()
            return True

    def leave(self, job: Waiter) -> None:
        """Give the core, or the place in the queue, back."""
        with self._free:
            self._active.pop(job, None)
            if job in self._waiting:
                self._waiting.remove(job)
            self._free.notify_all()

    def wake(self) -> None:
        """Whoever waits looks again whether to wait on."""
        with self._free:
            self._free.notify_all()

    def due(self, job: Waiter) -> bool:
        """Whether a running `job` had its slice, and somebody waits."""
        with self._free:
            had = time.monotonic() - self._active[job]
            return bool(self._waiting) and had >= self.slice_seconds

    def place(self, job: Waiter) -> int:
        """How many jobs wait before `job`; 0 for one that does not wait."""
        with self._free:
            return self._waiting.index(job) if job in self._waiting else 0

    def counts(self) -> dict[str, int]:
        """How many jobs run, and how many wait their turn."""
        with self._free:
            return {"running": len(self._active), "queued": len(self._waiting)}

    def _turn(self, job: Waiter) -> bool:
        return self._waiting.index(job) < self.cores - len(self._active)
