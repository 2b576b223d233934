"""All models of the course: the abstract class `Codec`, the dict `MODELS` and `build`.

To add a family, write a subclass of `Codec` in a file of its own and add it to `MODELS`.
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
from vae_demo.models.attribute import AttributeVAE
from vae_demo.models.autoencoder import Autoencoder, DenoisingAutoencoder, ShallowAutoencoder
from vae_demo.models.autoregressive import AutoregressiveVAE
from vae_demo.models.codec import Codec, check_continuous
from vae_demo.models.conditional import ConditionalVAE
from vae_demo.models.contractive import ContractiveAutoencoder
from vae_demo.models.convolutional import ConvAutoencoder, ConvVAE
from vae_demo.models.hierarchical import HierarchicalVAE, MixtureHierarchicalVAE
from vae_demo.models.linear import LinearAutoencoder
from vae_demo.models.mixture_prior import MixturePriorVAE
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
    "vae-mixture": MixturePriorVAE,
    "vae-conv": ConvVAE,
    "vae-autoregressive": AutoregressiveVAE,
    "cvae": ConditionalVAE,
    "attribute-vae": AttributeVAE,
    "hvae": HierarchicalVAE,
    "hvae-mixture": MixtureHierarchicalVAE,
    "vqvae": VQVAE,
}

MAX_LATENT = 1024


@dataclass(frozen=True)
class ModelConfig:
    """Which model to build. It is validated on construction and stored with the weights.

    Raises:
        ValueError: if the name is unknown, latent is outside [least_latent, 1024], or the family
            does not support the likelihood.
    """

    name: str  # a key of `MODELS`
    latent: int | None = None  # size of the code; None: the family's default
    likelihood: str | None = None  # a key of `LIKELIHOODS`; None: the family's default

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
    """A new, untrained model whose weights depend only on `seed`."""
    assert config.latent is not None  # filled in by ModelConfig
    assert config.likelihood is not None
    with torch.random.fork_rng(devices=[]):  # torch initialises layers from the global generator
        model = MODELS[config.name](config.latent, config.likelihood)
    model.initialise(torch.Generator().manual_seed(seed))
    return model.eval()


__all__ = [
    "MAX_LATENT",
    "MODELS",
    "Codec",
    "ModelConfig",
    "Reconstruction",
    "build",
    "check_continuous",
    "code_vectors_many",
    "decode_many",
    "embed_many",
    "rate_per_latent",
    "reconstruct",
    "reconstruct_many",
    "to_pixels",
    "to_x",
]
