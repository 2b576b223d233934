"""Maps of codes: the shipped ones against numpy and in JavaScript; asking with a ruler."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pytest

from tests.support.javascript import in_node
from vae_demo import runs
from vae_demo.digits import measured, mnist
from vae_demo.digits.attributes import UNITS, measure
from vae_demo.digits.measured import ATTRIBUTES, standardised
from vae_demo.digits.transforms import NAMES, REACH, transformed
from vae_demo.latent import code_maps
from vae_demo.latent.code_maps import FOLDER, load_code_maps
from vae_demo.latent.obedience import ROUNDS, ask
from vae_demo.models import decode_many, embed_many
from vae_demo.models.attribute import AttributeVAE

SHIPPED = sorted(path.stem for path in FOLDER.glob("*.safetensors"))


@pytest.fixture(scope="module")
def codes() -> np.ndarray:
    return embed_many(runs.find("vae-20").build(), mnist.probe().images[:200])


def amounts_of(count: int, name: str, share: float) -> np.ndarray:
    found = np.zeros((count, len(NAMES)))
    found[:, NAMES.index(name)] = share * REACH[NAMES.index(name)]
    return found


def test_no_amount_moves_no_code(codes: np.ndarray) -> None:
    found, nothing = load_code_maps("vae-20"), np.zeros((len(codes), len(NAMES)))
    np.testing.assert_array_equal(found.moved(codes, nothing), codes)
    np.testing.assert_array_equal(found.along(codes, nothing), codes)


@pytest.mark.parametrize("run", SHIPPED)
def test_a_map_is_closer_to_the_transformed_digit_than_a_direction(run: str) -> None:
    model, found = runs.find(run).build(), load_code_maps(run)
    digits, own = mnist.test_digits().images[:300], np.stack(list(ruled(300).values()), 1)
    z = embed_many(model, digits)
    amounts = amounts_of(len(z), "rotation", 0.5)
    there = transformed(digits, amounts, own)

    def error(codes: np.ndarray) -> float:
        return float(np.square(decode_many(model, codes) / 255 - there).mean())

    mapped, straight = error(found.moved(z, amounts)), error(found.along(z, amounts))
    assert mapped < 0.6 * straight < 0.6 * error(z)
    assert found.explained["slant"] > 0.8

    # where one map ends, the others go on
    amounts = np.tile(0.3 * REACH, (len(z), 1))
    there = transformed(digits, amounts, own)
    mapped, straight = error(found.moved(z, amounts)), error(found.along(z, amounts))
    assert mapped < 0.9 * straight < 0.9 * error(z)


def ruled(count: int) -> dict[str, np.ndarray]:
    return {name: measured.test_attributes()[name][:count].astype(float) for name in ATTRIBUTES}


def test_the_browser_moves_codes_to_the_same_places(codes: np.ndarray) -> None:
    rng = np.random.default_rng(0)
    shares = rng.uniform(-1, 1, (6, len(NAMES)))
    shares[0, 1:] = 0
    raw = (FOLDER / "vae-20.safetensors").read_bytes()
    found = in_node(
        "parts/transform/code_maps.js",
        """
        const file = Uint8Array.from(atob(a.file), (character) => character.charCodeAt(0)).buffer;
        const maps = m.readCodeMaps(file, a.names);
        return a.codes.map((code, i) => {
          const z = Float32Array.from(code);
          return [[...m.moved(maps, z, a.shares[i])], [...m.along(maps, z, a.shares[i])]];
        });
        """,
        {
            "file": base64.b64encode(raw).decode(),
            "names": NAMES,
            "codes": codes[:6].tolist(),
            "shares": shares.tolist(),
        },
    )
    maps = load_code_maps("vae-20")
    for k, name in enumerate((maps.moved, maps.along)):
        expected = name(codes[:6], shares * REACH)
        np.testing.assert_allclose([pair[k] for pair in found], expected, atol=2e-4)


def test_maps_and_directions_are_fitted_and_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(code_maps, "FOLDER", tmp_path / "maps")
    monkeypatch.setattr(code_maps, "DIGITS", 600)
    quick = code_maps.MapRecipe(dict.fromkeys(NAMES, 60))
    monkeypatch.setattr(code_maps, "RECIPES", {"vae-2": quick})
    monkeypatch.setattr("sys.argv", ["code_maps", "vae-2"])
    code_maps.main()
    assert "vae-2.safetensors" in capsys.readouterr().out
    found = load_code_maps("vae-2")
    assert found.explained.keys() == UNITS.keys()
    assert 0.1 < max(found.explained.values()) < 1  # two latents know little of it

    model, some = runs.find("vae-2").build(), slice(0, 60_000, 100)
    pictures = mnist.train_digits().images[some]
    own = np.stack([measured.train_attributes()[name][some] for name in ATTRIBUTES], 1)
    z, at = embed_many(model, pictures), NAMES.index("rotation")
    shares = np.random.default_rng([code_maps.SEED, at]).uniform(-1, 1, len(z))
    amounts = amounts_of(len(z), "rotation", 1) * shares[:, None]
    turned = np.rint(255 * transformed(pictures, amounts, own.astype(float))).astype(np.uint8)
    away = embed_many(model, turned) - z
    direction = np.linalg.lstsq(shares[:, None], away)[0][0]
    np.testing.assert_allclose(found.directions[at], direction, rtol=1e-3, atol=1e-4)

    def error(codes: np.ndarray) -> float:
        return float(np.square(decode_many(model, codes) / 255 - turned / 255).mean())

    assert error(found.moved(z, amounts)) < error(found.along(z, amounts)) < error(z)


def test_a_missing_or_damaged_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_maps, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match=r"nowhere.* can't be read as maps of codes"):
        load_code_maps("nowhere")
    (tmp_path / "cut.safetensors").write_bytes(b"\x08" + bytes(20))
    with pytest.raises(ValueError, match=r"cut.* can't be read as maps of codes"):
        load_code_maps("cut")


def test_a_ruler_in_the_loop_brings_a_model_closer_to_what_was_asked() -> None:
    model = runs.find("attribute-vae-8").build()
    assert isinstance(model, AttributeVAE)
    count = 60
    style = embed_many(model, mnist.test_digits().images[:count])[:, : model.style]
    wanted = standardised({name: v.astype(np.float32) for name, v in ruled(count).items()})
    wanted[:, ATTRIBUTES.index("slant")] += 1
    labels = mnist.test_digits().labels[:count]
    errors = {}
    for rounds in (0, ROUNDS):
        pictures, asked = ask(model, style, labels, wanted, rounds)
        away = standardised(measure(pictures)) - wanted
        errors[rounds] = np.square(away).sum(1)
        assert asked.shape == wanted.shape
    assert (errors[ROUNDS] <= errors[0] + 1e-6).all()
    assert errors[ROUNDS].mean() < 0.7 * errors[0].mean()
