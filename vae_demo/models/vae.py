"""The variational autoencoder (Kingma & Welling 2013)."""

from __future__ import annotations

import torch

from vae_demo.losses import Codes, Images, Losses, PerImage, gaussian_rate, gaussian_rate_per_latent
from vae_demo.models.codec import Codec, as_pictures, dense
from vae_demo.models.layers import Network, dense_layers

# exp of these is a variance; beyond them float32 brings nothing but overflow.
LOGVAR_RANGE = (-14.0, 8.0)


class VAE(Codec):
    """784→400→2·latent, latent→400→784, ReLU inside, sigmoid out: the course report's VAE.

    The encoder gives a posterior q(z|x) = N(mean, exp(logvar)) in place of a point; in
    training z = mean + ε·exp(½ logvar), the reparameterisation trick, elsewhere z = mean.
    """

    likelihoods = ("bernoulli", "gaussian")
    default_latent = 20

    def __init__(self, latent: int, likelihood: str) -> None:
        super().__init__(latent, likelihood)
        self.encoder = dense(784, 400, 2 * latent)
        self.decoder = dense(latent, 400, 784)

    def posterior(self, x: Images) -> tuple[Codes, Codes]:
        """Mean and log-variance of q(z|x), each (batch, latent)."""
        mean, logvar = self.encoder(x.flatten(1)).chunk(2, dim=1)
        return mean, logvar.clamp(*LOGVAR_RANGE)

    def embed(self, x: Images) -> Codes:
        return self.posterior(x)[0]

    def logits(self, z: Codes) -> Images:
        """The decoder's output before the sigmoid."""
        return as_pictures(self.decoder(z))

    def decode(self, z: Codes) -> Images:
        return torch.sigmoid(self.logits(z))

    def losses(self, x: Images, generator: torch.Generator | None = None) -> Losses:
        mean, logvar = self.posterior(x)
        z = mean if generator is None else sample(mean, logvar, generator)
        return Losses(self._distortion(self.logits(z), x), gaussian_rate(mean, logvar))

    def rate_per_latent(self, x: Images) -> Codes:
        return gaussian_rate_per_latent(*self.posterior(x))

    def network(self) -> Network:
        encoder, decoder = dense_layers(self.encoder), dense_layers(self.decoder, "sigmoid")
        return Network(encoder, decoder, LOGVAR_RANGE)

    def extra_losses(self, x: Images, generator: torch.Generator) -> dict[str, PerImage]:
        """`distortion_at_mean`: with z = mean, as the pictures show it; below the true one."""
        return {"distortion_at_mean": self.losses(x).distortion}


def sample(mean: Codes, logvar: Codes, generator: torch.Generator) -> Codes:
    """z = mean + ε·exp(½ logvar), ε ~ N(0, I) drawn from `generator`."""
    noise = torch.randn(mean.shape, generator=generator, device=generator.device)
    return mean + noise * torch.exp(logvar / 2)
