"""The conditional VAE: what a digit is, and how it is written, apart (Kingma et al. 2014)."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from vae_demo.models.codec import Codec, as_pictures, dense
from vae_demo.models.layers import Network, dense_layers
from vae_demo.models.losses import (
    AnyCodes,
    Codes,
    Images,
    LogWeights,
    Losses,
    PerImage,
    gaussian_rate,
    gaussian_rate_per_latent,
)
from vae_demo.models.vae import LOGVAR_RANGE, prior_over_posterior, reparameterise

KINDS = 10

Styles = Float[Tensor, "... style"]
LogKinds = Float[Tensor, "batch 10"]


class ConditionalVAE(Codec):
    """784→400→(2·style, 10 kinds), style + 10→400→784; the kind is given in training.

    A code is (latent,) = style, then a 1 at the digit's kind and 0 elsewhere: p(x|style, kind),
    the generative model M2 of Kingma et al. 2014, all labels known. Without a label the kind is
    the one its own recogniser finds. As p(kind) is uniform, that kind costs ln 10 nats, so that
    `losses` bounds log p(x) like any VAE's.
    """

    default_latent = 20 + KINDS
    least_latent = KINDS + 1
    generative = True
    learns_labels = True
    encoder: nn.ModuleDict

    def __init__(self, latent: int, likelihood: str) -> None:
        super().__init__(latent, likelihood)
        self.style = latent - KINDS
        self.encoder = nn.ModuleDict(
            {
                "trunk": nn.Sequential(nn.Linear(784, 400), nn.ReLU()),
                "style": nn.Linear(400, 2 * self.style),
                "kind": nn.Linear(400, KINDS),
            }
        )
        self.decoder = dense(latent, 400, 784)

    def code_parts(self) -> dict[str, tuple[int, ...]]:
        return {"style": (self.style,), "kind": (KINDS,)}

    def posterior(self, x: Images) -> tuple[Styles, Styles, LogKinds]:
        """Mean and log-variance of q(style|x), each (batch, style); log q(kind|x), (batch, 10)."""
        seen = self.encoder["trunk"](x.flatten(1))
        mean, logvar = self.encoder["style"](seen).float().chunk(2, dim=1)
        return mean, logvar.clamp(*LOGVAR_RANGE), self.encoder["kind"](seen).log_softmax(1)

    def embed(self, x: Images) -> Codes:
        mean, _, kinds = self.posterior(x)
        return self.join(mean, kinds.argmax(1))

    def join(self, style: Styles, kind: Int[Tensor, "*batch"]) -> AnyCodes:
        """The code of styles (..., style) and kinds (...) 0..9."""
        return torch.cat([style, F.one_hot(kind, KINDS).to(style)], -1)

    def logits(self, z: Codes) -> Images:
        return as_pictures(self.decoder(z))

    def decode(self, z: Codes) -> Images:
        return torch.sigmoid(self.logits(z))

    def losses(self, x: Images, generator: torch.Generator | None = None) -> Losses:
        return self._losses(x, generator, None)

    def training_losses(
        self, x: Images, generator: torch.Generator, labels: torch.Tensor | None = None
    ) -> Losses:
        """With labels, (batch,) 0..9, also -log q(kind|x), from which the recogniser learns."""
        return self._losses(x, generator, labels)

    def _losses(
        self, x: Images, generator: torch.Generator | None, labels: torch.Tensor | None
    ) -> Losses:
        mean, logvar, kinds = self.posterior(x)
        style = mean if generator is None else reparameterise(mean, logvar, generator)
        kind = kinds.argmax(1) if labels is None else labels
        distortion = self._distortion(self.logits(self.join(style, kind)), x)
        rate = gaussian_rate(mean, logvar) + math.log(KINDS)
        penalty = None if labels is None else F.nll_loss(kinds, labels, reduction="none")
        return Losses(distortion, rate, penalty)

    def log_weights(self, x: Images, samples: int, generator: torch.Generator) -> LogWeights:
        mean, logvar, kinds = self.posterior(x)
        style = reparameterise(mean.expand(samples, *mean.shape), logvar, generator)
        z = self.join(style, kinds.argmax(1).expand(samples, -1))
        again = x.expand(samples, *x.shape).flatten(0, 1)
        distortion = self._distortion(self.logits(z.flatten(0, 1)), again).view(samples, -1)
        return prior_over_posterior(style, mean, logvar) - math.log(KINDS) - distortion

    def rate_per_latent(self, x: Images) -> Codes:
        """Of the style's latents; the kind's ln 10 nats are shared by its ten."""
        mean, logvar, _ = self.posterior(x)
        kind = torch.full((len(x), KINDS), math.log(KINDS) / KINDS)
        return torch.cat([gaussian_rate_per_latent(mean, logvar), kind], 1)

    def sample_prior(
        self, count: int, generator: torch.Generator, temperature: float = 1.0
    ) -> Codes:
        """Styles from the prior; the kinds 0, 1, ... 9 in turn."""
        style = temperature * torch.randn((count, self.style), generator=generator)
        return self.join(style, torch.arange(count) % KINDS)

    def decoder_network(self) -> Network:
        return Network([], dense_layers(self.decoder, "sigmoid"))

    def extra_losses(self, x: Images, generator: torch.Generator) -> dict[str, PerImage]:
        """`distortion_at_mean`: with the style's mean, as the pictures show it."""
        return {"distortion_at_mean": self.losses(x).distortion}
