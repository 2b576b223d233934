"""Drawings are kept on the Draw page, and a run is fine-tuned on them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from tests.support.pages import opened_page, page_file
from vae_demo.digits import mnist
from vae_demo.training import handwriting
from vae_demo.ui.frame.catalogue import catalogue
from vae_demo.ui.frame.link_fields import write_link
from vae_demo.ui.parts.handwriting import data, part
from vae_demo.ui.server.fine_tuning_job import FineTuningJob
from vae_demo.ui.server.training_states import JobState
from vae_demo.ui.server.trainings import TooManyJobs, TrainingJobs
from vae_demo.ui.server.visitor_files import VisitorFolders
from vae_demo.ui.server.visitors import Visitors

WORDS = catalogue("en")


def test_drawings_are_kept_and_a_run_is_fine_tuned_on_them(
    small_world: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    tune = handwriting.fine_tune
    monkeypatch.setattr(data, "fine_tune", lambda *a, **k: tune(*a, **k, steps=25))
    digit = write_link("draw", {"digit": mnist.train_digits().images[3]})["digit"]
    assert digit
    at = opened_page("draw", digit=digit)
    at.toggle(key="handwriting_on").set_value(True).run()
    assert at.button(key="handwriting_tune").disabled
    for _ in range(part.LEAST):
        at.button(key="handwriting_keep").click().run()
    me = at.session_state["visitor"]
    assert me.data.drawings.labels.tolist() == [0, 1, 2, 3, 4]
    np.testing.assert_array_equal(me.data.drawings.images[0], mnist.train_digits().images[3])
    at.button(key="handwriting_tune").click().run()
    job = at.session_state["handwriting_job"]
    assert job.wait(60) and job.state == JobState.FINISHED
    at.run()
    assert not at.exception and not at.error
    assert WORDS["handwriting.done"].format(name="my-vae-20") in at.success[0].value
    made = me.own_runs["my-vae-20"]
    assert made.data.is_mnist and made.data.name == "mnist + 5 drawings"
    assert len(made.history) == 2 and made.results["images"] == 200
    at.button(key="handwriting_show").click().run()
    assert at.session_state["runs"] == ["vae-20", "my-vae-20"] and not at.exception
    at.switch_page(page_file("explore")).run()
    assert "my-vae-20" in at.get_by_key("run").options
    at.switch_page(page_file("draw")).run()
    at.button(key="handwriting_delete").click().run()
    assert len(me.data.drawings) == 0 and not at.exception


def test_a_fine_tuning_waits_in_the_queue_of_trainings_and_can_be_stopped() -> None:
    jobs, moved, going = TrainingJobs(1, 60, 60), threading.Event(), threading.Event()

    def moments(goes: bool) -> Iterator[data.FineTuningProgress]:
        assert goes, "a job that waits does nothing"
        while True:
            moved.set()
            assert going.wait(60)
            yield cast(data.FineTuningProgress, None)

    first, second, third = (
        jobs.begin(lambda goes=goes: FineTuningJob(jobs, 60, "vae-20", moments(goes)))
        for goes in (True, False, False)
    )
    assert moved.wait(60) and first.state == JobState.RUNNING
    assert (first.position, second.position, third.position) == (0, 0, 1)
    assert jobs.counts() == {"queued": 2, "running": 1}
    second.stop()
    assert second.wait(60) and second.state == JobState.STOPPED and third.position == 0
    going.set()
    assert jobs.close(60)
    assert first.state == third.state == JobState.INTERRUPTED
    assert jobs.counts() == {"queued": 0, "running": 0}
    with pytest.raises(TooManyJobs):
        jobs.begin(lambda: FineTuningJob(jobs, 60, "vae-20", moments(False)))


def test_an_error_in_a_fine_tuning_is_logged_and_frees_its_core(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def moments() -> Iterator[data.FineTuningProgress]:
        raise OSError("no more memory")
        yield

    jobs = TrainingJobs(1, 60, 60)
    job = jobs.begin(lambda: FineTuningJob(jobs, 60, "vae-20", moments()))
    assert job.wait(60) and job.state == JobState.FAILED and "no more memory" in caplog.text
    assert jobs.counts() == {"queued": 0, "running": 0}


def test_an_empty_pad_keeps_nothing_and_says_so() -> None:
    at = opened_page("draw")
    at.toggle(key="handwriting_on").set_value(True).run()
    at.button(key="handwriting_keep").click().run()
    assert WORDS["handwriting.empty"] in [i.value for i in at.info]


def test_drawings_are_there_after_a_restart_and_are_limited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vae_demo.ui.server import visitor_data

    monkeypatch.setattr(visitor_data, "MAX_DRAWINGS", 3)
    me = Visitors(folders=VisitorFolders(tmp_path)).find(None)
    for label in range(4):
        me.data.keep_drawing(mnist.test_digits().images[label], label)
    again = Visitors(folders=VisitorFolders(tmp_path)).find(me.token)
    assert again.data.drawings.labels.tolist() == [1, 2, 3] and again.data.names() == []
    np.testing.assert_array_equal(again.data.drawings.images, mnist.test_digits().images[1:4])
    again.data.delete_drawings()
    assert not list(tmp_path.rglob("*.data"))
