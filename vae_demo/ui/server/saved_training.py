"""A training that is saved as it goes, so that it can go on after a restart of the server."""

from __future__ import annotations

import logging
import threading
import time
from typing import Protocol

from vae_demo.datasets import MNIST, DataDescription
from vae_demo.models import Codec, ModelConfig, build
from vae_demo.runs import RunError
from vae_demo.runs.progress import Progress, make_progress
from vae_demo.training.config import TrainConfig
from vae_demo.training.state import TrainingState
from vae_demo.ui.server.training_states import JobStatus

log = logging.getLogger(__name__)

SAVE_SECONDS = 30  # at least, between two savings of a training that runs


class ProgressStorage(Protocol):
    """Where the progress of one training is kept."""

    def save_progress(self, training: Progress) -> None: ...

    def delete_progress(self) -> None: ...


class SavedTraining:
    """A model and the state of its training, new or from an earlier progress."""

    def __init__(
        self,
        config: ModelConfig,
        training: TrainConfig,
        storage: ProgressStorage | None = None,
        earlier: Progress | None = None,
        data: DataDescription = MNIST,
    ) -> None:
        """Without a storage, nothing is saved."""
        self._data = data
        self._config, self._training = config, training
        self._storage, self._earlier = storage, earlier
        self._both: tuple[Codec, TrainingState] | None = None
        self._lock = threading.Lock()  # a page discards what the thread of the training saves
        self._saved_at, self._saved_step = float("-inf"), -1

    @property
    def model(self) -> Codec | None:
        """The model; None before `build` and after `release`."""
        return self._both[0] if self._both else None

    @property
    def both(self) -> tuple[Codec, TrainingState] | None:
        """The model and the state of its training; None before `build` and after `release`."""
        return self._both

    def build(self) -> tuple[Codec, TrainingState]:
        """Build the model and the state of its training.

        Raises:
            RunError: if the earlier progress is not valid.
        """
        if self._earlier:
            self._both, self._earlier = self._earlier.build(), None
        else:
            model = build(self._config, self._training.seed)
            self._both = model, TrainingState(model, self._training.seed)
        return self._both

    def save(self, status: JobStatus, *, now: bool = False) -> None:
        """Save the progress, between two batches, if there is a new one and this is due, or `now`.

        A failure is logged.
        """
        if self._both is None or not status.snapshots:
            return
        model, state = self._both
        due = now or time.monotonic() - self._saved_at >= SAVE_SECONDS
        if not due or state.step == self._saved_step:
            return
        with self._lock:
            if self._storage is None:
                return
            self._saved_at = time.monotonic()
            progress = make_progress(
                model,
                state,
                self._config,
                self._training,
                epochs=status.epochs,
                steps=status.steps,
                snapshots=status.snapshots,
                data=self._data,
            )
            try:
                self._storage.save_progress(progress)
                self._saved_step = state.step
            except (RunError, OSError) as error:
                log.warning("the progress of a training was not saved: %s", error)

    def discard(self) -> None:
        """Delete what was saved, and save nothing from now on."""
        with self._lock:
            if self._storage is not None:
                self._storage.delete_progress()
            self._storage = None

    def release(self) -> None:
        """Free the memory of the model and the state."""
        self._both = None
