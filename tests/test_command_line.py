"""The command line: what it prints can be used, and bad input is one line on stderr."""

from __future__ import annotations

import argparse
import errno
import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from vae_demo import runs
from vae_demo.cli import main
from vae_demo.commands import sweeps
from vae_demo.digits import REMARKS, mnist, open_picture, pictures, to_digit
from vae_demo.digits.mnist import Digits
from vae_demo.evaluation.evaluate import evaluate
from vae_demo.models import decode_many, embed_many, to_x
from vae_demo.training import loop
from vae_demo.training.config import FAST
from vae_demo.training.loop import Step

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = (
    *("app", "list", "train", "evaluate", "score", "sweep"),
    *("reconstruct", "measure", "sample", "fit", "repair", "export", "classifier", "pack"),
    "data",
)
NUMBER = r"[-+]?\d+(?:\.\d+)?(?:e[-+]\d+)?"


def call(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, as a visitor types it."""
    return subprocess.run(
        [sys.executable, "-m", "vae_demo", *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | {"COLUMNS": "100"},
        capture_output=True,
        text=True,
        timeout=120,
    )


def train_tiny(out: Path, *more: str) -> list[str]:
    tiny = ["--model", "vae", "--latent", "2", "--epochs", "1", "--batch-size", "100"]
    return ["train", *tiny, "--out", str(out), *more]


@pytest.fixture
def trained(
    small_world: tuple[Digits, Digits], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Path:
    """A run file made by the train command from 800 digits."""
    out = tmp_path / "mine.safetensors"
    assert main(train_tiny(out)) == 0
    capsys.readouterr()
    return out


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A test digit as someone may send it: a larger PNG, black on white."""
    digit = 255 - mnist.test_digits().images[0]
    path = tmp_path / "seven.png"
    path.write_bytes(pictures.png(pictures.enlarge(digit, 10)))
    return path


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """The one line on stderr with which a command is refused."""
    try:
        status: object = main(arguments)
    except SystemExit as end:  # argparse
        status = end.code
    captured = capsys.readouterr()
    assert status not in (0, None)
    assert captured.err.count("\n") == 1
    assert captured.err.startswith("python -m vae_demo")
    assert captured.err.endswith("\n")
    assert "Traceback" not in captured.err
    return captured.err


# --- in a process of its own, with all digits --------------------------------------------------


def test_train_evaluate_and_list_for_real(tmp_path: Path) -> None:
    """One epoch over 60,000 digits; the file found again gives the numbers it was saved with."""
    out = tmp_path / "new" / "quick.safetensors"
    trained = call(
        *("train", "--model", "ae-shallow", "--latent", 20), *("--epochs", 1, "--out", out)
    )
    assert (trained.returncode, trained.stderr) == (0, "")
    *epochs, saved = trained.stdout.splitlines()
    assert [float(line.split()[1]) for line in epochs] == [0, 0.125, 0.25, 0.5, 1]
    assert saved.startswith(f"saved {out}: images 10000  distortion ")

    found = call("evaluate", out, "--json")
    assert (found.returncode, found.stderr) == (0, "")
    results = json.loads(found.stdout)
    assert list(results) == ["images", "distortion", "rate", "neg_elbo", "mse"]
    assert results["images"] == 10_000
    assert results == pytest.approx(dict(runs.load(out).results), rel=1e-5)
    assert results["mse"] == pytest.approx(results["distortion"] * 2 / 784, rel=1e-5)
    assert results["distortion"] < 20  # the mean picture, which knows nothing, has 26.4


def test_a_bad_call_ends_with_one_line_and_a_status() -> None:
    found = call("evaluate", "no such run")
    assert found.returncode == 2
    assert found.stdout == ""
    assert re.fullmatch(
        r"python -m vae_demo: unknown run 'no such run'; there are: .+\n", found.stderr
    )


# --- help --------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)])
def test_every_command_has_help(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main([*command, "--help"])
    assert end.value.code == 0
    text = capsys.readouterr().out
    assert text.startswith(" ".join(["usage: python -m vae_demo", *command]))
    if not command:
        assert all(re.search(rf"^ +{name}\b", text, re.MULTILINE) for name in COMMANDS)


def test_help_needs_no_torch() -> None:
    code = (
        "import sys\nfrom vae_demo.cli import main\n"
        f"for command in {list(COMMANDS)}:\n"
        "    try: main([command, '--help'])\n    except SystemExit: pass\n"
        "    assert 'torch' not in sys.modules, command\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)


# --- data ----------------------------------------------------------------------------------------


@pytest.fixture
def own_data(tmp_path: Path) -> Path:
    """An `.npz` of 300 test digits, whose labels are words."""
    path = tmp_path / "own.npz"
    digits = mnist.test_digits()[:300]
    np.savez(path, x=digits.images, y=np.where(digits.labels > 4, "large", "small"))
    return path


def test_data_check_says_what_was_found_and_what_was_not_read(
    own_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "check", str(own_data), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["kinds"] == ["large", "small"] and found["pictures"] == {"train": 258, "test": 42}
    assert "classes of the labels: large, small" in found["read_as"] and found["refused"] == []
    pictures_of = tmp_path / "some.zip"
    with zipfile.ZipFile(pictures_of, "w") as archive:
        for number in range(30):
            image = mnist.test_digits().images[number]
            archive.writestr(f"{number}.png", pictures.png(image) if number > 24 else b"no picture")
    assert main(["data", "check", str(pictures_of)]) == 0
    said = capsys.readouterr().out
    assert "some: 5 pictures" in said and "not read: 0.png: the 10 bytes" in said
    assert "and 5 more" in said
    assert "there is no data" in refused(["data", "check", "missing.zip"], capsys)


def test_a_run_knows_its_data_and_is_evaluated_on_it(
    own_data: Path, saved_runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = saved_runs / "own.safetensors"
    assert main(train_tiny(out, "--data", str(own_data))) == 0
    run = runs.load(out)
    assert (run.data.name, run.data.kinds) == ("own", ("large", "small"))
    assert run.results["images"] == 42 and run.history.codes.shape[1] == 42
    capsys.readouterr()
    assert main(["list"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith("  own")
    assert "give that file with --data" in refused(["evaluate", "own"], capsys)
    assert main(["evaluate", "own", "--data", str(own_data), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["mse"] == pytest.approx(run.results["mse"], rel=1e-5)
    labels = train_tiny(
        out, "--data", str(own_data), "--model", "cvae", "--latent", "12", "--force"
    )
    assert main(labels) == 0  # two kinds are enough for a model that learns from labels
    np.savez(own_data, x=mnist.test_digits().images[:300])
    assert "learns from the labels" in refused(labels, capsys)


def test_a_training_starts_from_the_weights_of_a_run(
    own_data: Path, saved_runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = saved_runs / "first.safetensors", saved_runs / "second.safetensors"
    data = ("--data", str(own_data), "--model", "vae-deep", "--lr", "1e-7")
    assert main(train_tiny(first, *data)) == 0
    again = train_tiny(second, *data, "--model", "vae-mixture", "--seed", "1", "--start", "first")
    assert main(again) == 0
    before, after = (runs.load(path).build().state_dict() for path in (first, second))
    assert set(after) - set(before) == {"prior.logits", "prior.mean", "prior.logvar"}
    for name, weight in before.items():
        assert (after[name] - weight).abs().max() < 1e-5
    said = refused(train_tiny(second, *data[:2], "--start", "first", "--force"), capsys)
    assert "--start first: DeepVAE with 2 latents has no layer of VAE with 2" in said


# --- list --------------------------------------------------------------------------------------


def test_list_shows_shipped_and_saved_runs(
    trained: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(runs.library, "SAVED", trained.parent)
    assert main(["list"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split() == ["name", "model", "latent", "distortion", "rate", "neg_elbo", "data"]
    assert [line.split()[0] for line in lines] == list(runs.available())
    mine = next(line.split() for line in lines if line.startswith("mine "))
    results = runs.load(trained).results
    assert mine[1:3] == ["vae", "2"]
    assert mine[6:] == ["mnist"]
    assert [float(value) for value in mine[3:6]] == pytest.approx(
        [results[name] for name in ("distortion", "rate", "neg_elbo")], abs=0.006
    )


def test_list_as_json(
    trained: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(runs.library, "SAVED", trained.parent)
    assert main(["list", "--json"]) == 0
    listed = {entry["name"]: entry for entry in json.loads(capsys.readouterr().out)}
    assert list(listed) == list(runs.available())
    assert listed["mine"]["file"] == str(trained)
    assert listed["mine"]["model"] == {"name": "vae", "latent": 2, "likelihood": "bernoulli"}
    assert listed["mine"]["results"] == runs.load(trained).results


# --- train and evaluate ------------------------------------------------------------------------


def test_every_option_of_train_is_in_the_run(
    small_world: tuple[Digits, Digits], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "options.safetensors"
    words = "--likelihood gaussian --lr 0.002 --beta 0.5 --seed 9 --schedule constant"
    words += " --pixels dynamic --warm-up 0.5 --cycles 2 --free-bits 0.25 --precision bfloat16"
    words += " --mean-start --lr-by-inputs --deformed 0.125"
    assert main(train_tiny(out, *words.split(), "--keep-decoder")) == 0
    run = runs.load(out)
    assert run.name == "options"
    assert run.model == {"name": "vae", "latent": 2, "likelihood": "gaussian"}
    assert run.training == {
        **{"epochs": 1, "batch_size": 100, "lr": 0.002, "beta": 0.5, "seed": 9},
        **{"schedule": "constant", "pixels": "dynamic", "importance": 1},
        **{
            "importance_from": 0.0,
            "rate_from_zero": 0.5,
            "cycles": 2,
            "free_bits": 0.25,
            "precision": "bfloat16",
            "mean_start": True,
            "lr_by_inputs": True,
            "deformed": 0.125,
        },
    }
    assert set(run.history.decoder) == {
        f"{i}.{part}" for i in (0, 2) for part in ("weight", "bias")
    }
    assert capsys.readouterr().out.count("epoch ") == 5


def test_fast_is_a_set_of_options_and_those_after_it_change_it(
    small_world: tuple[Digits, Digits], tmp_path: Path
) -> None:
    out = tmp_path / "fast.safetensors"
    assert main(train_tiny(out, "--fast", "--epochs", "1", "--seed", "5")) == 0
    assert runs.load(out).training == asdict(replace(FAST, epochs=1, seed=5))


@pytest.mark.parametrize("model", ["ae", "vqvae"])
def test_a_family_without_a_rate_takes_no_beta(
    model: str,
    small_world: tuple[Digits, Digits],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for option, default in (("beta", 1), ("rate-from-zero", 0)):
        words = [*train_tiny(tmp_path / "x.safetensors"), "--model", model, f"--{option}", "0.5"]
        line = refused(words, capsys)
        assert f"{option.replace('-', '_')} is 0.5; for " in line
        assert line.endswith(f"which has no rate to weigh, it must be {default}\n")
    assert list(tmp_path.iterdir()) == []


def test_evaluate_prints_every_number(
    trained: Path, small_world: tuple[Digits, Digits], capsys: pytest.CaptureFixture[str]
) -> None:
    expected = evaluate(runs.load(trained).build(), small_world[1])
    assert main(["evaluate", str(trained), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == expected
    assert main(["evaluate", str(trained)]) == 0
    printed = re.findall(rf"(\w+) ({NUMBER})", capsys.readouterr().out)
    assert {name: float(value) for name, value in printed} == pytest.approx(expected, rel=1e-5)


def test_a_diverged_run_is_kept_and_is_an_error(
    small_world: tuple[Digits, Digits], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "wild.safetensors"
    words = "--lr 10 --schedule constant --epochs 20"
    line = refused(train_tiny(out, *words.split()), capsys)
    assert "diverged at step" in line
    assert str(out) in line
    assert np.isfinite(runs.load(out).results["neg_elbo"])


# --- reconstruct -------------------------------------------------------------------------------


def test_the_printed_code_of_words_is_whole_numbers(
    picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.png"
    command = ["reconstruct", "vqvae-16", "--image", str(picture), "--out", str(out)]
    assert main([*command, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["code"]
    digit = to_digit(open_picture(picture))
    assert found == embed_many(runs.find("vqvae-16").build(), digit[None])[0].tolist()
    assert main([*command, "--force"]) == 0
    printed = capsys.readouterr().out.splitlines()[1]
    assert printed == "code " + " ".join(map(str, found))
    assert all(type(word) is int for word in found)


def test_the_printed_code_is_that_of_the_picture_written(
    trained: Path, picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.png"
    command = ["reconstruct", str(trained), "--image", str(picture), "--out", str(out)]
    assert main([*command, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    model = runs.load(trained).build()
    digit = to_digit(open_picture(picture))
    code = np.array(found["code"], np.float32)
    np.testing.assert_array_equal(code, embed_many(model, digit[None])[0])

    written = Image.open(out)
    assert (written.format, written.mode, written.size) == ("PNG", "L", (28, 28))
    again = np.asarray(written)
    np.testing.assert_array_equal(again, decode_many(model, code[None])[0])
    again, x = model(to_x(digit[None])), to_x(digit[None])  # not rounded to 8 bits, as `evaluate`
    expected = (again - x).square().mean().item()
    assert found["mse"] == pytest.approx(expected)

    assert main([*command, "--force"]) == 0
    mse, codes = capsys.readouterr().out.splitlines()
    assert float(mse.removeprefix("mse ")) == pytest.approx(expected, abs=1e-6)
    assert codes.startswith("code ")
    assert [float(v) for v in codes.split()[1:]] == pytest.approx(found["code"], abs=1e-4)


def test_what_is_seen_in_a_photograph_is_said_and_the_digit_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    two = ROOT / "tests" / "data" / "photographs" / "two_1_is4.jpg"
    out, digit = tmp_path / "out.png", tmp_path / "digit.png"
    command = ["reconstruct", "vae-2", "--image", two, "--out", out, "--digit", digit, "--json"]
    assert main([str(word) for word in command]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["remarks"] == [REMARKS["several"]]
    assert said.err.endswith(f": {REMARKS['several']}\n") and said.err.count("\n") == 1
    np.testing.assert_array_equal(np.asarray(Image.open(digit)), to_digit(open_picture(two)))
    assert "with --force it is replaced" in refused([str(word) for word in command], capsys)


# --- bad input ---------------------------------------------------------------------------------

BAD_TRAINING = {
    "unknown model": (["--model", "gan"], "unknown model 'gan'; there are: ae-linear"),
    "latent 0": (["--latent", "0"], "latent is 0; it must be a whole number"),
    "latent text": (["--latent", "two"], "'two' is not a whole number"),
    "latent huge": (["--latent", "999999"], "latent is 999999"),
    "likelihood": (["--likelihood", "poisson"], "there are: bernoulli, gaussian"),
    "lr nan": (["--lr", "nan"], "lr is nan; it must be a number from"),
    "lr inf": (["--lr", "inf"], "lr is inf"),
    "lr negative": (["--lr", "-0.1"], "lr is -0.1"),
    "lr text": (["--lr", "fast"], "--lr: 'fast' is not a number (see"),
    "a decimal comma": (["--beta", "0,5"], "--beta: '0,5' is not a number; write 0.5"),
    "many commas": (["--lr", "1,000,000"], "--lr: '1,000,000' is not a number (see"),
    "epochs": (["--epochs", "0"], "epochs is 0"),
    "batch size": (["--batch-size", "-5"], "batch_size is -5"),
    "beta": (["--beta", "-1"], "beta is -1.0"),
    "seed": (["--seed", "-1"], "seed is -1"),
    "schedule": (["--schedule", "steps"], "there are: cosine, linear, constant"),
    "pixels": (["--pixels", "black"], "pixels is 'black'; there are: grey, dynamic"),
    "precision": (["--precision", "half"], "precision is 'half'; there are: float32, bfloat16"),
    "importance": (["--importance", "0"], "importance is 0; it must be a whole number"),
    "importance and beta": (["--importance", "5", "--beta", "2"], "has no beta"),
    "unknown option": (["--speed", "9"], "unrecognized arguments: --speed 9"),
    "missing value": (["--lr"], "expected one argument"),
}


@pytest.mark.parametrize("case", BAD_TRAINING)
def test_bad_training_is_refused_before_it_starts(
    case: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("vae_demo.training.loop.train", lambda *a, **k: pytest.fail("it trained"))
    more, words = BAD_TRAINING[case]
    assert words in refused(train_tiny(tmp_path / "x.safetensors", *more), capsys)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("out", "words"),
    [
        ("a file/x.safetensors", "a file"),
        ("a folder.safetensors", "must be a file NAME.safetensors"),
        ("x.bin", "must be a file NAME.safetensors"),
        ("-x.safetensors", "is not a valid name"),
        ("x" * 60 + ".safetensors", "is not a valid name"),
    ],
)
def test_a_bad_place_for_a_run_is_found_before_training(
    out: str,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("vae_demo.training.loop.train", lambda *a, **k: pytest.fail("it trained"))
    (tmp_path / "a file").write_text("no folder")
    (tmp_path / "a folder.safetensors").mkdir()
    assert words in refused(train_tiny(tmp_path / out), capsys)


def test_a_folder_that_cannot_be_written_is_found_before_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def forbidden(*_: object, dir: Path) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(dir))

    monkeypatch.setattr("vae_demo.training.loop.train", lambda *a, **k: pytest.fail("it trained"))
    monkeypatch.setattr(tempfile, "TemporaryFile", forbidden)
    out = tmp_path / "x.safetensors"
    line = refused(train_tiny(out), capsys)
    assert line.endswith(f": {out} can't be written: Permission denied ({tmp_path})\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "required: COMMAND"),
        (["fly"], "invalid choice: 'fly'"),
        (["evaluate"], "required: run"),
        (["evaluate", "vae-3"], "unknown run 'vae-3'; there are: "),
        (["evaluate", "missing.safetensors"], "missing.safetensors"),
        (["evaluate", "README.md"], "README.md can't be read as a run: it does not begin"),
        (["evaluate", "no/such/file"], "unknown run 'no/such/file'; there are: "),
        (["app", "--port", "70000"], "'70000' is not a port"),
        (["classifier", "--epochs", "0"], "it must be at least 1"),
        (["reconstruct", "vae-2", "--image", "a.png", "--out", "b.jpg"], "a file NAME.png"),
        (["train", "--model", "vae"], "required: --out"),
        (["train", "--out", "x.safetensors"], "required: --model"),
        (["reconstruct", "vae-3", "--image", "a.png", "--out", "b.png"], "unknown run 'vae-3'"),
        (["reconstruct", "vae-3"], "required: --image, --out"),
        (
            ["reconstruct", "vae-2", "--image", "a.png", "--out", "b.png", "--digit", "./b.png"],
            "out and digit are both 'b.png'",
        ),
        (["pack", "no folder"], "no folder"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_bad_words_are_one_line(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert words in refused(arguments, capsys)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_a_corrupted_run_is_one_line(
    share: float, trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = trained.read_bytes()
    trained.write_bytes(raw[: int(share * len(raw))])
    assert str(trained) in refused(["evaluate", str(trained)], capsys)


def test_a_bad_picture_is_one_line(
    trained: Path, picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.png"

    def line(image: Path) -> str:
        command = ["reconstruct", str(trained), "--image", str(image), "--out", str(out)]
        return refused(command, capsys)

    assert "missing.png" in line(tmp_path / "missing.png")
    assert "cannot open" in line(tmp_path)
    truncated = tmp_path / "truncated.png"
    truncated.write_bytes(picture.read_bytes()[:200])
    assert "damaged" in line(truncated)
    text = tmp_path / "text.png"
    text.write_text("no picture")
    assert "10 bytes" in line(text)
    blank = tmp_path / "blank.png"
    blank.write_bytes(pictures.png(np.zeros((50, 50), np.uint8)))
    assert "is blank" in line(blank)
    assert not out.exists()


@pytest.mark.parametrize("out", ["seven.png/out.png", ".", "seven.png"])
def test_a_picture_that_cannot_be_written_is_one_line(
    out: str, trained: Path, picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = picture.read_bytes()
    command = ["reconstruct", str(trained), "--image", str(picture), "--out", str(tmp_path / out)]
    line = refused(command, capsys)
    assert str(tmp_path) in line
    assert "Errno" not in line
    assert picture.read_bytes() == before


def test_missing_digits_are_one_line(
    trained: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing() -> Digits:
        raise mnist.DataError("data/mnist-test.xz is missing")

    monkeypatch.setattr(mnist, "test_digits", missing)
    assert "mnist-test.xz is missing" in refused(["evaluate", str(trained)], capsys)


def test_an_interrupted_training_saves_nothing(
    small_world: tuple[Digits, Digits],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("vae_demo.training.loop.train", interrupted)
    out = tmp_path / "x.safetensors"
    assert "nothing was saved" in refused(train_tiny(out), capsys)
    assert not out.exists()


def test_an_interrupted_training_keeps_what_it_has_learned(
    small_world: tuple[Digits, Digits],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupted(*inputs: Any, **more: Any) -> Iterator[Step]:
        for step in whole(*inputs, **more):
            yield step
            if step.step == 11:  # three after the end of the first epoch
                raise KeyboardInterrupt

    whole = loop.train
    monkeypatch.setattr(loop, "train", interrupted)
    out = tmp_path / "half.safetensors"
    assert main(train_tiny(out, "--epochs", "3")) == 130
    told = capsys.readouterr().err
    assert told == f"python -m vae_demo: interrupted; {out} holds the model after 1 of 3 epochs\n"
    run = runs.load(out)
    last = run.history.snapshots()[-1]
    assert last.epochs == 1 and run.training["epochs"] == 3
    measured = evaluate(run.build(), small_world[1])
    assert run.results == pytest.approx(measured)
    assert last.test_distortion == pytest.approx(measured["distortion"], abs=0.01)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("0,5", "'0,5' is ambiguous; write 0.5 or 0.0,5.0"),
        ("0,5,1,5", "'0,5,1,5' is ambiguous; write 0.5,1.5 or 0.0,5.0,1.0,5.0"),
        ("1,2,4,8", (1, 2, 4, 8)),
        ("0.0,5.0", (0, 5)),
        ("0.5,1", (0.5, 1)),
        ("4", (4,)),
    ],
)
def test_a_comma_between_betas_is_no_decimal_mark(
    text: str, outcome: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given: list[argparse.Namespace] = []
    monkeypatch.setattr(sweeps, "sweep", given.append)
    if isinstance(outcome, str):
        assert outcome in refused(["sweep", "--betas", text], capsys)
    else:
        assert main(["sweep", "--betas", text]) == 0
        assert given[0].betas == outcome


def test_importance_is_in_the_run(small_world: tuple[Digits, Digits], tmp_path: Path) -> None:
    out = tmp_path / "tight.safetensors"
    words = "--importance 3 --importance-from 0.5 --pixels dynamic"
    assert main(train_tiny(out, *words.split())) == 0
    training = runs.load(out).training
    assert (training["importance"], training["importance_from"]) == (3, 0.5)
    assert main(["evaluate", str(out)]) == 0  # of pixels as it was trained on


# --- nothing is lost ---------------------------------------------------------------------------


@pytest.fixture
def saved_runs(trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of saved runs, with one run "mine"."""
    folder = tmp_path / "saved"
    folder.mkdir()
    trained.rename(folder / trained.name)
    monkeypatch.setattr(runs.library, "SAVED", folder)
    return folder


def test_a_file_that_exists_is_replaced_only_when_asked(
    saved_runs: Path, picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, out = saved_runs / "mine.safetensors", tmp_path / "digits.safetensors"
    reconstructed = tmp_path / "out.png"
    for path, command in {
        run: train_tiny(run, "--seed", "1"),
        out: ["classifier", "--epochs", "1", "--out", str(out)],
        reconstructed: [
            *("reconstruct", "mine", "--image", str(picture), "--out", str(reconstructed))
        ],
    }.items():
        before = path.read_bytes() if path.exists() else b"a thesis"
        path.write_bytes(before)
        line = refused(command, capsys)
        assert line.endswith(f": {path} exists; with --force it is replaced\n")
        assert path.read_bytes() == before
        assert main([*command, "--force"]) == 0
        assert path.read_bytes() != before


@pytest.mark.parametrize("name", ["vae-20", "MİNE", "MI\u0307NE"])
def test_a_run_that_could_not_be_found_by_its_name_is_refused(
    name: str,
    saved_runs: Path,
    small_world: tuple[Digits, Digits],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A shipped run, or one with the same name in another form of Unicode, would hide it."""
    (saved_runs / "mine.safetensors").rename(saved_runs / "MI\u0307NE.safetensors")
    out = saved_runs / f"{name}.safetensors"
    line = refused(train_tiny(out, *([] if out.exists() else ["--force"])), capsys)
    assert out.exists() or "there is a run" in line
    assert len(list(saved_runs.iterdir())) == 1


def test_a_run_keeps_its_name_in_both_forms_of_unicode(
    saved_runs: Path,
    small_world: tuple[Digits, Digits],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(train_tiny(saved_runs / "cafe\u0301.safetensors")) == 0
    assert "café" in runs.available()
    for name in ("café", "cafe\u0301"):
        assert main(["evaluate", name]) == 0
        assert runs.find(name).name == "café"


def test_a_hidden_run_is_said(saved_runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hidden = saved_runs / "vae-20.safetensors"
    (saved_runs / "mine.safetensors").rename(hidden)
    assert main(["list"]) == 0
    captured = capsys.readouterr()
    assert captured.err.endswith(f"left out: {hidden}; another run has the same name\n")
    assert main(["evaluate", str(hidden)]) == 0  # its file can be named


def test_a_run_is_found_by_any_file_name(
    saved_runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "a copy.bak"
    copy.write_bytes((saved_runs / "mine.safetensors").read_bytes())
    assert main(["evaluate", str(copy)]) == 0


def test_a_history_that_no_file_can_hold_is_found_before_training(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["train", "--model", "vae-deep", "--out", str(tmp_path / "x.safetensors")]
    for option, epochs in (("--keep-decoder", "120"), ("--keep-weights", "60")):
        line = refused([*words, option, "--epochs", epochs], capsys)
        assert f"with {option} the run would have" in line
        assert "more than 64 MB; leave it out or train fewer epochs" in line


def through_a_pipe_that_closes(*arguments: object) -> tuple[int, str, str]:
    """The status, the first line and stderr of a command whose output nobody reads further."""
    with subprocess.Popen(
        [sys.executable, "-m", "vae_demo", *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = process.stdout.readline()
        process.stdout.close()
        return process.wait(timeout=120), first, process.stderr.read()


@pytest.mark.long
def test_a_closed_pipe_ends_no_command(tmp_path: Path) -> None:
    out = tmp_path / "whole.safetensors"
    words = ("--model", "ae-linear", "--latent", 1, "--epochs", 1, "--batch-size", 6000)
    status, first, errors = through_a_pipe_that_closes("train", *words, "--out", out)
    assert (status, errors) == (0, "")
    assert first.startswith("epoch  0.000 ")
    assert runs.load(out).history.epochs[-1] == 1
    assert through_a_pipe_that_closes("list")[::2] == (0, "")


def test_a_command_goes_on_without_an_output(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)  # as the shell's `>&-` leaves it
    assert main(["list"]) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_output_that_cannot_be_written_is_said() -> None:
    with open("/dev/full", "w") as full:
        found = subprocess.run(
            [sys.executable, "-m", "vae_demo", "list"],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert found.returncode == 2
    assert found.stderr == (
        "python -m vae_demo: the output can't be written: No space left on device\n"
    )
