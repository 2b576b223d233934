"""The one abstract class: what every model of the course can do."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from itertools import pairwise
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor, nn

from vae_demo.models.layers import Network
from vae_demo.models.losses import LIKELIHOODS, Codes, Images, LogWeights, Losses, PerImage


class Codec(nn.Module, ABC):
    """An encoder and a decoder: pictures to codes and back.

    `embed` and `decode` are deterministic: the same picture always gives the same code and
    the same reconstruction. Methods that draw at random take a `torch.Generator`; none touches
    the global random state.
    """

    #: likelihoods this family can be trained with, the first being its default
    likelihoods: ClassVar[tuple[str, ...]] = tuple(LIKELIHOODS)
    #: latent size of the course text
    default_latent: ClassVar[int]
    #: smallest latent size that makes a model
    least_latent: ClassVar[int] = 1
    #: whether codes have a prior and a posterior, whose densities `log_weights` compares
    generative: ClassVar[bool] = False
    #: whether training shows it the labels
    learns_labels: ClassVar[bool] = False
    #: whether `start_at_mean` can be called: its outermost layers are dense
    can_start_at_mean: ClassVar[bool] = False
    #: number of code vectors whose indices a code holds; 0 where codes are continuous
    codebook_size: ClassVar[int] = 0
    encoder: nn.Module
    decoder: nn.Module

    def __init__(self, latent: int, likelihood: str) -> None:
        super().__init__()
        self.latent = latent
        self.likelihood = likelihood

    @abstractmethod
    def embed(self, x: Images) -> Codes:
        """The code of each picture; for a VAE the posterior mean."""

    @abstractmethod
    def decode(self, z: Codes) -> Images:
        """The picture of each code, ink in [0, 1]."""

    @abstractmethod
    def losses(self, x: Images, generator: torch.Generator | None = None) -> Losses:
        """Distortion and rate of each picture, nats.

        With a generator, z is drawn from the posterior, which makes `neg_elbo` an unbiased
        estimate; without one, z is the posterior mean. A plain autoencoder ignores it.
        """

    def log_weights(self, x: Images, samples: int, generator: torch.Generator) -> LogWeights:
        """log p(x, z) - log q(z|x) of so many draws z ~ q(z|x) per picture, nats.

        Raises:
            TypeError: the family has no posterior to draw from.
        """
        raise TypeError(f"{type(self).__name__} gives no probabilities: it has no posterior")

    def sample_prior(
        self, count: int, generator: torch.Generator, temperature: float = 1.0
    ) -> Codes:
        """Codes from the prior, (count, latent), its standard deviation times `temperature`.

        Raises:
            TypeError: the family has no prior.
        """
        raise TypeError(f"{type(self).__name__} has no prior to draw codes from")

    def training_losses(
        self, x: Images, generator: torch.Generator, labels: torch.Tensor | None = None
    ) -> Losses:
        """What training minimises; a family that damages its input or adds a penalty overrides it.

        labels: (batch,) the digits 0..9, for a family that learns from them.
        """
        return self.losses(x, generator)

    def start_at_mean(self, mean: Images) -> None:
        """Set the biases so that training starts from the mean digit, (1, 1, 28, 28).

        The encoder then sees differences to it, and the untrained decoder gives about this picture.

        Raises:
            TypeError: `can_start_at_mean` is False.
        """
        raise TypeError(f"{type(self).__name__} can't start at a picture")

    def code_vectors(self, z: Codes) -> Float[Tensor, "batch numbers"]:
        """Codes as vectors that can be compared and projected: the codes themselves, or the code
        vectors, one after the other, where a code holds their indices. `decode` takes the codes.
        """
        return z

    def rate_per_latent(self, x: Images) -> Codes:
        """KL of each latent, nats; 0 for a plain autoencoder, whose codes cost nothing."""
        return torch.zeros_like(self.embed(x))

    def extra_losses(self, x: Images, generator: torch.Generator) -> dict[str, PerImage]:
        """Further numbers per image that `evaluate` reports for this family."""
        return {}

    def code_parts(self) -> dict[str, tuple[int, ...]]:
        """The parts of a code by name, with their shapes; a layer of the encoder gives each."""
        return {"code": (self.latent,)}

    def network(self) -> Network | None:
        """The model as plain dense layers, for the browser; None where it has other layers."""
        return None

    def decoder_network(self) -> Network | None:
        """The decoder for the browser: `network()`, or a network without an encoder."""
        return self.network()

    def forward(self, x: Images) -> Images:
        """The deterministic reconstruction, decode(embed(x))."""
        return self.decode(self.embed(x))

    def initialise(self, generator: torch.Generator) -> None:
        """Draw all weights anew as torch.nn does, but from `generator`."""
        for layer in self.modules():
            if isinstance(layer, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
                # What PyTorch counts as inputs: also of a transposed convolution, shape[1:].
                bound = 1 / math.sqrt(math.prod(layer.weight.shape[1:]))
                nn.init.uniform_(layer.weight, -bound, bound, generator=generator)
                if layer.bias is not None:
                    nn.init.uniform_(layer.bias, -bound, bound, generator=generator)

    def _distortion(self, logits: Images, x: Images) -> PerImage:
        """-log p(x|z) under this model's likelihood, nats per image."""
        return LIKELIHOODS[self.likelihood].distortion(logits, x)


def need_continuous(model: Codec, wish: str) -> None:
    """Refuse a model whose codes hold indices, with which no arithmetic is possible.

    Raises:
        TypeError: they do; the message begins with `wish`.
    """
    if model.codebook_size:
        raise TypeError(
            f"{wish}: a code of {type(model).__name__} "
            f"holds indices of code vectors, which are not continuous"
        )


def dense(*sizes: int) -> nn.Sequential:
    """Linear layers of the given sizes with ReLU between them and nothing after the last."""
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def as_pictures(flat: Float[Tensor, "batch 784"]) -> Images:
    """784 numbers per picture to (batch, 1, 28, 28), float32 whatever the layers computed in."""
    return flat.float().unflatten(1, (1, 28, 28))
