"""Evaluate a model on a set of digits."""

from __future__ import annotations

import torch

from vae_demo.digits.mnist import Digits
from vae_demo.models import Codec, to_x
from vae_demo.training.pixels import sample_pixels
from vae_demo.training.snapshots import EVALUATION_SEED

CHUNK = 1000  # pictures at a time


@torch.inference_mode()
def evaluate(
    model: Codec, digits: Digits, seed: int = EVALUATION_SEED, pixels: str = "grey"
) -> dict[str, float]:
    """Evaluate a model on `digits`. All numbers are means over the digits.

    Args:
        seed: The seed of the samples of z, one per picture from the posterior.
        pixels: As in `TrainConfig`: "grey", or "dynamic" for pixels sampled as 0 or 1.

    Returns:
        A dict with these keys:

        - images: the number of digits.
        - distortion, rate, neg_elbo: nats per image; neg_elbo is an unbiased estimate of the
          negative evidence lower bound.
        - mse: squared error per pixel of the deterministic reconstruction, ink in [0, 1].
        - the keys of `Codec.extra_losses`.
    """
    generator = torch.Generator().manual_seed(seed)
    sums: dict[str, float] = {}
    for start in range(0, len(digits), CHUNK):
        x = to_x(digits.images[start : start + CHUNK])
        drawn = sample_pixels(x, pixels, generator)
        losses = model.losses(drawn, generator)
        found = {
            "distortion": losses.distortion,
            "rate": losses.rate,
            "neg_elbo": losses.neg_elbo,
            "mse": (model(x) - x).square().flatten(1).mean(1),
        } | model.extra_losses(drawn, generator)
        for name, values in found.items():
            sums[name] = sums.get(name, 0.0) + values.double().sum().item()
    return {"images": len(digits)} | {name: s / len(digits) for name, s in sums.items()}
