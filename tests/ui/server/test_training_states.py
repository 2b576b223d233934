"""Training jobs against their table of states: Hypothesis presses buttons in every order.

The manager, its jobs and their threads are the real ones. Only two things are the test's: the
clock, and the batches, each of which lasts until the test lets it end. So after every step it is
known in which state every job must be; where one never gets there, a wake-up was lost.
"""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from vae_demo.digits import mnist
from vae_demo.digits.mnist import Digits
from vae_demo.models import ModelConfig
from vae_demo.runs.checks import Results
from vae_demo.training.config import TrainConfig
from vae_demo.training.divergence import TrainingDiverged
from vae_demo.training.history import Snapshot
from vae_demo.training.loop import Step
from vae_demo.ui.server import core_job, cores, training_job, trainings
from vae_demo.ui.server.training_job import TrainingJob
from vae_demo.ui.server.training_states import NEXT_STATES, JobState
from vae_demo.ui.server.trainings import TooManyJobs, TrainingJobs

PATIENCE = 20.0  # seconds until a state that does not come is a deadlock
GRACE, SLICE = 1000.0, 100.0  # seconds of the test's clock
BATCHES, MOST = 4, 5
TINY = ModelConfig("ae-shallow", 2)
WHICH = st.integers(0, 11)
SNAPSHOT = Snapshot(0, 1, 0, 1, 0, np.zeros((1, 2), np.float16), np.zeros((10, 28, 28), np.uint8))


class Batches:
    """The batches of one job: each lasts until the test ends it, well or with an error."""

    def __init__(self) -> None:
        self.ends = threading.Semaphore(0)
        self.trouble: Exception | None = None
        self.begun = 0
        self.free = False  # all further ones end by themselves


class Expected:
    """What the table says of one job."""

    def __init__(self, now: float) -> None:
        self.job: TrainingJob
        self.state = JobState.QUEUED
        self.step = -1  # -1: it had no core yet, hence no model
        self.paused = False  # it queues after a pause: whatever its buttons say, a batch is due
        self.pause = self.stop = False
        self.steps_allowed = 0
        self.since = self.beat = now

    def early_end(self, now: float) -> JobState | None:
        """The state in which it must end now, if it must."""
        if self.stop:
            return JobState.STOPPED
        return JobState.ABANDONED if now - self.beat > GRACE else None


class Trainings(RuleBasedStateMachine):
    """Visitors who come, press, look and leave; batches that end or fail; time that passes."""

    def __init__(self) -> None:
        super().__init__()
        mnist.load()  # once, before anything is waited for
        self.now = 0.0
        self.known: list[Expected] = []
        self.batches: list[Batches] = []
        self.queue: list[Expected] = []
        self.moves: list[tuple[JobState, JobState]] = []
        self.inside, self.most_inside = 0, 0
        self.counting = threading.Lock()
        self.patch = pytest.MonkeyPatch()
        clock = SimpleNamespace(monotonic=lambda: self.now)
        for module in (core_job, training_job):
            self.patch.setattr(module, "time", clock)
        self.patch.setattr(cores, "time", clock)
        self.patch.setattr(core_job, "POLL_SECONDS", 1000.0)
        self.patch.setattr(trainings, "MAX_JOBS", MOST)
        self.patch.setattr(training_job, "train", self._train)
        results = dict.fromkeys(Results.__struct_fields__, 1.0)
        self.patch.setattr(training_job, "evaluate", lambda *_: results)
        shown = {"codes": SNAPSHOT.codes, "strip": SNAPSHOT.strip}
        self.patch.setattr(training_job, "preview", lambda *_: shown)
        self.patch.setattr(training_job, "one_step", lambda *_: None)
        self.patch.setattr(TrainingJob, "_last_snapshot", lambda *_: SNAPSHOT)
        self.patch.setattr(training_job.log, "disabled", True)  # of the errors that the test makes
        put = TrainingJob._set

        def noted(job: TrainingJob, **changes: object) -> None:
            if "state" in changes:
                self.moves.append((job._status.state, JobState(str(changes["state"]))))
            put(job, **changes)

        self.patch.setattr(TrainingJob, "_set", noted)

    def _train(
        self, model: object, digits: Digits, training: TrainConfig, **rest: object
    ) -> Iterator[Step]:
        """In place of `train`, in a job's thread."""
        batches = self.batches[training.seed]
        yield Step(0, 0, BATCHES, 0, math.nan, math.nan, SNAPSHOT)
        for step in range(1, BATCHES + 1):
            with self.counting:
                self.inside += 1
                batches.begun += 1
                self.most_inside = max(self.most_inside, self.inside)
            if not batches.free:
                batches.ends.acquire()
            with self.counting:
                self.inside -= 1
            if batches.trouble:
                raise batches.trouble
            yield Step(step / BATCHES, step, BATCHES, step, 1.0, 0.0, None)

    # --- the table, carried out: what must follow from what was done

    def _running(self) -> list[Expected]:
        return [one for one in self.known if one.state is JobState.RUNNING]

    def _wait(self, one: Expected, *, paused: bool) -> None:
        one.state, one.paused = JobState.QUEUED, paused
        self.queue.append(one)

    def _batch_or_end(self, one: Expected) -> None:
        one.state = JobState.FINISHED if one.step == BATCHES else JobState.RUNNING

    def _pause_or_go_on(self, one: Expected) -> None:
        if one.pause and not one.steps_allowed:
            one.state = JobState.PAUSED
            return
        one.steps_allowed -= one.pause
        self._batch_or_end(one)

    def _between_batches(self, one: Expected) -> None:
        if early := one.early_end(self.now):
            one.state = early
        elif not one.pause and self.queue and self.now - one.since >= SLICE:
            self._wait(one, paused=False)
        else:
            self._pause_or_go_on(one)

    def _settle(self) -> None:
        """All that happens by itself."""
        for one in self.known:
            if one.state in (JobState.QUEUED, JobState.PAUSED) and (
                early := one.early_end(self.now)
            ):
                one.state = early
            elif one.state is JobState.PAUSED and (not one.pause or one.steps_allowed):
                one.steps_allowed = max(0, one.steps_allowed - 1)
                self._wait(one, paused=True)
        self.queue = [one for one in self.queue if one.state is JobState.QUEUED]
        while self.queue and len(self._running()) < self.manager.cores:
            one = self.queue.pop(0)
            one.since = self.now
            if one.step < 0:
                one.step = 0
                self._between_batches(one)
            elif one.paused:
                self._batch_or_end(one)
            else:
                self._pause_or_go_on(one)

    def _come_true(self) -> None:
        """Every job gets where the table says, within the patience of this test."""
        self._settle()
        end = time.monotonic() + PATIENCE
        wanted = [(o.state, self._place(o), self._begun(o)) for o in self.known]
        while (found := [self._found(o, b) for o, b in self._pairs()]) != wanted:
            assert time.monotonic() < end, f"{found} in place of {wanted}: a wake-up was lost"
            time.sleep(0.0005)
        for one in self.known:
            assert not one.state.ended or one.job.wait(PATIENCE)

    def _pairs(self) -> Iterator[tuple[Expected, Batches]]:
        return zip(self.known, self.batches, strict=True)

    def _found(self, one: Expected, batches: Batches) -> tuple[JobState, int, int]:
        """As it is, without a look that would count as a sign of life."""
        state = one.job._status.state
        return (
            state,
            self.manager.position(one.job),
            batches.begun if state is JobState.RUNNING else 0,
        )

    def _begun(self, one: Expected) -> int:
        """The batches that a running job has begun: one more than it has ended."""
        return one.step + 1 if one.state is JobState.RUNNING else 0

    def _place(self, one: Expected) -> int:
        return self.queue.index(one) if one in self.queue else 0

    # --- what can happen

    @initialize(cores=st.integers(1, 2), jobs=st.integers(1, MOST))
    def open(self, cores: int, jobs: int) -> None:
        self.manager = TrainingJobs(cores, GRACE, SLICE)
        for _ in range(jobs):
            self.submit()

    @rule()
    def submit(self) -> None:
        alive = [one for one in self.known if not one.state.ended]
        config, training = TINY, TrainConfig(1, seed=len(self.known))
        if len(alive) == MOST:
            with pytest.raises(TooManyJobs):
                self.manager.submit(config, training)
            return
        one = Expected(self.now)
        self.batches.append(Batches())
        one.job = self.manager.submit(config, training)
        self.known.append(one)
        self.queue.append(one)
        self._come_true()

    @precondition(lambda self: self.known)
    @rule(which=WHICH, button=st.sampled_from(["pause", "resume", "step", "stop"]))
    def press(self, which: int, button: str) -> None:
        """A button, of a job that is over, too: then nothing happens."""
        one = self.known[which % len(self.known)]
        getattr(one.job, button)()
        one.beat = self.now
        one.pause = button in ("pause", "step")
        one.steps_allowed += button == "step"
        one.stop |= button == "stop"
        self._come_true()

    @precondition(lambda self: self.known)
    @rule(which=WHICH)
    def look(self, which: int) -> None:
        one = self.known[which % len(self.known)]
        view = one.job.watch()
        one.beat = self.now
        assert (view.state, view.position) == (one.state, self._place(one))

    @precondition(lambda self: self._running())
    @rule(which=WHICH)
    def end_batch(self, which: int) -> None:
        one = self._running()[which % len(self._running())]
        one.step += 1
        self.batches[self.known.index(one)].ends.release()
        self._between_batches(one)
        self._come_true()

    @precondition(lambda self: self._running())
    @rule(which=WHICH, diverges=st.booleans())
    def fail(self, which: int, diverges: bool) -> None:
        one = self._running()[which % len(self._running())]
        batches = self.batches[self.known.index(one)]
        batches.trouble = TrainingDiverged(1, 0.5) if diverges else ZeroDivisionError("a bug")
        one.state = JobState.DIVERGED if diverges else JobState.FAILED
        batches.ends.release()
        self._come_true()
        assert one.job.watch().message == str(batches.trouble)

    @rule(seconds=st.sampled_from([SLICE / 2, SLICE, SLICE, GRACE / 2]))
    def let_time_pass(self, seconds: float) -> None:
        self.now += seconds
        self.manager.notify()  # all naps are over
        for one in self.known:
            with one.job._lock:
                one.job._lock.notify_all()
        self._come_true()

    # --- what must always hold

    @invariant()
    def no_more_run_than_there_are_cores(self) -> None:
        assert not self.known or self.most_inside <= self.manager.cores

    @invariant()
    def only_moves_of_the_table_are_made(self) -> None:
        assert not [(old, new) for old, new in self.moves if new not in NEXT_STATES[old]]

    @invariant()
    def what_was_learned_is_kept(self) -> None:
        for one in self.known:
            kept = (
                one.state in (JobState.FINISHED, JobState.STOPPED, JobState.DIVERGED)
                and one.step >= 0
            )
            assert (one.job._status.run is not None) == kept

    def teardown(self) -> None:
        """Stopped, every job ends within a batch."""
        try:
            for one, batches in self._pairs():
                one.job.stop()
                batches.free = True
                batches.ends.release()
            assert all(one.job.wait(PATIENCE) for one in self.known)
            assert all(one.job._status.state.ended for one in self.known)
            self.only_moves_of_the_table_are_made()
        finally:
            self.patch.undo()


TestTrainings = Trainings.TestCase
TestTrainings.settings = settings(
    max_examples=int(os.environ.get("VAE_DEMO_EXAMPLES", "40")),
    stateful_step_count=30,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate],  # a shorter example of a deadlock would cost one patience a try
    suppress_health_check=list(HealthCheck),
)


def test_the_table_is_whole() -> None:
    """Every state can be reached, and from every state the end."""
    assert set(NEXT_STATES) == set(JobState)
    assert {state for state in JobState if state.ended} == {*JobState} - {
        JobState.QUEUED,
        JobState.RUNNING,
        JobState.PAUSED,
    }
    reached = {JobState.QUEUED}
    for _ in JobState:
        reached |= {after for state in reached for after in NEXT_STATES[state]}
    assert reached == set(JobState)
    assert all(JobState.STOPPED in after for after in NEXT_STATES.values() if after)
