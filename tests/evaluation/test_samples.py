"""Samples: drawn from the prior, the same for the same seed, assessed as real digits are."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from tests.support.pages import MAIN, move_slider, page_file
from tests.support.small import SMALL
from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.evaluation.samples import (
    COUNT,
    INDEPENDENT,
    SIDE,
    assess,
    label_count,
    sample_codes,
    sampling_modes,
)
from vae_demo.models import MODELS, Codec, ModelConfig, build, decode_many, embed_many
from vae_demo.ui.frame.language import LANGUAGES, catalogue

every_model = pytest.mark.parametrize("name", MODELS)


def small(name: str) -> Codec:
    return build(ModelConfig(name, SMALL[name]), seed=3)


@every_model
def test_the_seed_alone_decides_the_samples(name: str) -> None:
    model = small(name)
    seen = mnist.probe().images
    first, again = (sample_codes(model, 5, pictures=seen) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    pictures = decode_many(model, first)
    assert pictures.shape == (COUNT, 28, 28) and pictures.dtype == np.uint8
    np.testing.assert_array_equal(pictures, decode_many(model, again))
    assert not np.array_equal(first, sample_codes(model, 6, pictures=seen))


@pytest.mark.parametrize("name", [n for n, family in MODELS.items() if family.generative])
def test_a_model_with_a_prior_draws_from_it(name: str) -> None:
    model = small(name)
    with torch.inference_mode():
        z = model.sample_prior(COUNT, torch.Generator().manual_seed(2), 0.7)
    np.testing.assert_array_equal(sample_codes(model, 2, 0.7), z.numpy())


def test_without_a_prior_each_latent_is_as_wide_as_its_codes() -> None:
    model = build(ModelConfig("ae", 4), seed=3)
    pictures = mnist.test_digits().images[:50]
    seen = embed_many(model, pictures)
    drawn = np.concatenate([sample_codes(model, seed, pictures=pictures) for seed in range(20)])
    np.testing.assert_allclose(
        drawn.mean(0), seen.mean(0), atol=4 * seen.std(0).max() / math.sqrt(len(drawn))
    )
    np.testing.assert_allclose(drawn.std(0), seen.std(0), rtol=0.1)
    middle = sample_codes(model, 0, temperature=0, pictures=pictures)
    np.testing.assert_allclose(middle, np.tile(seen.mean(0), (COUNT, 1)), rtol=1e-6)
    with pytest.raises(ValueError, match="it needs pictures to fit to"):
        sample_codes(model, 0)


def test_samples_of_one_label() -> None:
    model = small("cvae")
    assert label_count(model) == 10 and label_count(small("vae")) == 0
    any_label, sevens = sample_codes(model, 1), sample_codes(model, 1, label=7)
    styles, classes = sevens[:, : SMALL["cvae"] - 10], sevens[:, SMALL["cvae"] - 10 :]
    np.testing.assert_array_equal(classes, np.tile(np.eye(10)[7], (COUNT, 1)))
    np.testing.assert_array_equal(styles, any_label[:, : SMALL["cvae"] - 10])


@pytest.mark.parametrize("level", ["bottom", "top"])
def test_rows_share_a_level(level: str) -> None:
    model = small("hvae")
    assert sampling_modes(model) == (INDEPENDENT, "bottom", "top")
    rows = sample_codes(model, 1, mode=level).reshape(SIDE, SIDE, -1)
    top = rows[..., SMALL["hvae"] - SMALL["hvae"] // 2 :]
    same = (top == top[:, :1]).all((1, 2))
    assert same.all() if level == "bottom" else not same.any()
    assert len(np.unique(rows.reshape(COUNT, -1), axis=0)) == COUNT


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"mode": "top"}, "unknown sampling mode 'top'; there are: fresh"),
        ({"label": 3}, "label is 3; this model has 0 classes"),
    ],
)
def test_what_a_model_cannot_make_is_refused(asked: dict, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        sample_codes(small("vae"), 0, **asked)


def test_copies_would_show() -> None:
    train = mnist.train_digits()[:500]
    copies = train.images[[3, 77, 402]]
    shifted = np.roll(copies, 1, 2)
    found = assess(np.concatenate([copies, shifted]), train)
    np.testing.assert_array_equal(found.nearest[:3], [3, 77, 402])
    np.testing.assert_array_equal(found.apart[:3], 0)
    flat = train.images.reshape(500, -1) / 255
    apart = np.sqrt(((shifted[:, None].reshape(3, 1, -1) / 255 - flat) ** 2).mean(2)).min(1)
    np.testing.assert_allclose(found.apart[3:], apart)


def test_real_digits_are_recognised_and_mixtures_are_not() -> None:
    train = mnist.train_digits()[:100]
    real = assess(mnist.test_digits().images[:COUNT], train)
    assert (real.read == mnist.test_digits().labels[:COUNT]).mean() > 0.97
    assert real.recognised.mean() > 0.9 and real.kinds > 8
    assert real.agreed.mean() > 0.95
    same = assess(np.repeat(mnist.test_digits().images[:1], 20, 0), train)
    assert same.kinds == pytest.approx(1, abs=0.6)
    test = mnist.test_digits().images[: 2 * COUNT].astype(int)
    mixed = ((test[:COUNT] + test[COUNT:]) // 2).astype(np.uint8)
    found = assess(mixed, train)
    assert found.recognised.mean() < 0.5 and found.agreed.mean() < 0.8


def opened(language: str, **query: str) -> AppTest:
    at = AppTest.from_file(MAIN, default_timeout=60)
    at.context = {"locale": language}
    at.switch_page(page_file("generate"))
    for key, value in query.items():
        at.query_params[key] = value
    return at.run()


def shown(at: AppTest) -> str:
    """The address of the file of the wall."""
    assert not at.exception and not at.error
    parts = [part.proto for part in at.get("bidi_component")]
    (wall,) = (part for part in parts if part.component_name == "vae_demo_wall")
    return str(json.loads(wall.json)[0]["file"]["key"])


@pytest.mark.some(1)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_assesses_what_it_shows(language: str) -> None:
    at = opened(language, run="vae-20", seed="4")  # an older link: codes from the prior
    assert shown(at)
    model = runs.find("vae-20").build()
    found = assess(decode_many(model, sample_codes(model, 4)), mnist.train_digits())
    words = catalogue(language)
    values = {metric.label: metric.value for metric in at.metric}
    for name in ("recognised", "agreed"):
        assert values[words[f"generate.{name}"]] == str(int(getattr(found, name).sum()))
    assert words["generate.about.prior"] in [caption.value for caption in at.caption]


def test_the_page_s_controls() -> None:
    at = opened("en", run="vae-20")
    first = shown(at)
    (again,) = (b for b in at.button if b.label == catalogue("en")["generate.again"])
    second = shown(again.click().run())
    assert at.session_state["seed"] == 1 and second != first
    third = shown(move_slider(at, "temperature", 0.5))
    assert third not in (first, second)
    assert catalogue("en")["generate.about.prior"] in [caption.value for caption in at.caption]
    at.button(key="generate_try_plain").click().run()
    assert shown(at) != third and at.selectbox(key="run").value == "ae-20"
    assert catalogue("en")["generate.about.alone"] in [caption.value for caption in at.caption]


@pytest.mark.some(1)
@pytest.mark.parametrize(
    "query",
    [{"seed": "x"}, {"temperature": "nan"}, {"kind": "11"}, {"from": "moon"}, {"from": "words"}],
)
def test_odd_links_are_ignored(query: dict[str, str]) -> None:
    assert shown(opened("en", **query))
