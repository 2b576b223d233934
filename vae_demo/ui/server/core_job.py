"""Work in the background: a thread that has one of the server's cores while it runs.

It waits in the queue of `Cores`. It ends early when it is stopped, when the server stops, or when
no page has watched it for a while. It does not call Streamlit.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable

from vae_demo.ui.server.cores import Cores
from vae_demo.ui.server.training_states import JobState

POLL_SECONDS = 0.5  # between two checks of the grace time while a job has no core
_NICENESS = 10  # of its thread; the threads that serve pages have 0 and run first


class EndJob(Exception):
    """Raised in the thread to end the job in a given state."""

    def __init__(self, state: JobState) -> None:
        self.state = state


class CoreJob:
    """The base class of such jobs; each does its work in `_work`."""

    def __init__(self, cores: Cores, grace: float, name: str) -> None:
        """A job that no page watches ends after `grace` seconds."""
        self.grace = grace
        self._cores = cores
        self._lock = threading.Condition()
        self._stop = self._interrupt = False
        self._last_watched = time.monotonic()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wait(self, seconds: float | None = None) -> bool:
        """Block until the job has ended; False if `seconds` passed first."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def stop(self) -> None:
        """End soon, as the visitor wants it."""
        self._stop = True
        self._cores.notify()

    def interrupt(self) -> None:
        """End soon, since the server stops."""
        self._interrupt = True
        self._cores.notify()

    def note_watched(self) -> None:
        """Note that a page shows the job, which starts the grace time anew."""
        self._last_watched = time.monotonic()

    def is_abandoned(self) -> bool:
        """Whether no page has watched the job for the grace time."""
        return time.monotonic() - self._last_watched > self.grace

    @property
    def position(self) -> int:
        """The number of jobs that wait before this one; 0 for a job that does not wait."""
        return self._cores.position(self)

    @property
    def ending(self) -> bool:
        """Whether the job is about to end, and therefore does not wait for a core."""
        return self._stop or self._interrupt or self.is_abandoned()

    def _run(self) -> None:
        if sys.platform == "linux":  # elsewhere, priorities are those of whole processes
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
        self._work()

    def _work(self) -> None:
        """Do the work, and release the core."""
        raise NotImplementedError

    def _wait_for_core(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        """Wait in the queue for a core, or leave it immediately if the job should end.

        Raises:
            EndJob: if it should end.
        """
        try:
            while not self._cores.acquire(self, POLL_SECONDS):
                self._end_if_asked()
                meanwhile()
        except EndJob:
            self._cores.release(self)  # what follows runs without a core
            raise

    def _end_if_asked(self) -> None:
        if self._stop:
            raise EndJob(JobState.STOPPED)
        if self._interrupt:
            raise EndJob(JobState.INTERRUPTED)
        if self.is_abandoned():
            raise EndJob(JobState.ABANDONED)
