"""Hostile input, killed processes, full disks: a sentence, and nothing is lost.

A few of each; `python benchmarks/faults.py` does thousands and counts.
"""

from __future__ import annotations

import pickle
import random
import resource
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import DataObject, data
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates

from tests.runs.test_runs import described
from tests.support import forms, hostile
from tests.support.small import tiny_run
from vae_demo import runs
from vae_demo.training.history import History

ROOT = Path(__file__).resolve().parents[3]
SAME_EACH_TIME = settings(derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


def examples(few: int, many: int) -> pytest.MarkDecorator:
    """Runs a test with few generated examples, and with many in the longer run."""
    return pytest.mark.parametrize(
        "examples", [few, pytest.param(many, marks=pytest.mark.long)], ids="{} examples".format
    )


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a name or a command might write, it would write here."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.some(2)
@examples(20, 500)
@pytest.mark.parametrize("name", hostile.ENTRIES)
def test_every_entry_point_answers(name: str, examples: int, tmp_path: Path) -> None:
    made, enter = hostile.ENTRIES[name]
    settings(SAME_EACH_TIME, max_examples=examples)(given(made)(enter))()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
@pytest.mark.parametrize("page", hostile.KEYS)
def test_every_page_opens_at_any_address(page: str) -> None:
    def visit(query: dict[str, str]) -> None:
        hostile.enter_page(page, query)

    settings(SAME_EACH_TIME, max_examples=30)(given(hostile.queries(page))(visit))()


SENT = {  # what once broke a page: (page, its widget, the field of what came, what came)
    "a model that there is not": ("train", "train_model.en", "string_value", "a\0b"),
    "a run that there is not": ("generate", "run", "string_value", "../vae-2"),
    "a point that there is not": (
        *("epochs", "epochs_vae-2", "string_value"),
        '{"selection": {"points": [7, {"customdata": [-1]}, {"customdata": 1000}]}}',
    ),
    "a selection of nothing": ("epochs", "epochs_vae-2", "string_value", '{"selection": {}}'),
}


@pytest.mark.some(1)
@pytest.mark.parametrize("what", SENT)
def test_a_page_stands_what_a_hostile_browser_sends(what: str) -> None:
    page, key, field, value = SENT[what]
    at = hostile.opened(page, {"lang": "en"})
    there = {forms.key_of(each): each for each in forms.widgets(at)}
    sent = [WidgetState(id=there[key], **{field: value})]
    if page == "generate":  # whose button asks for the run in hand
        sent.append(WidgetState(id=there["generate_try_normal"], trigger_value=True))
    at._run(WidgetStates(widgets=sent))
    hostile.look(at, page)


def test_a_file_that_is_no_longer_there_is_no_run() -> None:
    """As after a restart of the server, when the browser still names what it had sent."""
    at = hostile.opened("train", {"lang": "en"})
    (upload,) = (each for each in forms.widgets(at) if forms.key_of(each) == "train_upload")
    state = WidgetState(id=upload)
    state.file_uploader_state_value.uploaded_file_info.add(file_id="gone", name="x.safetensors")
    at._run(WidgetStates(widgets=[state]))
    hostile.look(at, "train")


@pytest.mark.long
@pytest.mark.parametrize("page", hostile.KEYS)
def test_a_page_stands_form_values(page: str) -> None:
    def visit(drawn: DataObject) -> None:
        assert sum(forms.enter_form(page, drawn, forms.wire)) >= forms.SENDS

    settings(SAME_EACH_TIME, max_examples=10)(given(data())(visit))()


# --- run files ---------------------------------------------------------------------------------


def answer(raw: bytes) -> str:
    """What reading a file says; its model is built, too."""
    try:
        runs.loads(raw, "a file").build()
    except runs.RunError as error:
        return str(error)
    return ""


def test_every_damage_is_a_sentence() -> None:
    raw = runs.dumps(tiny_run())
    said = [answer(case) for case in hostile.damaged(raw, 200)]
    assert len(said) == 200
    assert all(s and "\n" not in s for s in said)


def test_hostile_headers_are_refused_in_little_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    said = [answer(case) for case in hostile.hostile_heads()]
    assert all(s and "\n" not in s for s in said)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kB


@pytest.mark.parametrize("latent", [10**9, 1025, 0, -1, 2**63])
def test_a_giant_model_is_refused_before_it_is_allocated(latent: int) -> None:
    raw = described(runs.dumps(tiny_run()), model={"name": "ae-shallow", "latent": latent})
    assert "latent is" in answer(raw)


def test_a_run_that_is_whole_but_hostile_is_refused() -> None:
    """Its checksum is right: whoever makes such a file can compute one."""
    run = tiny_run()
    past = run.history

    def with_(**changes: object) -> runs.Run:
        return replace(run, history=replace(past, **changes))  # type: ignore[arg-type]

    def results(value: float) -> runs.Run:
        return replace(run, results=dict(run.results) | {"distortion": value})

    hostile_runs = {
        "more than 200 snapshots": replace(
            run,
            history=History(
                np.arange(201, dtype=np.float32),
                *(np.repeat(a[:1], 201, 0) for a in (past.losses, past.codes[:, :, :1])),
                np.repeat(past.strip[:1], 201, 0),
                {},
            ),
        ),
        "not fit together": with_(epochs=past.epochs[::-1].copy()),
        "history does not fit": with_(codes=np.zeros((2, 1000, 33), np.float16)),
        "`float` >= -1e+30 - at `$.results": results(float("nan")),
        "`float` <= 1e+30 - at `$.results": results(float("inf")),
    }
    for reason, bad in hostile_runs.items():
        assert reason in answer(runs.dumps(bad))


class Bomb:
    """What unpickling would call."""

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (Path("unpickled"),))


def test_a_renamed_pickle_is_never_unpickled(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    path.write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(runs.RunError):
        runs.load(path)
    assert not (tmp_path / "unpickled").exists()


# --- saving ------------------------------------------------------------------------------------

SAVER = """
import sys
from dataclasses import replace
from pathlib import Path
from vae_demo import runs
path = Path(sys.argv[1])
run = runs.load(path)
print("ready", flush=True)
turn = 0
while True:
    turn += 1
    runs.save(replace(run, results=dict(run.results) | {"mse": float(turn)}), path)
"""


def test_a_killed_save_leaves_a_whole_run(tmp_path: Path) -> None:
    path, rng = tmp_path / "mine.safetensors", random.Random(0)
    runs.save(tiny_run(), path)
    for _ in range(4):
        command = [sys.executable, "-c", SAVER, str(path)]
        saver = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
        assert saver.stdout is not None and saver.stdout.readline() == b"ready\n"
        with pytest.raises(subprocess.TimeoutExpired):
            saver.wait(rng.uniform(0.01, 0.1))
        saver.send_signal(signal.SIGKILL)
        saver.communicate()
        assert runs.load(path).name == "tiny"
    rest = [p.name for p in tmp_path.iterdir() if p != path]
    assert all(name.startswith(".mine.safetensors.") for name in rest)


LIMITED = """
import resource, signal, sys
from pathlib import Path
from vae_demo import runs
path = Path(sys.argv[1])
run = runs.load(path)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
for share in range(0, 100, 10):
    size = len(runs.dumps(run)) * share // 100
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    try:
        runs.save(run, path)
        print("saved")
    except runs.RunError as error:
        print(error.code, error)
"""


def test_a_file_that_does_not_fit_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "mine.safetensors"
    runs.save(tiny_run(), path)
    before = path.read_bytes()
    command = [sys.executable, "-c", LIMITED, str(path)]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    lines = found.stdout.splitlines()
    assert len(lines) == 10
    assert all(line.startswith("disk run 'tiny' was not saved to") for line in lines)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
