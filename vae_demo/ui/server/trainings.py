"""Training in the background: one thread per job, at most one running job per core.

A job is QUEUED until a core is free, then RUNNING; a visitor may pause it (which frees the
core), go on, go one step, or stop it. While others wait it runs for a slice of time, then
waits again. See `job_states` for its states. Threads here never call streamlit.
"""

from __future__ import annotations

import logging
import os
import threading
import time
import weakref
from dataclasses import replace

import numpy as np

from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.models import Codec, ModelConfig, build, code_vectors_many, reconstruct_many
from vae_demo.training.config import TrainConfig
from vae_demo.training.divergence import TrainingDiverged
from vae_demo.training.history import History, Snapshot
from vae_demo.training.loop import evaluate, train
from vae_demo.ui.server.cores import Cores
from vae_demo.ui.server.training_states import State, View

__all__ = ["Full", "Job", "Manager", "State", "View"]

log = logging.getLogger(__name__)

MOST = 50  # jobs that run, wait or pause; each holds a model
PREVIEW_EVERY = 0.4  # seconds between two live pictures
_NAP = 0.5  # seconds between two looks at the clock while waiting


class Job:
    """One training run in its own thread; made by `Manager.submit`."""

    def __init__(
        self, cores: Cores, config: ModelConfig, training: TrainConfig, grace: float
    ) -> None:
        self.config, self.training = config, training
        self.grace = grace
        self.seen = False  # that it is over, on its page
        self._cores = cores
        self._lock = threading.Condition()
        self._stop = self._pause = False
        self._steps_allowed = 0
        self._beat = time.monotonic()
        self._view = View(State.QUEUED, 0, 0, 0, 0, 0, None, None, None, (), None, None, None)
        self._thread = threading.Thread(target=self._work, name="training", daemon=True)

    def view(self) -> View:
        """The newest state; looking is also the sign that somebody is still there."""
        with self._lock:
            self._beat = time.monotonic()
            return replace(self._view, place=self._cores.place(self))

    @property
    def record(self) -> View:
        """The newest state; unlike `view` no sign that somebody is there."""
        return self._view

    @property
    def pausing(self) -> bool:
        """Whether it is asked to pause, and does so after the batch at hand."""
        return self._pause

    def pause(self) -> None:
        self._command(pause=True)

    def resume(self) -> None:
        self._command(pause=False)

    def step(self) -> None:
        """Train on one more batch, then pause."""
        self._command(pause=True, step=1)

    def stop(self) -> None:
        """End within a batch and keep what was learned."""
        self._command(stop=True)

    def wait(self, seconds: float | None = None) -> bool:
        """Block until the job is over; False where `seconds` passed first."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def start(self) -> None:
        self._thread.start()

    def deserted(self) -> bool:
        """Nobody has looked for longer than the grace time."""
        return time.monotonic() - self._beat > self.grace

    @property
    def leaving(self) -> bool:
        """Whether it is to end, and therefore not to wait for a core."""
        return self._stop or self.deserted()

    def _command(self, *, pause: bool = False, step: int = 0, stop: bool = False) -> None:
        with self._lock:
            self._beat = time.monotonic()
            self._pause, self._stop = pause, self._stop or stop
            self._steps_allowed += step
            self._lock.notify_all()
        self._cores.wake()

    def _work(self) -> None:
        snapshots: list[Snapshot] = []
        message = ""
        model: Codec | None = None
        try:
            self._enter()
            import torch

            torch.set_num_threads(1)  # of this thread: one job, one core
            model = build(self.config, self.training.seed)
            state = self._train(model, snapshots)
        except TrainingDiverged as error:
            state, message = State.DIVERGED, str(error)
        except _Ended as ended:
            state = ended.state
        except Exception as error:
            log.exception("training failed")
            state, message = State.FAILED, str(error)
        try:
            keep = state in (State.FINISHED, State.STOPPED, State.DIVERGED)
            run = self._finish(model, snapshots) if keep and model and snapshots else None
        except Exception as error:
            log.exception("finishing a training run failed")
            state, message, run = State.FAILED, str(error), None
        self._leave(state=state, run=run, message=message, left=None)

    def _enter(self) -> None:
        """Wait in the queue for a core; out of it at once where the job is to end."""
        try:
            while not self._cores.enter(self, _NAP):
                self._end_if_asked()
        except _Ended:
            self._cores.leave(self)  # what it learned is measured without keeping others waiting
            raise
        self._set(state=State.RUNNING)

    def _train(self, model: Codec, snapshots: list[Snapshot]) -> State:
        running, painted = 0.0, -np.inf
        started = time.monotonic()
        means = np.full(2, np.nan)
        for epoch in train(model, mnist.train_digits(), self.training):
            running += time.monotonic() - started
            if epoch.snapshot:
                snapshots.append(epoch.snapshot)
                fresh = {"codes": epoch.snapshot.codes, "strip": epoch.snapshot.strip}
                self._set(snapshots=tuple(snapshots), **fresh)
            elif time.monotonic() - painted > PREVIEW_EVERY or self._pause:
                painted = time.monotonic()
                probe = mnist.probe().images
                self._set(
                    codes=code_vectors_many(model, probe),
                    strip=reconstruct_many(model, probe[mnist.strip_positions()]),
                )
            if epoch.step:
                batch = np.array([epoch.distortion, epoch.rate])
                means = batch if np.isnan(means).any() else 0.95 * means + 0.05 * batch
                speed = epoch.images / max(running, 1e-9)
                self._set(
                    epochs=epoch.epochs,
                    step=epoch.step,
                    distortion=float(means[0]),
                    rate=float(means[1]),
                    per_second=speed,
                    left=(epoch.steps - epoch.step) * running / epoch.step,
                )
            else:
                self._set(steps=epoch.steps)
            self._obey()
            started = time.monotonic()
        return State.FINISHED

    def _obey(self) -> None:
        """Between two batches: end, let others train, wait while paused, let one step through."""
        self._end_if_asked()
        if not self._pause and self._cores.due(self):
            self._requeue()
        if not self._pause:
            return
        with self._lock:
            if self._steps_allowed:
                self._steps_allowed -= 1
                return
        self._leave(state=State.PAUSED)
        with self._lock:
            while self._pause and not self._steps_allowed:
                self._end_if_asked()
                self._lock.wait(_NAP)
            self._steps_allowed = max(0, self._steps_allowed - 1)
        self._end_if_asked()
        self._requeue()

    def _requeue(self) -> None:
        """Go to the end of the queue and wait for a core."""
        with self._lock:  # so that nobody sees a queued job that has no place
            self._cores.queue(self)
            self._set(state=State.QUEUED)
        self._enter()

    def _leave(self, **changes: object) -> None:
        """Give the core back; nobody sees a running job that has none."""
        with self._lock:
            self._cores.leave(self)
            self._set(**changes)

    def _end_if_asked(self) -> None:
        if self._stop:
            raise _Ended(State.STOPPED)
        if self.deserted():
            raise _Ended(State.ABANDONED)

    def _finish(self, model: Codec, snapshots: list[Snapshot]) -> runs.Run:
        """Measure over all test digits; a last snapshot where training ended between two."""
        if self._view.step and self._view.epochs > snapshots[-1].epochs:
            snapshots.append(self._last_snapshot(model, snapshots[-1]))
            self._set(
                snapshots=tuple(snapshots), codes=snapshots[-1].codes, strip=snapshots[-1].strip
            )
        results = evaluate(model, mnist.test_digits())
        name = f"{self.config.name}-{self.config.latent}"
        history = History.of(snapshots)
        return runs.make_run(name, model, self.config, self.training, results, history)

    def _last_snapshot(self, model: Codec, before: Snapshot) -> Snapshot:
        from vae_demo.training.loop import mean_losses, probe_codes

        probe, view = mnist.probe().images, self._view
        test_distortion, test_rate = mean_losses(model, mnist.test_digits().images)
        return Snapshot(
            view.epochs,
            before.train_distortion if view.distortion is None else view.distortion,
            before.train_rate if view.rate is None else view.rate,
            test_distortion,
            test_rate,
            probe_codes(model),
            reconstruct_many(model, probe[mnist.strip_positions()]),
        )

    def _set(self, **changes: object) -> None:
        with self._lock:
            self._view = replace(self._view, **changes)  # type: ignore[arg-type]


class Full(RuntimeError):
    """The server takes no more trainings; `there` are as many."""

    def __init__(self, there: int, why: str) -> None:
        self.there = there
        super().__init__(f"no more than {there} trainings at a time: {why}")


class Manager(Cores):
    """Every training job of a server, at most `MOST` that are not over."""

    def __init__(
        self,
        cores: int | None = None,
        grace: float | None = None,
        slice_seconds: float | None = None,
    ) -> None:
        slice_seconds = slice_seconds or float(os.environ.get("VAE_DEMO_SLICE", "20"))
        super().__init__(cores or os.cpu_count() or 1, slice_seconds)
        self.grace = grace or float(os.environ.get("VAE_DEMO_GRACE", "120"))
        self._jobs: weakref.WeakSet[Job] = weakref.WeakSet()  # one that is over is its owner's
        self._door = threading.Lock()

    def submit(self, config: ModelConfig, training: TrainConfig) -> Job:
        """A new job, started at once or queued for a core.

        Raises:
            Full: the server has as many as it takes.
        """
        with self._door:
            alive = sum(not job.wait(0) for job in list(self._jobs))
            if alive >= MOST:
                raise Full(MOST, "each that runs, waits or is paused holds a model")
            job = Job(self, config, training, self.grace)
            self.queue(job)
            try:
                job.start()
            except RuntimeError as error:  # no more threads
                self.leave(job)
                raise Full(alive, str(error)) from None
            self._jobs.add(job)
        return job


class _Ended(Exception):
    """The job is to end now, in this state."""

    def __init__(self, state: State) -> None:
        self.state = state
