"""The vector-quantised VAE (van den Oord et al. 2017): a code holds indices of code vectors."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from vae_demo.models.codec import Codec, as_pictures, dense
from vae_demo.models.losses import Codes, Images, Losses, PerImage

CODEBOOK_SIZE = 64  # code vectors
WIDTH = 8  # numbers in a code vector
COMMITMENT = 0.25  # weight of the commitment loss (van den Oord et al. 2017, eq. 3)


class VQVAE(Codec):
    """784→400→latent vectors; for each the nearest of 64 code vectors; latent·8→400→784.

    A code is (latent,) indices 0..63 of code vectors, kept as floats. Under the uniform prior of
    the paper each index costs ln 64 nats, 6 bits, whatever the picture. The gradient passes the
    choice of a code vector unchanged (straight-through estimator).
    """

    default_latent = 16
    codebook_size = CODEBOOK_SIZE

    def __init__(self, latent: int, likelihood: str) -> None:
        super().__init__(latent, likelihood)
        self.encoder = dense(784, 400, latent * WIDTH)
        self.decoder = dense(latent * WIDTH, 400, 784)
        self.words = nn.Embedding(CODEBOOK_SIZE, WIDTH)  # the codebook; run files call it so

    def initialise(self, generator: torch.Generator) -> None:
        super().initialise(generator)
        nn.init.normal_(self.words.weight, std=0.1, generator=generator)

    def code_parts(self) -> dict[str, tuple[int, ...]]:
        return {"words": (self.latent,)}

    def encode(self, x: Images) -> Float[Tensor, "batch latent width"]:
        """The encoder's vectors, before the nearest code vectors are chosen."""
        return self.encoder(x.flatten(1)).unflatten(1, (self.latent, WIDTH))

    def nearest(self, vectors: Float[Tensor, "batch latent width"]) -> Int[Tensor, "batch latent"]:
        """The index of the code vector nearest to each vector."""
        codebook = self.words.weight
        # |v - c|² without |v|², which is the same for all code vectors c.
        return (codebook.square().sum(1) - 2 * vectors @ codebook.T).argmin(2)

    def embed(self, x: Images) -> Codes:
        return self.nearest(self.encode(x)).float()

    def logits(self, vectors: Float[Tensor, "batch latent width"]) -> Images:
        return as_pictures(self.decoder(vectors.flatten(1)))

    def decode(self, z: Codes) -> Images:
        """The picture of each code; its numbers are rounded to the nearest index."""
        indices = z.round().clamp(0, CODEBOOK_SIZE - 1).long()
        return torch.sigmoid(self.logits(self.words(indices)))

    def code_vectors(self, z: Codes) -> Float[Tensor, "batch numbers"]:
        """The code vectors themselves, one after the other, since their indices have no order."""
        return self.words(z.long()).flatten(1)

    def losses(self, x: Images, generator: torch.Generator | None = None) -> Losses:
        chosen = self.words(self.nearest(self.encode(x)))
        distortion = self._distortion(self.logits(chosen), x)
        return Losses(distortion, self._rate(distortion))

    def training_losses(
        self, x: Images, generator: torch.Generator, labels: torch.Tensor | None = None
    ) -> Losses:
        """With the codebook and commitment losses as penalty (van den Oord et al. 2017, eq. 3)."""
        vectors = self.encode(x)
        chosen = self.words(self.nearest(vectors))
        distortion = self._distortion(self.logits(vectors + (chosen - vectors).detach()), x)
        codebook = F.mse_loss(chosen, vectors.detach(), reduction="none").flatten(1).sum(1)
        commitment = F.mse_loss(vectors, chosen.detach(), reduction="none").flatten(1).sum(1)
        return Losses(distortion, self._rate(distortion), codebook + COMMITMENT * commitment)

    def _rate(self, distortion: PerImage) -> PerImage:
        return torch.full_like(distortion, self.latent * math.log(CODEBOOK_SIZE))

    def sample_prior(
        self, count: int, generator: torch.Generator, temperature: float = 1.0
    ) -> Codes:
        """Indices from the uniform prior, which has no temperature; few of them give a digit.

        The paper fits a second model to the codes instead (sec. 3.2), which this class does not.
        """
        return torch.randint(CODEBOOK_SIZE, (count, self.latent), generator=generator).float()

    def rate_per_latent(self, x: Images) -> Codes:
        return torch.full((len(x), self.latent), math.log(CODEBOOK_SIZE))

    def extra_losses(self, x: Images, generator: torch.Generator) -> dict[str, PerImage]:
        """`bits`: what a code costs under the uniform prior."""
        return {"bits": torch.full((len(x),), self.latent * math.log2(CODEBOOK_SIZE))}
