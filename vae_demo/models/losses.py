"""The losses: distortion and rate, in nats per image, summed over pixels and latents.

Every loss of the project is one of these functions, so this is the one place where a
reader can check the reductions: sum over the 784 pixels, sum over the latents, and a
mean over the batch, once, at the edge.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

PerImage = Float[Tensor, "batch"]
Images = Float[Tensor, "batch 1 28 28"]
Codes = Float[Tensor, "batch latent"]
AnyCodes = Float[Tensor, "... latent"]  # of one draw or of many
LogWeights = Float[Tensor, "samples batch"]


@dataclass(frozen=True)
class Losses:
    """Distortion and rate of a batch, each `(batch,)` in nats per image."""

    distortion: PerImage  # -log p(x|z)
    rate: PerImage  # KL(q(z|x) ‖ p(z)); 0 for a plain autoencoder
    penalty: PerImage | None = None  # what training adds, in no reported number

    @property
    def neg_elbo(self) -> PerImage:
        """distortion + rate, the negative evidence lower bound (Kingma & Welling 2013, eq. 3)."""
        return self.distortion + self.rate

    def objective(self, beta: float) -> Float[Tensor, ""]:
        """What training minimises: mean of distortion + beta · rate (Higgins 2017, eq. 4),
        and of the penalty where there is one."""
        loss = self.distortion + beta * self.rate
        return (loss if self.penalty is None else loss + self.penalty).mean()


def bernoulli_distortion(logits: Images, x: Images) -> PerImage:
    """-log p(x|z) for Bernoulli pixels with the given logits, nats per image.

    The binary cross-entropy of the course texts, computed from logits so that it stays
    finite however sure the decoder is. Grey pixels count as probabilities of ink.
    """
    loss = F.binary_cross_entropy_with_logits(logits, x, reduction="none")
    return loss.flatten(1).sum(1)


def gaussian_distortion(x_hat: Images, x: Images) -> PerImage:
    """½‖x − x̂‖², -log p(x|z) for unit-variance Gaussian pixels without its constant, nats."""
    return (x - x_hat).square().flatten(1).sum(1) / 2


def gaussian_distortion_of_logits(logits: Images, x: Images) -> PerImage:
    """`gaussian_distortion` of a decoder whose pictures are the sigmoid of its logits, nats."""
    return gaussian_distortion(torch.sigmoid(logits), x)


@dataclass(frozen=True)
class Likelihood:
    """A distribution p(x|z) of the pixels given the decoder's logits."""

    distortion: Callable[[Images, Images], PerImage]  # of (logits, x), nats per image
    of_binary_pixels: bool = False  # whether it is a probability of pixels that are 0 or 1


LIKELIHOODS: dict[str, Likelihood] = {
    "bernoulli": Likelihood(bernoulli_distortion, of_binary_pixels=True),
    "gaussian": Likelihood(gaussian_distortion_of_logits),
}
"""Every likelihood by name. To add one: its distortion above, and a line here."""


def gaussian_rate_per_latent(mean: Codes, logvar: Codes) -> Codes:
    """KL(N(mean, exp(logvar)) ‖ N(0, 1)) of each latent, nats (Kingma & Welling 2013, app. B).

    ½(mean² + σ² − 1 − log σ²), with σ² − 1 as expm1(logvar): exactly 0 at the prior.
    """
    return (mean.square() + torch.expm1(logvar) - logvar) / 2


def gaussian_kl(mean: Codes, logvar: Codes, prior_mean: Codes, prior_logvar: Codes) -> Codes:
    """KL(N(mean, exp(logvar)) ‖ N(prior_mean, exp(prior_logvar))) of each latent, nats."""
    away = (mean - prior_mean).square() * torch.exp(-prior_logvar)
    return (away + torch.expm1(logvar - prior_logvar) - (logvar - prior_logvar)) / 2


def gaussian_rate(mean: Codes, logvar: Codes) -> PerImage:
    """KL(q(z|x) ‖ N(0, I)) summed over the latents, nats per image."""
    return gaussian_rate_per_latent(mean, logvar).sum(1)


def importance_bound(log_weights: LogWeights) -> PerImage:
    """-log of the mean weight: an upper bound of -log p(x), nats per image.

    log_weights are log p(x, z) - log q(z|x) of draws z ~ q(z|x). One draw gives neg_elbo, more of
    them a tighter bound, and -log p(x) in the limit (Burda et al. 2015, eq. 8 and theorem 1).
    """
    return math.log(len(log_weights)) - log_weights.logsumexp(0)
