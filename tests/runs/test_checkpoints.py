"""The shipped runs are what they say: measured anew, their numbers are those in the file."""

from __future__ import annotations

import math

import numpy as np
import pytest

from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.evaluation.evaluate import evaluate
from vae_demo.latent.subspaces import pca, principal_angles
from vae_demo.models import code_vectors_many, embed_many, reconstruct_many
from vae_demo.runs import Run
from vae_demo.training.config import TrainConfig
from vae_demo.training.history import WIDE
from vae_demo.training.snapshots import mean_losses
from vae_demo.ui.parts.codebook.cells import bits, bits_in_use

ANGLE = 0.5  # degrees: how well the linear autoencoder's subspace agrees with PCA's
# Name -> model, latent size.
SHIPPED = {
    "ae-20": ("ae", 20),
    "ae-30": ("ae-shallow", 30),
    "ae-500": ("ae-shallow", 500),
    "ae-conv-20": ("ae-conv", 20),
    "cae-300": ("cae", 300),
    "attribute-vae-8": ("attribute-vae", 22),
    "cvae-20": ("cvae", 30),
    "dae-500": ("dae", 500),
    "hvae-64": ("hvae", 64),
    "hvae-mixture-64": ("hvae-mixture", 64),
    "pca-20": ("ae-linear", 20),
    "vae-2": ("vae", 2),
    "vae-20": ("vae", 20),
    "vae-20-beta4": ("vae", 20),
    "vae-20-gaussian": ("vae", 20),
    "vae-conv-20": ("vae-conv", 20),
    "vae-deep-40": ("vae-deep", 40),
    "vae-mixture-40": ("vae-mixture", 40),
    "vqvae-16": ("vqvae", 16),
}


@pytest.fixture(scope="module", params=SHIPPED)
def shipped(request: pytest.FixtureRequest) -> Run:
    return runs.load(runs.library.SHIPPED / f"{request.param}{runs.SUFFIX}")


def pixels(run: Run) -> str:
    """What it was trained on; the first runs do not say."""
    return str(run.training.get("pixels", "grey"))


def test_these_runs_are_shipped_and_no_others() -> None:
    assert sorted(path.stem for path in runs.library.SHIPPED.glob(f"*{runs.SUFFIX}")) == sorted(
        SHIPPED
    )


def test_each_is_the_model_its_name_says(shipped: Run) -> None:
    assert (shipped.model["name"], shipped.latent) == SHIPPED[shipped.name]
    TrainConfig(**shipped.training)  # still a configuration of this project


@pytest.mark.some(3)
def test_stored_numbers_are_measured_anew(shipped: Run) -> None:
    found = evaluate(shipped.build(), mnist.test_digits(), pixels=pixels(shipped))
    assert found["images"] == 10_000
    assert found == pytest.approx(dict(shipped.results), abs=1e-3)


@pytest.mark.some(3)
def test_the_history_tells_of_this_very_model(shipped: Run) -> None:
    """Its last snapshot has the codes, the reconstructions and the losses of the weights."""
    model, probe, history = shipped.build(), mnist.probe().images, shipped.history
    strip = reconstruct_many(model, probe[mnist.strip_positions()]).astype(int)
    assert np.abs(strip - history.strip[-1].astype(int)).max() <= 1  # rounding of other machines
    codes = code_vectors_many(model, probe)
    assert history.codes.shape[:2] == (len(history), 1000)
    if codes.shape[1] > WIDE:
        assert 20 <= history.codes.shape[2] <= WIDE
    else:
        np.testing.assert_allclose(
            history.codes[-1].astype(np.float32), codes, rtol=2e-3, atol=2e-3
        )
    test = [history.loss(f"test_{part}")[-1] for part in ("distortion", "rate")]
    assert test == pytest.approx(
        mean_losses(model, mnist.test_digits().images, pixels(shipped)), abs=1e-2
    )


def test_the_history_begins_untrained_and_tells_the_first_epoch_slowly(shipped: Run) -> None:
    history = shipped.history
    epochs = shipped.training["epochs"]
    every = 1 if epochs <= 120 else math.ceil(epochs / 30)  # a long run keeps about 30 of them
    kept = sorted({*range(every, epochs + 1, every), epochs})
    assert history.epochs.tolist() == [0, 0.125, 0.25, 0.5, *kept]
    beta = shipped.training["beta"]
    objective = history.loss("test_distortion") + beta * history.loss("test_rate")
    if shipped.name != "vae-mixture-40":  # which starts from the weights of vae-deep-40
        assert objective[-1] < 0.5 * objective[0]


def test_vae_20_reaches_the_likelihood_it_is_shipped_for() -> None:
    assert runs.find("vae-20").results["neg_elbo"] <= 100.0


def test_vqvae_16_uses_its_whole_dictionary() -> None:
    model = runs.find("vqvae-16").build()
    codes = embed_many(model, mnist.test_digits().images)
    used = np.bincount(codes.astype(int).ravel(), minlength=model.codebook_size)
    assert used.min() > 0
    assert 90 < bits_in_use(codes) < bits(model.latent, model.codebook_size)


def test_pca_20_spans_the_principal_components() -> None:
    weight = runs.find("pca-20").build().decoder.weight.detach().numpy()
    mean, components = pca(mnist.train_digits().images, 20)
    assert principal_angles(weight, components).max() < ANGLE
    ink = mnist.test_digits().images.reshape(10_000, 784) / 255 - mean
    best = np.square(ink - ink @ components @ components.T).sum(1).mean() / 2
    assert runs.find("pca-20").results["distortion"] == pytest.approx(best, rel=1e-3)


def test_vae_2_keeps_its_decoder_at_every_moment() -> None:
    run = runs.find("vae-2")
    model, history = run.build(), run.history
    assert set(history.decoder) == set(model.decoder.state_dict())
    for name, value in model.decoder.state_dict().items():
        kept = history.decoder[name]
        assert kept.shape == (len(history), *value.shape)
        scale = np.abs(value.numpy()).max(-1, keepdims=True)
        assert (np.abs(kept[-1].astype(np.float32) - value.numpy()) <= scale / 200).all()


def test_the_kept_decoder_draws_what_the_model_draws() -> None:
    """Within a few of 255 shades, after rounding to a byte per weight."""
    run = runs.find("vae-2")
    last = {name: w[-1].astype(np.float64) for name, w in run.history.decoder.items()}
    codes = run.history.codes[-1, mnist.strip_positions()].astype(np.float64)
    hidden = np.maximum(codes @ last["0.weight"].T + last["0.bias"], 0)
    ink = 1 / (1 + np.exp(-(hidden @ last["2.weight"].T + last["2.bias"])))
    shown = run.history.strip[-1].reshape(10, 784)
    assert np.abs(255 * ink - shown).mean() < 1
    assert np.abs(255 * ink - shown).max() < 32
