"""Convolutional autoencoders: the same small filters are applied at every position."""

from __future__ import annotations

from torch import nn

from vae_demo.models.autoencoder import Autoencoder
from vae_demo.models.vae import VAE

CHANNELS = (16, 32)
HIDDEN = 128


def conv_encoder(outputs: int) -> nn.Sequential:
    """28×28→14×14→7×7→128→outputs: each convolution halves the side."""
    first, second = CHANNELS
    return nn.Sequential(
        nn.Unflatten(1, (1, 28, 28)),
        nn.Conv2d(1, first, 4, stride=2, padding=1),
        nn.ReLU(),
        nn.Conv2d(first, second, 4, stride=2, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(second * 49, HIDDEN),
        nn.ReLU(),
        nn.Linear(HIDDEN, outputs),
    )


def conv_decoder(inputs: int) -> nn.Sequential:
    """The layers of the encoder in reverse order, with transposed convolutions."""
    first, second = CHANNELS
    return nn.Sequential(
        nn.Linear(inputs, HIDDEN),
        nn.ReLU(),
        nn.Linear(HIDDEN, second * 49),
        nn.ReLU(),
        nn.Unflatten(1, (second, 7, 7)),
        nn.ConvTranspose2d(second, first, 4, stride=2, padding=1),
        nn.ReLU(),
        nn.ConvTranspose2d(first, 1, 4, stride=2, padding=1),
        nn.Flatten(),
    )


class ConvAutoencoder(Autoencoder):
    """28×28→14×14→7×7→128→latent and back, ReLU inside, sigmoid out; a code is a point."""

    def __init__(self, latent: int, likelihood: str) -> None:
        super().__init__(latent, likelihood)
        self.encoder, self.decoder = conv_encoder(latent), conv_decoder(latent)


class ConvVAE(VAE):
    """28×28→14×14→7×7→128→2·latent and back: the VAE with convolutions."""

    can_start_at_mean = False

    def __init__(self, latent: int, likelihood: str) -> None:
        super().__init__(latent, likelihood)
        self.encoder, self.decoder = conv_encoder(2 * latent), conv_decoder(latent)
