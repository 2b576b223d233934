"""An upper bound of -log p(x) by importance sampling, nats per image, ink in [0, 1]."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from vae_demo.digits.mnist import Digits, batches
from vae_demo.models import Codec, to_pixels, to_x
from vae_demo.models.losses import importance_bound
from vae_demo.training.pixels import sample_pixels

PIXELS = ("dynamic", "fixed", "grey")
FIXED_SEED = 2008_0705  # far from the small seeds that draw codes: the two must not be one stream
CHUNK = 1000  # codes decoded at a time


def binarise(digits: Digits, seed: int = FIXED_SEED) -> Digits:
    """Each pixel drawn once: 255 with the probability of its grey value, else 0.

    One draw for the whole set, "fixed binarisation" (Salakhutdinov & Murray 2008). It is not the
    published file of Larochelle & Murray 2011, on which numbers may differ a little.
    The first digits of a set are drawn the same with and without the rest.
    """
    return _drawn(digits, torch.Generator().manual_seed(seed))


def _drawn(digits: Digits, generator: torch.Generator) -> Digits:
    return Digits(
        to_pixels(sample_pixels(to_x(digits.images), "dynamic", generator)), digits.labels
    )[:]


@torch.inference_mode()
def negative_log_likelihood(
    model: Codec,
    digits: Digits,
    samples: int,
    pixels: str = "dynamic",
    seed: int = 0,
    *,
    chunk: int = CHUNK,
    progress: Callable[[int], object] | None = None,
) -> np.ndarray:
    """The importance-weighted upper bound of -log p(x) of each digit, (n,) float64, nats.

    -log 1/k Σ p(x, z) / q(z|x) over k = `samples` draws z ~ q(z|x) (Burda et al. 2015, eq. 8):
    1 gives the negative evidence lower bound, 5000 is what papers report as the likelihood.
    A Gaussian likelihood lacks its constant here as everywhere (`losses.gaussian_distortion`).

    Args:
        pixels: "dynamic", drawn as 0 or 1 from `seed`, the same for every `samples`; "fixed",
            drawn the same for every seed (`binarise`); "grey", as they are, for which the
            Bernoulli likelihood is no probability and compares with no published number.
        chunk: codes decoded at a time, which bounds the memory.
        progress: called with how many more digits are done, as `tqdm.update` expects.

    Raises:
        TypeError: the model has no posterior to draw from.
        ValueError: unknown pixels, or fewer than one sample or one code at a time.
    """
    if pixels not in PIXELS:
        raise ValueError(f"unknown pixels {pixels!r}; there are: {', '.join(PIXELS)}")
    if samples < 1 or chunk < 1:
        raise ValueError(f"samples is {samples}, chunk is {chunk}; both must be at least 1")
    generator = torch.Generator().manual_seed(seed)
    if pixels != "grey":
        digits = binarise(digits) if pixels == "fixed" else _drawn(digits, generator)
    # Beyond `chunk` samples it is one digit at a time, whose log weights, one number per code,
    # are small enough to be kept: only the decoded pictures must come in blocks.
    blocks = [min(chunk, samples - done) for done in range(0, samples, chunk)]
    bounds = np.empty(len(digits))
    done = 0
    for images in batches(digits.images, max(1, chunk // samples)):
        x = to_x(images)
        weights = torch.cat([model.log_weights(x, block, generator) for block in blocks])
        bounds[done : done + len(images)] = importance_bound(weights.double()).numpy()
        done += len(images)
        if progress is not None:
            progress(len(images))
    return bounds
