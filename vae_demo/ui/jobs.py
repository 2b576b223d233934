"""Training in the background: one thread per job, at most one running job per core.

A job is QUEUED until a core is free, then RUNNING; a visitor may pause it (which frees the
core), go on, go one step, or stop it. It ends FINISHED, STOPPED, DIVERGED (last good
weights kept), FAILED (reported, never swallowed) or ABANDONED: nobody looked at it for a
grace time, so its tab is closed. Threads here never call streamlit.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from vae_demo import data, runs
from vae_demo.guard import TrainingDiverged
from vae_demo.history import History, Moment
from vae_demo.models import Codec, ModelConfig, build, quantities_many, reconstruct
from vae_demo.training import TrainConfig, evaluate, train

log = logging.getLogger(__name__)

PREVIEW_EVERY = 0.4  # seconds between two live pictures
_NAP = 0.5  # seconds between two looks at the clock while waiting


class State(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    DIVERGED = "diverged"
    FAILED = "failed"
    ABANDONED = "abandoned"

    @property
    def over(self) -> bool:
        return self not in (State.QUEUED, State.RUNNING, State.PAUSED)


@dataclass(frozen=True)
class View:
    """What a page shows of a job, consistent in itself.

    place: jobs ahead of a queued one. at: epochs done. step of steps: batches.
    per_second: training pictures per second of running time. left: seconds to go, or None.
    distortion, rate: running training means, nats per image (None before the first batch).
    moments: the record so far. codes, strip: the newest picture of the probe, see `Moment`.
    run: the trained run once the job is over. message: why it ended early, in English.
    """

    state: State
    place: int
    at: float
    step: int
    steps: int
    per_second: float
    left: float | None
    distortion: float | None
    rate: float | None
    moments: tuple[Moment, ...]
    codes: np.ndarray | None
    strip: np.ndarray | None
    run: runs.Run | None
    message: str = ""


class Job:
    """One training run in its own thread; made by `Manager.submit`."""

    def __init__(
        self, manager: Manager, config: ModelConfig, training: TrainConfig, grace: float
    ) -> None:
        self.config, self.training = config, training
        self.grace = grace
        self._manager = manager
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
            return replace(self._view, place=self._manager.place(self))

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

    def _command(self, *, pause: bool = False, step: int = 0, stop: bool = False) -> None:
        with self._lock:
            self._beat = time.monotonic()
            self._pause, self._stop = pause, self._stop or stop
            self._steps_allowed += step
            self._lock.notify_all()

    def _work(self) -> None:
        moments: list[Moment] = []
        message = ""
        model: Codec | None = None
        try:
            self._enter()
            import torch

            torch.set_num_threads(1)  # of this thread: one job, one core
            model = build(self.config, self.training.seed)
            state = self._train(model, moments)
        except TrainingDiverged as error:
            state, message = State.DIVERGED, str(error)
        except _Ended as ended:
            state = ended.state
        except Exception as error:
            log.exception("training failed")
            state, message = State.FAILED, str(error)
        try:
            keep = state in (State.FINISHED, State.STOPPED, State.DIVERGED)
            run = self._finish(model, moments) if keep and model and moments else None
        except Exception as error:
            log.exception("finishing a training run failed")
            state, message, run = State.FAILED, str(error), None
        self._manager.leave(self)
        self._set(state=state, run=run, message=message, left=None)

    def _enter(self) -> None:
        while not self._manager.enter(self, _NAP):
            self._end_if_asked()
        self._set(state=State.RUNNING)

    def _train(self, model: Codec, moments: list[Moment]) -> State:
        running, painted = 0.0, -np.inf
        started = time.monotonic()
        means = np.full(2, np.nan)
        for epoch in train(model, data.train_digits(), self.training):
            running += time.monotonic() - started
            if epoch.moment:
                moments.append(epoch.moment)
                fresh = {"codes": epoch.moment.codes, "strip": epoch.moment.strip}
                self._set(moments=tuple(moments), **fresh)
            elif time.monotonic() - painted > PREVIEW_EVERY or self._pause:
                painted = time.monotonic()
                probe = data.probe().images
                self._set(
                    codes=quantities_many(model, probe),
                    strip=reconstruct(model, probe[data.strip_positions()]),
                )
            if epoch.step:
                batch = np.array([epoch.distortion, epoch.rate])
                means = batch if np.isnan(means).any() else 0.95 * means + 0.05 * batch
                speed = epoch.images / max(running, 1e-9)
                self._set(
                    at=epoch.at,
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
        """Between two batches: end, wait while paused, let one step through."""
        self._end_if_asked()
        if not self._pause:
            return
        with self._lock:
            if self._steps_allowed:
                self._steps_allowed -= 1
                return
        self._manager.leave(self)
        self._set(state=State.PAUSED)
        with self._lock:
            while self._pause and not self._steps_allowed and not self._stop:
                self._lock.wait(_NAP)
                if self.deserted():
                    break
            self._steps_allowed = max(0, self._steps_allowed - 1)
        self._end_if_asked()
        self._set(state=State.QUEUED)
        self._enter()

    def _end_if_asked(self) -> None:
        if self._stop:
            raise _Ended(State.STOPPED)
        if self.deserted():
            raise _Ended(State.ABANDONED)

    def _finish(self, model: Codec, moments: list[Moment]) -> runs.Run:
        """Measure over all test digits; a last moment where training ended between two."""
        if self._view.step and self._view.at > moments[-1].at:
            moments.append(self._last_moment(model, moments[-1]))
            self._set(moments=tuple(moments), codes=moments[-1].codes, strip=moments[-1].strip)
        results = evaluate(model, data.test_digits())
        name = f"{self.config.name}-{self.config.latent}"
        history = History.of(moments)
        return runs.make_run(name, model, self.config, self.training, results, history)

    def _last_moment(self, model: Codec, before: Moment) -> Moment:
        from vae_demo.training import mean_losses, probe_codes

        probe, view = data.probe().images, self._view
        test_distortion, test_rate = mean_losses(model, data.test_digits().images)
        return Moment(
            view.at,
            before.train_distortion if view.distortion is None else view.distortion,
            before.train_rate if view.rate is None else view.rate,
            test_distortion,
            test_rate,
            probe_codes(model),
            reconstruct(model, probe[data.strip_positions()]),
        )

    def _set(self, **changes: object) -> None:
        with self._lock:
            self._view = replace(self._view, **changes)  # type: ignore[arg-type]


class Manager:
    """Shares the cores among jobs, first come, first served. One per server."""

    def __init__(self, cores: int | None = None, grace: float | None = None) -> None:
        self.cores = cores or os.cpu_count() or 1
        self.grace = grace or float(os.environ.get("VAE_DEMO_GRACE", "120"))
        self._free = threading.Condition()
        self._active: list[Job] = []
        self._waiting: list[Job] = []

    def submit(self, config: ModelConfig, training: TrainConfig) -> Job:
        """A new job, started at once or queued for a core."""
        job = Job(self, config, training, self.grace)
        with self._free:
            self._waiting.append(job)
        job.start()
        return job

    def enter(self, job: Job, seconds: float) -> bool:
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

    def leave(self, job: Job) -> None:
        """Give the core, or the place in the queue, back."""
        with self._free:
            for jobs in (self._active, self._waiting):
                if job in jobs:
                    jobs.remove(job)
            self._free.notify_all()

    def place(self, job: Job) -> int:
        """How many jobs wait before `job`; 0 for one that does not wait."""
        with self._free:
            return self._waiting.index(job) if job in self._waiting else 0

    def _turn(self, job: Job) -> bool:
        free = self.cores - len(self._active)
        return self._waiting.index(job) < free


class _Ended(Exception):
    """The job is to end now, in this state."""

    def __init__(self, state: State) -> None:
        self.state = state
