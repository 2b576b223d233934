"""A run's code space: ends that hold the probe, a map that shows it, and the data of its part."""

from __future__ import annotations

import base64
import hashlib
import io
import json

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load
from sklearn.decomposition import PCA

from tests.support.code_spaces import MODELS, SPACES
from vae_demo.datasets import MNIST
from vae_demo.digits import mnist
from vae_demo.digits.contact_sheet import COLUMNS, probe_sheet
from vae_demo.latent.code_space import PRIOR_REACH, CodeSpace, rounded
from vae_demo.models import ModelConfig, build, decode_many, embed_many, rate_per_latent
from vae_demo.ui.parts.explore.data import (
    CODE,
    MAX_ABSOLUTE,
    MAX_SLIDERS,
    ExploreView,
    first_view,
    read_message,
    space_file,
    usable_view,
    view_data,
)

PROBE = mnist.shown_probe()
NAMES = ("vae-2", "vae-20", "ae-20", "dae-500")
MODELS["one latent"] = build(ModelConfig("ae", latent=1), seed=1)


@pytest.fixture(params=(*NAMES, "one latent"))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def space(name: str) -> CodeSpace:
    return SPACES[name]


# ---- measuring


def test_the_ends_hold_the_probe_and_have_three_decimals(space: CodeSpace) -> None:
    assert (space.low < space.codes.min(0) + 1e-3).all()
    assert (space.high > space.codes.max(0) - 1e-3).all()
    assert (space.low <= space.centre).all() and (space.centre <= space.high).all()
    for ends in (space.low, space.high, space.centre):
        np.testing.assert_array_equal(ends, rounded(ends))
        assert ends.shape == (space.latent,) and ends.dtype == np.float32


def test_a_vae_s_middle_is_the_prior_s_and_an_autoencoder_s_that_of_its_codes() -> None:
    vae, plain = SPACES["vae-20"], SPACES["ae-20"]
    assert vae.generative and not vae.centre.any() and (vae.scale == 1).all()
    np.testing.assert_array_equal(vae.low, -vae.high)
    assert (vae.high >= PRIOR_REACH).all()
    assert not plain.generative and not plain.rate.any()
    np.testing.assert_allclose(plain.centre, plain.codes.mean(0), atol=0.001)
    np.testing.assert_array_equal(plain.scale, plain.codes.std(0))


def test_the_latent_that_says_most_is_first() -> None:
    vae, plain = SPACES["vae-20"], SPACES["dae-500"]
    rate = rate_per_latent(MODELS["vae-20"], mnist.probe().images)
    np.testing.assert_array_equal(vae.rate, rate)
    assert (np.diff(rate[vae.order]) <= 0).all()
    assert (np.diff(plain.spread[plain.order]) <= 1e-6).all()


@pytest.mark.parametrize("which", ["vae-20", "ae-20"])
def test_random_codes_have_the_spread_they_should(which: str) -> None:
    space, rng = SPACES[which], np.random.default_rng(0)
    for temperature in (0.5, 1.0, 2.0):
        draws = np.stack([space.sample(rng, temperature) for _ in range(2000)])
        np.testing.assert_allclose(draws.std(0), temperature * space.scale, rtol=0.1)
        off = np.abs(draws.mean(0) - space.centre) / (temperature * space.scale)
        assert off.max() < 0.1
    np.testing.assert_array_equal(space.sample(rng, 0.0), space.centre)


# ---- the map


def test_the_map_is_a_square_that_shows_the_probe(space: CodeSpace) -> None:
    assert space.points.shape == (1000, 2) and space.reach > 0
    inside = (np.abs(space.points - space.middle) <= space.reach).all(1)
    assert inside.mean() > 0.99
    assert (np.abs(space.points - space.middle).max(0) > 0.5 * space.reach).any()


def test_two_latents_are_the_map_itself() -> None:
    space = SPACES["vae-2"]
    assert space.flat.is_identity
    np.testing.assert_array_equal(space.points, space.codes)
    for end in (space.low, space.high):  # what the sliders reach, the map shows
        assert (np.abs(end - space.middle) <= space.reach + 1e-5).all()


@pytest.mark.parametrize("which", ["vae-20", "dae-500"])
def test_more_latents_are_seen_along_their_principal_axes(which: str) -> None:
    space = SPACES[which]
    np.testing.assert_allclose(space.flat.axes @ space.flat.axes.T, np.eye(2), atol=1e-5)
    pca = PCA(2).fit(space.codes)
    np.testing.assert_allclose(np.abs(pca.transform(space.codes)), np.abs(space.points), atol=0.01)


def test_one_latent_has_a_line_for_each_digit() -> None:
    space = SPACES["one latent"]
    np.testing.assert_array_equal(space.points[:, 0], space.codes[:, 0])
    heights = [np.unique(space.points[mnist.probe().labels == k, 1]) for k in range(10)]
    assert all(len(height) == 1 for height in heights)
    assert (np.diff(np.concatenate(heights)) < 0).all()  # the 0 on top


# ---- what is seen


def test_a_first_visit_sees_a_typical_three(name: str, space: CodeSpace) -> None:
    view = first_view(space, PROBE)
    assert view.digit is not None and mnist.test_digits().labels[view.digit] == 3
    codes = embed_many(MODELS[name], mnist.test_digits().images[[view.digit]])
    np.testing.assert_allclose(view.z, codes[0], atol=0.0006)
    assert (view.plane, view.temperature) == (0, 1)


def test_a_view_from_the_browser_is_taken_as_it_is() -> None:
    space = SPACES["vae-2"]
    digit = int(mnist.probe_indices()[7])
    view = usable_view(space, PROBE, np.array([0.123, -2.5], np.float32), digit, 0.25, 1.5)
    assert view is not None
    np.testing.assert_array_equal(view.z, np.array([0.123, -2.5], np.float32))
    assert (view.digit, view.plane, view.temperature) == (digit, 0.25, 1.5)


@pytest.mark.parametrize("z", ["1", "1,2,3", "nan,0", "1e400,0", f"{2 * MAX_ABSOLUTE:.0f},0", ""])
def test_what_is_no_code_is_no_view(z: str) -> None:
    assert usable_view(SPACES["vae-2"], PROBE, CODE.read([z])) is None


@pytest.mark.parametrize("digit", [None, -1, 10_000])
def test_what_is_no_digit_of_the_probe_is_none(digit: int | None) -> None:
    view = usable_view(SPACES["vae-2"], PROBE, np.zeros(2), digit)
    assert view is not None and view.digit is None


@pytest.mark.parametrize(
    ("plane", "temperature", "wanted"),
    [
        (-1, 9.0, (0.0, 2.0)),
        (2, -9.0, (1.0, 0.0)),
        (float("nan"), float("inf"), (0.0, 2.0)),
        (None, None, (0.0, 1.0)),
    ],
)
def test_numbers_are_moved_to_their_ends(
    plane: float | None, temperature: float | None, wanted: tuple[float, float]
) -> None:
    view = usable_view(SPACES["vae-2"], PROBE, np.zeros(2), None, plane, temperature)
    assert view is not None and (view.plane, view.temperature) == wanted


def test_a_message_of_the_browser_is_checked() -> None:
    sent = {
        "network": "n",
        "version": 2,
        "z": "0,1.5",
        "digit": None,
        "plane": 0,
        "temperature": 1,
        "reading": True,
        "spacing": "linear",
    }
    message = read_message(sent)
    assert message is not None and message.z == "0,1.5" and message.version == 2
    for name, odd in {
        "network": 1,
        "version": "2",
        "z": [0, 1.5],
        "digit": True,
        "plane": "1",
        "temperature": None,
        "reading": "yes",
        "spacing": 1,
    }.items():
        assert read_message(sent | {name: odd}) is None, name
    for nothing in (None, [], "view", 3, {}, sent | {"z": "0" * 20_000}):
        assert read_message(nothing) is None


# ---- the part's data


def test_the_file_holds_the_code_space(name: str, space: CodeSpace) -> None:
    file = space_file(space, PROBE, MNIST)
    arrays = load(file.raw)
    assert len(file.raw) < 40_000 and file.key == hashlib.sha256(file.raw).hexdigest()[:32]
    np.testing.assert_array_equal(arrays["points"], space.points)
    np.testing.assert_array_equal(arrays["axes"], space.flat.axes)
    np.testing.assert_array_equal(mnist.test_digits().labels[arrays["positions"]], arrays["labels"])
    for entry in ("low", "high", "centre", "scale", "origin"):
        assert arrays[entry].shape == (space.latent,)
    length = int.from_bytes(file.raw[:8], "little")
    described = json.loads(json.loads(file.raw[8 : 8 + length])["__metadata__"]["described"])
    assert [one["dimension"] for one in described["sliders"]] == space.order[:MAX_SLIDERS].tolist()
    asleep = np.setdiff1d(np.arange(space.latent), arrays["active"])
    assert described["asleep"] == len(asleep) and not space.active[asleep].any()
    assert described["latent"] == space.latent and described["reach"] == space.reach


def test_a_view_brings_its_pictures(name: str, space: CodeSpace) -> None:
    view = first_view(space, PROBE)
    sent = view_data(MODELS[name], space, PROBE, view)
    assert json.loads(json.dumps(sent)) == sent
    np.testing.assert_array_equal(CODE.read([sent["z"]]), view.z)
    decoded, (original, _) = (
        np.frombuffer(base64.b64decode(sent[entry]), np.uint8).reshape(-1, 28, 28)
        for entry in ("decoded", "pair")
    )
    np.testing.assert_array_equal(decoded, decode_many(MODELS[name], view.z[None]))
    np.testing.assert_array_equal(original, mnist.test_digits().images[view.digit])
    assert view_data(MODELS[name], space, PROBE, ExploreView(space.centre))["pair"] == ""


def test_the_sheet_holds_the_probe_s_pixels() -> None:
    sheet = probe_sheet(PROBE)
    assert len(sheet) < 250_000
    pixels = np.asarray(Image.open(io.BytesIO(sheet)))
    assert pixels.shape == (1000 // COLUMNS * 28, COLUMNS * 28) and pixels.dtype == np.uint8
    found = pixels.reshape(-1, 28, COLUMNS, 28).swapaxes(1, 2).reshape(-1, 28, 28)
    np.testing.assert_array_equal(found, mnist.probe().images)
