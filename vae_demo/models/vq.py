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
    """784→400→latent vectors, each replaced by the nearest of 64 code vectors, latent·8→400→784.

    A code is (latent,): indices 0..63 of code vectors, as floats. Under the uniform prior of the
    paper, the rate of each index is ln 64 nats, or 6 bits, for every picture. The straight-through
    estimator copies the gradient from the chosen code vectors to the encoder's vectors.
    """

    default_latent = 16
    codebook_size = CODEBOOK_SIZE

    def __init__(self, latent: int, likelihood: str) -> None:
        super().__init__(latent, likelihood)
        self.encoder = dense(784, 400, latent * WIDTH)
        self.decoder = dense(latent * WIDTH, 400, 784)
        self.words = nn.Embedding(CODEBOOK_SIZE, WIDTH)  # the codebook, under its name in run files

    def initialise(self, generator: torch.Generator) -> None:
        super().initialise(generator)
        nn.init.normal_(self.words.weight, std=0.1, generator=generator)

    def code_parts(self) -> dict[str, tuple[int, ...]]:
        return {"words": (self.latent,)}

    def encode(self, x: Images) -> Float[Tensor, "batch latent width"]:
        """The encoder's output vectors, before quantisation."""
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
        """The picture of each code. Its numbers are rounded to integers from 0 to 63."""
        indices = z.round().clamp(0, CODEBOOK_SIZE - 1).long()
        return torch.sigmoid(self.logits(self.words(indices)))

    def code_vectors(self, z: Codes) -> Float[Tensor, "batch numbers"]:
        """The concatenated code vectors: unlike indices, they can be compared."""
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
        """Draw indices from the uniform prior, which has no temperature.

        Few of the decoded pictures are digits. The paper fits a second model to the codes
        (sec. 3.2), as `vae_demo/distributions/words.py` does.
        """
        return torch.randint(CODEBOOK_SIZE, (count, self.latent), generator=generator).float()

    def rate_per_latent(self, x: Images) -> Codes:
        return torch.full((len(x), self.latent), math.log(CODEBOOK_SIZE))

    def extra_losses(self, x: Images, generator: torch.Generator) -> dict[str, PerImage]:
        """`bits`: the rate under the uniform prior, in bits."""
        return {"bits": torch.full((len(x),), self.latent * math.log2(CODEBOOK_SIZE))}
