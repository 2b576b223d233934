"""All jobs of a server that train: their number is limited, and they share the cores."""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Callable
from typing import TypeVar

from vae_demo.datasets import DataSet
from vae_demo.models import ModelConfig
from vae_demo.runs.progress import Progress
from vae_demo.training.config import TrainConfig
from vae_demo.ui.server.core_job import CoreJob
from vae_demo.ui.server.cores import Cores
from vae_demo.ui.server.saved_training import ProgressStorage
from vae_demo.ui.server.training_job import TrainingJob

Job = TypeVar("Job", bound=CoreJob)

MAX_JOBS = 50  # jobs that have not ended; each has a model in memory


class TooManyJobs(RuntimeError):
    """The server can't start another training."""

    def __init__(self, count: int, reason: str) -> None:
        self.count = count  # number of trainings that have not ended
        super().__init__(f"no more than {count} trainings at a time: {reason}")


class TrainingJobs(Cores):
    """Starts jobs that train, at most `MAX_JOBS` that have not ended; one job per core runs.

    A job that no page has watched for `grace` seconds ends.
    """

    def __init__(
        self,
        cores: int | None = None,
        grace: float | None = None,
        slice_seconds: float | None = None,
    ) -> None:
        slice_seconds = slice_seconds or float(os.environ.get("VAE_DEMO_SLICE", "20"))
        super().__init__(cores or os.cpu_count() or 1, slice_seconds)
        self.grace = grace or float(os.environ.get("VAE_DEMO_GRACE", "120"))
        self._jobs: weakref.WeakSet[CoreJob] = weakref.WeakSet()  # visitors hold the ended ones
        self._submitting = threading.Lock()
        self._closed = False

    def submit(
        self,
        config: ModelConfig,
        training: TrainConfig,
        storage: ProgressStorage | None = None,
        progress: Progress | None = None,
        data: DataSet | None = None,
    ) -> TrainingJob:
        """Start a new job, or queue it for a core.

        Args:
            storage: Where the job saves its progress; None if there is no disk.
            progress: An earlier training with these settings that is to go on.
            data: What it trains on; by default MNIST.

        Raises:
            TooManyJobs: if the server can't start another job.
        """
        return self.begin(
            lambda: TrainingJob(self, config, training, self.grace, storage, progress, data)
        )

    def begin(self, make: Callable[[], Job]) -> Job:
        """Start the job that `make` gives, or queue it for a core.

        Raises:
            TooManyJobs: if the server can't start another job.
        """
        with self._submitting:
            alive = sum(not job.wait(0) for job in list(self._jobs))
            if self._closed or alive >= MAX_JOBS:
                reason = "the server stops" if self._closed else "each one has a model in memory"
                raise TooManyJobs(alive, reason)
            job = make()
            self.enqueue(job)
            try:
                job.start()
            except RuntimeError as error:  # the system can't start another thread
                self.release(job)
                raise TooManyJobs(alive, str(error)) from None
            self._jobs.add(job)
        return job

    def close(self, seconds: float) -> bool:
        """Interrupt all jobs, each of which saves its progress, and start no others.

        Returns:
            Whether all have ended within this time.
        """
        end = time.monotonic() + seconds
        with self._submitting:
            self._closed = True
            jobs = list(self._jobs)
        for job in jobs:
            job.interrupt()
        return all(job.wait(max(0.0, end - time.monotonic())) for job in jobs)
