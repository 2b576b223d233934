"""Codes that are words: what they cost, what they look like, what they are not taken for."""

from __future__ import annotations

import math
import re
from html import unescape

import numpy as np
import pytest
import torch
from scipy.stats import entropy  # type: ignore[import-untyped]

from vae_demo import runs
from vae_demo.datasets import mnist_data
from vae_demo.digits import mnist
from vae_demo.digits.mnist import Digits
from vae_demo.evaluation.codes import active_units, linear_probe
from vae_demo.evaluation.score import score
from vae_demo.latent.code_space import measure_code_space
from vae_demo.models import MODELS, Codec, ModelConfig, build, code_vectors_many, embed_many, to_x
from vae_demo.models.vq import VQVAE
from vae_demo.training.config import TrainConfig
from vae_demo.training.snapshots import probe_codes
from vae_demo.ui.parts.codebook import cells, usage
from vae_demo.ui.parts.morph.data import Interpolation


@pytest.fixture(scope="module")
def vqvae() -> VQVAE:
    """Far enough from its start that many words are in use."""
    model = build(ModelConfig("vqvae", 6), seed=4)
    assert isinstance(model, VQVAE)
    with torch.no_grad():
        model.words.weight.mul_(2)
        model.encoder[-1].weight.mul_(20)
    return model


@torch.no_grad()
def renamed(model: VQVAE) -> VQVAE:
    """The same model, but each word has another number."""
    other = build(ModelConfig("vqvae", model.latent))
    assert isinstance(other, VQVAE)
    other.load_state_dict(model.state_dict())
    other.words.weight.copy_(model.words.weight.roll(17, 0))
    return other


def is_names(family: type[Codec]) -> bool:
    return family.codebook_size > 0


# ---- what they cost


def test_a_code_of_16_words_of_64_costs_96_bits_which_are_its_rate() -> None:
    model = build(ModelConfig("vqvae"))
    assert cells.bits(model.latent, model.codebook_size) == 96
    with torch.inference_mode():
        rate = model.losses(to_x(mnist.probe().images[:2])).rate
    np.testing.assert_allclose(rate, 96 * math.log(2), rtol=1e-6)


def test_bits_in_use_are_the_entropies_of_the_places() -> None:
    codes = np.random.default_rng(0).integers(0, 5, (400, 3)) ** 2
    expected = sum(entropy(np.bincount(place), base=2) for place in codes.T)
    assert cells.bits_in_use(codes) == pytest.approx(expected, rel=1e-12)
    assert cells.bits_in_use(codes.astype(np.float32)) == cells.bits_in_use(codes)


def test_bits_in_use_of_known_codes() -> None:
    every = np.arange(64)[:, None].repeat(16, 1)
    assert cells.bits_in_use(every) == pytest.approx(96)
    assert cells.bits_in_use(every * 0) == 0
    assert cells.bits_in_use(np.array([[1, 7], [2, 7]])) == 1


# ---- what they look like


def test_a_picture_shows_the_model_s_words(vqvae: VQVAE) -> None:
    digits = mnist.probe().images[:20]
    found = vqvae.nearest(vqvae.encode(to_x(digits))).tolist()
    assert len({word for code in found for word in code}) > 5
    dictionary = vqvae.words.weight.detach().numpy()
    for code, expected in zip(embed_many(vqvae, digits), found, strict=True):
        assert [cell.word for cell in cells.picture(code, dictionary)] == expected


def test_the_same_word_has_the_same_colour_and_another_one_another() -> None:
    dictionary = np.random.default_rng(1).normal(size=(64, 8))
    first = cells.picture(np.arange(64), dictionary)
    again = cells.picture(np.arange(64)[::-1], dictionary)
    assert first == again[::-1]
    assert len({cell.colour for cell in first}) > 60  # rounding may bring two together
    assert all(re.fullmatch("#[0-9a-f]{6}", cell.colour) for cell in first)


def test_words_that_are_alike_have_like_colours() -> None:
    """Along the direction in which the words differ most the colours go from dark to light."""
    along = np.random.default_rng(2).permutation(np.linspace(-1, 1, 64))
    dictionary = np.outer(along, [3.0, -4.0]) + 0.01 * np.random.default_rng(3).normal(size=(64, 2))
    shown = cells.picture(np.argsort(along), dictionary)
    light = [cells.contrast(cell.colour, "#000000") for cell in shown]
    rising = np.diff(light)
    assert (rising > -0.05).all() or (rising < 0.05).all()
    assert max(light) / min(light) > 5


def test_every_number_can_be_read() -> None:
    dictionary = np.random.default_rng(4).normal(size=(64, 8))
    for cell in cells.picture(np.arange(64), dictionary):
        assert cells.contrast(cell.colour, cell.ink) >= 4.5  # WCAG 2, level AA


def test_contrast_of_known_colours() -> None:
    assert cells.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert cells.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert cells.contrast("#123456", "#123456") == 1


@pytest.mark.parametrize(("places", "side"), [(1, 1), (4, 2), (5, 3), (16, 4), (17, 5)])
def test_places_stand_in_a_square(places: int, side: int) -> None:
    assert cells.across(places) == side


def test_as_html_the_numbers_are_text_and_can_be_heard() -> None:
    shown = cells.picture(np.array([3, 61, 3, 0]), np.random.default_rng(5).normal(size=(64, 8)))
    html = cells.as_html(shown, 'a "code" of 3 & 61')
    assert re.findall(r">(\d+)</div>", html) == ["3", "61", "3", "0"]
    assert "repeat(2,1fr)" in html
    (label,) = re.findall('aria-label="([^"]*)"', html)
    assert unescape(label) == 'a "code" of 3 & 61'


# ---- that nobody takes their numbers for quantities


@pytest.mark.parametrize("name", [n for n, family in MODELS.items() if not is_names(family)])
def test_quantities_of_other_codes_are_the_codes(name: str) -> None:
    model = build(ModelConfig(name))
    z = torch.randn(3, model.latent, generator=torch.Generator().manual_seed(1))
    assert torch.equal(model.code_vectors(z), z)


@torch.no_grad()
def test_quantities_of_words_do_not_change_with_their_numbers(vqvae: VQVAE) -> None:
    digits = mnist.probe().images[:50]
    before = code_vectors_many(vqvae, digits)
    assert before.shape == (50, vqvae.words.weight[: vqvae.latent].numel())
    pictures, other = vqvae(to_x(digits)), renamed(vqvae)
    assert not np.array_equal(embed_many(vqvae, digits), embed_many(other, digits))
    np.testing.assert_array_equal(code_vectors_many(other, digits), before)
    torch.testing.assert_close(other(to_x(digits)), pictures)


def test_what_a_history_keeps_and_a_probe_reads_are_the_words_themselves(vqvae: VQVAE) -> None:
    kept = probe_codes(vqvae, mnist.shown_probe())
    expected = code_vectors_many(vqvae, mnist.probe().images)
    np.testing.assert_array_equal(kept, expected.astype(np.float16))


def test_the_linear_probe_reads_words_whatever_their_numbers(vqvae: VQVAE) -> None:
    train, test = mnist.train_digits()[:400], mnist.test_digits()[:200]
    share = linear_probe(vqvae, train, test)
    assert share > 0.2  # by chance 0.1
    assert linear_probe(renamed(vqvae), train, test) == share


def test_what_needs_quantities_refuses_words(vqvae: VQVAE) -> None:
    said = "a code of VQVAE holds indices of code vectors, which are not continuous$"
    with pytest.raises(TypeError, match=said):
        active_units(vqvae, mnist.probe())
    with pytest.raises(TypeError, match=said):
        measure_code_space(vqvae, mnist.shown_probe())
    with pytest.raises(TypeError, match=said):
        Interpolation("a way", "linear", vqvae)


def test_the_scoreboard_counts_no_active_units_of_words(
    vqvae: VQVAE, small_world: tuple[Digits, Digits]
) -> None:
    config, history = ModelConfig("vqvae", vqvae.latent), runs.find("vae-2").history
    run = runs.make_run("words", vqvae, config, TrainConfig(), {}, history)
    row = score(run, mnist_data())
    assert row["numbers"]["active_units"] is None
    assert row["numbers"]["rate"] == pytest.approx(vqvae.latent * math.log(64), rel=1e-6)


def test_usage_is_the_share_of_each_vector() -> None:
    codes = np.array([[0, 3], [3, 3], [1, 3]], np.float32)
    share = usage.codebook_usage(codes, 5)
    np.testing.assert_allclose(share, [1 / 6, 1 / 6, 0, 4 / 6, 0])
    assert usage.perplexity(share) == pytest.approx(np.exp(entropy(share)))
    assert usage.perplexity(np.full(64, 1 / 64)) == pytest.approx(64)
