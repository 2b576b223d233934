"""Visitors are found again by their cookie, kept apart, and forgotten in time."""

import dataclasses

import pytest

from vae_demo import runs
from vae_demo.ui import state
from vae_demo.ui.state import Visitor, Visitors


def test_a_token_finds_its_visitor_again_and_no_other() -> None:
    known = Visitors()
    first, second = known.find(None), known.find(None)
    known.note(first)
    known.note(second)
    assert first is not second
    assert known.find(first.token) is first
    assert known.find(second.token) is second
    assert known.find("made up") not in (first, second)


def test_a_made_up_token_is_never_adopted() -> None:
    """Else two browsers that send the same invented cookie would share their runs."""
    assert Visitors().find("invented").token != "invented"


def test_a_visitor_long_gone_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Visitors()
    gone = Visitor()
    known.note(gone)
    now = state.time.monotonic()
    monkeypatch.setattr(state.time, "monotonic", lambda: now + state.REMEMBERED + 1)
    assert known.find(gone.token) is not gone


def test_at_most_so_many_are_remembered() -> None:
    known = Visitors(most=3)
    visitors = [Visitor() for _ in range(5)]
    for visitor in visitors:
        known.note(visitor)
    found = [known.find(visitor.token) is visitor for visitor in visitors]
    assert found == [False, False, True, True, True]


def test_own_runs_keep_clear_of_the_shipped_names() -> None:
    me, run = Visitor(), runs.find("vae-2")
    with pytest.raises(runs.RunError, match="already") as trouble:
        me.keep(run)
    assert trouble.value.code == "taken"
    mine = dataclasses.replace(run, name="mine")
    me.keep(mine)
    assert me.own_runs == {"mine": mine}
    assert me.own_models["mine"].latent == 2


def test_a_run_that_makes_no_model_is_not_kept() -> None:
    me, run = Visitor(), runs.find("vae-2")
    with pytest.raises(runs.RunError):
        me.keep(dataclasses.replace(run, name="mine", weights={}))
    assert me.own_runs == {}
