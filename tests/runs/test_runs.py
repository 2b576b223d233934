"""A run on disk: it comes back as it was, or not at all, and no file can do harm."""

from __future__ import annotations

import errno
import io
import json
import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load as parse
from safetensors.numpy import save as serialise

from tests.support.small import SMALL, tiny_run
from vae_demo import atomic, runs
from vae_demo.digits import mnist
from vae_demo.digits.mnist import Digits
from vae_demo.evaluation.evaluate import evaluate
from vae_demo.models import MODELS, ModelConfig, build, embed_many
from vae_demo.runs import Run, RunError
from vae_demo.training.config import TrainConfig
from vae_demo.training.history import History
from vae_demo.training.loop import train


@pytest.fixture(scope="module", params=MODELS)
def trained(request: pytest.FixtureRequest, few: Digits, few_test: Digits) -> Run:
    """One epoch of each model, with its decoder in every snapshot."""
    config, training = ModelConfig(request.param, SMALL[request.param]), TrainConfig(1, 100)
    model = build(config, training.seed)
    epochs = train(model, few, training, test=few_test, keep_decoder=True)
    history = History.of([epoch.snapshot for epoch in epochs if epoch.snapshot])
    return runs.make_run("a run", model, config, training, evaluate(model, few_test), history)


@pytest.fixture(scope="module")
def tiny() -> Run:
    return tiny_run()


@pytest.fixture(scope="module")
def raw(tiny: Run) -> bytes:
    return runs.dumps(tiny)


# --- there and back ----------------------------------------------------------------------------


def test_a_run_comes_back_as_it_was(trained: Run, tmp_path: Path, few_test: Digits) -> None:
    path = tmp_path / "new folder" / "a run.safetensors"
    runs.save(trained, path)
    again = runs.load(path)
    for field in ("name", "model", "training", "results"):
        assert getattr(again, field) == getattr(trained, field)
    assert again.latent == SMALL[trained.model["name"]]
    assert again.weights.keys() == trained.weights.keys()
    for name, value in trained.weights.items():
        np.testing.assert_array_equal(again.weights[name], value)
    np.testing.assert_array_equal(again.history.codes, trained.history.codes)
    assert again.history.decoder.keys() == trained.history.decoder.keys()
    assert evaluate(again.build(), few_test) == trained.results


def test_the_last_codes_of_a_history_are_those_of_the_model(trained: Run) -> None:
    if trained.history.codes.shape[2] == trained.latent:
        codes = embed_many(trained.build(), mnist.probe().images)
        np.testing.assert_array_equal(trained.history.codes[-1], codes.astype(np.float16))


def test_a_run_keeps_its_own_copy_of_the_weights() -> None:
    config = ModelConfig("ae-shallow", 2)
    model = build(config)
    run = runs.make_run("x", model, config, TrainConfig(), {}, tiny_run().history)
    before = {name: value.copy() for name, value in run.weights.items()}
    for parameter in model.parameters():
        parameter.data.fill_(7)
    run.build().decoder[0].weight.data.fill_(8)
    for name, value in before.items():
        np.testing.assert_array_equal(run.weights[name], value)


def test_a_file_can_be_read_by_any_safetensors_reader(raw: bytes) -> None:
    """Weights are plain float32 arrays under the names of the state dict."""
    tensors = parse(raw)
    assert tensors["weights.encoder.0.weight"].shape == (2, 784)
    assert {n.split(".")[0] for n in tensors} == {"weights", "history"}


def test_a_file_of_version_1_opens_for_ever() -> None:
    """As the first release wrote it; see tests/data/README.md. Weights, not bits of the format."""
    run = runs.load(Path(__file__).parent / "../data" / "version-1.safetensors")
    assert (run.name, run.model["name"], run.latent) == ("tiny", "ae-shallow", 2)
    assert run.training["batch_size"] == 128
    assert run.results["neg_elbo"] == 40
    assert run.history.epochs.tolist() == [0, 1]
    codes = embed_many(run.build(), mnist.probe().images[:2])
    np.testing.assert_allclose(codes, [[-0.43161, 0.54703], [0.28919, 0.32144]], atol=1e-4)


# --- saving is all or nothing ------------------------------------------------------------------


def no_space(*_: object, **__: object) -> Any:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Full(io.FileIO):
    """A file on a disk that is full."""

    write = no_space


TROUBLE: dict[str, tuple[str, Callable[..., Any]]] = {
    "write": ("fdopen", lambda handle, mode: Full(handle, mode)),
    "fsync": ("fsync", no_space),
    "replace": ("replace", no_space),
}


@pytest.mark.parametrize("step", TROUBLE)
def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    step: str, tiny: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "kept.safetensors"
    path.write_bytes(b"what was there before")
    monkeypatch.setattr(atomic.os, *TROUBLE[step])
    with pytest.raises(RunError, match="No space left on device") as error:
        runs.save(tiny, path)
    monkeypatch.undo()
    assert error.value.code == "disk"
    assert str(path) in str(error.value)
    assert [p.name for p in tmp_path.iterdir()] == ["kept.safetensors"]
    assert path.read_bytes() == b"what was there before"


def test_an_interrupted_save_leaves_nothing(
    tiny: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(atomic.os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        runs.save(tiny, tmp_path / "new.safetensors")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_save_left_is_ignored_and_goes_in_time(
    tiny: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not at once: another process may be writing it."""
    monkeypatch.setattr(runs.library, "SAVED", tmp_path)
    old, new, foreign = (tmp_path / f".{n}.x1y2" for n in ("[a].safetensors",) * 2 + ("b",))
    new = new.with_suffix(".z3")
    for path in (old, new, foreign):
        path.write_bytes(b"half a run")
    for path in (old, foreign):
        os.utime(path, (0, 0))
    runs.save(tiny, tmp_path / "[a].safetensors")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".[a].safetensors.z3",
        ".b.x1y2",
        "[a].safetensors",
    ]
    assert [name for name, path in runs.available().items() if path.parent == tmp_path] == ["[a]"]


@pytest.mark.parametrize("where", ["file/run.safetensors", "folder"])
def test_a_place_that_cannot_be_written_is_named(where: str, tiny: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    (tmp_path / "folder").mkdir()
    with pytest.raises(RunError, match=where) as error:
        runs.save(tiny, tmp_path / where)
    assert error.value.code == "disk"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder"]


def test_saving_again_replaces_the_run(tiny: Run, tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(b"old")
    runs.save(tiny, path)
    assert runs.load(path).name == tiny.name
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    assert path.stat().st_mode & 0o777 == 0o644


# --- damaged and hostile files -----------------------------------------------------------------


def refused(raw: bytes) -> str:
    """The one line with which a file is refused."""
    with pytest.raises(RunError) as error:
        runs.loads(raw, "some file")
    message = str(error.value)
    assert error.value.code in ("unreadable", "name")
    assert "\n" not in message
    assert len(message) < 400
    return message


def test_a_cut_or_lengthened_file_is_refused(raw: bytes) -> None:
    for percent in range(0, 100, 5):
        assert "some file" in refused(raw[: len(raw) * percent // 100])
    refused(raw + b"\0")


def test_flipped_bytes_give_a_run_or_a_sentence(raw: bytes) -> None:
    """Nothing else: 200 files, three in four of them damaged in the header."""
    rng = np.random.default_rng(0)
    header = 8 + int.from_bytes(raw[:8], "little")
    for case in range(200):
        damaged = bytearray(raw)
        for place in rng.integers(header if case % 4 else len(raw), size=rng.integers(1, 5)):
            damaged[place] = rng.integers(256)
        try:
            runs.loads(bytes(damaged), "some file").build()
        except RunError as error:
            assert "\n" not in str(error)


def test_a_changed_number_is_found(raw: bytes) -> None:
    """A weight that stays finite would otherwise load and silently mislead."""
    rng = np.random.default_rng(0)
    header = 8 + int.from_bytes(raw[:8], "little")
    for _ in range(20):
        damaged = bytearray(raw)
        damaged[rng.integers(header, len(raw))] ^= 1 << int(rng.integers(8))
        assert "some file" in refused(bytes(damaged))


def changed(raw: bytes, **metadata: str) -> bytes:
    """The same arrays under other metadata."""
    found = json.loads(raw[8 : 8 + int.from_bytes(raw[:8], "little")])["__metadata__"]
    return sealed(parse(raw), found | metadata)


def sealed(tensors: dict[str, np.ndarray], metadata: dict[str, str]) -> bytes:
    """A file whose checksum is right, so that what else is wrong with it is looked at."""
    return serialise(
        tensors, metadata | {"sha256": runs.run_file.checksum(metadata["run"], tensors)}
    )


def described(raw: bytes, **fields: object) -> bytes:
    """The same file with other words about the run."""
    found = json.loads(raw[8 : 8 + int.from_bytes(raw[:8], "little")])["__metadata__"]["run"]
    return changed(raw, run=json.dumps(json.loads(found) | fields))


def rebuilt(raw: bytes, **arrays: np.ndarray | None) -> bytes:
    """The same file with other arrays; `_` in a name stands for a dot, None removes it."""
    found = json.loads(raw[8 : 8 + int.from_bytes(raw[:8], "little")])["__metadata__"]
    other = {name.replace("_", "."): array for name, array in arrays.items()}
    tensors = {n: a for n, a in (parse(raw) | other).items() if a is not None}
    return sealed(tensors, found)


def headed(header: bytes, length: int | None = None) -> bytes:
    return (len(header) if length is None else length).to_bytes(8, "little") + header


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("data.pkl", pickle.dumps({"weights": [1.0]}))
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 8,
        b"\xff" * 64,
        b"a run, said the file",
        pickle.dumps({"weights": [1.0, 2.0]}),
        zipped(),
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        headed(b"{}", 2**63),
        headed(b"{}", 2**64 - 1),
        headed(b"{}", 100),
        headed(b"{}"),
        headed(b"[]"),
        headed(b"null"),
        headed(b"{" * 100),
        headed(b'{"a":' * 50_000 + b"1" + b"}" * 50_000),
        headed(b"[" * 100_000),
        headed(b'{"__metadata__":{"format":1}}'),
        headed(b'{"w":{"dtype":"F32","shape":[9999999999,9999999999],"data_offsets":[0,4]}}'),
        headed(b'{"w":{"dtype":"F99","shape":[1],"data_offsets":[0,4]}}') + bytes(4),
        headed(b'{"w":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}') + bytes(4),
        headed(b'{"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}') + bytes(4),
        headed(b'{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}') + bytes(4),
    ],
    ids=lambda content: repr(content[:10]),  # beyond it a zip file has the time
)
def test_what_is_no_run_is_refused(content: bytes) -> None:
    refused(content)


def test_another_safetensors_file_is_refused() -> None:
    message = refused(serialise({"w": np.zeros(3, np.float32)}, {"format": "pt"}))
    assert "does not contain a run" in message


def test_a_newer_version_is_said_to_be_newer(raw: bytes) -> None:
    assert "its format 2 is newer than this app" in refused(changed(raw, version="2"))


def test_a_version_that_is_no_number_is_refused(raw: bytes) -> None:
    for version in ("", "one", "1.0", "9" * 5000):
        refused(changed(raw, version=version))


NO_METADATA = [
    "",
    "{",
    "[]",
    "null",
    "7",
    "[" * 100_000,
    '{"name": "x"}',
    '{"name": "x", "model": 7, "training": {}, "results": {}}',
    '{"name": 7, "model": {}, "training": {}, "results": {}}',
]
IMPOSSIBLE = [
    {"name": "../../etc/passwd"},
    {"name": ""},
    {"name": "two\nlines"},
    {"model": {"name": "ae-shallow"}},
    {"model": {"name": "ae-shallow", "latent": "2"}},
    {"model": {"name": "ae-shallow", "latent": True}},
    {"model": {"latent": 2}},
    {"model": {"name": "ae-shallow", "latent": 2, "surprise": 1}},
    {"training": {"surprise": 1}},
    {"training": {"epochs": "20"}},
    {"model": []},
    {"model": None},
    {"training": 5},
    {"results": {}},
    {"results": {"distortion": 1.0, "rate": 0.0}},
    {"results": {"distortion": "much", "rate": 0.0, "neg_elbo": 1.0}},
    {"results": {"distortion": None, "rate": 0.0, "neg_elbo": 1.0}},
    {"results": {"distortion": 10**400, "rate": 0.0, "neg_elbo": 1.0}},
    {"results": [1, 2, 3]},
]


def test_impossible_metadata_are_refused(raw: bytes) -> None:
    for text in NO_METADATA:
        refused(changed(raw, run=text))
    for fields in IMPOSSIBLE:
        refused(described(raw, **fields))


def test_weights_that_are_no_finite_float32_are_refused(raw: bytes) -> None:
    for value in (np.nan, np.inf, -np.inf):
        bias = np.array([0.5, value], np.float32)
        message = refused(rebuilt(raw, weights_encoder_0_bias=bias))
        assert "'encoder.0.bias' are not finite" in message
    for kind in (np.float64, np.float16, np.int32, np.uint8, bool):
        refused(rebuilt(raw, weights_encoder_0_bias=np.zeros(2, kind)))


def test_a_history_that_does_not_fit_is_refused(raw: bytes) -> None:
    assert "history lacks at" in refused(rebuilt(raw, history_at=None))
    refused(rebuilt(raw, history_codes=np.zeros((3, 20, 2), np.float16)))


def test_a_line_break_smuggled_into_a_message_is_taken_out(raw: bytes) -> None:
    name = "history.decoder.first\nsecond"
    tensors = parse(raw) | {name: np.zeros((2, 1), np.int8)}
    found = json.loads(raw[8 : 8 + int.from_bytes(raw[:8], "little")])["__metadata__"]
    assert "first second" in refused(sealed(tensors, found))


def test_more_than_the_limit_is_refused_unread(
    raw: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large.safetensors"
    path.write_bytes(raw)
    monkeypatch.setattr(runs.run_file, "MAX_RUN_BYTES", len(raw))
    assert runs.load(path).name == "tiny"
    monkeypatch.setattr(runs.run_file, "MAX_RUN_BYTES", len(raw) - 1)
    refused(raw)
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("it was read"))
    with pytest.raises(RunError, match="more than"):
        runs.load(path)


def test_a_run_that_makes_no_model_says_so_when_built(raw: bytes) -> None:
    models = [
        {"name": "no such model", "latent": 2},
        {"name": "ae-shallow", "latent": 3},
        {"name": "vae", "latent": 2},
        {"name": "ae-shallow", "latent": 0},
        {"name": "ae-shallow", "latent": 10**9},
        {"name": "ae-shallow", "latent": 2, "likelihood": "poisson"},
    ]
    weights: list[dict[str, np.ndarray | None]] = [
        {"weights_encoder_0_bias": None},
        {"weights_encoder_0_bias": np.zeros(3, np.float32)},
        {"weights_surprise": np.zeros(1, np.float32)},
    ]
    files = [described(raw, model=model) for model in models]
    for file in [*files, *(rebuilt(raw, **arrays) for arrays in weights)]:
        run = runs.loads(file)
        with pytest.raises(
            RunError, match=r"run 'tiny' can't be read .*: its model can't be built"
        ) as error:
            run.build()
        assert "\n" not in str(error.value)
        assert error.value.code == "unreadable"


# --- names -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["a", "vae-2", "My run 3", "v1.2_b", "çığ şöğü", "İstanbul", "x" * 40, "3"]
)
def test_names_that_are_allowed(name: str) -> None:
    assert runs.check_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        *("", " ", " a", ".", "..", ".hidden", "-a", "a/b", "../a", "/a", "a\\b", "a\0", "a\n"),
        *("a\nb", "x" * 41, "a:b", "a*", "a?b", '"a"', "<a>", "a|b", "😀"),
    ],
)
def test_names_that_are_not(name: str) -> None:
    with pytest.raises(RunError, match="is not a valid name") as error:
        runs.check_name(name)
    assert error.value.code == "name"
    assert "\n" not in str(error.value)


# --- finding -----------------------------------------------------------------------------------


@pytest.fixture
def folders(tiny: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """A shipped and a saved folder, with a run of the same name in each."""
    found = {name: tmp_path / name for name in ("shipped", "saved")}
    monkeypatch.setattr(runs.library, "SHIPPED", found["shipped"])
    monkeypatch.setattr(runs.library, "SAVED", found["saved"])
    runs.save(tiny_run("both"), found["shipped"] / "both.safetensors")
    runs.save(tiny_run("from saved"), found["saved"] / "both.safetensors")
    runs.save(tiny_run("mine"), found["saved"] / "mine.safetensors")
    return found


def test_a_saved_run_never_hides_a_shipped_one(folders: dict[str, Path]) -> None:
    assert list(runs.available()) == ["both", "mine"]
    assert runs.available()["both"].parent == folders["shipped"]
    assert runs.hidden() == [folders["saved"] / "both.safetensors"]
    assert runs.find("mine").name == "mine"


def test_a_run_has_the_name_of_its_file(folders: dict[str, Path]) -> None:
    (folders["saved"] / "mine.safetensors").rename(folders["saved"] / "cafe\u0301.safetensors")
    assert list(runs.available()) == ["both", "café"]
    for name in ("café", "cafe\u0301"):
        assert runs.find(name).name == "café"
    assert runs.check_name("cafe\u0301") == "café"


def test_a_run_is_found_by_its_file(folders: dict[str, Path]) -> None:
    assert runs.find(str(folders["saved"] / "both.safetensors")).name == "from saved"


def test_an_unknown_run_lists_those_there_are(folders: dict[str, Path]) -> None:
    with pytest.raises(RunError) as error:
        runs.find("vae-3")
    assert str(error.value) == "unknown run 'vae-3'; there are: both, mine"
    assert error.value.code == "unknown"


def test_no_run_at_all_is_said_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs.library, "SHIPPED", tmp_path / "none")
    monkeypatch.setattr(runs.library, "SAVED", tmp_path / "neither")
    with pytest.raises(RunError, match="there are: none"):
        runs.find("x")


@pytest.mark.parametrize(
    "name", ["no.safetensors", "../no.safetensors", "x" * 5000 + ".safetensors"]
)
def test_a_missing_file_is_a_sentence(name: str, folders: dict[str, Path]) -> None:
    with pytest.raises(RunError) as error:
        runs.find(name)
    assert error.value.code == "unreadable"
    assert "\n" not in str(error.value)


def test_a_folder_is_no_run(folders: dict[str, Path]) -> None:
    (folders["saved"] / "odd.safetensors").mkdir()
    with pytest.raises(RunError, match="directory"):
        runs.find("odd")
