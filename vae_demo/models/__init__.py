"""Every model of the course: one abstract class, one dict, one `build`.

To add a family: one file with a subclass of `Codec`, one line in `MODELS`.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from vae_demo.models.arrays import (
    code_vectors_many,
    decode_many,
    embed_many,
    rate_per_latent,
    reconstruct_many,
    to_pixels,
    to_x,
)
from vae_demo.models.autoencoder import Autoencoder, DenoisingAutoencoder, ShallowAutoencoder
from vae_demo.models.codec import Codec, need_continuous
from vae_demo.models.conditional import ConditionalVAE
from vae_demo.models.contractive import ContractiveAutoencoder
from vae_demo.models.convolutional import ConvAutoencoder, ConvVAE
from vae_demo.models.hierarchical import HierarchicalVAE
from vae_demo.models.linear import LinearAutoencoder
from vae_demo.models.reconstruction import Reconstruction, reconstruct
from vae_demo.models.vae import VAE, DeepVAE
from vae_demo.models.vq import VQVAE

MODELS: dict[str, type[Codec]] = {
    "ae-linear": LinearAutoencoder,
    "ae-shallow": ShallowAutoencoder,
    "dae": DenoisingAutoencoder,
    "cae": ContractiveAutoencoder,
    "ae": Autoencoder,
    "ae-conv": ConvAutoencoder,
    "vae": VAE,
    "vae-deep": DeepVAE,
    "vae-conv": ConvVAE,
    "cvae": ConditionalVAE,
    "hvae": HierarchicalVAE,
    "vqvae": VQVAE,
}

MAX_LATENT = 1024


@dataclass(frozen=True)
class ModelConfig:
    """Which model to build; stored with the weights, validated when it is made.

    Raises:
        ValueError: unknown name, latent outside [the family's least, 1024], a likelihood that
            the family lacks.
    """

    name: str  # a key of `MODELS`
    latent: int | None = None  # size of the code; None takes the family's own
    likelihood: str | None = None  # a key of `LIKELIHOODS`; None takes the family's own

    def __post_init__(self) -> None:
        if self.name not in MODELS:
            raise ValueError(f"unknown model {self.name!r:.60}; there are: {', '.join(MODELS)}")
        family = MODELS[self.name]
        if self.latent is None:
            object.__setattr__(self, "latent", family.default_latent)
        if self.likelihood is None:
            object.__setattr__(self, "likelihood", family.likelihoods[0])
        if type(self.latent) is not int or not family.least_latent <= self.latent <= MAX_LATENT:
            raise ValueError(
                f"latent is {self.latent!r:.60}; it must be a whole number "
                f"{family.least_latent}..{MAX_LATENT}"
            )
        if self.likelihood not in family.likelihoods:
            raise ValueError(
                f"model {self.name!r} has no likelihood {self.likelihood!r:.60}; "
                f"there are: {', '.join(family.likelihoods)}"
            )


def build(config: ModelConfig, seed: int = 0) -> Codec:
    """A new, untrained model with weights drawn from `seed` alone."""
    assert config.latent is not None  # filled in by ModelConfig
    assert config.likelihood is not None
    with torch.device("meta"):  # allocate nothing and draw nothing from the global generator
        model = MODELS[config.name](config.latent, config.likelihood)
    model.to_empty(device="cpu")
    model.initialise(torch.Generator().manual_seed(seed))
    return model.eval()


__all__ = [
    "MAX_LATENT",
    "MODELS",
    "Codec",
    "ModelConfig",
    "Reconstruction",
    "build",
    "code_vectors_many",
    "decode_many",
    "embed_many",
    "need_continuous",
    "rate_per_latent",
    "reconstruct",
    "reconstruct_many",
    "to_pixels",
    "to_x",
]
