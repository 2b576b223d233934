"""The vector-quantised VAE (van den Oord et al. 2017): codes are words of a small dictionary."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from vae_demo.models.codec import Codec, as_pictures, dense
from vae_demo.models.losses import Codes, Images, Losses, PerImage

WORDS = 64  # in the dictionary
WIDTH = 8  # numbers in a word
COMMITMENT = 0.25  # weight of the encoder's share (van den Oord et al. 2017, eq. 3)


class VQVAE(Codec):
    """784→400→latent places; at each place the nearest of 64 words; latent·8→400→784.

    A code is (latent,) whole numbers 0..63, one word a place, kept as floats. Under the uniform
    prior of the paper each costs ln 64 nats, 6 bits, whatever the picture. The gradient passes
    the choice of a word as if it were not there (straight-through).
    """

    default_latent = 16
    codebook_size = WORDS

    def __init__(self, latent: int, likelihood: str) -> None:
        super().__init__(latent, likelihood)
        self.encoder = dense(784, 400, latent * WIDTH)
        self.decoder = dense(latent * WIDTH, 400, 784)
        self.words = nn.Embedding(WORDS, WIDTH)

    def initialise(self, generator: torch.Generator) -> None:
        super().initialise(generator)
        nn.init.normal_(self.words.weight, std=0.1, generator=generator)

    def code_parts(self) -> dict[str, tuple[int, ...]]:
        return {"words": (self.latent,)}

    def places(self, x: Images) -> Float[Tensor, "batch latent width"]:
        """What the encoder says at each place, before a word is chosen."""
        return self.encoder(x.flatten(1)).unflatten(1, (self.latent, WIDTH))

    def nearest(self, places: Float[Tensor, "batch latent width"]) -> Int[Tensor, "batch latent"]:
        """The nearest word of each place."""
        words = self.words.weight
        # |p - w|² without |p|², which is the same for all words.
        return (words.square().sum(1) - 2 * places @ words.T).argmin(2)

    def embed(self, x: Images) -> Codes:
        return self.nearest(self.places(x)).float()

    def logits(self, words: Float[Tensor, "batch latent width"]) -> Images:
        return as_pictures(self.decoder(words.flatten(1)))

    def decode(self, z: Codes) -> Images:
        """The picture of each code; numbers between words count as the nearest word's."""
        return torch.sigmoid(self.logits(self.words(z.round().clamp(0, WORDS - 1).long())))

    def code_vectors(self, z: Codes) -> Float[Tensor, "batch numbers"]:
        """The words themselves, one after the other: their numbers are only names."""
        return self.words(z.long()).flatten(1)

    def losses(self, x: Images, generator: torch.Generator | None = None) -> Losses:
        words = self.words(self.nearest(self.places(x)))
        distortion = self._distortion(self.logits(words), x)
        return Losses(distortion, torch.full_like(distortion, self.latent * math.log(WORDS)))

    def training_losses(
        self, x: Images, generator: torch.Generator, labels: torch.Tensor | None = None
    ) -> Losses:
        places = self.places(x)
        words = self.words(self.nearest(places))
        distortion = self._distortion(self.logits(places + (words - places).detach()), x)
        rate = torch.full_like(distortion, self.latent * math.log(WORDS))
        towards = F.mse_loss(words, places.detach(), reduction="none").flatten(1).sum(1)
        staying = F.mse_loss(places, words.detach(), reduction="none").flatten(1).sum(1)
        return Losses(distortion, rate, towards + COMMITMENT * staying)

    def sample_prior(
        self, count: int, generator: torch.Generator, temperature: float = 1.0
    ) -> Codes:
        """Words from the uniform prior, which has no temperature; few of them make a digit.

        The paper fits a second model to the codes instead (sec. 3.2), which is not done here.
        """
        return torch.randint(WORDS, (count, self.latent), generator=generator).float()

    def rate_per_latent(self, x: Images) -> Codes:
        return torch.full((len(x), self.latent), math.log(WORDS))

    def extra_losses(self, x: Images, generator: torch.Generator) -> dict[str, PerImage]:
        """`bits`: what a code costs under the uniform prior."""
        return {"bits": torch.full((len(x),), self.latent * math.log2(WORDS))}
