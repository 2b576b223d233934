"""An upper bound of -log p(x) by importance sampling, in nats per image."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from vae_demo.digits.mnist import Digits, batches
from vae_demo.models import Codec, to_pixels, to_x
from vae_demo.models.losses import importance_bound
from vae_demo.training.pixels import sample_pixels

EVALUATED_PIXELS = ("dynamic", "fixed", "grey")
FIXED_SEED = 2008_0705  # differs from all seeds of codes, whose random numbers must be independent
CHUNK = 1000  # codes decoded at a time


def binarise(digits: Digits, seed: int = FIXED_SEED) -> Digits:
    """Sample each pixel once: 255 with the probability of its grey value, otherwise 0.

    This is "fixed binarisation" (Salakhutdinov & Murray 2008), but not the published file of
    Larochelle & Murray 2011, on which results may differ slightly. The result for a digit does not
    depend on the digits that follow it.
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

    -log 1/k Σ p(x, z) / q(z|x) over k = `samples` draws z ~ q(z|x) (Burda et al. 2015, eq. 8).
    k = 1 gives the negative evidence lower bound; papers report k = 5000 as the likelihood.
    A Gaussian likelihood is computed without its constant, as in `losses.gaussian_distortion`.

    Args:
        samples: The number k of samples of z per digit.
        pixels: "dynamic": sampled as 0 or 1 with `seed`, independently of `samples`; "fixed":
            sampled by `binarise`, independently of the seed; "grey": unchanged, in which case the
            Bernoulli likelihood is not a probability and can't be compared with published numbers.
        chunk: The number of codes decoded at a time, which limits the memory.
        progress: Called with the number of digits done since the last call, like `tqdm.update`.

    Raises:
        TypeError: if the model has no posterior.
        ValueError: if pixels is unknown, or samples or chunk is less than 1.
    """
    if pixels not in EVALUATED_PIXELS:
        raise ValueError(f"unknown pixels {pixels!r}; there are: {', '.join(EVALUATED_PIXELS)}")
    if samples < 1 or chunk < 1:
        raise ValueError(f"samples is {samples}, chunk is {chunk}; both must be at least 1")
    generator = torch.Generator().manual_seed(seed)
    if pixels != "grey":
        digits = binarise(digits) if pixels == "fixed" else _drawn(digits, generator)
    # With more than `chunk` samples, digits are processed one by one and their samples in blocks:
    # the decoded pictures need much memory, the log weights little.
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
