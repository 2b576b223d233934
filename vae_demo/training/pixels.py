"""The pixels that a model is trained on: grey, or sampled as 0 or 1."""

from __future__ import annotations

import torch

from vae_demo.models.losses import Images


def sample_pixels(x: Images, pixels: str, generator: torch.Generator) -> Images:
    """`x` for "grey"; for "dynamic", each pixel is 1 with the probability of its grey value."""
    return torch.bernoulli(x, generator=generator) if pixels == "dynamic" else x
