"""Measuring a run: every number of its row of the scoreboard.

row = score(runs.find("vae-20"))
row["numbers"]["squared_error"]
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict

import numpy as np
import torch

from vae_demo.digits import mnist
from vae_demo.evaluation.codes import active_units, linear_probe
from vae_demo.evaluation.evaluate import evaluate
from vae_demo.evaluation.likelihood import negative_log_likelihood
from vae_demo.evaluation.quality import sample_quality
from vae_demo.evaluation.scoreboard import BOUNDS, SAMPLES, Row
from vae_demo.models import Codec, decode_many
from vae_demo.models.losses import LIKELIHOODS
from vae_demo.runs import Run

PICTURES = 1000  # sampled from each run, to measure their quality

Progress = Callable[[float], object]


def score(
    run: Run, *, samples: Sequence[int] = SAMPLES, seed: int = 0, progress: Progress | None = None
) -> Row:
    """All numbers of a run over all test digits, and how they were measured.

    neg_elbo, distortion, rate: `evaluate`, on pixels as the run was trained. dynamic_k, fixed_k:
    `negative_log_likelihood` with k = each of `samples` draws, from `seed`; None for a run that
    has no posterior or whose likelihood is no probability of pixels that are 0 or 1. recognised,
    distance, kinds: `sample_quality` of 1,000 pictures drawn with `seed`; None without a prior.
    active_units: None where codes hold indices of code vectors.

    Args:
        progress: called with the share of the work that is done, many times, up to 1.

    Raises:
        ValueError: no samples, or fewer than one; or no shipped classifier.
    """
    check_samples(samples)
    model, digits = run.build(), mnist.test_digits()
    pixels = str(run.training.get("pixels", "grey"))  # the first runs do not say
    shares = _Shares(progress, [1, 3] + [k for k in samples if has_bound(model) for _ in BOUNDS])
    results = evaluate(model, digits, pixels=pixels)
    numbers: dict[str, float | None] = {
        "neg_elbo": results["neg_elbo"],
        "distortion": results["distortion"],
        "rate": results["rate"],
        "squared_error": results["mse"],
        "active_units": None if model.codebook_size else active_units(model, digits),
    }
    shares.next()
    numbers["linear_probe"] = linear_probe(model, mnist.train_digits(), digits)
    shares.next()
    for kind in BOUNDS:
        for k in samples:
            numbers[f"{kind}_{k}"] = None
            if has_bound(model):
                nats = negative_log_likelihood(
                    model, digits, k, kind, seed, progress=lambda n: shares.more(n / len(digits))
                )
                numbers[f"{kind}_{k}"] = float(nats.mean())
                shares.next()
    return {
        "model": run.model["name"],
        "latent": run.latent,
        "likelihood": model.likelihood,
        "pixels": pixels,
        "generative": model.generative,
        "seed": seed,
        "samples": list(samples),
        "numbers": numbers | _quality(sample_pictures(model, seed) if model.generative else None),
    }


def has_bound(model: Codec) -> bool:
    """Whether `negative_log_likelihood` bounds the probability of pixels that are 0 or 1."""
    return model.generative and LIKELIHOODS[model.likelihood].of_binary_pixels


@torch.inference_mode()
def sample_pictures(model: Codec, seed: int = 0) -> np.ndarray:
    """1,000 pictures sampled from a model with a prior, (1000, 28, 28) uint8."""
    generator = torch.Generator().manual_seed(seed)
    return decode_many(model, model.sample_prior(PICTURES, generator).numpy())


def score_real(seed: int = 0) -> Row:
    """The row of 1,000 test digits in place of samples: as good as samples can be.

    They are among the 10,000 with which the distance compares.
    """
    digits = mnist.test_digits().images
    chosen = np.random.default_rng(seed).choice(len(digits), PICTURES, replace=False)
    return {"seed": seed, "numbers": _quality(digits[np.sort(chosen)])}


def check_samples(samples: Sequence[int]) -> None:
    """Refuse numbers of draws that can't be measured.

    Raises:
        ValueError: there are none, one is below 1, or one stands twice.
    """
    if not samples or min(samples) < 1 or len(set(samples)) < len(samples):
        raise ValueError(f"samples are {list(samples)}; expected different whole numbers from 1 up")


def _quality(pictures: np.ndarray | None) -> dict[str, float | None]:
    if pictures is None:
        return dict.fromkeys(("recognised", "distance", "kinds"))
    return asdict(sample_quality(pictures))


class _Shares:
    """Work in parts of different size, reported as the share that is done."""

    def __init__(self, progress: Progress | None, sizes: Sequence[float]) -> None:
        self._progress = progress
        self._ends = [0.0, *np.cumsum(sizes) / math.fsum(sizes)]
        self._part, self._within = 0, 0.0

    def more(self, share: float) -> None:
        """A further share of this part is done."""
        self._within += share
        if self._progress is not None:
            start, end = self._ends[self._part : self._part + 2]
            self._progress(start + min(self._within, 1.0) * (end - start))

    def next(self) -> None:
        """This part is done."""
        self._within = 1.0
        self.more(0)
        self._part, self._within = self._part + 1, 0.0
