"""The contractive autoencoder (Rifai et al. 2011)."""

from __future__ import annotations

import torch
from torch import nn

from vae_demo.models.codec import Codec, as_pictures, dense
from vae_demo.models.layers import Network
from vae_demo.models.losses import Codes, Images, Losses, PerImage
from vae_demo.models.module_layers import module_layers


class ContractiveAutoencoder(Codec):
    """784→latent→784 with sigmoids, trained so that codes change little with the picture.

    Training adds the penalty STRENGTH · ‖J‖², where J is the Jacobian of the code with respect to
    the picture and ‖·‖ the Frobenius norm (Rifai et al. 2011, eq. 5). For one sigmoid layer
    h = σ(Wx + b) it has the closed form Jₖᵢ = hₖ(1 − hₖ)Wₖᵢ.
    """

    default_latent = 300
    STRENGTH = 1.0  # nats per unit of ‖J‖²

    def __init__(self, latent: int, likelihood: str) -> None:
        super().__init__(latent, likelihood)
        self.encoder = nn.Sequential(nn.Linear(784, latent), nn.Sigmoid())
        self.decoder = dense(latent, 784)

    def embed(self, x: Images) -> Codes:
        return self.encoder(x.flatten(1))

    def decode(self, z: Codes) -> Images:
        return torch.sigmoid(as_pictures(self.decoder(z)))

    def jacobian_norm(self, x: Images) -> PerImage:
        """‖∂z/∂x‖²_F of each picture."""
        z = self.embed(x)
        weight = self.encoder.get_parameter("0.weight")
        return (z * (1 - z)).square() @ weight.square().sum(1)

    def losses(self, x: Images, generator: torch.Generator | None = None) -> Losses:
        distortion = self._distortion(as_pictures(self.decoder(self.embed(x))), x)
        return Losses(distortion, torch.zeros_like(distortion))

    def training_losses(
        self, x: Images, generator: torch.Generator, labels: torch.Tensor | None = None
    ) -> Losses:
        found = self.losses(x)
        return Losses(found.distortion, found.rate, self.STRENGTH * self.jacobian_norm(x))

    def extra_losses(self, x: Images, generator: torch.Generator) -> dict[str, PerImage]:
        """`jacobian_norm`: ‖∂z/∂x‖²_F."""
        return {"jacobian_norm": self.jacobian_norm(x)}

    def network(self) -> Network:
        decoder = module_layers(self.decoder, (self.latent,), "sigmoid")
        return Network(module_layers(self.encoder, (784,)), decoder)
