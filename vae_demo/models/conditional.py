"""The conditional VAE: a code of the style of a digit and, as a one-hot vector, its class."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from vae_demo.models.codec import Codec, as_pictures, dense
from vae_demo.models.layers import Network
from vae_demo.models.losses import (
    AnyCodes,
    Codes,
    Images,
    LogWeights,
    Losses,
    PerImage,
    gaussian_rate_per_latent,
)
from vae_demo.models.module_layers import module_layers
from vae_demo.models.vae import mean_and_logvar, prior_over_posterior, reparameterise

CLASSES = 10

Styles = Float[Tensor, "... style"]
LogClasses = Float[Tensor, "batch 10"]


class ConditionalVAE(Codec):
    """784→400→(2·style, 10 classes), style + 10→400→784; training uses the labels.

    A code is (latent,): the style, followed by the class as a one-hot vector. The decoder is
    p(x|style, class), the generative model M2 of Kingma et al. 2014 with all labels known. If the
    label is unknown, the most probable class under q(class|x) is used. The prior p(class) is
    uniform, so the class adds ln 10 nats to the rate, and `losses` bounds log p(x) as for other
    VAEs. Nothing in the loss keeps the class out of the style: `benchmarks/style.py` measures how
    much of it is there.
    """

    default_latent = 20 + CLASSES
    least_latent = CLASSES + 1
    generative = True
    learns_labels = True
    encoder: nn.ModuleDict

    def __init__(self, latent: int, likelihood: str) -> None:
        super().__init__(latent, likelihood)
        self.style = latent - CLASSES
        self.encoder = nn.ModuleDict(
            {
                "trunk": nn.Sequential(nn.Linear(784, 400), nn.ReLU()),
                "style": nn.Linear(400, 2 * self.style),
                "kind": nn.Linear(400, CLASSES),
            }
        )
        self.decoder = dense(latent, 400, 784)

    def code_parts(self) -> dict[str, tuple[int, ...]]:
        return {"style": (self.style,), "kind": (CLASSES,)}

    def normal_latents(self) -> slice:
        return slice(self.style)

    def unlabelled_latents(self) -> slice:
        return slice(self.style)

    def posterior(self, x: Images) -> tuple[Styles, Styles, LogClasses]:
        """Mean and log-variance of q(style|x), each (batch, style); log q(class|x), (batch, 10)."""
        seen = self.encoder["trunk"](x.flatten(1))
        log_classes = self.encoder["kind"](seen).log_softmax(1)
        return *mean_and_logvar(self.encoder["style"](seen)), log_classes

    def embed(self, x: Images) -> Codes:
        mean, _, log_classes = self.posterior(x)
        return self.join(mean, log_classes.argmax(1))

    def join(self, style: Styles, label: Int[Tensor, "*batch"]) -> AnyCodes:
        """The code of styles (..., style) and labels (...) 0..9."""
        return torch.cat([style, F.one_hot(label, CLASSES).to(style)], -1)

    def with_label(self, z: AnyCodes, label: Int[Tensor, "*batch"]) -> AnyCodes:
        """The codes (..., latent) with other labels (...) 0..9."""
        return self.join(z[..., : self.style], label)

    def logits(self, z: Codes) -> Images:
        return as_pictures(self.decoder(z))

    def decode(self, z: Codes) -> Images:
        return torch.sigmoid(self.logits(z))

    def losses(self, x: Images, generator: torch.Generator | None = None) -> Losses:
        return self._losses(x, generator, None)

    def training_losses(
        self, x: Images, generator: torch.Generator, labels: torch.Tensor | None = None
    ) -> Losses:
        """With labels, (batch,) 0..9, the penalty -log q(label|x) trains q(class|x)."""
        return self._losses(x, generator, labels)

    def _losses(
        self, x: Images, generator: torch.Generator | None, labels: torch.Tensor | None
    ) -> Losses:
        mean, logvar, log_classes = self.posterior(x)
        style = mean if generator is None else reparameterise(mean, logvar, generator)
        label = log_classes.argmax(1) if labels is None else labels
        distortion = self._distortion(self.logits(self.join(style, label)), x)
        rates = gaussian_rate_per_latent(mean, logvar)  # the class costs ln 10, whatever is learned
        penalty = None if labels is None else F.nll_loss(log_classes, labels, reduction="none")
        return Losses(distortion, rates.sum(1) + math.log(CLASSES), penalty, rates)

    def log_weights(self, x: Images, samples: int, generator: torch.Generator) -> LogWeights:
        mean, logvar, log_classes = self.posterior(x)
        style = reparameterise(mean.expand(samples, *mean.shape), logvar, generator)
        z = self.join(style, log_classes.argmax(1).expand(samples, -1))
        again = x.expand(samples, *x.shape).flatten(0, 1)
        distortion = self._distortion(self.logits(z.flatten(0, 1)), again).view(samples, -1)
        return prior_over_posterior(style, mean, logvar) - math.log(CLASSES) - distortion

    def rate_per_latent(self, x: Images) -> Codes:
        """The rate of each latent; the ln 10 nats of the class are divided among its 10 numbers."""
        mean, logvar, _ = self.posterior(x)
        of_class = torch.full((len(x), CLASSES), math.log(CLASSES) / CLASSES)
        return torch.cat([gaussian_rate_per_latent(mean, logvar), of_class], 1)

    def sample_prior(
        self, count: int, generator: torch.Generator, temperature: float = 1.0
    ) -> Codes:
        """Styles from the prior, with the classes 0, 1, ... 9, 0, 1, ..."""
        style = temperature * torch.randn((count, self.style), generator=generator)
        return self.join(style, torch.arange(count) % CLASSES)

    def decoder_network(self) -> Network:
        return Network([], module_layers(self.decoder, (self.latent,), "sigmoid"))

    def extra_losses(self, x: Images, generator: torch.Generator) -> dict[str, PerImage]:
        """`distortion_at_mean`: the distortion at the mean of the style, as pictures show it."""
        return {"distortion_at_mean": self.losses(x).distortion}
