"""Samples: pictures decoded from random codes, and their assessment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from vae_demo.digits.mnist import Digits
from vae_demo.distributions.prior import has_prior
from vae_demo.evaluation.classifier import probabilities, shipped_classifier
from vae_demo.evaluation.nearest import nearest_training_digits
from vae_demo.evaluation.quality import agreed, effective_classes, recognised
from vae_demo.models import Codec, embed_many
from vae_demo.models.conditional import CLASSES, ConditionalVAE
from vae_demo.models.hierarchical import LEVELS, HierarchicalVAE

SIDE = 10
COUNT = SIDE * SIDE  # pictures at a time
COOLEST, HOTTEST = 0.0, 2.0  # bounds of the temperature
INDEPENDENT = "fresh"  # the name in links


def sampling_modes(model: Codec) -> tuple[str, ...]:
    """The sampling modes of a model: independent codes, or only one level of the code varies."""
    return (INDEPENDENT, *LEVELS) if isinstance(model, HierarchicalVAE) else (INDEPENDENT,)


def label_count(model: Codec) -> int:
    """The number of classes from which a model can sample; 0 if it is not conditional."""
    return CLASSES if isinstance(model, ConditionalVAE) else 0


@torch.inference_mode()
def sample_codes(
    model: Codec,
    seed: int,
    temperature: float = 1.0,
    *,
    label: int | None = None,
    mode: str = INDEPENDENT,
    pictures: np.ndarray | None = None,
) -> np.ndarray:
    """Sample 100 codes, (100, latent) float32; the same seed gives the same codes.

    Codes are drawn from the prior, its standard deviation times `temperature`. For a model without
    a prior, each latent is drawn independently from a normal distribution fitted to the codes of
    `pictures`.

    Args:
        label: Sample only this digit, 0..9, from a conditional model (see `label_count`).
        mode: One of `sampling_modes`. "fresh" draws every code independently. "bottom" keeps the
            top level of a hierarchical model along each row and samples the bottom level; "top"
            keeps the bottom level and samples the top level.
        pictures: (n, 28, 28) uint8; only a model without a prior needs them.

    Raises:
        ValueError: if the model does not support the mode or the label, or needs pictures.
    """
    if mode not in sampling_modes(model):
        raise ValueError(
            f"unknown sampling mode {mode!r}; there are: {', '.join(sampling_modes(model))}"
        )
    if label is not None and not 0 <= label < label_count(model):
        raise ValueError(f"label is {label}; this model has {label_count(model)} classes")
    generator = torch.Generator().manual_seed(seed)
    if not has_prior(model):
        if pictures is None:
            raise ValueError(f"{type(model).__name__} has no prior: it needs pictures to fit to")
        codes = embed_many(model, pictures)
        middle, spread = torch.tensor(codes.mean(0)), torch.tensor(codes.std(0))
        noise = torch.randn((COUNT, model.latent), generator=generator)
        z = middle + temperature * spread * noise
    elif isinstance(model, HierarchicalVAE) and mode != INDEPENDENT:
        first = model.sample_prior(SIDE, generator, temperature).repeat_interleave(SIDE, 0)
        z = model.resample(first, mode, generator)
    else:
        z = model.sample_prior(COUNT, generator, temperature)
    if label is not None and isinstance(model, ConditionalVAE):
        z = model.with_label(z, torch.full((COUNT,), label))
    return z.numpy()


@dataclass(frozen=True, eq=False)
class Assessment:
    """Sampled pictures, classified and compared with the training digits."""

    read: np.ndarray  # (n,), the predicted digit
    recognised: np.ndarray  # (n,) bool, whether its probability is at least `quality.CONFIDENT`
    agreed: np.ndarray  # (n,) bool, see `quality.agreed`
    kinds: float  # effective number of different digits, 1 to 10
    nearest: np.ndarray  # (n,), the position of the nearest training digit
    apart: np.ndarray  # (n,), its root mean square difference per pixel, ink in [0, 1]


def assess(pictures: np.ndarray, digits: Digits) -> Assessment:
    """Assess pictures (n, 28, 28) uint8, and compare them with the training digits."""
    read = probabilities(shipped_classifier(), pictures)
    nearest, squared = nearest_training_digits(pictures, digits)
    return Assessment(
        read=read.argmax(1),
        recognised=recognised(read),
        agreed=agreed(pictures),
        kinds=effective_classes(read),
        nearest=nearest,
        apart=np.sqrt(squared / pictures[0].size),
    )
