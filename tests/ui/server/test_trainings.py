"""Training in the background: what a visitor asks for happens, and nothing is lost or stuck."""

from __future__ import annotations

import errno
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
import torch

from tests.support.small import SMALL, families_now
from vae_demo.digits.mnist import Digits
from vae_demo.evaluation.evaluate import evaluate
from vae_demo.models import ModelConfig, build
from vae_demo.runs.progress import Progress
from vae_demo.training.config import TrainConfig
from vae_demo.training.history import History
from vae_demo.training.loop import train
from vae_demo.ui.parts.train import part
from vae_demo.ui.server import core_job, saved_training, training_job, trainings
from vae_demo.ui.server.cores import Cores
from vae_demo.ui.server.saved_training import ProgressStorage
from vae_demo.ui.server.training_job import TrainingJob
from vae_demo.ui.server.training_states import JobState, JobStatus
from vae_demo.ui.server.trainings import TrainingJobs

PATIENCE = 30.0  # seconds until a wait is a deadlock; a condition that is met ends it at once
LONG = TrainConfig(epochs=1000, batch_size=100, lr=1e-4)
SHORT = TrainConfig(epochs=2, batch_size=100)
TINY = ModelConfig("ae-shallow", 2)

pytestmark = pytest.mark.usefixtures("small_world")


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait for a condition; fail where it does not come true."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"never happened: {what}")
        time.sleep(0.002)


def reach(job: TrainingJob, state: JobState) -> None:
    until(lambda: job.watch().state is state, f"{state}, but {job.watch().state}")


def finished(job: TrainingJob, state: JobState) -> JobStatus:
    """The last view of a job that ends in `state`."""
    assert job.wait(PATIENCE), f"it does not end: {job.watch().state}"
    view = job.watch()
    assert view.state is state, view.message
    return view


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core_job, "POLL_SECONDS", 0.02)


@pytest.fixture
def jobs() -> Iterator[TrainingJobs]:
    """One core; whatever a test leaves running is stopped."""
    before = threading.enumerate()  # what other tests have left is none of this one's
    made = TrainingJobs(cores=1, grace=PATIENCE)
    submitted: list[TrainingJob] = []
    submit = made.submit

    def noted(
        config: ModelConfig, training: TrainConfig, storage: ProgressStorage | None = None
    ) -> TrainingJob:
        submitted.append(submit(config, training, storage))
        return submitted[-1]

    made.submit = noted  # type: ignore[method-assign]
    yield made
    for job in submitted:
        job.stop()
    assert all(job.wait(PATIENCE) for job in submitted)
    assert not [t for t in threading.enumerate() if t.name == "training" and t not in before]


# --- a whole run -------------------------------------------------------------------------------


@pytest.mark.some(1)
@pytest.mark.parametrize("name", families_now("ae", "vae", "vqvae"))
def test_a_job_gives_the_numbers_of_plain_training(
    name: str, jobs: TrainingJobs, small_world: tuple[Digits, Digits]
) -> None:
    """Weights, history and results are bit for bit those of train() and evaluate()."""
    config, training = ModelConfig(name, SMALL[name]), TrainConfig(epochs=2, batch_size=100, seed=4)
    view = finished(jobs.submit(config, training), JobState.FINISHED)

    digits, test = small_world
    model = build(config, training.seed)
    expected = History.of([e.snapshot for e in train(model, digits, training) if e.snapshot])
    assert view.run is not None
    assert view.run.results == evaluate(model, test)
    for key, value in model.state_dict().items():
        np.testing.assert_array_equal(view.run.weights[key], value.numpy())
    for array in ("epochs", "losses", "codes", "strip"):
        np.testing.assert_array_equal(getattr(view.run.history, array), getattr(expected, array))
    assert view.run.model == {"name": name, "latent": SMALL[name], "likelihood": config.likelihood}
    assert view.run.training["seed"] == 4


def test_the_last_view_is_complete(jobs: TrainingJobs) -> None:
    view = finished(jobs.submit(TINY, SHORT), JobState.FINISHED)
    assert (view.step, view.steps, view.epochs, view.position) == (16, 16, 2.0, 0)
    assert [m.epochs for m in view.snapshots] == [0, 0.125, 0.25, 0.5, 1, 2]
    assert view.seconds_left is None
    assert view.message == ""
    assert view.images_per_second > 0
    assert view.distortion is not None and view.rate == 0
    assert view.codes is not None and view.strip is not None
    np.testing.assert_array_equal(view.codes, view.snapshots[-1].codes)
    assert view.run is not None
    assert view.run.name == "ae-shallow-2"


def test_a_job_leaves_the_global_random_state_alone(jobs: TrainingJobs) -> None:
    before = torch.get_rng_state()
    finished(jobs.submit(ModelConfig("vae", 2), SHORT), JobState.FINISHED)
    assert torch.equal(torch.get_rng_state(), before)


def test_progress_is_seen_while_it_runs(jobs: TrainingJobs) -> None:
    job = jobs.submit(TINY, LONG)
    until(lambda: job.watch().step > 20, "twenty steps")
    view = job.watch()
    assert view.state is JobState.RUNNING
    assert view.steps == 8000
    assert view.seconds_left is not None and view.seconds_left > 0
    assert view.snapshots[0].epochs == 0
    assert view.run is None


# --- the visitor's buttons ---------------------------------------------------------------------


def test_pause_holds_and_resume_goes_on(jobs: TrainingJobs) -> None:
    job = jobs.submit(TINY, LONG)
    until(lambda: job.watch().step > 3, "a few steps")
    job.pause()
    reach(job, JobState.PAUSED)
    held = job.watch()
    assert not job.wait(0.1)
    assert job.watch().step == held.step
    assert job.watch().state is JobState.PAUSED
    job.resume()
    until(lambda: job.watch().step > held.step + 3, "more steps")
    assert job.watch().state is JobState.RUNNING


def test_a_step_trains_on_exactly_one_batch(jobs: TrainingJobs) -> None:
    job = jobs.submit(TINY, LONG)
    until(lambda: job.watch().step > 3, "a few steps")
    job.pause()
    reach(job, JobState.PAUSED)
    for _ in range(4):
        before = job.watch().step
        job.step()
        until(lambda n=before: job.watch().step > n, "one step")
        reach(job, JobState.PAUSED)
        assert job.watch().step == before + 1


def test_steps_pressed_in_a_hurry_are_all_done(jobs: TrainingJobs) -> None:
    job = jobs.submit(TINY, LONG)
    job.pause()
    reach(job, JobState.PAUSED)
    before = job.watch().step
    for _ in range(5):
        job.step()
    until(lambda: job.watch().step == before + 5, "five steps")
    reach(job, JobState.PAUSED)
    assert job.watch().step == before + 5


def test_pausing_and_stepping_do_not_change_the_arithmetic(
    jobs: TrainingJobs, small_world: tuple[Digits, Digits]
) -> None:
    config, ahead = ModelConfig("vae", 2), jobs.submit(TINY, LONG)
    reach(ahead, JobState.RUNNING)
    job = jobs.submit(config, SHORT)
    job.pause()  # while it waits, so that it pauses before its first batch
    ahead.stop()
    reach(job, JobState.PAUSED)
    assert job.watch().step == 0
    job.step()
    until(lambda: job.watch().step == 1, "one step")
    job.resume()
    view = finished(job, JobState.FINISHED)
    model = build(config, SHORT.seed)
    list(train(model, small_world[0], SHORT))
    assert view.run is not None
    for key, value in model.state_dict().items():
        np.testing.assert_array_equal(view.run.weights[key], value.numpy())


def test_stop_keeps_what_was_learned(
    jobs: TrainingJobs, small_world: tuple[Digits, Digits]
) -> None:
    job = jobs.submit(TINY, LONG)
    until(lambda: job.watch().step > 20, "twenty steps")
    job.stop()
    view = finished(job, JobState.STOPPED)
    assert view.run is not None
    assert view.run.history.epochs[-1] == np.float32(view.epochs)
    assert 0 < view.step < 8000
    assert view.run.results == evaluate(view.run.build(), small_world[1])


@pytest.mark.parametrize(
    ("step", "left", "leaves", "said"),
    [
        (0, None, False, "starting"),
        (3, 1.5, False, "running"),
        (9, 0.0, False, "measuring"),
        (3, 1.5, True, "measuring"),
        (0, None, True, "measuring"),
    ],
)
def test_what_a_page_says_of_a_running_job(
    jobs: TrainingJobs, step: int, left: float | None, leaves: bool, said: str
) -> None:
    job = TrainingJob(jobs, TINY, LONG, PATIENCE)
    if leaves:
        job.stop()
    view = replace(job.status, state=JobState.RUNNING, step=step, steps=9, seconds_left=left)
    assert part.stage(job, view) == said


def test_stop_ends_a_paused_and_a_queued_job(jobs: TrainingJobs) -> None:
    first, second = jobs.submit(TINY, LONG), jobs.submit(TINY, LONG)
    second.stop()
    assert finished(second, JobState.STOPPED).run is None  # it never had a model
    first.pause()
    reach(first, JobState.PAUSED)
    first.stop()
    assert finished(first, JobState.STOPPED).run is not None


@pytest.mark.parametrize(
    "late", [TrainingJob.stop, TrainingJob.pause, TrainingJob.resume, TrainingJob.step]
)
def test_a_button_pressed_too_late_changes_nothing(
    late: Callable[[TrainingJob], None], jobs: TrainingJobs
) -> None:
    job = jobs.submit(TINY, SHORT)
    run = finished(job, JobState.FINISHED).run
    late(job)
    assert job.watch().state is JobState.FINISHED
    assert job.watch().run is run


# --- the queue ---------------------------------------------------------------------------------


def test_jobs_wait_their_turn_and_see_their_place(jobs: TrainingJobs) -> None:
    running = jobs.submit(TINY, LONG)
    reach(running, JobState.RUNNING)
    waiting = [jobs.submit(TINY, LONG) for _ in range(3)]
    assert [job.watch().state for job in waiting] == [JobState.QUEUED] * 3
    assert [job.watch().position for job in waiting] == [0, 1, 2]
    assert running.watch().position == 0
    waiting[1].stop()
    finished(waiting[1], JobState.STOPPED)
    assert [job.watch().position for job in (waiting[0], waiting[2])] == [0, 1]
    running.stop()
    finished(running, JobState.STOPPED)
    reach(waiting[0], JobState.RUNNING)
    assert waiting[2].watch().state is JobState.QUEUED
    assert waiting[2].watch().position == 0


def test_one_core_trains_one_job_at_a_time_in_order(
    jobs: TrainingJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[int] = []
    real = training_job.train

    def noting(
        model: object, digits: Digits, training: TrainConfig, **rest: object
    ) -> Iterator[object]:
        order.append(training.seed)
        yield from real(model, digits, training, **rest)  # type: ignore[arg-type]
        order.append(training.seed)

    monkeypatch.setattr(training_job, "train", noting)
    submitted = [jobs.submit(TINY, TrainConfig(1, 100, seed=seed)) for seed in range(4)]
    for job in submitted:
        finished(job, JobState.FINISHED)
    assert order == [0, 0, 1, 1, 2, 2, 3, 3]


def test_nobody_overtakes() -> None:
    """A free core goes to the first in the queue, whoever happens to ask first."""
    jobs = TrainingJobs(cores=1, grace=PATIENCE)
    first, second, third = (TrainingJob(jobs, TINY, LONG, PATIENCE) for _ in range(3))
    for job in (first, second, third):
        jobs.enqueue(job)
    assert jobs.acquire(first, 0)
    assert not jobs.acquire(second, 0)
    assert not jobs.acquire(third, 0)
    jobs.enqueue(first)  # gives its core away
    assert not jobs.acquire(third, 0)
    assert jobs.acquire(second, 0)
    assert not jobs.acquire(first, 0)
    assert [jobs.position(job) for job in (second, third, first)] == [0, 0, 1]


def test_two_cores_train_two_jobs_at_once() -> None:
    jobs = TrainingJobs(cores=2, grace=PATIENCE)
    first, second, third = (jobs.submit(TINY, LONG) for _ in range(3))
    reach(first, JobState.RUNNING)
    reach(second, JobState.RUNNING)
    assert third.watch().state is JobState.QUEUED
    for job in (third, first, second):
        job.stop()
        finished(job, JobState.STOPPED)


def test_pausing_frees_the_core_and_resuming_waits_for_one(jobs: TrainingJobs) -> None:
    first = jobs.submit(TINY, LONG)
    reach(first, JobState.RUNNING)
    second = jobs.submit(TINY, LONG)
    first.pause()
    reach(first, JobState.PAUSED)
    reach(second, JobState.RUNNING)
    first.resume()
    reach(first, JobState.QUEUED)
    step = first.watch().step
    assert not first.wait(0.05)
    assert first.watch().step == step
    second.stop()
    finished(second, JobState.STOPPED)
    reach(first, JobState.RUNNING)


def test_while_others_wait_each_has_a_slice_of_time(
    jobs: TrainingJobs, small_world: tuple[Digits, Digits]
) -> None:
    """All three go on on one core, and what each learns is what it learns alone."""
    jobs.slice_seconds = 0.01
    long = [jobs.submit(TINY, LONG) for _ in range(2)]
    until(lambda: all(job.watch().step > 20 for job in long), "twenty steps of both")
    short = jobs.submit(ModelConfig("vae", 2), SHORT)
    seen: set[JobState] = set()
    until(lambda: seen.add(short.watch().state) or short.watch().state.ended, "its end")
    assert {JobState.QUEUED, JobState.RUNNING, JobState.FINISHED} >= seen
    view = finished(short, JobState.FINISHED)
    assert not any(job.watch().state.ended for job in long)
    model = build(ModelConfig("vae", 2), SHORT.seed)
    list(train(model, small_world[0], SHORT))
    assert view.run is not None
    for key, value in model.state_dict().items():
        np.testing.assert_array_equal(view.run.weights[key], value.numpy())


def test_alone_nobody_gives_its_core_away(
    jobs: TrainingJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs.slice_seconds = 1e-9
    monkeypatch.setattr(jobs, "enqueue", lambda job: pytest.fail("it went to the queue"))
    job = TrainingJob(jobs, TINY, SHORT, PATIENCE)
    Cores.enqueue(jobs, job)
    job.start()
    finished(job, JobState.FINISHED)


def test_a_full_server_takes_no_more_until_one_ends(
    jobs: TrainingJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainings, "MAX_JOBS", 3)
    kept = [jobs.submit(TINY, LONG) for _ in range(3)]
    kept[0].pause()  # a paused one holds its model, too
    reach(kept[0], JobState.PAUSED)
    with pytest.raises(trainings.TooManyJobs, match="3 trainings"):
        jobs.submit(TINY, SHORT)
    kept[2].stop()
    finished(kept[2], JobState.STOPPED)
    jobs.submit(TINY, SHORT)


def test_no_thread_to_be_had_leaves_no_ghost_in_the_queue(
    jobs: TrainingJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        with pytest.raises(trainings.TooManyJobs, match="can't start new thread"):
            jobs.submit(TINY, SHORT)
    finished(jobs.submit(TINY, SHORT), JobState.FINISHED)


def test_one_who_leaves_the_queue_is_measured_without_keeping_others_waiting(
    jobs: TrainingJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = jobs.submit(TINY, LONG)
    until(lambda: first.watch().step > 3, "a few steps")
    first.pause()
    reach(first, JobState.PAUSED)
    second, third = jobs.submit(TINY, LONG), jobs.submit(TINY, LONG)
    first.resume()
    reach(first, JobState.QUEUED)
    second.pause()  # the core passes to the third; the first is next in line
    reach(third, JobState.RUNNING)
    measuring, measured = threading.Event(), threading.Event()

    def slow(*arguments: object) -> dict[str, float]:
        measuring.set()
        assert measured.wait(PATIENCE)
        return evaluate(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(training_job, "evaluate", slow)
    first.stop()
    assert measuring.wait(PATIENCE)
    second.resume()
    third.pause()
    reach(second, JobState.RUNNING)
    measured.set()
    finished(first, JobState.STOPPED)


# --- ends nobody asked for ---------------------------------------------------------------------


@pytest.mark.parametrize("state", [JobState.RUNNING, JobState.PAUSED, JobState.QUEUED])
def test_a_job_nobody_looks_at_is_given_up(state: JobState) -> None:
    """In each state; its core is free again for the next."""
    jobs = TrainingJobs(cores=1, grace=PATIENCE)
    ahead = jobs.submit(TINY, LONG) if state is JobState.QUEUED else None
    job = jobs.submit(TINY, LONG)
    if state is JobState.PAUSED:
        job.pause()
    reach(job, state)
    job.grace = 0.05
    assert job.wait(PATIENCE)
    assert job.watch().state is JobState.ABANDONED
    assert job.watch().run is None
    if ahead:
        ahead.stop()
        finished(ahead, JobState.STOPPED)
    finished(jobs.submit(TINY, SHORT), JobState.FINISHED)


def test_looking_keeps_a_job_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a clock of the test's own: five times 60 s with a look, then 101 s without one."""
    now = [0.0]
    monkeypatch.setattr(core_job, "time", SimpleNamespace(monotonic=lambda: now[0]))
    job = TrainingJobs(cores=1, grace=100).submit(TINY, LONG)
    for _ in range(5):
        before = job.watch().step
        until(lambda n=before: job.watch().step > n + 1, "more steps")
        now[0] += 60
    assert job.watch().state is JobState.RUNNING
    now[0] += 101
    assert job.wait(PATIENCE)
    assert job.watch().state is JobState.ABANDONED


def test_a_job_nobody_looks_at_is_not_woken_by_a_late_look(jobs: TrainingJobs) -> None:
    """A look just before it would be given up leaves a paused job paused."""
    job = jobs.submit(TINY, LONG)
    job.pause()
    reach(job, JobState.PAUSED)
    step = job.watch().step
    end = time.monotonic() + 0.3
    job.grace = 0.02
    while time.monotonic() < end and not job.wait(0):
        job.watch()
    job.grace = PATIENCE
    assert job.watch().step == step
    assert job.watch().state in (JobState.PAUSED, JobState.ABANDONED)


def test_a_clock_that_jumps_does_nothing(
    jobs: TrainingJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A summer time, a corrected clock: grace and slices are measured on one that only ticks."""
    first, second = jobs.submit(TINY, LONG), jobs.submit(TINY, LONG)
    reach(first, JobState.RUNNING)
    for now in (0.0, 4e9, -1e9, float("nan")):
        monkeypatch.setattr(time, "time", lambda now=now: now)
        monkeypatch.setattr(time, "time_ns", lambda now=now: 0 if now != now else int(now * 1e9))
        before = first.watch().step
        until(lambda n=before: first.watch().step > n + 3, "more steps")
        assert (first.watch().state, second.watch().state) == (JobState.RUNNING, JobState.QUEUED)


def test_a_diverged_job_keeps_its_last_good_weights(
    jobs: TrainingJobs, small_world: tuple[Digits, Digits]
) -> None:
    config = TrainConfig(epochs=20, batch_size=50, lr=10, schedule="constant")
    view = finished(jobs.submit(ModelConfig("vae", 2), config), JobState.DIVERGED)
    assert "smaller learning rate" in view.message
    assert view.run is not None
    assert np.isfinite(view.run.results["neg_elbo"])
    assert view.run.results == evaluate(view.run.build(), small_world[1])


@pytest.mark.parametrize(
    ("module", "place"),
    [(training_job, "train"), (training_job, "evaluate"), (saved_training, "build")],
    ids=["train", "evaluate", "build"],
)
def test_an_unexpected_error_is_logged_and_never_swallowed(
    module: ModuleType,
    place: str,
    jobs: TrainingJobs,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a bug")

    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        patch.setattr(module, place, broken)
        view = finished(jobs.submit(TINY, SHORT), JobState.FAILED)
    assert view.message == "a bug"
    assert view.run is None
    assert caplog.records[0].exc_info
    assert "ZeroDivisionError" in caplog.text
    finished(jobs.submit(TINY, SHORT), JobState.FINISHED)  # and its core is free again


# --- saved as it goes --------------------------------------------------------------------------


class Storage:
    """A storage in memory."""

    def __init__(self) -> None:
        self.saved: list[Progress] = []
        self.full = False

    def save_progress(self, training: Progress) -> None:
        if self.full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.saved.append(training)

    def delete_progress(self) -> None:
        self.saved.clear()


def test_a_training_that_was_interrupted_goes_on_to_the_same_weights(
    small_world: tuple[Digits, Digits],
) -> None:
    config, storage = ModelConfig("vae", 2), Storage()
    training = TrainConfig(epochs=30, batch_size=100, seed=5)
    before = TrainingJobs(cores=1, grace=PATIENCE)
    job, queued = before.submit(config, training, storage), before.submit(TINY, LONG)
    until(lambda: job.watch().step > 9, "more than an epoch")
    assert before.close(PATIENCE)
    assert finished(queued, JobState.INTERRUPTED).run is None
    stopped = finished(job, JobState.INTERRUPTED)
    assert stopped.run is None
    progress = storage.saved[-1]
    assert (progress.step, progress.epochs) == (stopped.step, stopped.epochs)
    with pytest.raises(trainings.TooManyJobs, match="stops"):
        before.submit(config, training)

    after = TrainingJobs(cores=1, grace=PATIENCE)
    job = after.submit(config, training, storage, progress)
    first = job.watch()
    assert first.step >= progress.step and first.strip is not None and first.steps == 240
    view = finished(job, JobState.FINISHED)
    model = build(config, training.seed)
    expected = [e.snapshot for e in train(model, small_world[0], training) if e.snapshot]
    assert view.run is not None
    for key, value in model.state_dict().items():
        np.testing.assert_array_equal(view.run.weights[key], value.numpy())
    np.testing.assert_array_equal(view.run.history.losses, History.of(expected).losses)
    assert storage.saved[-1].step == 240  # the result is not lost before it is kept
    job.discard()
    assert not storage.saved


def test_it_is_saved_now_and_then_paused_or_not(
    jobs: TrainingJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(saved_training, "time", SimpleNamespace(monotonic=lambda: now[0]))
    storage = Storage()
    job = jobs.submit(TINY, LONG, storage)
    until(lambda: job.watch().step > 5, "a few steps")
    assert [saved.step for saved in storage.saved] == [0]
    now[0] += saved_training.SAVE_SECONDS
    until(lambda: len(storage.saved) == 2, "it is saved again")
    job.pause()
    reach(job, JobState.PAUSED)
    held = job.watch().step
    now[0] += saved_training.SAVE_SECONDS
    until(lambda: storage.saved[-1].step == held, "the last step is saved, too")
    now[0] += saved_training.SAVE_SECONDS
    assert not job.wait(0.1) and len(storage.saved) == 3  # nothing new
    job.stop()
    job.discard()
    finished(job, JobState.STOPPED)
    assert not storage.saved


def test_a_full_disk_stops_no_training(
    jobs: TrainingJobs, caplog: pytest.LogCaptureFixture
) -> None:
    storage = Storage()
    storage.full = True
    finished(jobs.submit(TINY, SHORT, storage), JobState.FINISHED)
    assert "was not saved" in caplog.text


def test_one_that_diverges_leaves_nothing_to_go_on_with(jobs: TrainingJobs) -> None:
    storage = Storage()
    config = TrainConfig(epochs=20, batch_size=50, lr=10, schedule="constant")
    finished(jobs.submit(ModelConfig("vae", 2), config, storage), JobState.DIVERGED)
    assert not storage.saved


def test_many_jobs_with_many_hands_all_end() -> None:
    """No deadlock, whatever is pressed in whatever order."""
    jobs, rng = TrainingJobs(cores=2, grace=PATIENCE), np.random.default_rng(0)
    submitted = [jobs.submit(TINY, TrainConfig(3, 100, seed=seed)) for seed in range(8)]
    for _ in range(150):
        job = submitted[rng.integers(8)]
        (job.pause, job.resume, job.step, job.watch)[rng.integers(4)]()
        time.sleep(0.001)
    for job in submitted[:4]:
        job.stop()
    for job in submitted[4:]:
        job.resume()
    assert all(job.wait(PATIENCE) for job in submitted)
    assert {job.watch().state for job in submitted[4:]} == {JobState.FINISHED}
    assert {job.watch().state for job in submitted[:4]} <= {JobState.FINISHED, JobState.STOPPED}
    assert jobs.submit(TINY, SHORT).wait(PATIENCE)
