"""The abstract class of all models."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from itertools import pairwise
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor, nn

from vae_demo.digits.mnist import Digits
from vae_demo.models.layers import Network
from vae_demo.models.losses import (
    LIKELIHOODS,
    AnyCodes,
    Codes,
    Images,
    LogWeights,
    Losses,
    Noise,
    PerImage,
)


class Codec(nn.Module, ABC):
    """An encoder, which maps pictures to codes, and a decoder, which maps codes to pictures.

    `embed` and `decode` are deterministic: the same picture always gives the same code and
    the same reconstruction. Methods that draw random numbers take a `torch.Generator`; none
    changes the global random state.
    """

    #: likelihoods with which this family can be trained; the first is the default
    likelihoods: ClassVar[tuple[str, ...]] = tuple(LIKELIHOODS)
    #: latent size in the course text
    default_latent: ClassVar[int]
    #: smallest possible latent size
    least_latent: ClassVar[int] = 1
    #: whether codes have a prior and a posterior, as `log_weights` and `sample_prior` need
    generative: ClassVar[bool] = False
    #: whether training uses the labels
    learns_labels: ClassVar[bool] = False
    #: whether `start_at_mean` is supported, which requires dense outermost layers
    can_start_at_mean: ClassVar[bool] = False
    #: number of code vectors, if a code holds their indices; 0 if codes are continuous
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

        With a generator, z is drawn from the posterior, and `neg_elbo` is an unbiased estimate;
        without one, z is the posterior mean. A plain autoencoder ignores the generator.
        """

    def log_weights(self, x: Images, samples: int, generator: torch.Generator) -> LogWeights:
        """log p(x, z) - log q(z|x) for `samples` draws z ~ q(z|x) per picture, nats.

        Raises:
            TypeError: if the family has no posterior.
        """
        raise TypeError(f"{type(self).__name__} gives no probabilities: it has no posterior")

    def noise(self, samples: int, count: int, generator: torch.Generator) -> Noise:
        """Noise ε ~ N(0, I) that makes `samples` draws of z for each of `count` pictures."""
        return torch.randn((samples, count, self.latent), generator=generator)

    def log_weights_of(self, x: Images, noise: Noise) -> LogWeights:
        """`log_weights` for the draws of z that this noise makes.

        Raises:
            TypeError: if the family has no posterior, or one that such noise does not make.
        """
        raise TypeError(f"{type(self).__name__} has no codes that noise alone makes")

    def sample_prior(
        self, count: int, generator: torch.Generator, temperature: float = 1.0
    ) -> Codes:
        """Draw codes (count, latent) from the prior, its standard deviation times `temperature`.

        Raises:
            TypeError: if the family has no prior.
        """
        raise TypeError(f"{type(self).__name__} has no prior to draw codes from")

    def whiten(self, z: AnyCodes) -> AnyCodes:
        """Transform codes so that N(0, I) is their prior: z itself where it is already."""
        return z

    def unwhiten(self, w: AnyCodes) -> AnyCodes:
        """The inverse of `whiten`."""
        return w

    def training_losses(
        self, x: Images, generator: torch.Generator, labels: torch.Tensor | None = None
    ) -> Losses:
        """The losses that training minimises.

        A family that damages its input or adds a penalty overrides this method.

        Args:
            labels: Rows of `training_labels`, for a family that learns from them.
        """
        return self.losses(x, generator)

    def training_labels(self, digits: Digits) -> Tensor:
        """What training tells a family that learns from labels of each digit: its class, (n,)."""
        return torch.tensor(digits.labels).long()

    def start_at_mean(self, mean: Images) -> None:
        """Set the biases so that training starts from the mean digit, (1, 1, 28, 28).

        The first layer then subtracts the mean digit from its input, and the untrained decoder
        outputs approximately the mean digit.

        Raises:
            TypeError: if `can_start_at_mean` is False.
        """
        raise TypeError(f"{type(self).__name__} can't start at a picture")

    def code_vectors(self, z: Codes) -> Float[Tensor, "batch numbers"]:
        """Codes as vectors that can be compared and projected.

        These are the codes themselves or, if a code holds indices, the concatenated code vectors.
        """
        return z

    def rate_per_latent(self, x: Images) -> Codes:
        """The KL divergence of each latent, nats; 0 for a plain autoencoder."""
        return torch.zeros_like(self.embed(x))

    def extra_losses(self, x: Images, generator: torch.Generator) -> dict[str, PerImage]:
        """Additional numbers per image that `evaluate` reports for this family."""
        return {}

    def code_parts(self) -> dict[str, tuple[int, ...]]:
        """The name and shape of each part of a code. Each is the output of a layer."""
        return {"code": (self.latent,)}

    def normal_latents(self) -> slice:
        """The latents of a code whose prior is N(0, I)."""
        return slice(self.latent if self.generative else 0)

    @property
    def has_normal_latents(self) -> bool:
        """Whether the prior of some latents is N(0, I)."""
        return self.normal_latents() != slice(0)

    def unlabelled_latents(self) -> slice:
        """The numbers of a code that don't name the class: all, if the model predicts no class."""
        return slice(None)

    def network(self) -> Network | None:
        """The model as layers, for the browser; None if a browser can't compute it."""
        return None

    def decoder_network(self) -> Network | None:
        """A network with at least the decoder; None if a browser can't compute that either."""
        return self.network()

    def forward(self, x: Images) -> Images:
        """The deterministic reconstruction, decode(embed(x))."""
        return self.decode(self.embed(x))

    def initialise(self, generator: torch.Generator) -> None:
        """Initialise all weights as torch.nn does, with random numbers from `generator`."""
        for layer in self.modules():
            if isinstance(layer, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
                # The fan-in as PyTorch counts it, which for transposed convolutions is also
                # the product of shape[1:].
                bound = 1 / math.sqrt(math.prod(layer.weight.shape[1:]))
                nn.init.uniform_(layer.weight, -bound, bound, generator=generator)
                if layer.bias is not None:
                    nn.init.uniform_(layer.bias, -bound, bound, generator=generator)

    def _distortion(self, logits: Images, x: Images) -> PerImage:
        """-log p(x|z) under this model's likelihood, nats per image."""
        return LIKELIHOODS[self.likelihood].distortion(logits, x)


def check_continuous(model: Codec, failure: str) -> None:
    """Check that a model's codes are continuous, so that arithmetic on them makes sense.

    Args:
        failure: The beginning of the error message: what can't be done.

    Raises:
        TypeError: if codes hold indices of code vectors.
    """
    if model.codebook_size:
        raise TypeError(
            f"{failure}: a code of {type(model).__name__} "
            f"holds indices of code vectors, which are not continuous"
        )


def dense(*sizes: int) -> nn.Sequential:
    """Linear layers of the given sizes with ReLU between them and nothing after the last."""
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def as_pictures(flat: Float[Tensor, "batch 784"]) -> Images:
    """Reshape (batch, 784) to (batch, 1, 28, 28), and convert to float32."""
    return flat.float().unflatten(1, (1, 28, 28))
