"""Several visitors on one server, without a browser: nothing of one reaches another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.support.pages import MAIN, page_file
from vae_demo import runs
from vae_demo.ui.frame.language import catalogue
from vae_demo.ui.server import trainings, visitors
from vae_demo.ui.server.shared_cache import clear_shared
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
    second.number_input(key="train_epochs").set_value(200).run()
    second.button(key="train_start").click().run()
    job = visitor(second).job
    assert job is not None and not job.watch().state.ended
    try:
        first.button(key="train_start").click().run()  # drawn before the other tab began
        assert visitor(first).job is job
        assert first.button(key="train_start").disabled
    finally:
        job.stop()
        assert job.wait(PATIENCE)


@pytest.mark.usefixtures("server")
def test_two_visitors_do_not_cross() -> None:
    """Language, settings, training and what is kept are each one's own."""
    turk, brit = opened(EXPLORE, lang="tr"), opened(lang="en")
    brit.number_input(key="train_epochs").set_value(1).run()
    brit.button(key="train_start").click().run()
    job = visitor(brit).job
    assert job is not None and job.wait(PATIENCE)
    brit.run()
    assert visitor(turk).job is None
    run = job.watch().run
    assert run is not None
    visitor(brit).keep_run(replace(run, name="mine"))
    brit.switch_page(EXPLORE)
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
    sentence = catalogue("en")["keep.lost"].format(names="mine")
    for said in ([sentence], []):
        gone.run()
        assert [info.value for info in gone.info] == said
        assert not gone.exception and not gone.error
