"""Several visitors on one server, without a browser: nothing of one reaches another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.support.pages import MAIN, number_fields, page_file, type_number
from vae_demo import runs
from vae_demo.evaluation.failures import Failure
from vae_demo.ui.frame import session
from vae_demo.ui.frame.catalogue import LANGUAGES, catalogue, format_number
from vae_demo.ui.parts.train.advice import what_to_try
from vae_demo.ui.server import trainings, visitors
from vae_demo.ui.server.shared_cache import clear_shared
from vae_demo.ui.server.training_states import JobState
from vae_demo.ui.server.visitors import Visitor

ROOT = Path(__file__).resolve().parents[3]
EXPLORE = page_file("explore")
TRAIN = page_file("train")
PATIENCE = 60  # seconds


def opened(page: str = TRAIN, **query: str) -> AppTest:
    """A new visitor on a page."""
    at = AppTest.from_file(MAIN, default_timeout=PATIENCE)
    at.switch_page(page)
    for key, value in query.items():
        at.query_params[key] = value
    return at.run()


def visitor(at: AppTest) -> Visitor:
    return at.session_state["visitor"]


@pytest.fixture
def server(small_world: object) -> Iterator[None]:
    """A server of its own, with few digits; what a test leaves running is stopped."""
    st.cache_resource.clear()
    clear_shared()
    yield
    st.cache_resource.clear()
    clear_shared()


@pytest.mark.usefixtures("server")
def test_a_full_server_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(lang="en")
    monkeypatch.setattr(trainings, "MAX_JOBS", 0)
    at.button(key="train_start").click().run()
    sentence = catalogue("en")["train.full"].format(there=0)
    assert [warning.value for warning in at.warning] == [sentence]
    assert not at.exception and not at.error
    assert visitor(at).job is None
    monkeypatch.undo()
    at.run()
    assert not at.warning


@pytest.mark.usefixtures("server")
def test_a_visitor_with_two_tabs_has_one_training() -> None:
    first, second = opened(lang="en"), opened(lang="en")
    second.session_state["visitor"] = visitor(first)  # as the cookie does
    type_number(second, "train_epochs", "200")
    second.button(key="train_start").click().run()
    job = visitor(second).job
    assert job is not None and not job.watch().state.ended
    try:
        first.button(key="train_start").click().run()  # drawn before the other tab began
        assert visitor(first).job is job
        assert first.button(key="train_start").disabled
        assert catalogue("en")["train.elsewhere"] in [info.value for info in first.info]
    finally:
        job.stop()
        assert job.wait(PATIENCE)


@pytest.mark.usefixtures("server")
def test_two_visitors_do_not_cross() -> None:
    """Language, settings, training and what is kept are each one's own.

    That a training has ended is told on other pages until its own page has shown it.
    """
    ended = catalogue("en")["frame.trained"]
    turk, brit = opened(EXPLORE, lang="tr"), opened(lang="en")
    type_number(brit, "train_epochs", "1")
    brit.button(key="train_start").click().run()
    job = visitor(brit).job
    assert job is not None and job.wait(PATIENCE)
    for page, told in ((EXPLORE, True), (TRAIN, False), (EXPLORE, False)):
        brit.switch_page(page).run()
        assert (ended in [link.proto.label for link in brit.get("page_link")]) == told
    assert visitor(turk).job is None
    run = job.watch().run
    assert run is not None
    visitor(brit).keep_run(replace(run, name="mine"))
    for at, language, there in ((turk, "tr", False), (brit, "en", True), (turk, "tr", False)):
        at.run()
        assert at.title[0].value == catalogue(language)["explore.title"]
        assert at.query_params["lang"] == language
        assert ("mine" in at.selectbox(key="run").options) == there


@pytest.mark.usefixtures("server")
def test_whoever_made_way_for_others_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    gone, other = opened(lang="en"), opened(lang="en")
    visitor(gone).folder = None  # as on a host without a disk
    visitor(gone).keep_run(replace(runs.find("vae-2"), name="mine"))
    monkeypatch.setattr(visitors, "MAX_BYTES_OF_ALL", 0)
    other.run()
    sentence = catalogue("en")["train.keep.lost"].format(names="mine")
    for said in ([sentence], []):
        gone.run()
        assert [info.value for info in gone.info] == said
        assert not gone.exception and not gone.error


@pytest.mark.some(1)
@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("language", LANGUAGES)
def test_after_a_restart_a_training_is_found_and_goes_on(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vae_demo.ui.frame.language.language", lambda: language)
    words = catalogue(language)
    at = opened(lang=language, model="ae-shallow", latent="3", epochs="200")
    at.button(key="train_start").click().run()
    job = visitor(at).job
    assert job is not None
    while job.watch().step < 9:
        assert not job.wait(0.01)
    session.stop_trainings(PATIENCE)
    stopped = job.watch()
    assert stopped.state is JobState.INTERRUPTED
    token = visitor(at).token

    st.cache_resource.clear()  # a new server
    clear_shared()
    other = opened(EXPLORE, lang=language)  # somebody else
    assert not [link for link in other.get("page_link") if link.proto.page.endswith("train")]
    again = AppTest.from_file(MAIN, default_timeout=PATIENCE)
    again.session_state["visitor"] = session._visitors().find(token)  # as the cookie does
    again.session_state["language"] = language
    again.switch_page(EXPLORE).run()
    assert words["frame.interrupted"] in [link.proto.label for link in again.get("page_link")]
    again.switch_page(TRAIN).run()
    at_epoch = format_number(stopped.epochs, 2, language)
    sentence = words["train.interrupted"].format(at=at_epoch, epochs=200)
    assert [info.value for info in again.info] == [sentence]
    again.button(key="train_go_on").click().run()
    assert not again.exception and not again.error
    job = visitor(again).job
    assert job is not None and job.watch().step >= stopped.step
    assert again.session_state["train_model"] == "ae-shallow"
    assert number_fields(again)["train_epochs"]["value"] == 200
    folder = visitor(again).folder
    assert folder is not None and folder.has_progress()
    again.button(key="train_reset").click().run()
    assert job.wait(PATIENCE) and not folder.has_progress() and not again.info


@pytest.mark.usefixtures("server")
def test_a_training_that_learned_nothing_says_so_and_what_to_try() -> None:
    at = opened(lang="en", lr="0.000001", epochs="2", schedule="constant", batch_size="20")
    at.button(key="train_start").click().run()
    job = visitor(at).job
    assert job is not None and job.wait(PATIENCE)
    at.run()
    assert job.watch().state is JobState.FINISHED
    (warning,) = at.warning
    words = catalogue("en")
    assert words["train.failure.mean"].partition("{")[0] in warning.value
    assert words["train.failure.longer"] in warning.value
    run = job.status.run
    assert run is not None
    with_rate = replace(run, training=dict(run.training) | {"lr": 0.2})
    smaller = words["train.failure.lr"].format(lr=0.2, tenth=0.02)
    assert what_to_try(with_rate, [Failure.MEAN]) == smaller
    with_beta = replace(run, training=dict(run.training) | {"beta": 4})
    assert what_to_try(with_beta, [Failure.ASLEEP]) == words["train.failure.beta"].format(beta=4)
