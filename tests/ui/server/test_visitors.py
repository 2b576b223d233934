"""Visitors are found again by their cookie, kept apart, and forgotten in time."""

from __future__ import annotations

import dataclasses
import errno
import gc
import os
import time
import weakref
from pathlib import Path

import numpy as np
import pytest

from vae_demo import atomic, runs
from vae_demo.datasets import DataSet
from vae_demo.datasets.data_set import split
from vae_demo.digits import mnist
from vae_demo.digits.mnist import Digits
from vae_demo.models import ModelConfig, build
from vae_demo.runs.progress import Progress, make_progress
from vae_demo.training.config import TrainConfig
from vae_demo.training.state import TrainingState
from vae_demo.ui.server import visitor_files, visitors
from vae_demo.ui.server.trainings import TrainingJobs
from vae_demo.ui.server.visitor_files import DAYS, VisitorFolders
from vae_demo.ui.server.visitors import Visitor, Visitors


def test_a_token_finds_its_visitor_again_and_no_other() -> None:
    known = Visitors()
    first, second = known.find(None), known.find(None)
    known.mark_active(first)
    known.mark_active(second)
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
    known.mark_active(gone)
    now = visitors.time.monotonic()
    monkeypatch.setattr(visitors.time, "monotonic", lambda: now + visitors.REMEMBER_SECONDS + 1)
    assert known.find(gone.token) is not gone


def test_at_most_so_many_are_remembered() -> None:
    known = Visitors(max_visitors=3)
    came = [Visitor() for _ in range(5)]
    for visitor in came:
        known.mark_active(visitor)
    found = [known.find(visitor.token) is visitor for visitor in came]
    assert found == [False, False, True, True, True]


def test_own_runs_keep_clear_of_the_shipped_names() -> None:
    me, run = Visitor(), runs.find("vae-2")
    with pytest.raises(runs.RunError, match="already") as trouble:
        me.keep_run(run)
    assert trouble.value.code == "taken"
    mine = dataclasses.replace(run, name="mine")
    me.keep_run(mine)
    assert me.own_runs == {"mine": mine}
    assert me.own_models["mine"].latent == 2


def test_a_run_that_makes_no_model_is_not_kept() -> None:
    me, run = Visitor(), runs.find("vae-2")
    with pytest.raises(runs.RunError):
        me.keep_run(dataclasses.replace(run, name="mine", weights={}))
    assert me.own_runs == {}


def test_a_run_of_other_digits_is_not_kept() -> None:
    me, run = Visitor(), named("mine")
    other = dataclasses.replace(run.history, codes=run.history.codes[:, :20])
    with pytest.raises(runs.RunError, match="of each of 20 pictures; pages show 2 of each of 1000"):
        me.keep_run(dataclasses.replace(run, history=other))
    assert me.own_runs == {}


def test_whoever_is_forgotten_leaves_nothing_behind(
    small_world: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither runs nor models nor a training that is over stay in memory."""
    known, manager, gone = Visitors(), TrainingJobs(cores=1), Visitor()
    gone.keep_run(dataclasses.replace(runs.find("vae-2"), name="mine"))
    gone.job = manager.submit(ModelConfig("ae-shallow", 2), TrainConfig(1, 100))
    assert gone.job.wait(60) and gone.job.watch().run is not None
    known.mark_active(gone)
    held = [weakref.ref(thing) for thing in (gone, gone.job, gone.own_models["mine"])]
    del gone
    assert all(thing() is not None for thing in held)
    now = time.monotonic()
    monkeypatch.setattr(visitors.time, "monotonic", lambda: now + visitors.REMEMBER_SECONDS + 1)
    known.mark_active(Visitor())
    gc.collect()
    assert [thing() for thing in held] == [None] * 3


# --- over a restart ----------------------------------------------------------------------------

DAY = 24 * 3600


def named(name: str, source: str = "vae-2") -> runs.Run:
    return dataclasses.replace(runs.find(source), name=name)


def server(folder: Path, **limits: int) -> Visitors:
    """A server that has just started, with its visitors' folder."""
    return Visitors(folders=VisitorFolders(folder, **limits))


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_what_is_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    me = server(tmp_path).find(None)
    kept = [me.keep_run(named(name)) for name in ("first", "çığ şöğü", "x" * 40, "İ" * 40)]
    assert [k.on_disk for k in kept] == [True] * 4
    again = server(tmp_path).find(me.token)
    assert again is not me
    assert again.token == me.token
    assert list(again.own_runs) == list(me.own_runs)
    model = again.model("first")
    assert model is not None and model is again.model("first")
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value.numpy(), me.own_runs["first"].weights[name])
    again.keep_run(named("first", "ae-20"))  # replaced, not doubled
    third = server(tmp_path).find(me.token)
    assert set(third.own_runs) == set(me.own_runs)
    assert third.own_runs["first"].model["name"] == "ae"
    for name in [*third.own_runs]:
        third.delete_run(name)
    assert third.own_runs == {} == server(tmp_path).find(me.token).own_runs
    assert files(tmp_path) == []


def test_two_tabs_that_come_at_once_are_one_visitor(tmp_path: Path) -> None:
    me = server(tmp_path).find(None)
    me.keep_run(named("mine"))
    new = server(tmp_path)
    assert new.find(me.token) is new.find(me.token)


def test_others_see_nothing_of_it(tmp_path: Path) -> None:
    me = server(tmp_path).find(None)
    me.keep_run(named("mine"))
    assert "mine" not in runs.available()
    new = server(tmp_path)
    (folder,) = tmp_path.iterdir()
    for token in (None, "", ".", "..", "/", me.token[:-1], folder.name, str(folder), "*"):
        other = new.find(token)
        assert other.own_runs == {}
        assert other.token not in (me.token, token)
    assert folder.stat().st_mode & 0o077 == 0
    assert me.token not in "".join(map(str, tmp_path.rglob("*")))


@pytest.mark.parametrize(
    "token", ["../../etc", "a/b", "\0", "x" * 10_000, "\udcff", "..", "CON", "a\nb"]
)
def test_hostile_tokens_lead_nowhere(token: str, tmp_path: Path) -> None:
    folder = tmp_path / "visitors"
    found = server(folder).find(token)
    assert found.token != token
    assert files(tmp_path) == []


@pytest.mark.parametrize("name", ["../x", "/tmp/x", "a/b", "..", "", "a\0b", "x" * 41, "con:"])
def test_hostile_names_lead_nowhere(name: str, tmp_path: Path) -> None:
    """A run can't have such a name; if one had, its file would still be in its folder."""
    with pytest.raises(runs.RunError):
        runs.check_name(name)
    folder = tmp_path / "visitors"
    me = server(folder).find(None)
    me.keep_run(dataclasses.replace(runs.find("vae-2"), name=name))
    (path,) = files(tmp_path)
    assert path.parent.parent == folder
    assert server(folder).find(me.token).own_runs == {}  # and it is not taken for a run


def test_the_oldest_makes_room_and_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visitors, "MAX_RUNS", 3)
    me = server(tmp_path).find(None)
    gone = [me.keep_run(named(name)).removed for name in ("a", "b", "c", "a", "d", "e")]
    assert gone == [(), (), (), (), ("b",), ("c",)]
    assert list(me.own_runs) == ["a", "d", "e"]
    assert set(server(tmp_path).find(me.token).own_runs) == {"a", "d", "e"}
    assert set(me.own_models) == {"a", "d", "e"}


def test_one_visitor_has_so_many_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = visitors._run_bytes(runs.find("vae-2"))
    monkeypatch.setattr(visitors, "MAX_VISITOR_BYTES", 2 * size)
    me = server(tmp_path).find(None)
    assert [me.keep_run(named(name)).removed for name in ("a", "b", "c")] == [(), (), ("a",)]
    assert me.run_bytes == 2 * size


def test_what_all_hold_is_bounded_and_who_comes_back_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known, came = Visitors(), [Visitor() for _ in range(4)]
    came[0].keep_run(named("mine"))
    monkeypatch.setattr(visitors, "MAX_BYTES_OF_ALL", 2 * came[0].memory_bytes)
    for one in came:
        one.keep_run(named("mine"))
        known.mark_active(one)
    assert [list(one.own_runs) for one in came] == [[], [], ["mine"], ["mine"]]
    assert [list(one.own_models) for one in came] == [[], [], ["mine"], ["mine"]]
    assert [one.lost_runs for one in came] == [("mine",), ("mine",), (), ()]
    assert sum(one.memory_bytes for one in came) <= visitors.MAX_BYTES_OF_ALL
    known.mark_active(came[2])
    came[0].keep_run(named("again"))
    known.mark_active(came[0])  # whoever was here longest ago
    assert [bool(one.own_runs) for one in came] == [True, False, True, False]
    assert known.find(came[3].token) is came[3]


def test_an_open_page_counts_though_it_was_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    known, left = Visitors(max_visitors=1), Visitor()
    left.keep_run(named("mine"))
    known.mark_active(left)
    monkeypatch.setattr(visitors, "MAX_BYTES_OF_ALL", left.memory_bytes)
    known.mark_active(Visitor())
    assert left.token not in known._recent and left.own_runs
    other = Visitor()
    other.keep_run(named("mine"))
    known.mark_active(other)
    assert left.lost_runs == ("mine",) and not left.own_runs and other.own_runs


def test_what_made_way_and_is_stored_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = server(tmp_path)
    me, other = here.find(None), here.find(None)
    for one in (me, other):
        assert one.keep_run(named("mine")).on_disk
        here.mark_active(one)
    monkeypatch.setattr(visitors, "MAX_BYTES_OF_ALL", me.memory_bytes)
    here.mark_active(other)
    assert not me.own_runs and not me.lost_runs
    here.mark_active(me)
    assert list(me.own_runs) == ["mine"] and me.model("mine") is not None
    assert not other.own_runs and not other.lost_runs


def test_a_training_makes_way_when_it_is_over(
    small_world: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, manager, me = Visitors(), TrainingJobs(cores=1), Visitor()
    me.job = job = manager.submit(ModelConfig("ae-shallow", 2), TrainConfig(1000, 100))
    known.mark_active(me)
    monkeypatch.setattr(visitors, "MAX_BYTES_OF_ALL", 0)
    known.mark_active(Visitor())
    assert me.job is job
    job.stop()
    assert job.wait(60) and me.memory_bytes > 1000
    known.mark_active(Visitor())
    assert me.job is None and me.lost_runs == ("ae-shallow-2",) and not me.memory_bytes


def test_one_long_gone_is_freed_when_another_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    known, gone = Visitors(), Visitor()
    known.mark_active(gone)
    now = time.monotonic()
    monkeypatch.setattr(visitors.time, "monotonic", lambda: now + visitors.REMEMBER_SECONDS + 1)
    known.mark_active(Visitor())
    assert gone.token not in known._recent


def test_what_nobody_comes_back_for_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = server(tmp_path)
    back, gone = first.find(None), first.find(None)
    for one in (back, gone):
        one.keep_run(named("mine"))
    now = time.time()
    for folder in tmp_path.iterdir():
        os.utime(folder, (now, now - (DAYS - 1) * DAY))
    assert server(tmp_path).find(back.token).own_runs  # a visit
    monkeypatch.setattr(visitor_files.time, "time", lambda: now + 2 * DAY)
    later = server(tmp_path)
    assert later.find(back.token).own_runs
    assert later.find(gone.token).own_runs == {}
    assert len(files(tmp_path)) == 1


def test_a_full_share_takes_from_who_is_gone_longest_never_from_who_was_here_today(
    tmp_path: Path,
) -> None:
    size = len(runs.dumps(runs.find("vae-2")))
    limit = {"max_bytes": 2 * size}
    first, second, third = (server(tmp_path, **limit).find(None) for _ in range(3))
    assert first.keep_run(named("mine")).on_disk
    assert second.keep_run(named("mine")).on_disk
    assert not third.keep_run(named("mine")).on_disk
    assert "mine" in third.own_runs
    (old,) = (f for f in tmp_path.iterdir() if f.name == visitor_files._hash(first.token))
    os.utime(old, (time.time(), time.time() - 2 * DAY))
    assert third.keep_run(named("mine")).on_disk
    found = [server(tmp_path, **limit).find(v.token).own_runs for v in (first, second, third)]
    assert [list(own_runs) for own_runs in found] == [[], ["mine"], ["mine"]]


def test_without_a_disk_a_run_is_kept_for_the_visit(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    here = server(tmp_path / "file" / "visitors")
    me = here.find(None)
    here.mark_active(me)
    assert not me.keep_run(named("mine")).on_disk
    assert list(here.find(me.token).own_runs) == ["mine"]
    assert here.find("made up").token != "made up"


def test_a_disk_that_fills_up_later_costs_nothing_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    me = server(tmp_path).find(None)
    assert me.keep_run(named("mine")).on_disk
    before = [path.read_bytes() for path in files(tmp_path)]
    with monkeypatch.context() as patch:
        patch.setattr(atomic.os, "fsync", full)
        assert not me.keep_run(named("more")).on_disk
        assert not me.keep_run(named("mine", "ae-20")).on_disk
    assert list(me.own_runs) == ["more", "mine"]
    assert [path.read_bytes() for path in files(tmp_path)] == before


def test_a_damaged_file_is_left_out_and_reported(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    me = server(tmp_path).find(None)
    me.keep_run(named("good"))
    me.keep_run(named("bad"))
    (path,) = (p for p in files(tmp_path) if p.stem == visitor_files._hash("bad"))
    path.write_bytes(path.read_bytes()[:1000])
    path.with_name(f".{path.name}.rest").write_bytes(b"of a save that was killed")
    assert list(server(tmp_path).find(me.token).own_runs) == ["good"]
    assert "can't be read as a run" in caplog.text


# --- the progress of a training ----------------------------------------------------------------


def begun() -> Progress:
    """A training before its first batch."""
    config, training = ModelConfig("ae-shallow", 2), TrainConfig(1)
    model = build(config)
    state = TrainingState(model, 0)
    state.untrained_distortion = 500.0
    first = runs.find("vae-2").history.snapshots()[0]
    return make_progress(model, state, config, training, epochs=0.0, steps=9, snapshots=[first])


def test_a_training_is_found_again_until_it_is_too_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = server(tmp_path).find(None)
    assert me.folder is not None and me.folder.load_progress() is None
    me.folder.save_progress(begun())
    (file,) = files(tmp_path)
    assert file.parent.stat().st_mode & 0o077 == 0
    again = server(tmp_path).find(me.token)
    assert again.token == me.token and again.own_runs == {} and again.folder is not None
    found = again.folder.load_progress()
    assert found is not None and found.steps == 9
    now = time.time()
    monkeypatch.setattr(
        visitor_files.time, "time", lambda: now + (visitor_files.PROGRESS_DAYS + 1) * DAY
    )
    assert again.folder.load_progress() is None
    server(tmp_path)
    assert not files(tmp_path)


def test_a_damaged_training_is_reported_and_a_full_share_saves_none(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    me = server(tmp_path).find(None)
    assert me.folder is not None
    me.folder.save_progress(begun())
    (file,) = files(tmp_path)
    for damaged in (b"", b"no training", file.read_bytes()[:-1], runs.dumps(named("mine"))):
        file.write_bytes(damaged)
        assert me.folder.load_progress() is None
        assert not file.exists()  # else every page would offer to go on
    assert caplog.text.count("can't go on") == 4
    me.folder.save_progress(begun())
    other = server(tmp_path, max_bytes=1).find(None)
    assert other.folder is not None
    with pytest.raises(runs.RunError, match="full"):
        other.folder.save_progress(begun())
    me.folder.delete_progress()
    assert not me.folder.has_progress() and not files(tmp_path)


# --- own data ----------------------------------------------------------------------------------


def own(name: str, count: int = 20) -> DataSet:
    return split(name, ("a", "b"), Digits(DIGITS.images[:count], DIGITS.labels[:count] % 2))


DIGITS = mnist.test_digits()


def test_own_data_are_there_after_a_restart_and_deleted_data_are_not(tmp_path: Path) -> None:
    me = server(tmp_path).find(None)
    for name in ("first", "çığ ../../x", "mnist"):
        me.data.keep(own(name))
    me.data.delete("first")
    again = server(tmp_path).find(me.token)
    assert again.data.names() == ["çığ ../../x", "my-mnist"]
    found, kept = again.data.find("my-mnist"), me.data.find("my-mnist")
    assert found is not None and kept is not None and found.description == kept.description
    np.testing.assert_array_equal(found.test.images, kept.test.images)
    assert again.data.matching(kept.description) is found
    assert server(tmp_path).find(None).data.names() == []
    assert {path.parent.parent for path in files(tmp_path)} == {tmp_path}


def test_own_data_are_limited_and_freed(tmp_path: Path) -> None:
    me = server(tmp_path).find(None)
    gone = [me.data.keep(own(str(number)))[1] for number in range(5)]
    assert gone == [[], [], [], ["0"], ["1"]] and me.data.names() == ["2", "3", "4"]
    assert me.memory_bytes >= me.data.bytes == 3 * 20 * 785
    me.free_memory()
    assert me.data.bytes == 0 and me.lost_runs == () and me.data.find("4") is not None
    without_disk = Visitor()
    without_disk.data.keep(own("lost"))
    without_disk.free_memory()
    assert without_disk.lost_runs == ("lost",) and without_disk.data.names() == []


def test_damaged_own_data_are_left_out(tmp_path: Path) -> None:
    me = server(tmp_path).find(None)
    me.data.keep(own("first"))
    (path,) = tmp_path.glob("*/*.data")
    path.write_bytes(path.read_bytes()[:-50])
    again = server(tmp_path).find(me.token).data
    assert again.names() == ["first"] and again.find("first") is None and again.names() == []
