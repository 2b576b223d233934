"""A fine-tuning in the background, in the queue of the trainings."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

from vae_demo.ui.server.core_job import CoreJob, EndJob
from vae_demo.ui.server.cores import Cores
from vae_demo.ui.server.training_states import JobState

if TYPE_CHECKING:
    from vae_demo.ui.parts.handwriting.data import FineTuningProgress

log = logging.getLogger(__name__)


class FineTuningJob(CoreJob):
    """A fine-tuning in a thread of its own."""

    def __init__(
        self, cores: Cores, grace: float, base: str, progress: Iterator[FineTuningProgress]
    ) -> None:
        """
        Args:
            base: The name of the run that is fine-tuned.
            progress: Does the work: fine-tunes for a while before each value that it yields.
        """
        super().__init__(cores, grace, "fine-tuning")
        self.base = base
        self.state = JobState.QUEUED
        self.latest: FineTuningProgress | None = None  # None until it begins
        self.kept = ""  # the name under which the page has kept the new run
        self._progress = progress

    def _work(self) -> None:
        try:
            self._wait_for_core()
            self.state = JobState.RUNNING
            import torch

            torch.set_num_threads(1)  # for this thread
            for found in self._progress:
                self.latest = found
                self._end_if_asked()
                if self._cores.slice_is_over(self):
                    self._cores.enqueue(self)
                    self.state = JobState.QUEUED
                    self._wait_for_core()
                    self.state = JobState.RUNNING
            self.state = JobState.FINISHED
        except EndJob as end:
            self.state = end.state
        except Exception:
            log.exception("fine-tuning failed")
            self.state = JobState.FAILED
        finally:
            self._cores.release(self)
