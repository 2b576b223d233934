"""What codes are good for where labels are dear: the accuracy of a classifier from few labels.

All inputs are learned without labels: the pixels, the first 20 principal components, the codes of
runs. A logistic regression on them then gets 10 to 1,000 labelled digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from vae_demo.digits import mnist
from vae_demo.digits.mnist import Digits, pixel_rows
from vae_demo.models import Codec, code_vectors_many, decode_many, embed_many
from vae_demo.models.vae import VAE

COUNTS = (10, 50, 100, 1000)  # labelled digits, the same number of each class
SCARCE = COUNTS[:3]  # where more data are made by decoding
SEEDS = 10  # draws of the labelled digits
PENALTIES = (1.0, 10.0, 100.0, 1000.0)  # C of the logistic regression, of which one is chosen
COMPONENTS = 20
HELD_OUT = slice(50_000, 52_000)  # training digits on which the penalty is chosen
POOL = slice(0, 50_000)  # training digits of which some are labelled
NEIGHBOURS = 10  # decoded for each labelled digit


@dataclass(frozen=True)
class Features:
    """Inputs of a classifier for training digits and test digits, (n, k) float32."""

    train: np.ndarray  # all 60,000
    test: np.ndarray  # all 10,000


@dataclass(frozen=True)
class Accuracy:
    """The accuracy on all test digits for some number of labelled digits."""

    mean: float
    spread: float  # standard deviation over the draws of labelled digits
    penalty: float  # C of the logistic regression


def pixels() -> Features:
    """The pixels themselves."""
    return _scaled(*(pixel_rows(digits.images) for digits in mnist.load()))


def components() -> Features:
    """The first principal components of the training digits."""
    train, test = (pixel_rows(digits.images) for digits in mnist.load())
    mean = train.mean(0)
    axes = np.linalg.eigh(np.cov(train, rowvar=False))[1][:, : -COMPONENTS - 1 : -1]
    return _scaled((train - mean) @ axes, (test - mean) @ axes)


def codes(model: Codec) -> Features:
    """The codes of a run, without the class that a conditional model predicts."""
    kept = model.unlabelled_latents()
    train, test = (code_vectors_many(model, each.images)[:, kept] for each in mnist.load())
    return _scaled(train, test)


def _scaled(train: np.ndarray, test: np.ndarray) -> Features:
    """Centred, and divided by one number, so that all variances together are 1.

    Distances keep their proportions, and the same penalty means the same for all inputs.
    """
    mean, size = _centre_and_size(train)
    return Features(*(((part - mean) / size).astype(np.float32) for part in (train, test)))


def _centre_and_size(train: np.ndarray) -> tuple[np.ndarray, float]:
    mean = train.mean(0, dtype=np.float64)
    return mean, float(np.sqrt(train.var(0, dtype=np.float64).sum()))


def drawn(labels: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Positions of `count` digits of the pool, the same number of each class, (count,) int64."""
    rng = np.random.default_rng([seed, count])
    pool = labels[POOL]
    each = [rng.choice(np.flatnonzero(pool == k), count // 10, replace=False) for k in range(10)]
    return np.concatenate(each)


def few_labels(features: Features, seeds: int = SEEDS) -> Iterator[tuple[int, Accuracy]]:
    """Yield the accuracy of logistic regression for each of `COUNTS`."""
    labels = mnist.train_digits().labels
    for count in COUNTS:
        chosen = [drawn(labels, count, seed) for seed in range(seeds)]
        yield count, _accuracy(features, [(features.train[at], labels[at]) for at in chosen])


def _accuracy(features: Features, labelled: Iterable[tuple[np.ndarray, np.ndarray]]) -> Accuracy:
    """The accuracy of logistic regressions, each on some inputs (n, k) and labels (n,).

    Their penalty is the one of `PENALTIES` with the best mean accuracy on held-out training digits.
    """
    from sklearn.linear_model import LogisticRegression

    train, test = mnist.load()
    held = {penalty: [] for penalty in PENALTIES}  # type: dict[float, list[float]]
    right = {penalty: [] for penalty in PENALTIES}  # type: dict[float, list[float]]
    for inputs, labels in labelled:
        for penalty in PENALTIES:
            fit = LogisticRegression(C=penalty, max_iter=2000).fit(inputs, labels)
            held[penalty].append(fit.score(features.train[HELD_OUT], train.labels[HELD_OUT]))
            right[penalty].append(fit.score(features.test, test.labels))
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
    more: Callable[[Digits, int], Digits] | None, seeds: int = SEEDS
) -> Iterator[tuple[int, Accuracy]]:
    """Yield the accuracy of logistic regression on pixels for each of `SCARCE`.

    `more` makes more digits of the labelled ones with a seed; None makes none.
    """
    train, features = mnist.train_digits(), pixels()
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
        yield count, _accuracy(features, labelled(count))
