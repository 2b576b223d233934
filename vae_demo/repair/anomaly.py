"""Is this a digit at all? Anomaly scores, and the threshold above which a picture is strange.

Every score takes pixels (n, 28, 28) uint8, white ink on black, and returns (n,) float64, higher =
stranger; a picture's score does not depend on the others beside it. `SCORES` has them by name.

A threshold is set by the accepted rate of false alarms, as a quantile of the scores of `HELD_OUT`:
test digits that no model was trained on. Benchmarks measure on `MEASURED`, the other test digits.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from vae_demo.digits import pictures
from vae_demo.digits.damages import damage
from vae_demo.digits.mnist import Digits
from vae_demo.distributions.files import fitted_places, load_fitted
from vae_demo.distributions.mixture import CodeMixture
from vae_demo.latent.subspaces import pca
from vae_demo.models import embed_many, to_x
from vae_demo.models.losses import LIKELIHOODS, Images, gaussian_rate
from vae_demo.models.vae import VAE
from vae_demo.repair.reference import Reference, reference
from vae_demo.repair.shipped_models import shipped_model
from vae_demo.training.adam import Adam

Pixels = UInt8[np.ndarray, "n 28 28"]
Scores = Float[np.ndarray, " n"]
Score = Callable[[Pixels], Scores]

# Every second test digit: the two halves of the test set are by different writers.
HELD_OUT, MEASURED = slice(0, None, 2), slice(1, None, 2)

RUN = "vae-conv-20"  # the run of the errors and of the ELBO
NEIGHBOUR_RUN = "vae-20-gaussian"  # the run in whose code space neighbours are sought
SHIFT_RUN = "hvae-64"  # the run of the code shift
REGRET_RUN = "vae-20"  # dense, so that a posterior is quickly fitted
SLOW = 1000  # held-out digits that set the thresholds of the regret, which takes long
NEIGHBOURS = 2  # nearest codes whose distances are averaged
CODES = 20_000  # training digits among whose codes they are
COMPONENTS = 40  # of the projection on principal components
BLUR = 1.0  # standard deviation of the blur of an error, pixels
LEAST_INK = 5.0  # the least ink Σx² by which an error is divided; a thin 1 has about 20
_STEPS, _RATE, _DRAWS = 25, 0.25, 2  # of fitting a posterior: steps of Adam, and pairs of draws
_TINY = 1e-6  # the least score that has a logarithm
_FARTHEST = 12.0  # deviations that count in the combined score at most
_CHUNK = 500  # pictures at a time, which limits the memory


def error(pixels: Pixels) -> Scores:
    """Σ(x − x̂)², the squared error of the reconstruction."""
    return _each(pixels, lambda x: _squared(x - shipped_model(RUN)(x)))


def error_by_ink(pixels: Pixels) -> Scores:
    """The squared error after a blur of the error, divided by Σx².

    A stroke a little beside its place leaves much error, but of both signs: the blur cancels it. A
    digit with much ink has a larger error than one with little.
    """

    def relative(x: Images) -> Tensor:
        rest = damage(x - shipped_model(RUN)(x), "blur", BLUR, 0)
        return _squared(rest) / _squared(x).clamp(min=LEAST_INK)

    return _each(pixels, relative)


def neg_elbo(pixels: Pixels) -> Scores:
    """−ELBO at z = mean, nats: distortion + rate."""
    return _each(pixels, lambda x: shipped_model(RUN).losses(x).neg_elbo)


def neg_elbo_less_png(pixels: Pixels) -> Scores:
    """−ELBO − L, where L is the size of the picture as a PNG file, nats.

    The correction for complexity of Serrà et al. 2020. Here it is harmful: among these pictures the
    strange ones are complex, and the correction excuses them.
    """
    sizes = np.array([len(pictures.png(picture)) for picture in pixels])
    return neg_elbo(pixels) - 8 * math.log(2) * sizes


def neighbours(pixels: Pixels) -> Scores:
    """The mean distance of the code from the nearest codes of training digits."""
    return _neighbours(pixels, reference().codes)


def code_shift(pixels: Pixels) -> Scores:
    """How far the code of the reconstruction is from the code of the picture.

    The reconstruction of a digit is the same digit, with the same code.
    """

    def distance(x: Images) -> Tensor:
        found = shipped_model(SHIFT_RUN)
        code = found.embed(x)
        return (found.embed(found.decode(code)) - code).norm(dim=1)

    return _each(pixels, distance)


def density(pixels: Pixels) -> Scores:
    """−log p(z) of the code z, nats, by the mixture of Gaussians fitted to the training codes."""
    mixture = _mixture()

    def surprise(x: Images) -> Tensor:
        return -mixture.log_density(shipped_model(RUN).embed(x))

    return _each(pixels, surprise)


def regret(pixels: Pixels) -> Scores:
    """Likelihood regret: the ELBO with q(z|x) fitted to this picture, less that of the encoder.

    In nats (Xiao, Yan & Amit 2020). The encoder knows digits, so for a digit little can be gained.
    """
    return _each(pixels, _regret)


def pca_error(pixels: Pixels) -> Scores:
    """`error_by_ink` of the projection on principal components, which is not an autoencoder."""
    return _pca_error(pixels, reference())


def combined(pixels: Pixels) -> Scores:
    """The scores `COMBINED` together, as log-mean-exp of their deviations from digits.

    A deviation is that of the logarithm of a score, in standard deviations of held-out digits; a
    density is a logarithm already. What one score finds very strange is strange, whatever the
    others say.
    """
    return combine({name: SCORES[name](pixels) for name in COMBINED}, reference().scores)


SCORES: dict[str, Score] = {
    "combined": combined,
    "error": error,
    "error-by-ink": error_by_ink,
    "neg-elbo": neg_elbo,
    "neighbours": neighbours,
    "code-shift": code_shift,
    "density": density,
    "regret": regret,
    "pca": pca_error,
    "neg-elbo-png": neg_elbo_less_png,
}
COMBINED = ("error-by-ink", "neighbours", "code-shift", "density")
_LOGARITHMS = ("density",)  # scores that are logarithms already


def combine(found: Mapping[str, Scores], held_out: Mapping[str, Scores]) -> Scores:
    """`combined` from the scores of pictures and those of held-out digits."""

    def logarithm(name: str, scores: Scores) -> Scores:
        return scores if name in _LOGARITHMS else np.log(np.maximum(scores, _TINY))

    def deviation(name: str) -> Scores:
        of_digits = logarithm(name, held_out[name])
        away = (logarithm(name, found[name]) - of_digits.mean()) / of_digits.std()
        return np.minimum(away, _FARTHEST)

    return np.log(np.mean([np.exp(deviation(name)) for name in COMBINED], axis=0))


# ---- thresholds and how well a score tells digits from the rest


def threshold(name: str, rate: float) -> float:
    """The least score that at most the share `rate` of held-out digits exceeds: false alarms.

    Raises:
        ValueError: if the rate is not from 0 to 1.
    """
    if not 0 <= rate <= 1:
        raise ValueError(f"the rate of false alarms is {rate}; it must be from 0 to 1")
    held_out = reference().scores[name]
    return float(held_out[len(held_out) - 1 - min(int(rate * len(held_out)), len(held_out) - 1)])


def share_above(name: str, scores: Scores) -> Scores:
    """The share of held-out digits that are at least as strange as each picture."""
    held_out = reference().scores[name]
    return 1 - np.searchsorted(held_out, scores, side="left") / len(held_out)


def auroc(normal: Scores, strange: Scores) -> float:
    """The chance that a strange picture has a higher score than a normal one; a tie counts half.

    This is the area under the receiver operating characteristic (Mann & Whitney 1947).
    """
    ordered = np.sort(normal)
    below = np.searchsorted(ordered, strange, side="left")
    not_above = np.searchsorted(ordered, strange, side="right")
    return float((below + not_above).mean() / 2 / len(normal))


# ---- what the scores need


def calibrate(train: Digits, held_out: Digits) -> Iterator[tuple[str, Reference]]:
    """Compute the reference; yields after each score its name and what there is by then."""
    mean, components = pca(train.images, COMPONENTS)
    codes = embed_many(shipped_model(NEIGHBOUR_RUN), train.images[:CODES])
    scores: dict[str, Scores] = {}
    found = Reference(codes, mean.astype(np.float32), components.astype(np.float32), scores)
    own: dict[str, Score] = {
        "neighbours": lambda pixels: _neighbours(pixels, codes),
        "pca": lambda pixels: _pca_error(pixels, found),
        "combined": lambda _: combine(scores, {name: np.sort(scores[name]) for name in COMBINED}),
    }
    for name in [*(name for name in SCORES if name != "combined"), "combined"]:
        some = held_out.images[: SLOW if name == "regret" else None]
        scores[name] = own.get(name, SCORES[name])(some)
        yield name, found


@functools.cache
def _mixture() -> CodeMixture:
    """The mixture fitted to the training codes of `RUN`."""
    model = shipped_model(RUN)
    found = load_fitted(fitted_places(model)["mixture"], model)
    assert isinstance(found, CodeMixture)
    return found


def _each(pixels: Pixels, score: Callable[[Images], Tensor]) -> Scores:
    """Score x in chunks."""
    with torch.inference_mode():
        parts = [
            score(to_x(pixels[at : at + _CHUNK])).double().numpy()
            for at in range(0, len(pixels), _CHUNK)
        ]
    return np.concatenate([np.empty(0), *parts])


def _neighbours(pixels: Pixels, codes: np.ndarray) -> Scores:
    known = torch.from_numpy(codes)

    def distance(x: Images) -> Tensor:
        apart = torch.cdist(shipped_model(NEIGHBOUR_RUN).embed(x), known)
        return apart.topk(NEIGHBOURS, largest=False).values.mean(1)

    return _each(pixels, distance)


def _pca_error(pixels: Pixels, of_digits: Reference) -> Scores:
    mean, components = torch.from_numpy(of_digits.mean), torch.from_numpy(of_digits.components)

    def relative(x: Images) -> Tensor:
        away = x.flatten(1) - mean
        rest = (away - away @ components @ components.T).view_as(x)
        return _squared(damage(rest, "blur", BLUR, 0)) / _squared(x).clamp(min=LEAST_INK)

    return _each(pixels, relative)


def _squared(x: Images) -> Tensor:
    return x.square().flatten(1).sum(1)


@torch.inference_mode(False)
def _regret(x: Images) -> Tensor:
    vae = shipped_model(REGRET_RUN)
    assert isinstance(vae, VAE)
    drawn = torch.randn((_DRAWS, 1, vae.latent), generator=torch.Generator().manual_seed(0))
    noise = torch.cat([drawn, -drawn])  # the same for every picture
    x = x.clone()

    def bound(mean: Tensor, logvar: Tensor) -> Tensor:
        """−ELBO of each picture."""
        z = (mean + noise * torch.exp(logvar / 2)).flatten(0, 1)
        again = x.expand(len(noise), *x.shape).flatten(0, 1)
        distortion = LIKELIHOODS[vae.likelihood].distortion(vae.logits(z), again)
        return distortion.view(len(noise), -1).mean(0) + gaussian_rate(mean, logvar)

    with torch.no_grad():
        encoded = vae.posterior(x)
        first = least = bound(*encoded)
    fitted = [part.clone().requires_grad_() for part in encoded]
    optimizer = Adam(fitted)
    for _ in range(_STEPS):
        with torch.enable_grad():
            here = bound(*fitted)
            gradients = torch.autograd.grad(here.sum(), fitted)
        least = torch.minimum(least, here.detach())
        for part, gradient in zip(fitted, gradients, strict=True):
            part.grad = gradient
        optimizer.step(_RATE)
    return first - least
