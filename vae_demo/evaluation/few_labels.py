"""What codes are good for where labels are scarce: the accuracy of a classifier from few labels.

All inputs are learned without labels: the pixels, the first 20 principal components, the codes of
runs. A logistic regression on them then gets 10 to 1,000 labelled pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from vae_demo.datasets import DataSet
from vae_demo.digits.mnist import Digits, pixel_rows
from vae_demo.models import Codec, code_vectors_many, decode_many, embed_many
from vae_demo.models.vae import VAE

COUNTS = (10, 50, 100, 1000)  # labelled pictures, as many of each class
SCARCE = COUNTS[:3]  # where more data are made by decoding
SEEDS = 10  # draws of the labelled pictures
PENALTIES = (1.0, 10.0, 100.0, 1000.0)  # C of the logistic regression, of which one is chosen
COMPONENTS = 20
POOL_SHARE = 5 / 6  # of the training pictures, from the first, of which some are labelled
HELD_OUT = 2000  # those that follow, at most so many: the penalty is chosen on them
NEIGHBOURS = 10  # decoded for each labelled picture


@dataclass(frozen=True)
class Features:
    """Inputs of a classifier for all training and all test pictures, (n, k) float32."""

    train: np.ndarray
    test: np.ndarray


@dataclass(frozen=True)
class Accuracy:
    """The accuracy on all test pictures for some number of labelled ones."""

    mean: float
    spread: float  # standard deviation over the draws of labelled pictures
    penalty: float  # C of the logistic regression


def pixels(data: DataSet) -> Features:
    """The pixels themselves."""
    return _scaled(*(pixel_rows(part.images) for part in (data.train, data.test)))


def components(data: DataSet) -> Features:
    """The first principal components of the training pictures."""
    train, test = (pixel_rows(part.images) for part in (data.train, data.test))
    mean = train.mean(0)
    axes = np.linalg.eigh(np.cov(train, rowvar=False))[1][:, : -COMPONENTS - 1 : -1]
    return _scaled((train - mean) @ axes, (test - mean) @ axes)


def codes(model: Codec, data: DataSet) -> Features:
    """The codes of a run, without the class that a conditional model predicts."""
    kept = model.unlabelled_latents()
    parts = (data.train, data.test)
    return _scaled(*(code_vectors_many(model, part.images)[:, kept] for part in parts))


def _scaled(train: np.ndarray, test: np.ndarray) -> Features:
    """Centred, and divided by one number, so that all variances together are 1.

    Distances keep their proportions, and the same penalty means the same for all inputs.
    """
    mean, size = _centre_and_size(train)
    return Features(*(((part - mean) / size).astype(np.float32) for part in (train, test)))


def _centre_and_size(train: np.ndarray) -> tuple[np.ndarray, float]:
    mean = train.mean(0, dtype=np.float64)
    return mean, float(np.sqrt(train.var(0, dtype=np.float64).sum()))


def pool_size(labels: np.ndarray) -> int:
    """How many of the training pictures are in the pool of which some are labelled."""
    return int(len(labels) * POOL_SHARE)


def drawn(labels: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Positions of about `count` pictures of the pool, as many of each class, (k,) int64.

    Raises:
        ValueError: if the pool has too few of a class.
    """
    rng = np.random.default_rng([seed, count])
    pool = labels[: pool_size(labels)]
    classes, there = np.unique(pool, return_counts=True)
    each = max(1, count // len(classes))
    if there.min() < each:
        raise ValueError(
            f"{count} labels are {each} of each class; one of the classes has {there.min()}"
        )
    found = [rng.choice(np.flatnonzero(pool == k), each, replace=False) for k in classes]
    return np.concatenate(found)


def few_labels(
    features: Features, data: DataSet, seeds: int = SEEDS
) -> Iterator[tuple[int, Accuracy]]:
    """Yield the accuracy of logistic regression for each of `COUNTS`."""
    labels = data.train.labels
    for count in COUNTS:
        chosen = [drawn(labels, count, seed) for seed in range(seeds)]
        yield count, _accuracy(features, data, [(features.train[at], labels[at]) for at in chosen])


def _accuracy(
    features: Features, data: DataSet, labelled: Iterable[tuple[np.ndarray, np.ndarray]]
) -> Accuracy:
    """The accuracy of logistic regressions, each on some inputs (n, k) and labels (n,).

    Their penalty is the one of `PENALTIES` with the best mean accuracy on the held-out pictures.
    """
    from sklearn.linear_model import LogisticRegression

    first = pool_size(data.train.labels)
    out = slice(first, first + HELD_OUT)
    held = {penalty: [] for penalty in PENALTIES}  # type: dict[float, list[float]]
    right = {penalty: [] for penalty in PENALTIES}  # type: dict[float, list[float]]
    for inputs, labels in labelled:
        for penalty in PENALTIES:
            fit = LogisticRegression(C=penalty, max_iter=2000).fit(inputs, labels)
            held[penalty].append(fit.score(features.train[out], data.train.labels[out]))
            right[penalty].append(fit.score(features.test, data.test.labels))
    best = max(PENALTIES, key=lambda penalty: float(np.mean(held[penalty])))
    return Accuracy(float(np.mean(right[best])), float(np.std(right[best], ddof=1)), best)


def nearest_mean(inputs: np.ndarray, labelled: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The class of each input: that whose labelled inputs have the nearest mean, (n,).

    Args:
        inputs: (n, k).
        labelled: Positions of the labelled ones, (m,).
        labels: Their classes, (m,).
    """
    classes = np.unique(labels)
    means = np.stack([inputs[labelled[labels == each]].mean(0) for each in classes])
    distances = ((inputs[:, None] - means) ** 2).sum(2)
    return np.asarray(classes[distances.argmin(1)])


# --- more data by decoding ---------------------------------------------------------------------


def around(model: VAE, digits: Digits, seed: int) -> Digits:
    """Decoded samples of the posterior of each digit, with its label."""
    import torch

    from vae_demo.models import to_x

    with torch.inference_mode():
        mean, logvar = model.posterior(to_x(digits.images))
    generator = torch.Generator().manual_seed(seed)
    made = []
    for _ in range(NEIGHBOURS):
        noise = torch.randn(mean.shape, generator=generator)
        made.append(decode_many(model, (mean + (logvar / 2).exp() * noise).numpy()))
    return Digits(np.concatenate(made), np.tile(digits.labels, NEIGHBOURS))


def between(model: Codec, digits: Digits, seed: int) -> Digits:
    """Decoded codes on the way to another labelled digit of the same class."""
    rng = np.random.default_rng(seed)
    found = embed_many(model, digits.images)
    made = []
    for _ in range(NEIGHBOURS):
        partner = np.array([rng.choice(digits.of(label)) for label in digits.labels])
        share = rng.uniform(0, 0.5, (len(digits), 1))
        made.append(decode_many(model, (found + share * (found[partner] - found)).astype("f4")))
    return Digits(np.concatenate(made), np.tile(digits.labels, NEIGHBOURS))


def shifted(digits: Digits, seed: int) -> Digits:
    """The classical way to more data: the digits shifted by up to two pixels."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(NEIGHBOURS):
        moves = rng.integers(-2, 3, (len(digits), 2))
        made += [np.roll(i, m, (0, 1)) for i, m in zip(digits.images, moves, strict=True)]
    return Digits(np.stack(made), np.tile(digits.labels, NEIGHBOURS))


def more_data(
    more: Callable[[Digits, int], Digits] | None, data: DataSet, seeds: int = SEEDS
) -> Iterator[tuple[int, Accuracy]]:
    """Yield the accuracy of logistic regression on pixels for each of `SCARCE`.

    `more` makes more pictures of the labelled ones with a seed; None makes none.
    """
    train, features = data.train, pixels(data)
    rows = pixel_rows(train.images)
    mean, size = _centre_and_size(rows)

    def labelled(count: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for seed in range(seeds):
            digits = train[drawn(train.labels, count, seed)]
            images, labels = digits.images, digits.labels
            if more is not None:
                made = more(digits, seed)
                images = np.concatenate([images, made.images])
                labels = np.concatenate([labels, made.labels])
            yield ((pixel_rows(images) - mean) / size).astype(np.float32), labels

    for count in SCARCE:
        yield count, _accuracy(features, data, labelled(count))
