"""The models of shipped runs, by which pictures are repaired and judged."""

from __future__ import annotations

import functools

import torch

from vae_demo.models import Codec
from vae_demo.runs import find


@functools.cache
def shipped_model(run: str) -> Codec:
    """The model of a shipped run, with weights that need no gradient; do not change it."""
    with torch.inference_mode(False):  # else nothing could be differentiated through it
        return find(run).build().requires_grad_(False)
