"""Digits drawn for a caption."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from vae_demo import cli
from vae_demo.captions.caption import SIDES, UPRIGHT, Caption
from vae_demo.captions.encoder import read_caption
from vae_demo.captions.writing import drawing_model, on_side, write
from vae_demo.digits import mnist
from vae_demo.digits.attributes import measure
from vae_demo.digits.measured import train_attributes
from vae_demo.evaluation.classifier import load_both, probabilities
from vae_demo.models.attribute import AttributeVAE


@pytest.fixture(scope="module")
def model() -> AttributeVAE:
    return drawing_model()


def test_half_of_the_digits_of_a_kind_are_on_each_side() -> None:
    kinds = mnist.train_digits().labels.astype(np.int64)
    for name, values in train_attributes().items():
        if name not in SIDES:
            continue
        more, less, very = (on_side(name, side, values, kinds) for side in (1, -1, 2))
        assert not (more & less).any() and not (very & ~more).any()
        for kind in range(10):
            share = more[kinds == kind].mean()  # many heights are equal
            assert share == pytest.approx(0.5, abs=0.04) or (name == "slant" and share < 0.5)
    upright = on_side("slant", UPRIGHT, np.float32([-8, -6, 0, 6, 8]), np.zeros(5, np.int64))
    assert upright.tolist() == [False, True, True, True, False]


def test_digits_obey_and_the_same_seed_draws_the_same(model: AttributeVAE) -> None:
    rng = np.random.default_rng(5)
    right, obeyed = [], []
    second = load_both()[1]  # has no part in the choice
    for seed in range(12):
        name = rng.choice([name for name in SIDES if name != "slant"])
        asked = {str(name): int(rng.choice((-1, 1))), "slant": int(rng.integers(-1, 2))}
        caption = Caption(int(rng.integers(10)), asked)
        found = write(caption, model, 8, seed)
        right += (probabilities(second, found.images).argmax(1) == caption.kind).tolist()
        measured = measure(found.images)
        for name, side in asked.items():
            assert np.allclose(measured[name], found.attributes[name], rtol=1e-5)
            fine = on_side(name, side, measured[name], found.kinds)
            assert np.array_equal(fine, found.obeyed[name])
            obeyed += fine.tolist()
    assert np.mean(right) >= 0.95 and np.mean(obeyed) >= 0.93
    again = write(caption, model, 8, seed)
    assert np.array_equal(again.images, found.images) and again.drawn == found.drawn >= 8


def test_a_text_that_asks_for_nothing_gets_ordinary_digits(model: AttributeVAE) -> None:
    found = write(read_caption("hello"), model, 10)
    assert sorted(found.kinds) == list(range(10)) and found.right.mean() >= 0.9
    assert not found.obeyed
    assert not {3, 4} & set(write(read_caption("neither 3 nor 4"), model, 20, rounds=0).kinds)
    with pytest.raises(ValueError, match=r"count is 0; it must be 1\.\.1,000"):
        write(Caption(7, {}), model, 0)


def test_the_command_writes_and_tells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "sevens.npz")
    asked = ["write", "a very sad thick seven", "--count", "3", "--out", out]
    assert cli.main([*asked, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["understood"] == {"kind": 7, "attributes": {"thickness": "thick"}}
    assert told["not_understood"] == ["sad"] and "I do not know 'sad'" in told["remarks"][0]
    with np.load(out) as arrays:
        assert arrays["images"].shape == (3, 28, 28) and arrays["images"].dtype == np.uint8
        assert arrays["kinds"].tolist() == [7, 7, 7]
        thickness = measure(arrays["images"])["thickness"]
    measured = [digit["attributes"]["thickness"] for digit in told["digits"]]
    assert measured == pytest.approx(thickness.tolist(), abs=1e-3)
    assert cli.main(asked) == 2 and "exists" in capsys.readouterr().err
    assert cli.main([*asked, "--force"]) == 0
    said = capsys.readouterr().out
    assert "digit 7: " in said and "thick: " in said
    for text, sentence in (
        ("", "asks for nothing"),
        ("a three and a seven", "the digits 3, 7; only the first"),
        ("thick thin 7", "opposites of thickness"),
        ("neither 3 nor 4", "refuses 3, 4"),
        ("twelve", "twelve is not a digit from 0 to 9"),
    ):
        assert cli.main(["write", text, "--count", "1", "--out", out, "--force"]) == 0
        assert sentence in capsys.readouterr().out
    for wrong, sentence in (
        (["x" * 10_000], "10,000 characters"),
        (["7", "--count", "0"], "count is 0"),
        (["7", "--seed", "-1"], "seed is -1"),
    ):
        assert cli.main(["write", *wrong, "--out", out, "--force"]) == 2
        assert sentence in capsys.readouterr().err
