"""Every number of the scoreboard: its definition, unit and source.

Likelihoods are in nats per image, ink in [0, 1]; every number is over all
the digits or pictures it is given, each seen once. What a latent costs is `models.rate_per_latent`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional as F

from vae_demo.digits.mnist import Digits, batches, check_pictures, pixel_rows, test_digits
from vae_demo.evaluation.classifier import Classifier, features, load_classifier, probabilities
from vae_demo.latent import active
from vae_demo.models import Codec, code_vectors_many, embed_many, need_continuous, to_pixels, to_x
from vae_demo.models.losses import importance_bound
from vae_demo.training.loop import seen

PIXELS = ("dynamic", "fixed", "grey")
FIXED_SEED = 2008_0705  # far from the small seeds that draw codes: the two must not be one stream
CONFIDENT = 0.9  # from this probability on a picture counts as recognised
PENALTY = 1e-4  # of the linear probe: half of it times the squared weights, per digit
_CHUNK = 1000


# --- likelihood --------------------------------------------------------------------------------


def binarise(digits: Digits, seed: int = FIXED_SEED) -> Digits:
    """Each pixel drawn once: 255 with the probability of its grey value, else 0.

    One draw for the whole set, "fixed binarisation" (Salakhutdinov & Murray 2008); another one
    than the published file of Larochelle & Murray 2011, on whose very pixels numbers may differ.
    The first digits of a set are drawn the same with and without the rest.
    """
    return _drawn(digits, torch.Generator().manual_seed(seed))


def _drawn(digits: Digits, generator: torch.Generator) -> Digits:
    return Digits(to_pixels(seen(to_x(digits.images), "dynamic", generator)), digits.labels)[:]


@torch.inference_mode()
def negative_log_likelihood(
    model: Codec,
    digits: Digits,
    samples: int,
    pixels: str = "dynamic",
    seed: int = 0,
    *,
    chunk: int = _CHUNK,
    progress: Callable[[int], object] | None = None,
) -> np.ndarray:
    """The importance-weighted upper bound of -log p(x) of each digit, (n,) float64, nats.

    -log 1/k Σ p(x, z) / q(z|x) over k = `samples` draws z ~ q(z|x) (Burda et al. 2015, eq. 8):
    1 gives the negative evidence lower bound, 5000 is what papers report as the likelihood.
    A Gaussian likelihood lacks its constant here as everywhere (`losses.gaussian_distortion`).

    Args:
        pixels: "dynamic", drawn as 0 or 1 from `seed`, the same for every `samples`; "fixed",
            drawn the same for every seed (`binarise`); "grey", as they are, for which the
            Bernoulli likelihood is no probability and compares with no published number.
        chunk: codes decoded at a time, which bounds the memory.
        progress: told how many more digits are done, as `tqdm.update` wants it.

    Raises:
        TypeError: the model has no posterior to draw from.
        ValueError: unknown pixels, or fewer than one sample or one code at a time.
    """
    if pixels not in PIXELS:
        raise ValueError(f"unknown pixels {pixels!r}; there are: {', '.join(PIXELS)}")
    if samples < 1 or chunk < 1:
        raise ValueError(f"samples is {samples}, chunk is {chunk}; both must be at least 1")
    generator = torch.Generator().manual_seed(seed)
    if pixels != "grey":
        digits = binarise(digits) if pixels == "fixed" else _drawn(digits, generator)
    # Beyond `chunk` samples it is one digit at a time, whose log weights, one number per code,
    # are small enough to be kept: only the decoded pictures must come in blocks.
    blocks = [min(chunk, samples - done) for done in range(0, samples, chunk)]
    bounds = np.empty(len(digits))  # what is small and stays splits the memory of what is large
    done = 0
    for images in batches(digits.images, max(1, chunk // samples)):
        x = to_x(images)
        weights = torch.cat([model.log_weights(x, block, generator) for block in blocks])
        bounds[done : done + len(images)] = importance_bound(weights.double()).numpy()
        done += len(images)
        if progress is not None:
            progress(len(images))
    return bounds


# --- codes and reconstructions -----------------------------------------------------------------


def active_units(model: Codec, digits: Digits) -> int:
    """Latents whose code varies over the digits: variance > 0.01 (Burda et al. 2015, sec. 5.2).

    A VAE's code is its posterior mean; a plain autoencoder's has a scale of its own.

    Raises:
        TypeError: the code is words, whose numbers have no variance.
    """
    need_continuous(model, "latents can't be counted by their variance")
    return int(active(embed_many(model, digits.images)).sum())


@torch.inference_mode()
def squared_error(model: Codec, digits: Digits) -> float:
    """Mean squared error per pixel of the deterministic reconstruction, ink in [0, 1]."""
    parts = map(to_x, batches(digits.images, _CHUNK))
    total = sum((model(x) - x).double().square().sum().item() for x in parts)
    return total / digits.images.size


def linear_probe(model: Codec, train: Digits, test: Digits) -> float:
    """Share of `test` that multinomial logistic regression on the codes of `train` reads right.

    How much of the digit's name lies in the codes along straight lines (Alain & Bengio 2016).
    Codes are standardised by those of `train`; the mean cross-entropy plus PENALTY / 2 times
    the squared weights is minimised from 0 by L-BFGS over all digits at once, until no slope is
    above 1e-4. That is convex, so the number depends on no seed. Of a code of words it reads the
    words' own numbers, `Codec.code_vectors`.
    """
    codes, others = (code_vectors_many(model, d.images) for d in (train, test))
    mean = codes.mean(0, dtype=np.float64)
    spread = np.maximum(codes.std(0, dtype=np.float64), 1e-9)  # a constant code stays at 0
    inputs, asked = (torch.tensor((c - mean) / spread).float() for c in (codes, others))
    labels = torch.tensor(train.labels.astype(np.int64))
    weight, bias = torch.zeros(codes.shape[1], 10), torch.zeros(10)
    optimizer = torch.optim.LBFGS(
        [weight.requires_grad_(), bias.requires_grad_()],
        max_iter=200,
        tolerance_grad=1e-4,
        history_size=20,
        line_search_fn="strong_wolfe",
    )

    def objective() -> float:
        optimizer.zero_grad()
        error = F.cross_entropy(inputs @ weight + bias, labels)
        loss = error + PENALTY / 2 * weight.square().sum()
        loss.backward()
        return loss.item()

    optimizer.step(objective)
    return float(((asked @ weight + bias).argmax(1).numpy() == test.labels).mean())


# --- made-up digits ----------------------------------------------------------------------------


@dataclass(frozen=True)
class SampleQuality:
    """What our own classifier makes of pictures; no number here is comparable with papers.

    recognised: share of them read with a probability of at least CONFIDENT, whatever is read.
    distance: Fréchet distance between their features and those of the 10,000 test digits, in
    squared features; more pictures give a smaller one, so compare equal numbers of them.
    kinds: how many different digits there are, 1 to 10: exp of the entropy of the mean of the
    predicted distributions, the marginal part of the inception score (Salimans et al. 2016).
    """

    recognised: float
    distance: float
    kinds: float


def sample_quality(pictures: np.ndarray) -> SampleQuality:
    """The quality of made-up digits (n, 28, 28) uint8.

    Raises:
        ValueError: another shape or type, or fewer than 2 pictures; or no shipped classifier.
    """
    check_pictures(pictures, 2)
    judge, real = _judge()
    read = probabilities(judge, pictures)
    return SampleQuality(
        recognised=float(recognised(read).mean()),
        distance=frechet_distance(features(judge, pictures), real),
        kinds=kinds(read),
    )


def recognised(read: np.ndarray) -> np.ndarray:
    """Which pictures are read with a probability of at least CONFIDENT; read (n, 10) to (n,)."""
    return read.max(1) >= CONFIDENT


def kinds(read: np.ndarray) -> float:
    """How many different digits there are, 1 to 10, in probabilities (n, 10)."""
    entropy = torch.special.entr(torch.tensor(read.mean(0, dtype=np.float64))).sum()
    return entropy.exp().item()


@functools.cache
def _judge() -> tuple[Classifier, np.ndarray]:
    """The shipped classifier, and its features of the test digits, (10000, 128)."""
    judge = load_classifier()
    return judge, features(judge, test_digits().images)


def frechet_distance(a: np.ndarray, b: np.ndarray) -> float:
    """‖μ_a − μ_b‖² + Tr(A + B − 2(A^½ B A^½)^½) of Gaussians fitted to a (n, d) and b (m, d).

    The squared Wasserstein distance of the two (Dowson & Landau 1982), in squared features.
    Heusel et al. 2017 (eq. 6) call it FID when the features are Inception's; with any others,
    ours included, it is never to be called so.

    Raises:
        ValueError: not two sets of equal width with at least 2 rows each.
    """
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[1] or min(len(a), len(b)) < 2:
        raise ValueError(f"features are {a.shape} and {b.shape}; expected (n, d) and (m, d), n > 1")
    a, b = a.astype(np.float64), b.astype(np.float64)
    spread_a, spread_b = (np.atleast_2d(np.cov(x, rowvar=False)) for x in (a, b))
    values, vectors = np.linalg.eigh(spread_a)
    root = vectors * np.sqrt(values.clip(0)) @ vectors.T
    # Symmetric, unlike the root of A·B in common use, so few pictures can't make it complex.
    shared = np.sqrt(np.linalg.eigvalsh(root @ spread_b @ root).clip(0)).sum()
    apart = np.square(a.mean(0) - b.mean(0)).sum()
    return max(0.0, float(apart + np.trace(spread_a + spread_b) - 2 * shared))


def nearest_training_digits(pictures: np.ndarray, digits: Digits) -> tuple[np.ndarray, np.ndarray]:
    """Which digit is most like each picture (n, 28, 28) uint8, to see what was learnt by heart.

    Returns its position, (n,) int64, the first of equals, and the squared distance, (n,)
    float64, summed over the 784 pixels, ink in [0, 1].

    Raises:
        ValueError: another shape or type, or no digits.
    """
    check_pictures(pictures, 0)
    if not len(digits):
        raise ValueError("there are no digits to compare with")
    positions, distances = [np.empty(0, np.int64)], [np.empty(0)]
    for some in map(pixel_rows, batches(pictures, 100)):
        others = map(pixel_rows, batches(digits.images, _CHUNK))
        # Whole numbers below 2⁵³ all along: nothing is rounded, equals are equal.
        parts = [np.square(other).sum(1) - 2 * some @ other.T for other in others]
        found = np.concatenate(parts, 1)  # (100, digits), without |picture|², the same for all
        positions.append(found.argmin(1))
        distances.append((found.min(1) + np.square(some).sum(1)) / 255**2)
    return np.concatenate(positions), np.concatenate(distances)
