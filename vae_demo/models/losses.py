"""The losses: distortion and rate, in nats per image, summed over pixels and latents.

All losses are defined in this file, so that a reader can check the reductions in one place: the
sum over the 784 pixels, the sum over the latents, and the mean over the batch, which is taken
once, in `Losses.objective`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

PerImage = Float[Tensor, "batch"]
Images = Float[Tensor, "batch 1 28 28"]
Codes = Float[Tensor, "batch latent"]
AnyCodes = Float[Tensor, "... latent"]  # with any leading dimensions
LogWeights = Float[Tensor, "samples batch"]
Noise = Float[Tensor, "samples batch latent"]


@dataclass(frozen=True)
class Losses:
    """Distortion and rate of a batch, each `(batch,)` in nats per image."""

    distortion: PerImage  # -log p(x|z)
    rate: PerImage  # KL(q(z|x) ‖ p(z)); 0 for a plain autoencoder
    penalty: PerImage | None = None  # added in training only, never in a reported number
    rate_per_latent: Codes | None = None  # what `rate` is the sum of, for free bits

    @property
    def neg_elbo(self) -> PerImage:
        """distortion + rate: the negative evidence lower bound (Kingma & Welling 2013, eq. 3)."""
        return self.distortion + self.rate

    def objective(self, beta: float, free_bits: float = 0.0) -> Float[Tensor, ""]:
        """The training objective: the mean over the batch of distortion + beta · rate + penalty.

        Higgins et al. 2017, eq. 4. With `free_bits`, the rate is Σ max(free_bits, mean rate of the
        latent over the batch), nats: below that, a latent costs nothing (Kingma et al. 2016, app.
        C.8).

        Raises:
            TypeError: if there are free bits but the rate of each latent is not known.
        """
        if free_bits:
            return self._with_free_bits(beta, free_bits)
        loss = self.distortion + beta * self.rate
        return (loss if self.penalty is None else loss + self.penalty).mean()

    def _with_free_bits(self, beta: float, free_bits: float) -> Float[Tensor, ""]:
        if self.rate_per_latent is None:
            raise TypeError(f"free_bits is {free_bits:g}; these losses lack the rate per latent")
        rate = self.rate_per_latent.mean(0).clamp(min=free_bits).sum()
        loss = self.distortion if self.penalty is None else self.distortion + self.penalty
        return loss.mean() + beta * rate


def bernoulli_distortion(logits: Images, x: Images) -> PerImage:
    """-log p(x|z) for Bernoulli pixels with the given logits, nats per image.

    This is the binary cross-entropy of the course texts, computed from logits so that it stays
    finite when the decoder's probabilities are close to 0 or 1. Grey pixels are treated as
    probabilities of ink.
    """
    return CrossEntropySum.apply(logits.flatten(1), x.flatten(1))


class CrossEntropySum(torch.autograd.Function):
    """`F.binary_cross_entropy_with_logits`, summed over the pixels (batch, 784), in less time.

    The loss of a pixel with logit l is log(1 + exp(l)) − x·l = max(l, 0) − x·l − log sigmoid(|l|).
    Logarithms take long, but a sum of them is the logarithm of a product: seven are enough for a
    picture, since a product of 112 numbers from ½ to 1 is at least 2⁻¹¹², which float32 holds. The
    gradient, sigmoid(l) − x, needs none.
    """

    @staticmethod
    def forward(ctx: Any, logits: Tensor, x: Tensor) -> PerImage:
        ctx.save_for_backward(logits, x)
        products = logits.abs().sigmoid_().unflatten(1, (7, 112)).prod(2)
        return logits.relu().addcmul_(x, logits, value=-1).sum(1) - products.log().sum(1)

    @staticmethod
    def backward(ctx: Any, gradient: PerImage) -> tuple[Tensor, Tensor | None]:
        logits, x = ctx.saved_tensors
        of_x = -logits * gradient[:, None] if ctx.needs_input_grad[1] else None
        return torch.sigmoid(logits).sub_(x).mul_(gradient[:, None]), of_x


def gaussian_distortion(x_hat: Images, x: Images) -> PerImage:
    """½‖x − x̂‖²: -log p(x|z) for unit-variance Gaussian pixels up to a constant, nats per image."""
    return (x - x_hat).square().flatten(1).sum(1) / 2


def gaussian_distortion_of_logits(logits: Images, x: Images) -> PerImage:
    """`gaussian_distortion` of x̂ = sigmoid(logits), nats per image."""
    return gaussian_distortion(torch.sigmoid(logits), x)


@dataclass(frozen=True)
class Likelihood:
    """A distribution p(x|z) of the pixels given the decoder's logits."""

    distortion: Callable[[Images, Images], PerImage]  # of (logits, x), nats per image
    of_binary_pixels: bool = False  # whether pixels 0 and 1 have probabilities


LIKELIHOODS: dict[str, Likelihood] = {
    "bernoulli": Likelihood(bernoulli_distortion, of_binary_pixels=True),
    "gaussian": Likelihood(gaussian_distortion_of_logits),
}
"""All likelihoods by name. To add one, define its distortion and add an entry."""


def gaussian_rate_per_latent(mean: Codes, logvar: Codes) -> Codes:
    """KL(N(mean, exp(logvar)) ‖ N(0, 1)) of each latent, nats (Kingma & Welling 2013, app. B).

    ½(mean² + σ² − 1 − log σ²), with σ² − 1 as expm1(logvar): exactly 0 at the prior.
    """
    return (mean.square() + torch.expm1(logvar) - logvar) / 2


def gaussian_kl(
    mean: AnyCodes, logvar: AnyCodes, prior_mean: AnyCodes, prior_logvar: AnyCodes
) -> AnyCodes:
    """KL(N(mean, exp(logvar)) ‖ N(prior_mean, exp(prior_logvar))) of each latent, nats."""
    away = (mean - prior_mean).square() * torch.exp(-prior_logvar)
    return (away + torch.expm1(logvar - prior_logvar) - (logvar - prior_logvar)) / 2


def gaussian_rate(mean: Codes, logvar: Codes) -> PerImage:
    """KL(q(z|x) ‖ N(0, I)) summed over the latents, nats per image."""
    return gaussian_rate_per_latent(mean, logvar).sum(1)


def importance_bound(log_weights: LogWeights) -> PerImage:
    """-log of the mean weight: an upper bound of -log p(x), nats per image.

    log_weights are log p(x, z) - log q(z|x) for draws z ~ q(z|x). One draw gives neg_elbo, more
    draws give a tighter bound, and the limit is -log p(x) (Burda et al. 2015, eq. 8 and theorem 1).
    """
    return math.log(len(log_weights)) - log_weights.logsumexp(0)
