"""Made-up digits: codes drawn at random, what they decode to, and what to make of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from vae_demo.digits.mnist import Digits, probe, train_digits
from vae_demo.evaluation.classifier import load_classifier, probabilities
from vae_demo.evaluation.nearest import nearest_training_digits
from vae_demo.evaluation.quality import effective_classes, recognised
from vae_demo.models import Codec, decode_many, embed_many
from vae_demo.models.conditional import KINDS, ConditionalVAE
from vae_demo.models.hierarchical import LEVELS, HierarchicalVAE

SIDE = 10
COUNT = SIDE * SIDE  # digits on a wall
COOLEST, HOTTEST = 0.0, 2.0  # of the temperature
INDEPENDENT = "fresh"


def sampling_modes(model: Codec) -> tuple[str, ...]:
    """The walls a model can make: all digits drawn apart, or rows that share a level's codes."""
    return (INDEPENDENT, *LEVELS) if isinstance(model, HierarchicalVAE) else (INDEPENDENT,)


def label_count(model: Codec) -> int:
    """How many kinds of digit a model can be asked for; 0 where it can't."""
    return KINDS if isinstance(model, ConditionalVAE) else 0


def has_prior(model: Codec) -> bool:
    """Whether the model says which codes are likely."""
    return type(model).sample_prior is not Codec.sample_prior


@torch.inference_mode()
def sample_digits(
    model: Codec,
    seed: int,
    temperature: float = 1.0,
    *,
    kind: int | None = None,
    mode: str = INDEPENDENT,
) -> np.ndarray:
    """A hundred made-up digits, (100, 28, 28) uint8, row by row; the same for the same seed.

    Codes come from the prior, its standard deviation times `temperature`. A model without a
    prior has none to draw from: there each latent is drawn from the normal distribution of the
    test digits' codes, as if the latents knew nothing of each other.

    Args:
        kind: only this digit, of a model that can be asked for one.
        arrangement: "bottom" keeps the top level of a hierarchical model along each row and
            draws the bottom anew, "top" keeps the bottom and draws the top anew.

    Raises:
        ValueError: an arrangement or a kind that the model does not have.
    """
    if mode not in sampling_modes(model):
        raise ValueError(
            f"unknown sampling mode {mode!r}; there are: {', '.join(sampling_modes(model))}"
        )
    if kind is not None and not 0 <= kind < label_count(model):
        raise ValueError(f"kind is {kind}; this model has {label_count(model)} of them")
    generator = torch.Generator().manual_seed(seed)
    if not has_prior(model):
        codes = embed_many(model, probe().images)
        middle, spread = torch.tensor(codes.mean(0)), torch.tensor(codes.std(0))
        noise = torch.randn((COUNT, model.latent), generator=generator)
        z = middle + temperature * spread * noise
    elif isinstance(model, HierarchicalVAE) and mode != INDEPENDENT:
        first = model.sample_prior(SIDE, generator, temperature).repeat_interleave(SIDE, 0)
        z = model.resample(first, mode, generator)
    else:
        z = model.sample_prior(COUNT, generator, temperature)
    if kind is not None and isinstance(model, ConditionalVAE):
        z = model.join(z[:, : model.style], torch.full((COUNT,), kind))
    return decode_many(model, z.numpy())


@dataclass(frozen=True, eq=False)
class Assessment:
    """What a classifier and the training digits say of made-up digits.

    read: (n,) the digit each is read as. recognised: (n,) whether with a probability of at least
    `metrics.CONFIDENT`. kinds: how many different digits there are, 1 to 10. nearest: (n,) the
    position of the most similar training digit. apart: (n,) its distance, root mean square
    difference per pixel, ink in [0, 1].
    """

    read: np.ndarray
    recognised: np.ndarray
    kinds: float
    nearest: np.ndarray
    apart: np.ndarray


def assess(pictures: np.ndarray, digits: Digits | None = None) -> Assessment:
    """Judge pictures (n, 28, 28) uint8; `digits` are those that may be copied, the training's."""
    read = probabilities(load_classifier(), pictures)
    nearest, squared = nearest_training_digits(pictures, digits or train_digits())
    return Assessment(
        read=read.argmax(1),
        recognised=recognised(read),
        kinds=effective_classes(read),
        nearest=nearest,
        apart=np.sqrt(squared / pictures[0].size),
    )
