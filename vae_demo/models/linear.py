"""The linear autoencoder with tied weights, whose optimum is principal component analysis."""

from __future__ import annotations

import torch
from torch import nn

from vae_demo.models.codec import Codec, as_pictures
from vae_demo.models.layers import Dense, Network
from vae_demo.models.losses import Codes, Images, Losses, gaussian_distortion


class LinearAutoencoder(Codec):
    """z = Wᵀ(x − c), x̂ = Wz + c with a shared matrix W (784, latent) and squared error.

    Its minimum is the error of PCA, where W spans the same subspace as the first `latent`
    principal components (Baldi & Hornik 1989, fact 3); its columns need not be the components.
    """

    likelihoods = ("gaussian",)
    default_latent = 20
    decoder: nn.Linear

    def __init__(self, latent: int, likelihood: str) -> None:
        super().__init__(latent, likelihood)
        self.decoder = nn.Linear(latent, 784)  # holds W and c

    def embed(self, x: Images) -> Codes:
        return (x.flatten(1) - self.decoder.bias) @ self.decoder.weight

    def decode(self, z: Codes) -> Images:
        return as_pictures(self.decoder(z)).clamp(0, 1)

    def losses(self, x: Images, generator: torch.Generator | None = None) -> Losses:
        # Without the clipping of `decode`, since the linear map is compared with PCA.
        distortion = gaussian_distortion(as_pictures(self.decoder(self.embed(x))), x)
        return Losses(distortion, torch.zeros_like(distortion))

    def initialise(self, generator: torch.Generator) -> None:
        """Initialise W with random orthonormal columns."""
        nn.init.orthogonal_(self.decoder.weight, generator=generator)
        nn.init.zeros_(self.decoder.bias)

    def network(self) -> Network:
        weight, bias = self.decoder.weight.detach().numpy(), self.decoder.bias.detach().numpy()
        return Network([Dense(weight.T, -bias @ weight)], [Dense(weight, bias, "clip")])
