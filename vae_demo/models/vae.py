"""The variational autoencoder (Kingma & Welling 2013)."""

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
    gaussian_rate_per_latent,
)
from vae_demo.models.module_layers import module_layers

LOGVAR_RANGE = (-14.0, 8.0)  # bounds of the log-variance, so that its exponential is a safe float32
MEAN_START_SCALE = 0.5  # factor of the last layer's weights in `start_at_mean`
MIN_MEAN_INK = 0.01  # least ink of the mean digit: at 0 the gradient of the sigmoid vanishes


class VAE(Codec):
    """784→400→2·latent, latent→400→784, ReLU inside, sigmoid out: the course report's VAE.

    The encoder outputs a posterior q(z|x) = N(mean, exp(logvar)) instead of a point. In training
    z = mean + ε·exp(½ logvar), the reparameterisation trick; otherwise z = mean.
    """

    default_latent = 20
    generative = True
    can_start_at_mean = True
    encoder: nn.Sequential
    decoder: nn.Sequential
    hidden: tuple[int, ...] = (400,)

    def __init__(self, latent: int, likelihood: str) -> None:
        super().__init__(latent, likelihood)
        self.encoder = dense(784, *self.hidden, 2 * latent)
        self.decoder = dense(latent, *reversed(self.hidden), 784)

    def posterior(self, x: Images) -> tuple[Codes, Codes]:
        """Mean and log-variance of q(z|x), each (batch, latent)."""
        return mean_and_logvar(self.encoder(x.flatten(1)))

    def embed(self, x: Images) -> Codes:
        return self.posterior(x)[0]

    def logits(self, z: Codes) -> Images:
        """The decoder's output before the sigmoid."""
        return as_pictures(self.decoder(z))

    def distortion(self, z: Codes, x: Images) -> PerImage:
        """-log p(x|z), nats per image."""
        return self._distortion(self.logits(z), x)

    def decode(self, z: Codes) -> Images:
        return torch.sigmoid(self.logits(z))

    def losses(self, x: Images, generator: torch.Generator | None = None) -> Losses:
        mean, logvar = self.posterior(x)
        z = mean if generator is None else reparameterise(mean, logvar, generator)
        rates = gaussian_rate_per_latent(mean, logvar)
        return Losses(self.distortion(z, x), rates.sum(1), rate_per_latent=rates)

    def log_weights(self, x: Images, samples: int, generator: torch.Generator) -> LogWeights:
        return self.log_weights_of(x, self.noise(samples, len(x), generator))

    def log_weights_of(self, x: Images, noise: Noise) -> LogWeights:
        mean, logvar = self.posterior(x)
        z = mean + noise * torch.exp(logvar / 2)
        again = x.expand(len(noise), *x.shape).flatten(0, 1)
        distortion = self.distortion(z.flatten(0, 1), again).view(len(noise), -1)
        return self.log_ratio(z, mean, logvar) - distortion

    def log_ratio(self, z: AnyCodes, mean: Codes, logvar: Codes) -> LogWeights:
        """log p(z) - log q(z|x) of codes (samples, batch, latent), nats."""
        return prior_over_posterior(z, mean, logvar)

    @torch.no_grad()
    def start_at_mean(self, mean: Images) -> None:
        first, last = self.encoder[0], self.decoder[-1]
        if not isinstance(first, nn.Linear) or not isinstance(last, nn.Linear):
            return super().start_at_mean(mean)
        first.bias.sub_(first.weight @ mean.flatten())
        last.bias.copy_(torch.logit(mean.flatten(), eps=MIN_MEAN_INK))
        last.weight.mul_(MEAN_START_SCALE)

    def sample_prior(
        self, count: int, generator: torch.Generator, temperature: float = 1.0
    ) -> Codes:
        return temperature * torch.randn((count, self.latent), generator=generator)

    def rate_per_latent(self, x: Images) -> Codes:
        return gaussian_rate_per_latent(*self.posterior(x))

    def network(self) -> Network | None:
        encoder = module_layers(self.encoder, (784,))
        decoder = module_layers(self.decoder, (self.latent,), "sigmoid")
        return Network(encoder, decoder, LOGVAR_RANGE)

    def extra_losses(self, x: Images, generator: torch.Generator) -> dict[str, PerImage]:
        """`distortion_at_mean`: the distortion at z = mean, as pictures show it."""
        return {"distortion_at_mean": self.losses(x).distortion}


class DeepVAE(VAE):
    """784→512→512→2·latent and back: a VAE with two hidden layers on either side.

    It is large enough for its likelihood to be compared with published ones; Burda et al. 2015 use
    two hidden layers of 200 units and 50 latents.
    """

    default_latent = 40
    hidden = (512, 512)


def mean_and_logvar(outputs: Float[Tensor, "... both"]) -> tuple[AnyCodes, AnyCodes]:
    """Split the outputs of a layer into mean and log-variance, which is clamped, in float32."""
    mean, logvar = outputs.float().chunk(2, dim=-1)
    return mean, logvar.clamp(*LOGVAR_RANGE)


def reparameterise(mean: AnyCodes, logvar: AnyCodes, generator: torch.Generator) -> AnyCodes:
    """z = mean + ε·exp(½ logvar), ε ~ N(0, I) drawn from `generator`."""
    noise = torch.randn(mean.shape, generator=generator, device=generator.device)
    return mean + noise * torch.exp(logvar / 2)


def prior_over_posterior(
    z: AnyCodes,
    mean: AnyCodes,
    logvar: AnyCodes,
    prior_mean: AnyCodes | float = 0.0,
    prior_logvar: AnyCodes | float = 0.0,
) -> Float[Tensor, "*batch"]:
    """log N(z; prior) - log N(z; posterior), summed over the last axis, nats."""
    prior_logvar = torch.as_tensor(prior_logvar)
    of_prior = (z - prior_mean).square() * torch.exp(-prior_logvar) + prior_logvar
    of_posterior = (z - mean).square() * torch.exp(-logvar) + logvar
    return (of_posterior - of_prior).sum(-1) / 2
