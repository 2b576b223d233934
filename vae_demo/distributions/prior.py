"""The prior with which a model was trained."""

from __future__ import annotations

import torch

from vae_demo.distributions.distribution import Kinds, check_kinds
from vae_demo.models import Codec
from vae_demo.models.conditional import ConditionalVAE
from vae_demo.models.losses import Codes


class ModelPrior:
    """`Codec.sample_prior` of a model: for most, N(0, I).

    Raises:
        TypeError: if the model has no prior.
    """

    def __init__(self, model: Codec) -> None:
        if not has_prior(model):
            raise TypeError(f"{type(model).__name__} has no prior to draw codes from")
        self.model = model
        self.has_kinds = isinstance(model, ConditionalVAE)
        self.has_temperature = not model.codebook_size

    @torch.inference_mode()
    def draw(
        self,
        count: int,
        generator: torch.Generator,
        temperature: float = 1.0,
        kinds: Kinds | None = None,
    ) -> Codes:
        check_kinds(self, kinds)
        z = self.model.sample_prior(count, generator, temperature)
        if kinds is not None and isinstance(self.model, ConditionalVAE):
            z = self.model.with_label(z, kinds)
        return z


def has_prior(model: Codec) -> bool:
    """Whether a model has a prior from which codes can be drawn."""
    return type(model).sample_prior is not Codec.sample_prior
