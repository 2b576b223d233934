"""Training in the background: what a visitor asks for happens, and nothing is lost or stuck."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from tests.support.small import SMALL
from vae_demo.digits.mnist import Digits
from vae_demo.models import MODELS, ModelConfig, build
from vae_demo.training.config import TrainConfig
from vae_demo.training.history import History
from vae_demo.training.loop import evaluate, train
from vae_demo.ui.parts.training import part
from vae_demo.ui.server import trainings
from vae_demo.ui.server.cores import Cores
from vae_demo.ui.server.trainings import Job, Manager, State

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


def reach(job: Job, state: State) -> None:
    until(lambda: job.view().state is state, f"{state}, but {job.view().state}")


def finished(job: Job, state: State) -> trainings.View:
    """The last view of a job that ends in `state`."""
    assert job.wait(PATIENCE), f"it does not end: {job.view().state}"
    view = job.view()
    assert view.state is state, view.message
    return view


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainings, "_NAP", 0.02)


@pytest.fixture
def manager() -> Iterator[Manager]:
    """One core; whatever a test leaves running is stopped."""
    made = Manager(cores=1, grace=PATIENCE)
    submitted: list[Job] = []
    submit = made.submit

    def noted(config: ModelConfig, training: TrainConfig) -> Job:
        submitted.append(submit(config, training))
        return submitted[-1]

    made.submit = noted  # type: ignore[method-assign]
    yield made
    for job in submitted:
        job.stop()
    assert all(job.wait(PATIENCE) for job in submitted)
    assert not [t for t in threading.enumerate() if t.name == "training"]


# --- a whole run -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MODELS)
def test_a_job_gives_the_numbers_of_plain_training(
    name: str, manager: Manager, small_world: tuple[Digits, Digits]
) -> None:
    """Weights, history and results are bit for bit those of train() and evaluate()."""
    config, training = ModelConfig(name, SMALL[name]), TrainConfig(epochs=2, batch_size=100, seed=4)
    view = finished(manager.submit(config, training), State.FINISHED)

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


def test_the_last_view_is_complete(manager: Manager) -> None:
    view = finished(manager.submit(TINY, SHORT), State.FINISHED)
    assert (view.step, view.steps, view.epochs, view.place) == (16, 16, 2.0, 0)
    assert [m.epochs for m in view.snapshots] == [0, 0.125, 0.25, 0.5, 1, 2]
    assert view.left is None
    assert view.message == ""
    assert view.per_second > 0
    assert view.distortion is not None and view.rate == 0
    assert view.codes is not None and view.strip is not None
    np.testing.assert_array_equal(view.codes, view.snapshots[-1].codes)
    assert view.run is not None
    assert view.run.name == "ae-shallow-2"


def test_a_job_leaves_the_global_random_state_alone(manager: Manager) -> None:
    before = torch.get_rng_state()
    finished(manager.submit(ModelConfig("vae", 2), SHORT), State.FINISHED)
    assert torch.equal(torch.get_rng_state(), before)


def test_progress_is_seen_while_it_runs(manager: Manager) -> None:
    job = manager.submit(TINY, LONG)
    until(lambda: job.view().step > 20, "twenty steps")
    view = job.view()
    assert view.state is State.RUNNING
    assert view.steps == 8000
    assert view.left is not None and view.left > 0
    assert view.snapshots[0].epochs == 0
    assert view.run is None


# --- the visitor's buttons ---------------------------------------------------------------------


def test_pause_holds_and_resume_goes_on(manager: Manager) -> None:
    job = manager.submit(TINY, LONG)
    until(lambda: job.view().step > 3, "a few steps")
    job.pause()
    reach(job, State.PAUSED)
    held = job.view()
    assert not job.wait(0.1)
    assert job.view().step == held.step
    assert job.view().state is State.PAUSED
    job.resume()
    until(lambda: job.view().step > held.step + 3, "more steps")
    assert job.view().state is State.RUNNING


def test_a_step_trains_on_exactly_one_batch(manager: Manager) -> None:
    job = manager.submit(TINY, LONG)
    until(lambda: job.view().step > 3, "a few steps")
    job.pause()
    reach(job, State.PAUSED)
    for _ in range(4):
        before = job.view().step
        job.step()
        until(lambda n=before: job.view().step > n, "one step")
        reach(job, State.PAUSED)
        assert job.view().step == before + 1


def test_steps_pressed_in_a_hurry_are_all_done(manager: Manager) -> None:
    job = manager.submit(TINY, LONG)
    job.pause()
    reach(job, State.PAUSED)
    before = job.view().step
    for _ in range(5):
        job.step()
    until(lambda: job.view().step == before + 5, "five steps")
    reach(job, State.PAUSED)
    assert job.view().step == before + 5


def test_pausing_and_stepping_do_not_change_the_arithmetic(
    manager: Manager, small_world: tuple[Digits, Digits]
) -> None:
    config, ahead = ModelConfig("vae", 2), manager.submit(TINY, LONG)
    reach(ahead, State.RUNNING)
    job = manager.submit(config, SHORT)
    job.pause()  # while it waits, so that it pauses before its first batch
    ahead.stop()
    reach(job, State.PAUSED)
    assert job.view().step == 0
    job.step()
    until(lambda: job.view().step == 1, "one step")
    job.resume()
    view = finished(job, State.FINISHED)
    model = build(config, SHORT.seed)
    list(train(model, small_world[0], SHORT))
    assert view.run is not None
    for key, value in model.state_dict().items():
        np.testing.assert_array_equal(view.run.weights[key], value.numpy())


def test_stop_keeps_what_was_learned(manager: Manager, small_world: tuple[Digits, Digits]) -> None:
    job = manager.submit(TINY, LONG)
    until(lambda: job.view().step > 20, "twenty steps")
    job.stop()
    view = finished(job, State.STOPPED)
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
    manager: Manager, step: int, left: float | None, leaves: bool, said: str
) -> None:
    job = Job(manager, TINY, LONG, PATIENCE)
    if leaves:
        job.stop()
    view = replace(job.record, state=State.RUNNING, step=step, steps=9, left=left)
    assert part.stage(job, view) == said


def test_stop_ends_a_paused_and_a_queued_job(manager: Manager) -> None:
    first, second = manager.submit(TINY, LONG), manager.submit(TINY, LONG)
    second.stop()
    assert finished(second, State.STOPPED).run is None  # it never had a model
    first.pause()
    reach(first, State.PAUSED)
    first.stop()
    assert finished(first, State.STOPPED).run is not None


@pytest.mark.parametrize("late", [Job.stop, Job.pause, Job.resume, Job.step])
def test_a_button_pressed_too_late_changes_nothing(
    late: Callable[[Job], None], manager: Manager
) -> None:
    job = manager.submit(TINY, SHORT)
    run = finished(job, State.FINISHED).run
    late(job)
    assert job.view().state is State.FINISHED
    assert job.view().run is run


# --- the queue ---------------------------------------------------------------------------------


def test_jobs_wait_their_turn_and_see_their_place(manager: Manager) -> None:
    running = manager.submit(TINY, LONG)
    reach(running, State.RUNNING)
    waiting = [manager.submit(TINY, LONG) for _ in range(3)]
    assert [job.view().state for job in waiting] == [State.QUEUED] * 3
    assert [job.view().place for job in waiting] == [0, 1, 2]
    assert running.view().place == 0
    waiting[1].stop()
    finished(waiting[1], State.STOPPED)
    assert [job.view().place for job in (waiting[0], waiting[2])] == [0, 1]
    running.stop()
    finished(running, State.STOPPED)
    reach(waiting[0], State.RUNNING)
    assert waiting[2].view().state is State.QUEUED
    assert waiting[2].view().place == 0


def test_one_core_trains_one_job_at_a_time_in_order(
    manager: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[int] = []
    real = trainings.train

    def noting(model: object, digits: Digits, training: TrainConfig) -> Iterator[object]:
        order.append(training.seed)
        yield from real(model, digits, training)  # type: ignore[arg-type]
        order.append(training.seed)

    monkeypatch.setattr(trainings, "train", noting)
    submitted = [manager.submit(TINY, TrainConfig(1, 100, seed=seed)) for seed in range(4)]
    for job in submitted:
        finished(job, State.FINISHED)
    assert order == [0, 0, 1, 1, 2, 2, 3, 3]


def test_nobody_overtakes() -> None:
    """A free core goes to the first in the queue, whoever happens to ask first."""
    manager = Manager(cores=1, grace=PATIENCE)
    first, second, third = (Job(manager, TINY, LONG, PATIENCE) for _ in range(3))
    for job in (first, second, third):
        manager.queue(job)
    assert manager.enter(first, 0)
    assert not manager.enter(second, 0)
    assert not manager.enter(third, 0)
    manager.queue(first)  # gives its core away
    assert not manager.enter(third, 0)
    assert manager.enter(second, 0)
    assert not manager.enter(first, 0)
    assert [manager.place(job) for job in (second, third, first)] == [0, 0, 1]


def test_two_cores_train_two_jobs_at_once() -> None:
    manager = Manager(cores=2, grace=PATIENCE)
    first, second, third = (manager.submit(TINY, LONG) for _ in range(3))
    reach(first, State.RUNNING)
    reach(second, State.RUNNING)
    assert third.view().state is State.QUEUED
    for job in (third, first, second):
        job.stop()
        finished(job, State.STOPPED)


def test_pausing_frees_the_core_and_resuming_waits_for_one(manager: Manager) -> None:
    first = manager.submit(TINY, LONG)
    reach(first, State.RUNNING)
    second = manager.submit(TINY, LONG)
    first.pause()
    reach(first, State.PAUSED)
    reach(second, State.RUNNING)
    first.resume()
    reach(first, State.QUEUED)
    step = first.view().step
    assert not first.wait(0.05)
    assert first.view().step == step
    second.stop()
    finished(second, State.STOPPED)
    reach(first, State.RUNNING)


def test_while_others_wait_each_has_a_slice_of_time(
    manager: Manager, small_world: tuple[Digits, Digits]
) -> None:
    """All three go on on one core, and what each learns is what it learns alone."""
    manager.slice_seconds = 0.01
    long = [manager.submit(TINY, LONG) for _ in range(2)]
    until(lambda: all(job.view().step > 20 for job in long), "twenty steps of both")
    short = manager.submit(ModelConfig("vae", 2), SHORT)
    seen: set[State] = set()
    until(lambda: seen.add(short.view().state) or short.view().state.over, "its end")
    assert {State.QUEUED, State.RUNNING, State.FINISHED} >= seen
    view = finished(short, State.FINISHED)
    assert not any(job.view().state.over for job in long)
    model = build(ModelConfig("vae", 2), SHORT.seed)
    list(train(model, small_world[0], SHORT))
    assert view.run is not None
    for key, value in model.state_dict().items():
        np.testing.assert_array_equal(view.run.weights[key], value.numpy())


def test_alone_nobody_gives_its_core_away(
    manager: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager.slice_seconds = 1e-9
    monkeypatch.setattr(manager, "queue", lambda job: pytest.fail("it went to the queue"))
    job = Job(manager, TINY, SHORT, PATIENCE)
    Cores.queue(manager, job)
    job.start()
    finished(job, State.FINISHED)


def test_a_full_server_takes_no_more_until_one_ends(
    manager: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainings, "MOST", 3)
    kept = [manager.submit(TINY, LONG) for _ in range(3)]
    kept[0].pause()  # a paused one holds its model, too
    reach(kept[0], State.PAUSED)
    with pytest.raises(trainings.Full, match="3 trainings"):
        manager.submit(TINY, SHORT)
    kept[2].stop()
    finished(kept[2], State.STOPPED)
    manager.submit(TINY, SHORT)


def test_no_thread_to_be_had_leaves_no_ghost_in_the_queue(
    manager: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        with pytest.raises(trainings.Full, match="can't start new thread"):
            manager.submit(TINY, SHORT)
    finished(manager.submit(TINY, SHORT), State.FINISHED)


def test_one_who_leaves_the_queue_is_measured_without_keeping_others_waiting(
    manager: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = manager.submit(TINY, LONG)
    until(lambda: first.view().step > 3, "a few steps")
    first.pause()
    reach(first, State.PAUSED)
    second, third = manager.submit(TINY, LONG), manager.submit(TINY, LONG)
    first.resume()
    reach(first, State.QUEUED)
    second.pause()  # the core passes to the third; the first is next in line
    reach(third, State.RUNNING)
    measuring, measured = threading.Event(), threading.Event()

    def slow(*arguments: object) -> dict[str, float]:
        measuring.set()
        assert measured.wait(PATIENCE)
        return evaluate(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(trainings, "evaluate", slow)
    first.stop()
    assert measuring.wait(PATIENCE)
    second.resume()
    third.pause()
    reach(second, State.RUNNING)
    measured.set()
    finished(first, State.STOPPED)


# --- ends nobody asked for ---------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.RUNNING, State.PAUSED, State.QUEUED])
def test_a_job_nobody_looks_at_is_given_up(state: State) -> None:
    """In each state; its core is free again for the next."""
    manager = Manager(cores=1, grace=PATIENCE)
    ahead = manager.submit(TINY, LONG) if state is State.QUEUED else None
    job = manager.submit(TINY, LONG)
    if state is State.PAUSED:
        job.pause()
    reach(job, state)
    job.grace = 0.05
    assert job.wait(PATIENCE)
    assert job.view().state is State.ABANDONED
    assert job.view().run is None
    if ahead:
        ahead.stop()
        finished(ahead, State.STOPPED)
    finished(manager.submit(TINY, SHORT), State.FINISHED)


def test_looking_keeps_a_job_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a clock of the test's own: five times 60 s with a look, then 101 s without one."""
    now = [0.0]
    monkeypatch.setattr(trainings, "time", SimpleNamespace(monotonic=lambda: now[0]))
    job = Manager(cores=1, grace=100).submit(TINY, LONG)
    for _ in range(5):
        before = job.view().step
        until(lambda n=before: job.view().step > n + 1, "more steps")
        now[0] += 60
    assert job.view().state is State.RUNNING
    now[0] += 101
    assert job.wait(PATIENCE)
    assert job.view().state is State.ABANDONED


def test_a_job_nobody_looks_at_is_not_woken_by_a_late_look(manager: Manager) -> None:
    """A look just before it would be given up leaves a paused job paused."""
    job = manager.submit(TINY, LONG)
    job.pause()
    reach(job, State.PAUSED)
    step = job.view().step
    end = time.monotonic() + 0.3
    job.grace = 0.02
    while time.monotonic() < end and not job.wait(0):
        job.view()
    job.grace = PATIENCE
    assert job.view().step == step
    assert job.view().state in (State.PAUSED, State.ABANDONED)


def test_a_clock_that_jumps_does_nothing(manager: Manager, monkeypatch: pytest.MonkeyPatch) -> None:
    """A summer time, a corrected clock: grace and slices are measured on one that only ticks."""
    first, second = manager.submit(TINY, LONG), manager.submit(TINY, LONG)
    reach(first, State.RUNNING)
    for now in (0.0, 4e9, -1e9, float("nan")):
        monkeypatch.setattr(time, "time", lambda now=now: now)
        monkeypatch.setattr(time, "time_ns", lambda now=now: 0 if now != now else int(now * 1e9))
        before = first.view().step
        until(lambda n=before: first.view().step > n + 3, "more steps")
        assert (first.view().state, second.view().state) == (State.RUNNING, State.QUEUED)


def test_a_diverged_job_keeps_its_last_good_weights(
    manager: Manager, small_world: tuple[Digits, Digits]
) -> None:
    config = TrainConfig(epochs=20, batch_size=50, lr=10, schedule="constant")
    view = finished(manager.submit(ModelConfig("vae", 2), config), State.DIVERGED)
    assert "smaller learning rate" in view.message
    assert view.run is not None
    assert np.isfinite(view.run.results["neg_elbo"])
    assert view.run.results == evaluate(view.run.build(), small_world[1])


@pytest.mark.parametrize("place", ["train", "evaluate", "build"])
def test_an_unexpected_error_is_logged_and_never_swallowed(
    place: str,
    manager: Manager,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a bug")

    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        patch.setattr(trainings, place, broken)
        view = finished(manager.submit(TINY, SHORT), State.FAILED)
    assert view.message == "a bug"
    assert view.run is None
    assert caplog.records[0].exc_info
    assert "ZeroDivisionError" in caplog.text
    finished(manager.submit(TINY, SHORT), State.FINISHED)  # and its core is free again


def test_many_jobs_with_many_hands_all_end() -> None:
    """No deadlock, whatever is pressed in whatever order."""
    manager, rng = Manager(cores=2, grace=PATIENCE), np.random.default_rng(0)
    submitted = [manager.submit(TINY, TrainConfig(3, 100, seed=seed)) for seed in range(8)]
    for _ in range(150):
        job = submitted[rng.integers(8)]
        (job.pause, job.resume, job.step, job.view)[rng.integers(4)]()
        time.sleep(0.001)
    for job in submitted[:4]:
        job.stop()
    for job in submitted[4:]:
        job.resume()
    assert all(job.wait(PATIENCE) for job in submitted)
    assert {job.view().state for job in submitted[4:]} == {State.FINISHED}
    assert {job.view().state for job in submitted[:4]} <= {State.FINISHED, State.STOPPED}
    assert manager.submit(TINY, SHORT).wait(PATIENCE)
