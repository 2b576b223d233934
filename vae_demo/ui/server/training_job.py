"""A training in the background: a thread that trains a model while it has a core.

A visitor can pause it (which releases the core), resume it, train on one batch, or stop it. While
other jobs wait, it runs for a time slice and then goes to the end of the queue. Its states are
defined in `training_states`. The thread does not call Streamlit.
"""

from __future__ import annotations

import functools
import logging
import re
import time
from dataclasses import replace

import numpy as np

from vae_demo import runs
from vae_demo.datasets import MNIST, DataSet, mnist_data
from vae_demo.evaluation.evaluate import evaluate
from vae_demo.models import Codec, ModelConfig
from vae_demo.runs.progress import Progress
from vae_demo.training.config import TrainConfig
from vae_demo.training.divergence import TrainingDiverged
from vae_demo.training.history import History, Snapshot
from vae_demo.training.loop import Step, train
from vae_demo.training.one_step import OneStep, one_step
from vae_demo.training.snapshots import take_snapshot
from vae_demo.training.state import TrainingState
from vae_demo.ui.server import core_job
from vae_demo.ui.server.core_job import CoreJob, EndJob
from vae_demo.ui.server.cores import Cores
from vae_demo.ui.server.previews import preview
from vae_demo.ui.server.saved_training import ProgressStorage, SavedTraining
from vae_demo.ui.server.training_states import JobState, JobStatus

log = logging.getLogger(__name__)

PREVIEW_SECONDS = 0.4  # between two previews of a running training


class TrainingJob(CoreJob):
    """One training in a thread of its own; created by `TrainingJobs.submit`."""

    def __init__(
        self,
        cores: Cores,
        config: ModelConfig,
        training: TrainConfig,
        grace: float,
        storage: ProgressStorage | None = None,
        progress: Progress | None = None,
        data: DataSet | None = None,
    ) -> None:
        super().__init__(cores, grace, "training")
        self.config, self.training = config, training
        self._data = data
        self.end_seen = False  # whether the page has shown the end of the job
        self._pause = self._looking = False
        self._steps_allowed = 0
        self._status = JobStatus.of(progress) if progress else JobStatus(JobState.QUEUED)
        described = MNIST if data is None else data.description
        self._saved = SavedTraining(config, training, storage, progress, described)

    @functools.cached_property
    def data(self) -> DataSet:
        """What the job trains on. MNIST is unpacked when it is first needed."""
        return mnist_data() if self._data is None else self._data

    def watch(self) -> JobStatus:
        """The current status. A job that no page watches is abandoned after the grace time."""
        with self._lock:
            self.note_watched()
            return replace(self._status, position=self.position)

    @property
    def status(self) -> JobStatus:
        """The current status, without restarting the grace time."""
        return self._status

    @property
    def pausing(self) -> bool:
        """Whether the job is paused, or will be after the current batch."""
        return self._pause

    def pause(self) -> None:
        self._command(pause=True)

    def resume(self) -> None:
        self._command(pause=False)

    def step(self) -> None:
        """Train on one more batch, then pause."""
        self._command(pause=True, step=1)

    def look(self, seconds: float) -> OneStep | None:
        """The next step in slow motion, taken by a copy of the model between two batches.

        Without a core, in a queue for example, it is the one that was seen last. After the end of
        the job it is one step more.

        Args:
            seconds: How long to wait for it.
        """
        with self._lock:
            self._looking = True
            self._lock.notify_all()
            self._lock.wait_for(lambda: not self._looking or self._status.state.ended, seconds)
            return self._status.one_step

    def stop(self) -> None:
        """End after the current batch and keep the trained weights."""
        self._command(stop=True)

    def interrupt(self) -> None:
        """End after the current batch, since the server stops; the training can go on later."""
        self._interrupt = True
        self._command(pause=self._pause)

    def discard(self) -> None:
        """Delete the saved progress and save none from now on."""
        self._saved.discard()

    def _command(self, *, pause: bool = False, step: int = 0, stop: bool = False) -> None:
        with self._lock:
            self.note_watched()
            self._pause, self._stop = pause, self._stop or stop
            self._steps_allowed += step
            self._lock.notify_all()
        self._cores.notify()

    def _work(self) -> None:
        snapshots = list(self._status.snapshots)
        message = ""
        try:
            self._acquire_core()
            import torch

            torch.set_num_threads(1)  # for this thread: a job uses one core
            state = self._train(*self._saved.build(), snapshots)
        except TrainingDiverged as error:
            state, message = JobState.DIVERGED, str(error)
            self.discard()  # it would diverge again
        except EndJob as end:
            state = end.state
        except Exception as error:
            log.exception("training failed")
            state, message = JobState.FAILED, str(error)
        run = None
        try:
            if state not in (JobState.FAILED, JobState.DIVERGED):
                self._saved.save(self._status, now=True)
            keep = state in (JobState.FINISHED, JobState.STOPPED, JobState.DIVERGED)
            if keep and state is not JobState.DIVERGED and snapshots:
                self._show_step()
            if keep and self._saved.model and snapshots:
                run = self._finish(self._saved.model, snapshots)
        except Exception as error:
            log.exception("finishing a training run failed")
            state, message = JobState.FAILED, str(error)
        self._saved.release()
        self._release_core(state=state, run=run, message=message, seconds_left=None)

    def _acquire_core(self) -> None:
        self._wait_for_core(lambda: self._saved.save(self._status))
        self._set(state=JobState.RUNNING)

    def _train(self, model: Codec, state: TrainingState, snapshots: list[Snapshot]) -> JobState:
        running, previewed = 0.0, -np.inf
        means = np.full(2, np.nan)
        first: Step | None = None
        started = time.monotonic()
        steps = train(
            model,
            self.data.train,
            self.training,
            test=self.data.test,
            probe=self.data.probe,
            state=state,
        )
        for step in steps:
            if first is None:
                first = step
            else:
                running += time.monotonic() - started
            if step.snapshot:
                snapshots.append(step.snapshot)
                self._set(
                    snapshots=tuple(snapshots), **preview(model, self.data.probe, step.snapshot)
                )
            elif time.monotonic() - previewed > PREVIEW_SECONDS or self._pause:
                previewed = time.monotonic()
                self._set(**preview(model, self.data.probe))
            if step.step:
                batch = np.array([step.distortion, step.rate])
                means = batch if np.isnan(means).any() else 0.95 * means + 0.05 * batch
                speed = (step.images - first.images) / max(running, 1e-9)
                left = (step.steps - step.step) * running / max(step.step - first.step, 1)
                self._set(
                    epochs=step.epochs,
                    step=step.step,
                    steps=step.steps,
                    distortion=float(means[0]),
                    rate=float(means[1]),
                    images_per_second=speed,
                    seconds_left=left,
                )
            else:
                self._set(steps=step.steps)
            self._between_batches()
            started = time.monotonic()
        return JobState.FINISHED

    def _show_step(self) -> None:
        """Take the next step with a copy, for the page that has asked to see it."""
        if self._saved.both is None:
            return
        found = one_step(self._saved.both[0], self.data.train, self.training, self._saved.both[1])
        with self._lock:
            self._looking = False
            self._set(one_step=found)
            self._lock.notify_all()

    def _between_batches(self) -> None:
        """End the job, requeue it, or wait while it is paused without a single step."""
        self._end_if_asked()
        if self._looking:
            self._show_step()
        self._saved.save(self._status)
        if not self._pause and self._cores.slice_is_over(self):
            self._requeue()
        if not self._pause:
            return
        with self._lock:
            if self._steps_allowed:
                self._steps_allowed -= 1
                return
        self._release_core(state=JobState.PAUSED)
        with self._lock:
            while self._pause and not self._steps_allowed:
                self._end_if_asked()
                if self._looking:
                    self._show_step()
                self._saved.save(self._status)
                self._lock.wait(core_job.POLL_SECONDS)
            self._steps_allowed = max(0, self._steps_allowed - 1)
        self._end_if_asked()
        self._requeue()

    def _requeue(self) -> None:
        """Go to the end of the queue and wait for a core."""
        with self._lock:  # a queued job must have a position in every status
            self._cores.enqueue(self)
            self._set(state=JobState.QUEUED)
        self._acquire_core()

    def _release_core(self, **changes: object) -> None:
        """Release the core and change the status at the same time."""
        with self._lock:
            self._cores.release(self)
            self._set(**changes)

    def _finish(self, model: Codec, snapshots: list[Snapshot]) -> runs.Run:
        """Evaluate on all test digits, and add a last snapshot if training ended between two."""
        if self._status.step and self._status.epochs > snapshots[-1].epochs:
            snapshots.append(self._last_snapshot(model, snapshots[-1]))
            self._set(
                snapshots=tuple(snapshots), codes=snapshots[-1].codes, strip=snapshots[-1].strip
            )
        results = evaluate(model, self.data.test)
        name = f"{self.config.name}-{self.config.latent}"
        if not self.data.description.is_mnist:
            name += f"-{self.data.name}"
        name = re.sub(r"[^\w .-]", "_", name)[:40]
        history = History.of(snapshots)
        return runs.make_run(name, model, self.config, self.training, results, history, self.data)

    def _last_snapshot(self, model: Codec, before: Snapshot) -> Snapshot:
        now = self._status
        means = (
            before.train_distortion if now.distortion is None else now.distortion,
            before.train_rate if now.rate is None else now.rate,
        )
        return take_snapshot(model, now.epochs, means, self.data.test, self.data.probe)

    def _set(self, **changes: object) -> None:
        with self._lock:
            self._status = replace(self._status, **changes)  # type: ignore[arg-type]
