"""Plain and denoising autoencoders of the course texts."""

from __future__ import annotations

import torch
from torch import nn

from vae_demo.digits.damages import dropout
from vae_demo.models.codec import Codec, as_pictures, dense
from vae_demo.models.layers import Dense, Network
from vae_demo.models.losses import Codes, Images, Losses, PerImage, gaussian_distortion
from vae_demo.models.module_layers import module_layers


class Autoencoder(Codec):
    """784→400→latent→400→784, ReLU inside, sigmoid out: the course report's standard autoencoder.

    Its layers have the sizes of the VAE's, so that the two can be compared. A code is a point, and
    the rate is 0.
    """

    default_latent = 20

    def __init__(self, latent: int, likelihood: str) -> None:
        super().__init__(latent, likelihood)
        self.encoder = dense(784, 400, latent)
        self.decoder = dense(latent, 400, 784)

    def embed(self, x: Images) -> Codes:
        return self.encoder(x.flatten(1))

    def logits(self, z: Codes) -> Images:
        return as_pictures(self.decoder(z))

    def decode(self, z: Codes) -> Images:
        return torch.sigmoid(self.logits(z))

    def losses(self, x: Images, generator: torch.Generator | None = None) -> Losses:
        distortion = self._distortion(self.logits(self.embed(x)), x)
        return Losses(distortion, torch.zeros_like(distortion))

    def network(self) -> Network | None:
        decoder = module_layers(self.decoder, (self.latent,), "sigmoid")
        return Network(module_layers(self.encoder, (784,)), decoder)


class ShallowAutoencoder(Codec):
    """784→latent→784 with tanh on both sides, squared error on [−1, 1].

    NYU Deep Learning, week 7 practicum. The input is 2x − 1 and the output (x̂ + 1)/2, so the
    course's mean squared error is 8/784 of the Gaussian distortion that this class reports. Adam
    is invariant to this constant factor.
    """

    likelihoods = ("gaussian",)
    default_latent = 30

    def __init__(self, latent: int, likelihood: str) -> None:
        super().__init__(latent, likelihood)
        self.encoder = nn.Sequential(nn.Linear(784, latent), nn.Tanh())
        self.decoder = nn.Sequential(nn.Linear(latent, 784), nn.Tanh())

    def embed(self, x: Images) -> Codes:
        return self.encoder(2 * x.flatten(1) - 1)

    def decode(self, z: Codes) -> Images:
        return (as_pictures(self.decoder(z)) + 1) / 2

    def losses(self, x: Images, generator: torch.Generator | None = None) -> Losses:
        return self._squared_error_losses(x, x)

    def network(self) -> Network:
        """The layers, with both changes of scale in the weights: (tanh(a) + 1)/2 = sigmoid(2a)."""
        (enter,) = module_layers(self.encoder, (784,))
        (leave,) = module_layers(self.decoder, (self.latent,))
        assert isinstance(enter, Dense) and isinstance(leave, Dense)
        encoder = Dense(2 * enter.weight, enter.bias - enter.weight.sum(1), "tanh")
        decoder = Dense(2 * leave.weight, 2 * leave.bias, "sigmoid")
        return Network([encoder], [decoder])

    def _squared_error_losses(self, seen: Images, target: Images) -> Losses:
        distortion = gaussian_distortion(self(seen), target)
        return Losses(distortion, torch.zeros_like(distortion))


class DenoisingAutoencoder(ShallowAutoencoder):
    """The over-complete 784→500→784 autoencoder that learns to undo a dropout mask of ½.

    NYU Deep Learning, week 7 practicum; Vincent et al. 2008. Digits vary in far fewer than 500
    directions, so the network could copy its input; the mask prevents that.
    """

    default_latent = 500
    mask = 0.5

    def training_losses(
        self, x: Images, generator: torch.Generator, labels: torch.Tensor | None = None
    ) -> Losses:
        return self._squared_error_losses(dropout(x, self.mask, generator), x)

    def extra_losses(self, x: Images, generator: torch.Generator) -> dict[str, PerImage]:
        """`denoised_distortion`: the distortion of digits reconstructed from masked input."""
        return {"denoised_distortion": self.training_losses(x, generator).distortion}
