"""Who may train now: the cores of the server, and the queue for them."""

from __future__ import annotations

import threading


class Cores:
    """Shares the cores among jobs, first come, first served."""

    def __init__(self, cores: int) -> None:
        self.cores = cores
        self._free = threading.Condition()
        self._active: list[object] = []
        self._waiting: list[object] = []

    def enter(self, job: object, seconds: float) -> bool:
        """Take a core for `job`, waiting its turn for at most `seconds`."""
        with self._free:
            if job not in self._waiting:
                self._waiting.append(job)
            if not self._turn(job):
                self._free.wait(seconds)
            if not self._turn(job):
                return False
            self._waiting.remove(job)
            self._active.append(job)
            self._free.notify_all()
            return True

    def leave(self, job: object) -> None:
        """Give the core, or the place in the queue, back."""
        with self._free:
            for jobs in (self._active, self._waiting):
                if job in jobs:
                    jobs.remove(job)
            self._free.notify_all()

    def queue(self, job: object) -> None:
        """A place at the end of the queue."""
        with self._free:
            self._waiting.append(job)

    def place(self, job: object) -> int:
        """How many jobs wait before `job`; 0 for one that does not wait."""
        with self._free:
            return self._waiting.index(job) if job in self._waiting else 0

    def _turn(self, job: object) -> bool:
        free = self.cores - len(self._active)
        return self._waiting.index(job) < free
