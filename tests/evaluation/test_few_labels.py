"""Few labels: scikit-learn gives the same answers, draws are balanced, decoded digits digits."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import NearestCentroid

from vae_demo import find
from vae_demo.datasets import mnist_data
from vae_demo.digits import mnist
from vae_demo.evaluation import few_labels
from vae_demo.evaluation.few_labels import Features, around, between, drawn, nearest_mean, shifted
from vae_demo.models.vae import VAE
from vae_demo.ui.parts.features.data import common_file, measured, measured_runs, run_file

FEW = mnist.train_digits()[:20]


def test_the_nearest_mean_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    inputs, labels = rng.normal(size=(200, 5)), rng.integers(0, 10, 200)
    labelled = rng.permutation(200)[:30]
    theirs = NearestCentroid().fit(inputs[labelled], labels[labelled]).predict(inputs)
    np.testing.assert_array_equal(nearest_mean(inputs, labelled, labels[labelled]), theirs)


def test_labelled_digits_are_balanced_and_never_those_of_the_penalty() -> None:
    labels = mnist.train_digits().labels
    one, other = drawn(labels, 50, 0), drawn(labels, 50, 1)
    assert np.bincount(labels[one]).tolist() == [5] * 10
    assert one.max() < few_labels.pool_size(labels) == 50_000 and set(one) != set(other)


def test_the_accuracy_is_measured_on_all_test_digits() -> None:
    """Inputs that hold the class are always right, and noise is right by chance."""
    data = mnist_data()
    train, test = data.train, data.test
    rng = np.random.default_rng(0)
    known = Features(np.eye(10, dtype="f4")[train.labels], np.eye(10, dtype="f4")[test.labels])
    noise = Features(*(rng.normal(size=(len(p), 3)).astype("f4") for p in (train, test)))
    assert all(found.mean == 1 for _, found in few_labels.few_labels(known, data, 2))
    assert all(0.06 < found.mean < 0.14 for _, found in few_labels.few_labels(noise, data, 2))


def test_other_data_have_their_own_classes() -> None:
    mixed = np.random.default_rng(0).permutation(np.repeat(np.arange(3, dtype=np.uint8), 40))
    found = drawn(mixed, 10, 0)
    assert np.bincount(mixed[found]).tolist() == [3, 3, 3] and found.max() < 100
    with pytest.raises(ValueError, match="1000 labels are 333 of each class; one of the classes"):
        drawn(mixed, 1000, 0)


def test_more_digits_are_like_the_labelled_ones() -> None:
    model = find("vae-20").build()
    assert isinstance(model, VAE)
    for made in (around(model, FEW, 0), between(model, FEW, 0), shifted(FEW, 0)):
        assert made.images.shape == (200, 28, 28) and made.images.dtype == np.uint8
        np.testing.assert_array_equal(made.labels, np.tile(FEW.labels, 10))
        apart = np.abs(made.images.astype(float) - np.tile(FEW.images, (10, 1, 1)))
        shuffled = np.abs(made.images.astype(float) - np.roll(FEW.images, 1, 0).repeat(10, 0))
        assert 0 < apart.mean() < shuffled.mean()


def test_the_shipped_measurements_are_of_all_runs_that_learn_without_labels() -> None:
    from vae_demo import runs

    shipped = [n for n, p in runs.available().items() if p.parent == runs.library.SHIPPED]
    known = {name for name in shipped if not find(name).build().learns_labels}
    assert set(measured_runs()) <= known and {"vae-20", "ae-conv-20", "pca-20"} <= {
        *measured_runs()
    }
    for row in measured()["few_labels"].values():
        means = [row[str(count)]["mean"] for count in few_labels.COUNTS]
        assert means == sorted(means) and means[0] > 0.3
    assert len(common_file().raw) + len(run_file("ae-500", find("ae-500").build()).raw) < 1_200_000
