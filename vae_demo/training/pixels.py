"""Digits as a model sees them in training: grey, or each pixel drawn as 0 or 1."""

from __future__ import annotations

import torch

from vae_demo.models.losses import Images


def sample_pixels(x: Images, pixels: str, generator: torch.Generator) -> Images:
    """`x` itself for "grey"; for "dynamic" each pixel 1 with the probability of its grey value."""
    return torch.bernoulli(x, generator=generator) if pixels == "dynamic" else x
