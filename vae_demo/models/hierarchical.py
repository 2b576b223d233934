"""A hierarchical VAE with two stochastic layers (Rezende et al. 2014)."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor, nn

from vae_demo.models.codec import Codec, as_pictures, dense
from vae_demo.models.layers import Network
from vae_demo.models.losses import (
    AnyCodes,
    Codes,
    Images,
    LogWeights,
    Losses,
    Noise,
    PerImage,
    gaussian_kl,
    gaussian_rate_per_latent,
)
from vae_demo.models.mixture_prior import MixturePrior
from vae_demo.models.module_layers import module_layers
from vae_demo.models.vae import mean_and_logvar, prior_over_posterior, reparameterise

LEVELS = ("bottom", "top")
COMPONENTS = 500  # of the mixture at the top

Features = Float[Tensor, "... hidden"]
Top = Float[Tensor, "... top"]
Bottom = Float[Tensor, "... bottom"]


class HierarchicalVAE(Codec):
    """p(top) p(bottom|top) p(x|bottom, top), with the posterior q(top|x) q(bottom|x, top).

    Each conditional distribution is a network with hidden layers of 400 units and ReLU (Rezende et
    al. 2014; the two-layer model of Tomczak & Welling 2017). A code is (latent,): the bottom
    level, followed by the top level, each with half of the latents.
    """

    default_latent = 64
    least_latent = 2
    generative = True
    hidden = 400  # units of each hidden layer
    encoder: nn.ModuleDict
    decoder: nn.ModuleDict

    def __init__(self, latent: int, likelihood: str) -> None:
        super().__init__(latent, likelihood)
        self.top = latent // 2
        self.bottom = latent - self.top
        width = self.hidden
        self.encoder = nn.ModuleDict(
            {
                "trunk": nn.Sequential(nn.Linear(784, width), nn.ReLU()),
                "top": dense(width, width, 2 * self.top),
                "bottom": dense(width + self.top, width, 2 * self.bottom),
            }
        )
        self.decoder = nn.ModuleDict(
            {
                "bottom": dense(self.top, width, width, 2 * self.bottom),
                "picture": dense(latent, width, width, 784),
            }
        )

    def code_parts(self) -> dict[str, tuple[int, ...]]:
        return {"top": (self.top,), "bottom": (self.bottom,)}

    def normal_latents(self) -> slice:
        return slice(self.bottom, self.latent)

    def q_top(self, x: Images) -> tuple[Features, Top, Top]:
        """The encoder's features, (batch, hidden), and the mean and log-variance of q(top|x)."""
        features = self.encoder["trunk"](x.flatten(1))
        return features, *mean_and_logvar(self.encoder["top"](features))

    def q_bottom(self, features: Features, top: Top) -> tuple[Bottom, Bottom]:
        """Mean and log-variance of q(bottom|x, top)."""
        return mean_and_logvar(self.encoder["bottom"](torch.cat([features, top], -1)))

    def p_bottom(self, top: Top) -> tuple[Bottom, Bottom]:
        """Mean and log-variance of p(bottom|top)."""
        return mean_and_logvar(self.decoder["bottom"](top))

    def embed(self, x: Images) -> Codes:
        features, top, _ = self.q_top(x)
        return torch.cat([self.q_bottom(features, top)[0], top], 1)

    def logits(self, z: Codes) -> Images:
        return as_pictures(self.decoder["picture"](z))

    def decode(self, z: Codes) -> Images:
        return torch.sigmoid(self.logits(z))

    def losses(self, x: Images, generator: torch.Generator | None = None) -> Losses:
        z, rates = self._infer(x, generator)
        return Losses(self._distortion(self.logits(z), x), rates.sum(1), rate_per_latent=rates)

    def rate_per_latent(self, x: Images) -> Codes:
        return self._infer(x, None)[1]

    def _infer(self, x: Images, generator: torch.Generator | None) -> tuple[Codes, Codes]:
        """The code of each picture, drawn or at the means, and the rate of each latent."""
        features, mean, logvar = self.q_top(x)
        top = mean if generator is None else reparameterise(mean, logvar, generator)
        of_top = self.rate_of_top(mean, logvar, None if generator is None else top)
        mean, logvar = self.q_bottom(features, top)
        bottom = mean if generator is None else reparameterise(mean, logvar, generator)
        of_bottom = gaussian_kl(mean, logvar, *self.p_bottom(top))
        return torch.cat([bottom, top], 1), torch.cat([of_bottom, of_top], 1)

    def rate_of_top(self, mean: Top, logvar: Top, drawn: Top | None) -> Top:
        """The rate of each latent of the top: KL(q(top|x) ‖ p(top)), or an estimate from a draw."""
        return gaussian_rate_per_latent(mean, logvar)

    def log_ratio_of_top(self, top: Top, mean: Top, logvar: Top) -> Float[Tensor, "*batch"]:
        """log p(top) − log q(top|x), nats."""
        return prior_over_posterior(top, mean, logvar)

    def draw_top(self, count: int, generator: torch.Generator, temperature: float = 1.0) -> Top:
        """Tops (count, top) from p(top), with its standard deviation times this."""
        return temperature * torch.randn((count, self.top), generator=generator)

    def log_weights(self, x: Images, samples: int, generator: torch.Generator) -> LogWeights:
        return self.log_weights_of(x, self.noise(samples, len(x), generator))

    def noise(self, samples: int, count: int, generator: torch.Generator) -> Noise:
        of_top, of_bottom = (
            torch.randn((samples, count, size), generator=generator)
            for size in (self.top, self.bottom)
        )
        return torch.cat([of_bottom, of_top], 2)

    def log_weights_of(self, x: Images, noise: Noise) -> LogWeights:
        samples, (of_bottom, of_top) = len(noise), noise.split([self.bottom, self.top], 2)
        features, mean, logvar = self.q_top(x)
        top = mean + of_top * torch.exp(logvar / 2)
        found = self.log_ratio_of_top(top, mean, logvar)
        mean, logvar = self.q_bottom(features.expand(samples, *features.shape), top)
        bottom = mean + of_bottom * torch.exp(logvar / 2)
        found = found + prior_over_posterior(bottom, mean, logvar, *self.p_bottom(top))
        again = x.expand(samples, *x.shape).flatten(0, 1)
        logits = self.logits(torch.cat([bottom, top], 2).flatten(0, 1))
        return found - self._distortion(logits, again).view(samples, -1)

    def sample_prior(
        self, count: int, generator: torch.Generator, temperature: float = 1.0
    ) -> Codes:
        top = self.draw_top(count, generator, temperature)
        noise = temperature * torch.randn((count, self.bottom), generator=generator)
        return self.unwhiten(torch.cat([noise, top], 1))

    def whiten(self, z: AnyCodes) -> AnyCodes:
        """The bottom as its distance from the mean of p(bottom|top), in standard deviations."""
        bottom, top = z.split([self.bottom, self.top], dim=-1)
        mean, logvar = self.p_bottom(top)
        return torch.cat([(bottom - mean) * torch.exp(-logvar / 2), top], -1)

    def unwhiten(self, w: AnyCodes) -> AnyCodes:
        distance, top = w.split([self.bottom, self.top], dim=-1)
        mean, logvar = self.p_bottom(top)
        return torch.cat([mean + distance * torch.exp(logvar / 2), top], -1)

    def resample(self, z: Codes, level: str, generator: torch.Generator) -> Codes:
        """Resample one level of codes (batch, latent) and keep the other.

        "bottom" keeps the top and draws from p(bottom|top). "top" draws from p(top) and keeps the
        distance of the bottom from the mean of p(bottom|top), in standard deviations.

        Raises:
            ValueError: if the level is unknown.
        """
        if level not in LEVELS:
            raise ValueError(f"unknown level {level!r}; there are: {', '.join(LEVELS)}")
        top = z[:, self.bottom :]
        if level == "bottom":
            return torch.cat([reparameterise(*self.p_bottom(top), generator), top], 1)
        distance = self.whiten(z)[:, : self.bottom]
        return self.unwhiten(torch.cat([distance, self.draw_top(len(top), generator)], 1))

    def decoder_network(self) -> Network:
        return Network([], module_layers(self.decoder["picture"], (self.latent,), "sigmoid"))

    def extra_losses(self, x: Images, generator: torch.Generator) -> dict[str, PerImage]:
        """`rate_top`: the top level's rate; `distortion_at_mean`: the distortion at z = mean."""
        at_mean = self.rate_per_latent(x)[:, self.bottom :].sum(1)
        return {"rate_top": at_mean, "distortion_at_mean": self.losses(x).distortion}


class MixtureHierarchicalVAE(HierarchicalVAE):
    """A hierarchical VAE with wider layers, and with a mixture of 500 Gaussians as p(top).

    The mixture is trained with the networks, as that of `MixturePriorVAE`. The rate of the top has
    no closed form: where the top is drawn, it is estimated without bias from the draw; otherwise it
    is the upper bound `MixturePrior.rate_per_latent`.
    """

    hidden = 512

    def __init__(self, latent: int, likelihood: str) -> None:
        super().__init__(latent, likelihood)
        self.prior = MixturePrior(self.top, COMPONENTS)

    def initialise(self, generator: torch.Generator) -> None:
        """As for a `HierarchicalVAE`; p(top) is almost N(0, I)."""
        super().initialise(generator)
        self.prior.initialise(generator)

    def normal_latents(self) -> slice:
        return slice(0)

    def rate_of_top(self, mean: Top, logvar: Top, drawn: Top | None) -> Top:
        if drawn is None:
            return self.prior.rate_per_latent(mean, logvar)
        return self.prior.rate_of_draw(drawn, mean, logvar)

    def log_ratio_of_top(self, top: Top, mean: Top, logvar: Top) -> Float[Tensor, "*batch"]:
        return self.prior.over_posterior(top, mean, logvar)

    @torch.no_grad()
    def draw_top(self, count: int, generator: torch.Generator, temperature: float = 1.0) -> Top:
        return self.prior.sample(count, generator, temperature)
