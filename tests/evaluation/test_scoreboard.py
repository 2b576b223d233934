"""The scoreboard: its numbers against sums of their own, its file, stale rows, its command."""

from __future__ import annotations

import io
import json
import math
import re
import statistics
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.support.small import SMALL
from vae_demo import runs
from vae_demo.cli import main
from vae_demo.datasets import mnist_data
from vae_demo.digits import mnist
from vae_demo.digits.mnist import Digits
from vae_demo.evaluation import classifier, codes, likelihood, quality, scoreboard
from vae_demo.evaluation import score as scores
from vae_demo.evaluation.evaluate import evaluate
from vae_demo.evaluation.score import sample_pictures, score
from vae_demo.evaluation.scoreboard import BOUNDS, COLUMNS, Scoreboard, columns
from vae_demo.models import (
    MODELS,
    ModelConfig,
    build,
    decode_many,
    embed_many,
    reconstruct_many,
    to_x,
)
from vae_demo.models.reconstruction import reconstruct
from vae_demo.runs import Run, make_run
from vae_demo.training.config import TrainConfig
from vae_demo.training.history import History
from vae_demo.training.loop import train

KEYS = {"neg_elbo", "distortion", "rate", "squared_error", "active_units", "linear_probe"}
QUALITY = set(scoreboard.QUALITY)


def tiny(few: Digits, family: str = "vae", likelihood: str | None = None, **options: object) -> Run:
    """A run trained for an epoch on 800 digits."""
    config = ModelConfig(family, 3, likelihood)
    training = TrainConfig(epochs=1, batch_size=100, **options)  # type: ignore[arg-type]
    model = build(config)
    snapshots = [e.snapshot for e in train(model, few, training, test=few[:100]) if e.snapshot]
    results = evaluate(model, few[:100], pixels=training.pixels)
    return make_run("tiny", model, config, training, results, History.of(snapshots))


@pytest.fixture(scope="module")
def vae(few: Digits) -> Run:
    return tiny(few)


# ---- one run's numbers


def test_every_number_of_a_vae(vae: Run, small_world: tuple[Digits, Digits]) -> None:
    few, few_test = small_world
    model, row = vae.build(), score(vae, mnist_data(), samples=(1, 4), seed=3)
    numbers, spreads = row["numbers"], row["spreads"]
    assert set(numbers) == KEYS | QUALITY | {f"{kind}_{k}" for kind in BOUNDS for k in (1, 4)}

    for key in ("neg_elbo", "distortion", "rate"):
        values = [evaluate(model, few_test, seed)[key] for seed in range(3, 3 + scores.DRAWS)]
        assert numbers[key] == pytest.approx(statistics.mean(values))
        assert spreads[key] == pytest.approx(statistics.stdev(values), rel=1e-6, abs=1e-9)
    assert numbers["neg_elbo"] == pytest.approx(numbers["distortion"] + numbers["rate"])
    x = to_x(few_test.images).double()
    with torch.inference_mode():
        x_hat = model(x.float()).double()
    assert numbers["squared_error"] == pytest.approx(float(((x - x_hat) ** 2).mean()), rel=1e-5)
    embedded = embed_many(model, few_test.images).astype(np.float64)
    assert numbers["active_units"] == (embedded.var(0) > 0.01).sum()
    assert numbers["linear_probe"] == codes.linear_probe(model, few, few_test)
    for kind in BOUNDS:
        for k in (1, 4):
            nats = likelihood.negative_log_likelihood(model, few_test, k, kind, seed=3)
            assert numbers[f"{kind}_{k}"] == pytest.approx(nats.sum() / len(nats))
            error = statistics.pstdev(nats) / len(nats) ** 0.5
            assert row["errors"][f"{kind}_{k}"] == pytest.approx(error)
        assert numbers[f"{kind}_4"] < numbers[f"{kind}_1"]
    made = [
        torch.randn((scores.PICTURES, 3), generator=g).numpy()
        for g in map(generator, range(3, 3 + scores.DRAWS))
    ]
    found = [asdict(quality.sample_quality(decode_many(model, z))) for z in made]
    for key in QUALITY:
        values = [each[key] for each in found]
        assert numbers[key] == pytest.approx(statistics.mean(values))
        assert spreads[key] == pytest.approx(statistics.stdev(values))


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_what_a_row_says_of_how_it_was_measured(
    vae: Run, small_world: tuple[Digits, Digits]
) -> None:
    row = score(vae, mnist_data(), samples=(2,), seed=5)
    for key in ("numbers", "spreads", "errors"):
        del row[key]
    assert row == {
        **{"model": "vae", "latent": 3, "likelihood": "bernoulli", "pixels": "grey"},
        **{"generative": True, "seed": 5, "draws": scores.DRAWS, "samples": [2]},
    }


def test_a_plain_autoencoder_has_neither_bounds_nor_samples(
    few: Digits, small_world: tuple[Digits, Digits]
) -> None:
    row = score(tiny(few, "ae"), mnist_data())
    assert not row["generative"] and row["numbers"]["rate"] == 0
    assert row["spreads"] == {} and row["errors"] == {}
    empty = {key for key, value in row["numbers"].items() if value is None}
    bounds = {f"{kind}_{k}" for kind in BOUNDS for k in (1, 50)}
    assert empty == QUALITY | bounds | {"active_units"}


def test_a_gaussian_vae_has_samples_but_no_bounds(
    few: Digits, small_world: tuple[Digits, Digits]
) -> None:
    numbers = score(tiny(few, "vae", "gaussian"), mnist_data(), samples=(1,))["numbers"]
    assert {key for key, value in numbers.items() if value is None} == {"dynamic_1", "fixed_1"}


@pytest.mark.some(4)
@pytest.mark.parametrize("family", MODELS)
def test_every_family_can_be_scored(
    family: str, few: Digits, small_world: tuple[Digits, Digits]
) -> None:
    model = build(config := ModelConfig(family, SMALL[family]))
    start = next(train(model, few, TrainConfig(), test=few[:100])).snapshot
    assert start is not None
    results = evaluate(model, few[:100])
    run = make_run("x", model, config, TrainConfig(), results, History.of([start]))
    numbers = score(run, mnist_data(), samples=(1,))["numbers"]
    missing = {key for key, value in numbers.items() if value is None}
    expected = set() if model.generative else QUALITY | {"dynamic_1", "fixed_1", "active_units"}
    assert missing == expected | ({"active_units"} if model.codebook_size else set())
    assert all(math.isfinite(value) for value in numbers.values() if value is not None)


def test_a_run_is_measured_on_the_pixels_it_was_trained_on(
    few: Digits, small_world: tuple[Digits, Digits]
) -> None:
    run = tiny(few, pixels="dynamic")
    row = score(run, mnist_data(), samples=(1,))
    assert row["pixels"] == "dynamic"
    dynamic, grey = (
        statistics.mean(
            evaluate(run.build(), small_world[1], seed, pixels)["neg_elbo"]
            for seed in range(scores.DRAWS)
        )
        for pixels in ("dynamic", "grey")
    )
    assert row["numbers"]["neg_elbo"] == pytest.approx(dynamic) != grey
    old = replace(run, training={k: v for k, v in run.training.items() if k != "pixels"})
    assert score(old, mnist_data(), samples=(1,))["pixels"] == "grey"


def test_progress_goes_up_to_one(vae: Run, small_world: tuple[Digits, Digits]) -> None:
    told: list[float] = []
    score(vae, mnist_data(), samples=(1, 3), progress=told.append)
    assert told == sorted(told) and 0 < told[0] < told[-1] == pytest.approx(1)


@pytest.mark.parametrize("samples", [(), (0,), (1, 1), (5, -1)])
def test_draws_that_are_none_are_refused(vae: Run, samples: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"expected different whole numbers from 1 up"):
        score(vae, mnist_data(), samples=samples)


@pytest.mark.parametrize(
    ("spread", "text"),
    [
        (0.0, "27.38"),
        (0.0312, "27.38 ± 0.03"),
        (0.0961, "27.4 ± 0.1"),
        (0.12, "27.4 ± 0.1"),
        (1.6, "27 ± 2"),
        (0.0004, "27.38"),  # the column has two decimals
    ],
)
def test_a_number_has_as_many_digits_as_its_spread_allows(spread: float, text: str) -> None:
    assert scoreboard.written(scoreboard.Column("x", "nats", 2), 27.3791, spread) == text


def test_the_columns_are_the_numbers_of_a_row(vae: Run, small_world: tuple[Digits, Digits]) -> None:
    numbers = score(vae, mnist_data(), samples=(1, 2))["numbers"]
    assert {key for _, key, _ in columns((2, 1))} == set(numbers)
    assert [key for _, key, _ in columns((2, 1)) if "fixed" in key] == ["fixed_1", "fixed_2"]
    assert all(column.better in ("", "lower", "higher") for column in COLUMNS)


# ---- one digit


@pytest.mark.parametrize("name", ["ae-20", "dae-500", "vae-2"])
def test_a_digit_reconstructed(name: str) -> None:
    model, digit = runs.find(name).build(), mnist.test_digits().images[112]
    found = reconstruct(model, digit)
    np.testing.assert_array_equal(found.pixels, reconstruct_many(model, digit[None])[0])
    np.testing.assert_allclose(found.code, embed_many(model, digit[None])[0], rtol=1e-5)
    apart = np.abs(digit.astype(int) - found.pixels)
    assert np.abs(apart - found.difference).max() <= 1  # rounded once, not twice
    assert found.error == pytest.approx(float(((apart / 255) ** 2).mean()), rel=0.05)


# ---- the file


def board(run: Run, path: Path) -> Scoreboard:
    """A scoreboard with one row, of a run that was saved."""
    runs.save(run, path)
    row = scoreboard.with_fingerprints(
        {"samples": [1], "numbers": {"rate": 1.5, "fixed_1": None}}, path
    )
    return Scoreboard({run.name: row}, {"numbers": {"kinds": 9.9}})


def test_a_file_gives_back_what_was_saved(vae: Run, tmp_path: Path) -> None:
    path, out = tmp_path / "tiny.safetensors", tmp_path / "new" / "board.json"
    saved = board(vae, path)
    scoreboard.save(saved, out)
    assert scoreboard.load(out) == saved
    assert list(json.loads(out.read_text())) == ["real", "runs"]
    assert [file.name for file in out.parent.iterdir()] == ["board.json"]
    assert scoreboard.load(tmp_path / "none.json") == Scoreboard({}, {})


def test_a_row_of_another_file_or_classifier_is_stale(
    vae: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "tiny.safetensors"
    saved = board(vae, path)
    assert scoreboard.fresh(saved, {"tiny": path}) == saved.rows
    assert scoreboard.fresh(saved, {}) == {}
    raw = path.read_bytes()  # the order of a file's metadata changes from one saving to the next
    weights = {name: w.copy() for name, w in vae.weights.items()}
    next(iter(weights.values())).flat[0] += 1e-3
    runs.save(replace(vae, weights=weights), path)
    assert scoreboard.fresh(saved, {"tiny": path}) == {}
    path.write_bytes(raw)
    assert scoreboard.fresh(saved, {"tiny": path}) == saved.rows
    other = tmp_path / "judge.safetensors"
    for name in ("SHIPPED", "SECOND"):
        with monkeypatch.context() as patch:
            other.write_bytes(getattr(classifier, name).read_bytes() + b"\0")
            patch.setattr(classifier, name, other)
            assert scoreboard.fresh(saved, {"tiny": path}) == {}
            patch.setattr(classifier, name, tmp_path / "none")
            assert scoreboard.fresh(saved, {"tiny": path}) == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"runs": {}}',
        '{"runs": {"a": 1}, "real": {}}',
        '{"runs": {"a": {"numbers": {}}}, "real": {}}',
        '{"runs": {"a": {"samples": [], "file": "", "classifier": "", "numbers": {"b": "c"}}}, '
        '"real": {}}',
        '{"runs": {"a": {"samples": [], "file": "", "classifier": "", "numbers": {"b": NaN}}}, '
        '"real": {}}',
    ],
)
def test_a_damaged_file_is_one_sentence(text: str, tmp_path: Path) -> None:
    path = tmp_path / "board.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=re.escape(f"{path} can't be read as a scoreboard: ")):
        scoreboard.load(path)


# ---- the command


class Terminal(io.StringIO):
    """Standard input with an answer, or, with None, that of a program which nobody watches."""

    def __init__(self, answer: str | None) -> None:
        super().__init__(answer or "")
        self._watched = answer is not None

    def isatty(self) -> bool:
        return self._watched


def test_the_command_writes_and_updates_rows(
    vae: Run,
    small_world: tuple[Digits, Digits],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("vae_demo.evaluation.score.score_real", lambda: {"seed": 0, "numbers": {}})
    path, out = tmp_path / "tiny.safetensors", tmp_path / "board.json"
    runs.save(vae, path)
    assert main(["score", str(path), "--samples", "1", "--out", str(out)]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith("tiny: neg_elbo ") and printed[1] == f"saved {out}"
    first = scoreboard.load(out)
    assert scoreboard.fresh(first, {"tiny": path}).keys() == {"tiny"}
    assert first.rows["tiny"]["numbers"] == score(vae, mnist_data(), samples=(1,))["numbers"]

    other = tmp_path / "other.safetensors"
    runs.save(replace(vae, name="other"), other)
    assert main(["score", str(other), "--samples", "2", "--out", str(out)]) == 0
    both = scoreboard.load(out)
    assert both.rows["tiny"] == first.rows["tiny"] and both.rows["other"]["samples"] == [2]

    capsys.readouterr()
    for answer in (None, "n\n"):  # nobody is there, or does not want it
        monkeypatch.setattr("sys.stdin", Terminal(answer))
        assert main(["score", str(path), "--samples", "2", "--out", str(out)]) == 2
        assert scoreboard.load(out) == both
    assert capsys.readouterr().err.splitlines() == [
        f"python -m vae_demo: {out} already has rows of tiny; add --force to measure them again",
        "python -m vae_demo: nothing was changed",
    ]
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    assert main(["score", str(path), "--samples", "2", "--out", str(out)]) == 0
    both = scoreboard.load(out)
    assert both.rows["tiny"]["samples"] == [1, 2]
    for kind in BOUNDS:  # what was not measured again is kept
        for part in ("numbers", "errors"):
            kept = first.rows["tiny"][part][f"{kind}_1"]
            assert both.rows["tiny"][part][f"{kind}_1"] == kept
    changed = both.rows["tiny"] | {"file": "of a run trained again", "samples": [3]}
    assert scoreboard.with_other_bounds(changed, both.rows["tiny"]) is changed

    rows = iter([both.rows["tiny"]])

    def interrupted(*_: object, **__: object) -> dict[str, object]:
        for row in rows:
            return row
        raise KeyboardInterrupt

    capsys.readouterr()
    monkeypatch.setattr("vae_demo.evaluation.score.score", interrupted)
    new = tmp_path / "new.json"
    words = ["score", str(path), str(other), "--force", "--out"]
    assert main([*words, str(new)]) == 130
    line = f"python -m vae_demo: interrupted; 1 of 2 runs were measured; they are in {new}\n"
    assert capsys.readouterr().err == line
    assert list(scoreboard.load(new).rows) == ["tiny"]
    assert main([*words, str(out)]) == 130
    assert capsys.readouterr().err.endswith("interrupted; nothing was saved\n")
    assert scoreboard.load(out) == both


@pytest.mark.parametrize("samples", ["", "one", "1,,2", "0", "2,2", "1.5"])
def test_the_command_refuses_other_samples(
    samples: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "board.json"
    assert main(["score", "vae-2", f"--samples={samples}", "--out", str(out)]) == 2
    error = capsys.readouterr().err
    assert error.startswith("python -m vae_demo: samples ") and error.count("\n") == 1
    assert not out.exists()


def test_the_command_finds_a_bad_file_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "board.json"
    out.write_text("{}")
    assert main(["score", "vae-2", "--out", str(out)]) == 2
    assert "can't be read as a scoreboard" in capsys.readouterr().err
    assert out.read_text() == "{}"


# ---- the shipped file


def test_every_shipped_run_has_one_fresh_row() -> None:
    files = {path.stem: path for path in runs.library.SHIPPED.glob(f"*{runs.SUFFIX}")}
    found = scoreboard.load(scoreboard.shipped())
    assert found.rows.keys() == files.keys()
    assert scoreboard.fresh(found, files) == found.rows
    assert found.real["classifier"] == scoreboard.of_classifiers()
    for name, row in found.rows.items():
        run = runs.load(files[name])
        assert (row["model"], row["latent"]) == (run.model["name"], run.latent)
        assert {1, 50} <= set(row["samples"])
        assert row["numbers"].keys() == {key for _, key, _ in columns(row["samples"])}
        results = {"neg_elbo", "distortion", "rate"} & run.results.keys()
        for key in results:
            most = 4 * row["spreads"].get(key, 0) + 1e-3
            assert row["numbers"][key] == pytest.approx(run.results[key], abs=most), name


@pytest.mark.some(1)
@pytest.mark.parametrize("name", ["vae-2", "ae-20"])
def test_shipped_numbers_are_measured_anew(name: str) -> None:
    row = scoreboard.load(scoreboard.shipped()).rows[name]
    numbers, model, digits = row["numbers"], runs.find(name).build(), mnist.test_digits()
    found = evaluate(model, digits, pixels=row["pixels"])
    for key in ("neg_elbo", "distortion", "rate"):
        assert numbers[key] == pytest.approx(found[key], abs=4 * row["spreads"].get(key, 0) + 1e-3)
    assert numbers["squared_error"] == pytest.approx(found["mse"], abs=1e-6)
    if row["generative"]:
        assert numbers["active_units"] == codes.active_units(model, digits)
        nats = likelihood.negative_log_likelihood(model, digits, 1, "fixed", seed=row["seed"])
        assert numbers["fixed_1"] == pytest.approx(nats.mean(), abs=1e-2)
        found_quality = quality.sample_quality(sample_pictures(model, row["seed"]))
        for key in QUALITY:
            most = 4 * row["spreads"][key]
            assert numbers[key] == pytest.approx(getattr(found_quality, key), abs=most)


def test_shipped_numbers_make_sense() -> None:
    found = scoreboard.load(scoreboard.shipped())
    real = found.real["numbers"]
    assert real["agreed"] > 0.97 and real["kinds"] > 9.5
    for name, row in found.rows.items():
        numbers = row["numbers"]
        assert 0 < numbers["squared_error"] < 0.1 and 0.5 < numbers["linear_probe"] < 1, name
        if MODELS[row["model"]].codebook_size or not row["generative"]:
            assert numbers["active_units"] is None
        else:
            assert 0 < numbers["active_units"] <= row["latent"]
        assert numbers["neg_elbo"] == pytest.approx(numbers["distortion"] + numbers["rate"])
        if numbers["fixed_1"] is not None:
            assert numbers["fixed_50"] < numbers["fixed_1"]
            assert numbers["dynamic_50"] == pytest.approx(numbers["fixed_50"], abs=0.5)
        if numbers["distance"] is not None:
            assert numbers["distance"] > real["distance"]
            assert 1 <= numbers["kinds"] <= 10 and 0 <= numbers["agreed"] <= real["agreed"]
            assert math.isfinite(numbers["distance"])
