"""What codes can be drawn from for a model, its files, and the commands `sample` and `fit`."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from tests.support.small import SMALL
from vae_demo import runs
from vae_demo.cli import main
from vae_demo.distributions import files
from vae_demo.distributions.flow import CodeFlow
from vae_demo.distributions.mixture import CodeMixture, fit_mixture
from vae_demo.distributions.places import (
    TrainingCodes,
    best_place,
    distribution,
    draw_pictures,
    has_kinds,
    possible_places,
)
from vae_demo.models import MODELS, Codec, ModelConfig, build


def small(name: str, seed: int = 3) -> Codec:
    return build(ModelConfig(name, SMALL[name]), seed)


def some_codes(model: Codec) -> TrainingCodes:
    rng = np.random.default_rng(0)
    codes = rng.standard_normal((300, model.latent)).astype(np.float32)
    return TrainingCodes(codes, np.arange(300) % 10)


def not_seen() -> TrainingCodes:
    raise AssertionError("no codes are needed")


def test_a_mixture_s_file_gives_what_was_fitted(tmp_path: Path) -> None:
    model = small("vae")
    seen = some_codes(model)
    fitted = fit_mixture(seen.codes, 2, seen.labels)
    path = tmp_path / "x.safetensors"
    path.write_bytes(files.dumps(fitted, "mixture", model, {}))
    loaded = files.load_fitted(path, model)
    assert isinstance(loaded, CodeMixture) and loaded.has_kinds
    np.testing.assert_allclose(loaded.means, fitted.means, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(loaded.roots, fitted.roots, rtol=1e-3, atol=1e-4)
    for broken in (fit_mixture(seen.codes, 3), fit_mixture(seen.codes[:, 1:], 2, seen.labels)):
        path.write_bytes(files.dumps(broken, "mixture", model, {}))
        with pytest.raises(ValueError, match="have the shape"):
            files.load_fitted(path, model)


@pytest.mark.parametrize("name", MODELS)
def test_digits_are_drawn_from_every_possible_place(name: str) -> None:
    model = small(name)
    possible = possible_places(model)
    assert possible == tuple(
        place
        for place, here in (
            ("prior", model.generative or bool(model.codebook_size)),
            ("gaussian", not model.codebook_size),
            ("mixture", not model.codebook_size),
        )
        if here
    )
    kinds = (np.arange(12) % 10).astype(np.uint8)
    for place in possible:
        found = distribution(model, place, partial(some_codes, model), components=2)
        assert found.has_kinds == has_kinds(model, place)
        drawn = draw_pictures(model, found, 12, 5, 0.7, kinds if found.has_kinds else None)
        assert drawn.shape == (12, 28, 28) and drawn.dtype == np.uint8
        asked = (model, found, 12, 5, 0.7, kinds if found.has_kinds else None)
        np.testing.assert_array_equal(drawn, draw_pictures(*asked))


def test_a_fitted_flow_is_found_by_the_weights_of_its_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "SAVED", tmp_path)
    model, other = small("vae"), small("vae", seed=4)
    assert best_place(model) == "mixture"
    path = tmp_path / files.FOLDER / "mine-flow.safetensors"
    path.parent.mkdir()
    flow = CodeFlow(model.latent)
    path.write_bytes(files.dumps(flow, "flow", model, {"steps": 1}))
    assert files.fitted_places(model) == {"flow": path} and best_place(model) == "flow"
    assert files.fitted_places(other) == {} and best_place(other) == "mixture"
    loaded = files.load_fitted(path, model)
    for mine, theirs in zip(loaded.parameters(), flow.parameters(), strict=True):
        np.testing.assert_allclose(mine, theirs.detach(), rtol=1e-3, atol=1e-4)
    path.write_bytes(path.read_bytes()[:-8])
    assert files.fitted_places(model) == {}
    with pytest.raises(ValueError, match="can't be read as a distribution of codes"):
        files.load_fitted(path, model)


def test_the_shipped_ones_belong_to_the_shipped_runs() -> None:
    shipped = sorted(files.SHIPPED.glob(f"*{files.SUFFIX}"))
    for path in shipped:
        name, _, place = path.stem.rpartition("-")
        model = runs.find(name).build()
        assert files.fitted_places(model)[place] == path  # type: ignore[index]
        files.load_fitted(path, model)
        assert path.stat().st_size < 2 * 2**20
    assert sum(path.stat().st_size for path in shipped) < 10 * 2**20


# --- the commands ------------------------------------------------------------------------------


def test_samples_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "digits.npz"
    asked = ["sample", "cvae-20", "--from", "prior", "--out", str(out), "--json"]
    assert main([*asked, "--count", "23", "--seed", "4", "--kind", "each"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["run"], told["from"], told["count"]) == ("cvae-20", "prior", 23)
    with np.load(out, allow_pickle=False) as found:
        images, kinds = found["images"], found["kinds"]
    np.testing.assert_array_equal(kinds, np.arange(23) % 10)
    model = runs.find("cvae-20").build()
    expected = draw_pictures(model, distribution(model, "prior", not_seen), 23, 4, kinds=kinds)
    np.testing.assert_array_equal(images, expected)
    assert main([*asked, "--count", "5", "--force"]) == 0
    with np.load(out, allow_pickle=False) as found:
        assert found["images"].shape == (5, 28, 28) and found.files == ["images"]
    plain = ["sample", "vae-2", "--from", "mixture", "--components", "1", "--count", "2", "--json"]
    assert main([*plain, "--out", str(out), "--force"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["temperature"], told["components"]) == (0.9, 1)
    sheet = tmp_path / "digits.png"
    assert main(["sample", "vae-2", "--from", "prior", "--count", "11", "--out", str(sheet)]) == 0
    with Image.open(sheet) as picture:
        assert picture.size == (10 * 60 - 4, 2 * 60 - 4)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["ae-20", "--from", "prior"], "it was trained without a prior; possible: gaussian, mix"),
        (["vqvae-16", "--from", "gaussian"], "its codes are words, which have no mean; possible: "),
        (["ae-20", "--from", "words"], "it has no words; possible: gaussian"),
        (["vae-20", "--from", "gaussian", "--kind", "3"], "gives digits of all kinds; digits of"),
        (["vae-20", "--from", "mixture", "--kind", "12"], "kind is '12'; it must be a digit 0..9"),
        (["vae-20", "--from", "prior", "--components", "3"], "prior has no components; mixture"),
        (["vae-20", "--from", "mixture", "--guidance", "1"], "mixture has no guidance; flow and"),
        (["vae-20", "--from", "mixture", "--components", "0"], "components is 0; it must be 1..50"),
        (["vae-20", "--temperature", "nan"], "temperature is nan; it must be 0..10"),
        (["vqvae-16", "--from", "prior", "--temperature", "2"], "the prior of words has none"),
        (["vae-20", "--count", "0"], "count is 0; it must be 1..100,000"),
        (["vae-20", "--seed", "-1"], "seed is -1; it must be 0.."),
        (["vae-20", "--from", "moon"], "invalid choice: 'moon'"),
        (["vae-20", "--count", "two"], "'two' is not a whole number"),
        (["vae-20", "--out", "a.jpg"], "a file NAME.npz or NAME.png"),
    ],
)
def test_what_is_not_possible_is_said(
    arguments: list[str], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = [] if "--out" in arguments else ["--out", str(tmp_path / "x.npz")]
    try:
        status = main(["sample", *arguments, *out])
    except SystemExit as end:  # argparse
        status = int(str(end.code))
    said = capsys.readouterr().err
    assert status == 2 and sentence in said and said.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_fit_is_saved_and_drawn_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(files, "SAVED", tmp_path)
    monkeypatch.setattr(files, "SHIPPED", tmp_path / "nothing")
    vae_2 = runs.find("vae-2").build()
    for run, place in (("vae-2", "flow"), ("vqvae-16", "words")):
        assert main(["fit", run, place, "--steps", "2"]) == 0
        assert f"{run}-{place}.safetensors" in capsys.readouterr().out
        assert best_place(runs.find(run).build()) == place
        out = ["--count", "3", "--out", str(tmp_path / f"{run}.npz")]
        assert main(["sample", run, "--kind", "3", "--guidance", "1", *out]) == 0
    mixture = ["fit", "vae-2", "mixture", "--components"]
    assert main([*mixture, "2"]) == 0
    fitted = files.load_fitted(tmp_path / files.FOLDER / "vae-2-mixture.safetensors", vae_2)
    again = distribution(vae_2, "mixture", not_seen, components=2)  # of the file, nothing is fitted
    torch.testing.assert_close(
        again.draw(9, torch.Generator().manual_seed(1)),
        fitted.draw(9, torch.Generator().manual_seed(1)),
    )
    for arguments, sentence in (
        ([*mixture, "51", "--force"], "components is 51; it must be 1..50"),
        ([*mixture, "0", "--force"], "components is 0; it must be 1..50"),
        (["fit", "vae-2", "mixture", "--steps", "3"], "mixture has no steps; flow and words have"),
        (["fit", "ae-500", "mixture", "--components", "2"], "it must be 1 for more than 100 lat"),
    ):
        capsys.readouterr()
        assert main(arguments) == 2 and sentence in capsys.readouterr().err
    assert main(["fit", "vae-2", "words"]) == 2
    assert "holds numbers, not words" in capsys.readouterr().err.replace(" are ", " holds ")
    assert main(["fit", "vae-2", "flow", "--steps", "1"]) == 2
    assert "exists; with --force" in capsys.readouterr().err
