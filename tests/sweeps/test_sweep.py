"""Sweeps: their points, where they are measured, the table, and what the shipped one shows."""

from __future__ import annotations

import itertools
import json
import multiprocessing
import os
import re
import shlex
import socket
import subprocess
import sys
import time
import types
from collections.abc import Generator, Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from vae_demo.cli import _parser, main
from vae_demo.digits.mnist import Digits
from vae_demo.evaluation.codes import active_units
from vae_demo.evaluation.evaluate import evaluate
from vae_demo.models import ModelConfig, build
from vae_demo.sweeps import backends, table
from vae_demo.sweeps.latents_and_betas import LatentsAndBetas
from vae_demo.sweeps.learning_rates import LearningRates
from vae_demo.sweeps.sweep import Backend, Outcome, Point, measure, missing, run
from vae_demo.sweeps.table import LATENTS_AND_BETAS, LEARNING_RATES, Table
from vae_demo.training.config import TrainConfig
from vae_demo.training.loop import train

ROOT = Path(__file__).resolve().parents[2]
SMALL = LatentsAndBetas(latents=(2, 3), betas=(0.5, 4), seeds=(0, 1), epochs=1, batch_size=100)
RATES = LearningRates(lrs=(0.003, 100.0), seeds=(0,), epochs=1, batch_size=50, digits=600)
KEY, MEASURES = LATENTS_AND_BETAS.key, LATENTS_AND_BETAS.measures
TINY = "--latents 2,3 --betas 1 --seeds 0 --digits 300 --epochs 1 --batch-size 100"


def row_of(point: Point) -> dict[str, object]:
    """A row as a point might have, made up."""
    latent, beta, seed = point.key
    numbers = (100 - latent, latent / beta, 100 - latent + latent / beta, 0.01, latent)
    return (
        dict(zip(KEY, point.key, strict=True))
        | dict(zip(MEASURES, numbers, strict=True))
        | {"seconds": 1.0 + seed, "python": "3", "torch": "2"}
    )


def made_up(measured: list[Point], stop: int | None = None) -> Backend:
    """An engine that measures nothing, and is interrupted after so many points."""

    def outcomes(points: Sequence[Point]) -> Generator[Outcome, None, None]:
        for i, point in enumerate(reversed(points)):  # in any order
            if i == stop:
                raise KeyboardInterrupt
            measured.append(point)
            yield Outcome(point, row_of(point))

    return outcomes


def written(path: Path, sweep: LatentsAndBetas = SMALL) -> Table:
    """A table with all rows of a sweep, made up."""
    for _ in run(sweep, path, made_up([])):
        pass
    return table.load(path)


# ---- the points


def test_a_point_for_every_pair_and_seed() -> None:
    keys = [point.key for point in SMALL.points()]
    pairs = list(itertools.product((2, 3), (0.5, 4)))
    assert keys == [(*pair, seed) for seed in (0, 1) for pair in pairs]
    for point in SMALL.points():
        _, beta, seed = point.key
        assert point.training == TrainConfig(
            **{"epochs": 1, "batch_size": 100, "lr": 0.012, "rate_from_zero": 0.5},
            **{"mean_start": True, "beta": beta, "seed": seed},
        )


def test_a_model_that_cannot_start_at_the_mean_digit_does_not() -> None:
    assert not any(point.training.mean_start for point in LatentsAndBetas("vae-conv").points())


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"latents": ()}, "latents are []; expected one or more, each once"),
        ({"seeds": (1, 1)}, "seeds are [1, 1]; expected one or more, each once"),
        ({"latents": (2, 0)}, "latent is 0; it must be a whole number 1..1024"),
        ({"latents": (2.5,)}, "latent is 2.5; it must be a whole number 1..1024"),
        ({"betas": (-1,)}, "beta is -1; it must be a number from 0 to 1000"),
        ({"seeds": (0.5,)}, "seed is 0.5; it must be a whole number"),
        ({"epochs": 0}, "epochs is 0; it must be a whole number from 1 to 1000"),
        ({"digits": 60_001}, "digits is 60001; it must be from 1 to 60000"),
        ({"data": "cifar"}, "there is no data 'cifar'; there are: mnist, fashion-mnist, kmnist"),
        ({"model": "vea"}, "unknown model 'vea'; there are: ae-linear, "),
        ({"model": "ae"}, "model 'ae' has no rate; models with a rate: vae, vae-deep, "),
    ],
)
def test_what_makes_no_sweep(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(said)):
        replace(SMALL, **wrong)


def test_tables_of_other_data_are_not_mixed(tmp_path: Path) -> None:
    path, clothes = tmp_path / "table.json", replace(SMALL, data="fashion-mnist")
    list(run(clothes, path, made_up([])))
    found = table.load(path)
    assert found.recipe["data"] == "fashion-mnist" and not missing(clothes, found)
    with pytest.raises(ValueError, match="was measured with data fashion-mnist, not mnist"):
        list(run(SMALL, path, made_up([])))
    assert {point.data for point in clothes.points()} == {"fashion-mnist"}


# ---- measuring


def test_a_point_is_trained_and_measured_like_any_run(small_world: tuple[Digits, Digits]) -> None:
    digits, test = small_world
    point = replace(SMALL, digits=400).points()[3]
    outcome = measure(point)
    model = build(ModelConfig("vae", 3), seed=0)
    for _ in train(model, digits[:400], point.training):
        pass
    results = evaluate(model, test)
    assert outcome.row is not None and outcome.point == point
    assert {name: outcome.row[name] for name in MEASURES[:4]} == {
        name: results[name] for name in MEASURES[:4]
    }
    assert outcome.row["active_units"] == active_units(model, test)
    assert [outcome.row[name] for name in KEY] == [3, 4, 0]
    assert outcome.row["seconds"] >= 0


def test_a_training_that_blows_up_is_a_row_that_says_so(small_world: tuple[Digits, Digits]) -> None:
    outcome = measure(replace(SMALL, lr=100.0).points()[0])
    assert outcome.error.startswith("vae with latent 2, beta 0.5, seed 0: training diverged at")
    assert outcome.row["latent"] == 2 and 0 < outcome.row["diverged"] <= 1
    assert not {*MEASURES} & outcome.row.keys()


def test_both_families_are_trained_with_every_learning_rate(
    tmp_path: Path, small_world: tuple[Digits, Digits]
) -> None:
    """As a plain loop does; what diverges is in the table, and is not trained again."""
    path, digits = tmp_path / "rates.json", small_world[0]
    list(run(RATES, path, lambda points: (measure(point) for point in points)))
    found = table.load(path)
    assert found.kind is LEARNING_RATES and not missing(RATES, found)
    for model in ("ae", "vae"):
        rates, numbers = found.along("lr", model, "diverged")
        assert rates.tolist() == [0.003, 100.0]
        assert np.isnan(numbers["diverged"]).tolist() == [[True], [False]]
        assert np.isnan(numbers["neg_elbo"]).tolist() == [[False], [True]]
    again = build(ModelConfig("ae", 20), seed=0)
    x = torch.tensor(digits[:600].images)[:, None] / 255
    optimizer = torch.optim.Adam(again.parameters(), 0.003)
    for chosen in torch.randperm(600, generator=torch.Generator().manual_seed(5)).split(50):
        optimizer.zero_grad()
        again.losses(x[chosen]).neg_elbo.mean().backward()
        optimizer.step()
    loss = evaluate(again, small_world[1])["neg_elbo"]  # in another order of the digits
    assert found.along("lr", "ae")[1]["neg_elbo"][0, 0] == pytest.approx(loss, rel=0.05)


# ---- the table


def test_a_sweep_goes_on_where_it_was_interrupted(tmp_path: Path) -> None:
    path, measured = tmp_path / "new" / "table.json", list[Point]()
    with pytest.raises(KeyboardInterrupt):
        for _ in run(SMALL, path, made_up(measured, stop=3)):
            pass
    assert len(table.load(path).rows) == len(measured) == 3
    assert [p.name for p in path.parent.iterdir()] == ["table.json"]
    list(run(SMALL, path, made_up(measured)))
    assert sorted(point.key for point in measured) == sorted(p.key for p in SMALL.points())
    list(run(SMALL, path, made_up(measured)))
    assert len(measured) == 8

    more = replace(SMALL, betas=(4, 8))
    list(run(more, path, made_up(measured)))
    assert {point.key for point in measured[8:]} == {(n, 8, s) for n in (2, 3) for s in (0, 1)}
    found = table.load(path)
    assert found.commands == (SMALL.command(), more.command())
    assert [dict(row) for row in found.rows] == [
        row_of(point) for point in sorted(measured, key=lambda point: point.key)
    ]


def test_a_row_of_a_diverged_training_comes_back_from_the_file(tmp_path: Path) -> None:
    def diverged(points: Sequence[Point]) -> Generator[Outcome, None, None]:
        for point in points:
            row = {name: v for name, v in row_of(point).items() if name not in MEASURES}
            yield Outcome(point, row | {"diverged": 0.5}, "it diverged")

    path = tmp_path / "table.json"
    assert [outcome.error for outcome in run(SMALL, path, diverged)] == ["it diverged"] * 8
    found = table.load(path)
    assert not missing(SMALL, found)
    _, numbers = found.along("latent", 0.5, "diverged")
    assert (numbers["diverged"] == 0.5).all() and np.isnan(numbers["rate"]).all()


def test_a_table_is_of_one_kind(tmp_path: Path) -> None:
    path = tmp_path / "table.json"
    written(path)
    with pytest.raises(ValueError, match="is a table of latent and beta, not of model and lr; cho"):
        next(run(RATES, path, made_up([])))


def test_a_table_has_one_recipe(tmp_path: Path) -> None:
    path = tmp_path / "table.json"
    before = written(path)
    for changed in ({"epochs": 2}, {"model": "vae-deep", "digits": 9}):
        with pytest.raises(
            ValueError, match=r"table.json was measured with .*; choose an"
        ) as error:
            next(run(replace(SMALL, **changed), path, made_up([])))
        differences = [f"{name} {getattr(SMALL, name)}, not {changed[name]}" for name in changed]
        assert f" with {', '.join(differences)};" in str(error.value)
    assert table.load(path) == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"rows": [', '"rows": ['[:-1]),
        ('"latent": 2, ', ""),
        ('"rate": 4.0, ', ""),
        ('"mse": 0.01', '"mse": NaN'),
        ('"mse": 0.01', '"mse": "0.01"'),
        ('"model": "vae"', '"model": "vea"'),
        ('"epochs": 1', '"epochs": 0'),
        ('"epochs": 1', '"epoch": 1'),
        ('"commands"', '"command"'),
    ],
)
def test_a_damaged_table_is_refused(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "table.json"
    written(path)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(ValueError, match=r"table.json can't be read as a sweep's table: "):
        table.load(path)


def test_the_table_along_an_axis(tmp_path: Path) -> None:
    found = written(tmp_path / "table.json")
    assert [found.values(name) for name in KEY] == [[2, 3], [0.5, 4], [0, 1]]
    at, numbers = found.along("latent", 0.5)
    assert at.tolist() == [2, 3]
    assert numbers["rate"].tolist() == [[4, 4], [6, 6]]
    at, numbers = found.along("beta", 3)
    assert at.tolist() == [0.5, 4]
    assert numbers["rate"].tolist() == [[6, 6], [0.75, 0.75]]
    partly = replace(found, rows=found.rows[1:])
    assert np.isnan(partly.along("beta", 2)[1]["rate"]).tolist() == [[True, False], [False, False]]


# ---- where points are measured


def test_a_sweep_in_processes_of_this_machine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Through the command line; the second time it has nothing left to do."""
    out = tmp_path / "table.json"
    words = ["sweep", *TINY.split(), "--precision", "float32", "--out", str(out)]
    assert main([*words, "--workers", "2"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[-1] == f"saved {out}"
    assert sorted(line.split(":")[0] for line in told[:-1]) == [
        f"vae with latent {latent}, beta 1, seed 0" for latent in (2, 3)
    ]
    sweep = LatentsAndBetas(
        latents=(2, 3), betas=(1,), seeds=(0,), digits=300, epochs=1, batch_size=100
    )
    found = table.load(out)
    assert found.commands == (sweep.command(),) and not missing(sweep, found)
    own = measure(sweep.points()[0]).row
    assert own is not None
    timeless = [{k: v for k, v in row.items() if k != "seconds"} for row in (own, found.rows[0])]
    assert timeless[0] == timeless[1]  # another process, the same bits

    assert main(words) == 0
    assert capsys.readouterr().out == f"saved {out}\n"
    assert table.load(out) == found


def test_an_interrupted_engine_leaves_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "measure", time.sleep)
    before = set(multiprocessing.active_children())
    outcomes = backends.local_processes(1)([0, 100_000])  # type: ignore[list-item]
    next(outcomes)
    outcomes.close()
    assert set(multiprocessing.active_children()) <= before  # some of these may have ended


def test_a_worker_that_is_killed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "measure", os._exit)
    with pytest.raises(ChildProcessError, match="a worker process was killed"):
        list(backends.local_processes(1)([9]))  # type: ignore[list-item]


def test_no_points_need_no_process() -> None:
    assert list(backends.local_processes(2)([])) == []


def test_without_ray_its_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ValueError, match=r"Ray is not installed; pip install 'ray\[default\]'"):
        next(backends.ray_cluster("auto")(SMALL.points()))


@pytest.mark.parametrize("scheme", ["", "ray://"])
def test_an_address_without_a_cluster_is_refused(
    monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setitem(sys.modules, "ray", types.ModuleType("ray"))
    with socket.socket() as bound:  # taken, but nobody listens
        bound.bind(("127.0.0.1", 0))
        address = f"{scheme}127.0.0.1:{bound.getsockname()[1]}"
        with pytest.raises(ConnectionError, match=f"there is no Ray cluster at {address}: "):
            next(backends.ray_cluster(address)(SMALL.points()))


def test_a_cluster_that_fails_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def init(*_: object, **__: object) -> None:
        raise RuntimeError("Version mismatch:\n  Ray: 1.0\n")

    closed: list[bool] = []
    ray = types.ModuleType("ray")
    vars(ray).update(init=init, shutdown=lambda: closed.append(True))
    vars(ray)["exceptions"] = types.SimpleNamespace(RayError=LookupError)
    monkeypatch.setitem(sys.modules, "ray", ray)
    said = "^the Ray cluster at auto failed: Version mismatch: Ray: 1.0$"
    with pytest.raises(ChildProcessError, match=said):
        next(backends.ray_cluster("auto")(SMALL.points()))
    assert closed


@pytest.fixture
def cluster() -> Iterator[str]:
    """The address of a Ray cluster of one core, in processes of its own."""
    pytest.importorskip("ray", reason="make test-long installs Ray")
    code = (
        "from ray.cluster_utils import Cluster\n"
        "cluster = Cluster(initialize_head=True, head_node_args={'num_cpus': 1})\n"
        "print('address', cluster.address, flush=True)\n"
        "input()\n"
        "cluster.shutdown()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        env=os.environ | {"RAY_USAGE_STATS_ENABLED": "0"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        assert process.stdout is not None
        lines = (line.split() for line in process.stdout)
        yield next(words[1] for words in lines if words[:1] == ["address"])
        process.communicate("\n")


@pytest.mark.long
def test_a_sweep_on_a_ray_cluster(cluster: str, tmp_path: Path) -> None:
    """In a process of its own, somewhere else: the code must travel."""
    out = tmp_path / "table.json"
    words = [*TINY.split(), "--precision", "float32", "--out", out, "--ray", cluster]
    done = subprocess.run(
        [sys.executable, "-m", "vae_demo", "sweep", *map(str, words)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    own = measure(
        Point(LATENTS_AND_BETAS, "vae", 2, replace(SMALL.points()[0].training, beta=1), digits=300)
    ).row
    (first, _) = table.load(out).rows
    assert own is not None
    assert {name: first[name] for name in MEASURES} == {name: own[name] for name in MEASURES}


# ---- the command


def test_an_interrupted_command_keeps_what_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(backends, "local_processes", lambda workers: made_up([], stop=1))
    out = tmp_path / "table.json"
    assert main(["sweep", *TINY.split(), "--out", str(out)]) == 130
    assert capsys.readouterr().err.splitlines()[-1] == (
        f"python -m vae_demo: interrupted; run the same command to continue from {out}"
    )
    assert len(table.load(out).rows) == 1


def test_a_command_says_which_trainings_diverge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def half(points: Sequence[Point]) -> Generator[Outcome, None, None]:
        row = {name: v for name, v in row_of(points[0]).items() if name not in MEASURES}
        yield Outcome(points[0], row | {"diverged": 0.5}, "it diverged")
        yield Outcome(points[1], row_of(points[1]))

    monkeypatch.setattr(backends, "local_processes", lambda workers: half)
    out = tmp_path / "table.json"
    assert main(["sweep", *TINY.split(), "--out", str(out)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "it diverged" and told[1].startswith("vae with latent 3")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--latents", "2,x"], "'2,x' is not a list of numbers such as 1,4"),
        (["--betas", ""], "'' is not a list of numbers such as 1,4"),
        (["--betas", "inf"], "beta is inf; it must be a number from 0 to 1000"),
        (["--latents", "nan"], "latent is nan; it must be a whole number 1..1024"),
        (["--workers", "0"], "it must be at least 1"),
        (["--model", "ae"], "model 'ae' has no rate"),
        (["--lrs", "0.1,0.1"], "lrs are [0.1, 0.1]; expected one or more, each once"),
        (["--lrs", "1000"], "lr is 1000; it must be a number from 1e-07 to 100"),
        (["--lrs", "--models", "vea"], "unknown model 'vea'; there are: "),
        (["--lrs", "--betas", "4"], "--betas does not go with --lrs"),
        (["--models", "ae"], "--models goes only with --lrs"),
        (["--precision", "half"], "precision is 'half'; there are: float32, bfloat16"),
    ],
)
def test_a_bad_command_is_one_line(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        status: object = main(["sweep", *words])
    except SystemExit as end:
        status = end.code
    told = capsys.readouterr().err
    assert status == 2
    assert said in told and told.count("\n") == 1


# ---- the shipped table


@pytest.fixture(scope="module")
def shipped() -> Table:
    return table.load(table.shipped())


def test_its_command_makes_just_these_rows(shipped: Table) -> None:
    """That of the README, with the precision that was the faster one there."""
    (command,) = shipped.commands
    options = _parser().parse_args(shlex.split(command)[3:])
    sweep = LatentsAndBetas(**{f.name: getattr(options, f.name) for f in fields(LatentsAndBetas)})
    assert sweep == LatentsAndBetas(precision="bfloat16") and sweep.command() == command
    assert sweep.recipe() == shipped.recipe
    keys = [tuple(row[name] for name in KEY) for row in shipped.rows]
    assert keys == sorted(point.key for point in sweep.points())


def test_what_is_written_about_it(shipped: Table) -> None:
    """The numbers of checkpoints/README.md."""
    written = (ROOT / "checkpoints" / "README.md").read_text("utf-8").split("## The sweep")[1]
    _, numbers = shipped.along("latent", 1)
    nats = numbers["neg_elbo"].mean(1)
    assert f"from {nats[0]:.1f} nats with 2 latents to {nats[3]:.1f} with 20" in written.replace(
        "\n", " "
    )
    assert f"is {nats[-1]:.1f} with 80,\nof which {numbers['active_units'][-1].mean():g}" in written
    assert f"at most {np.ptp(numbers['neg_elbo'], axis=1).max():.1f} nats apart" in written
    _, numbers = shipped.along("beta", 20)
    assert numbers["neg_elbo"].mean(1).argmin() == 2
    rates = numbers["rate"].mean(1)
    assert f"the rate falls from {rates[0]:.1f} to {rates[-1]:.1f} nats" in written
    minutes = sum(row["seconds"] for row in shipped.rows) / 60
    assert f"The training took at most {minutes:.0f} minutes" in written


def test_its_numbers_are_those_of_vaes(shipped: Table) -> None:
    for row in shipped.rows:
        assert row["neg_elbo"] == pytest.approx(row["distortion"] + row["rate"])
        assert 60 < row["distortion"] < 200 and 2 < row["rate"] < 60
        assert 0 < row["active_units"] <= row["latent"]
        assert 0 < row["mse"] < 0.0673  # of the mean digit, which knows nothing


def test_beta_buys_a_cheaper_code_with_a_worse_picture(shipped: Table) -> None:
    for latent in shipped.values("latent"):
        _, numbers = shipped.along("beta", latent)
        means = {name: np.nanmean(values, axis=1) for name, values in numbers.items()}
        assert (np.diff(means["rate"]) < 0).all() and (np.diff(means["distortion"]) > 0).all()


def test_a_larger_beta_puts_more_latents_to_sleep(shipped: Table) -> None:
    _, numbers = shipped.along("beta", 80)
    active = numbers["active_units"].mean(1)
    assert (np.diff(active) < 0).all() and active[0] > 2 * active[2] > 4 * active[-1]


def test_from_some_size_on_more_latents_change_little(shipped: Table) -> None:
    at, numbers = shipped.along("latent", 1)
    means = {name: values.mean(1) for name, values in numbers.items()}
    steps = np.abs(np.diff(means["neg_elbo"]))
    assert at.tolist() == [2, 5, 10, 20, 40, 80]
    assert (steps[:3] > 3).all() and (steps[3:] < 1.5).all()
    assert means["active_units"][-1] < 40


def test_the_file_is_one_line_a_row(shipped: Table) -> None:
    lines = table.shipped().read_text().splitlines()
    rows = [json.loads(line.rstrip(",")) for line in lines if line.startswith("  {")]
    assert rows == [dict(row) for row in shipped.rows]
