"""Measure all numbers of a run's row on the scoreboard.

row = score(runs.find("vae-20"), mnist_data())
row["numbers"]["distance"], row["spreads"]["distance"]
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

import numpy as np
import torch

from vae_demo.datasets import DataSet, mnist_test
from vae_demo.evaluation.codes import active_units, linear_probe
from vae_demo.evaluation.evaluate import evaluate
from vae_demo.evaluation.likelihood import negative_log_likelihood
from vae_demo.evaluation.quality import sample_quality
from vae_demo.evaluation.scoreboard import BOUNDS, QUALITY, SAMPLES, Row
from vae_demo.models import Codec, decode_many
from vae_demo.models.losses import LIKELIHOODS
from vae_demo.runs import Run

PICTURES = 1000  # number of pictures sampled from each run, with each seed
DRAWS = 5  # number of seeds

OnProgress = Callable[[float], object]


def score(
    run: Run,
    data: DataSet,
    *,
    samples: Sequence[int] = SAMPLES,
    seed: int = 0,
    progress: OnProgress | None = None,
) -> Row:
    """Measure all numbers of a run on all test pictures; returns them with how they were measured.

    What depends on a seed is measured with `DRAWS` seeds: `numbers` has the mean, and `spreads` the
    standard deviation over the seeds.

    - neg_elbo, distortion, rate: by `evaluate`, on the kind of pixels the run was trained on.
    - dynamic_k, fixed_k: by `negative_log_likelihood`, for each number k in `samples`, one seed;
      None if the run has no posterior or its likelihood is not that of binary pixels. `errors` has
      their standard error over the digits.
    - agreed, distance, kinds: `sample_quality` of 1,000 samples, which classifiers of digits
      measure; None if there is no prior, or the data are not MNIST.
    - active_units: None if codes hold indices of code vectors. Also None without a prior: nothing
      then fixes the scale of a latent, nor tells the decoder to ignore a narrow one.

    Args:
        seed: The first seed.
        progress: Called repeatedly with the share of the work that is done, from 0 to 1.

    Raises:
        ValueError: if `samples` is invalid or a shipped classifier can't be loaded.
    """
    check_samples(samples)
    model, digits = run.build(), data.test
    pixels = str(run.training.get("pixels", "grey"))  # missing in the oldest runs
    seeds = range(seed, seed + DRAWS)
    shares = _Shares(
        progress, [DRAWS, 3, DRAWS] + [k for k in samples if has_bound(model) for _ in BOUNDS]
    )
    evaluated = []
    for each in seeds if model.generative else (seed,):
        evaluated.append(evaluate(model, digits, each, pixels))
        shares.more(1 / DRAWS)
    numbers, spreads = mean_and_spread(
        [{key: found[key] for key in ("neg_elbo", "distortion", "rate")} for found in evaluated]
    )
    numbers["squared_error"] = evaluated[0]["mse"]
    counted = model.generative and not model.codebook_size
    numbers["active_units"] = active_units(model, digits) if counted else None
    shares.next()
    numbers["linear_probe"] = linear_probe(model, data.train, digits)
    shares.next()
    quality: list[dict[str, float]] = []
    for each in seeds if model.generative and data.description.is_mnist else ():
        quality.append(_quality(sample_pictures(model, each)))
        shares.more(1 / DRAWS)
    found_quality, quality_spreads = mean_and_spread(quality)
    shares.next()
    errors = {}
    for kind in BOUNDS:
        for k in samples:
            numbers[f"{kind}_{k}"] = None
            if has_bound(model):
                nats = negative_log_likelihood(
                    model, digits, k, kind, seed, progress=lambda n: shares.more(n / len(digits))
                )
                numbers[f"{kind}_{k}"] = float(nats.mean())
                errors[f"{kind}_{k}"] = float(nats.std() / len(nats) ** 0.5)
                shares.next()
    return {
        "model": run.model["name"],
        "latent": run.latent,
        "likelihood": model.likelihood,
        "pixels": pixels,
        "generative": model.generative,
        "seed": seed,
        "draws": DRAWS,
        "samples": list(samples),
        "numbers": numbers | dict.fromkeys(QUALITY) | found_quality,
        "spreads": spreads | quality_spreads,
        "errors": errors,
    }


def mean_and_spread(
    found: Sequence[Mapping[str, float]],
) -> tuple[dict[str, float | None], dict[str, float]]:
    """The mean of each number, and its standard deviation if there are several measurements."""
    keys = found[0] if found else ()
    values = {key: np.array([each[key] for each in found]) for key in keys}
    spreads = {key: float(each.std(ddof=1)) for key, each in values.items() if len(each) > 1}
    return {key: float(each.mean()) for key, each in values.items()}, spreads


def has_bound(model: Codec) -> bool:
    """Whether `negative_log_likelihood` bounds the probability of binary pixels."""
    return model.generative and LIKELIHOODS[model.likelihood].of_binary_pixels


@torch.inference_mode()
def sample_pictures(model: Codec, seed: int = 0) -> np.ndarray:
    """Sample 1,000 pictures from a model with a prior, (1000, 28, 28) uint8."""
    generator = torch.Generator().manual_seed(seed)
    return decode_many(model, model.sample_prior(PICTURES, generator).numpy())


def score_real(seed: int = 0) -> Row:
    """The row for real test digits, an upper limit for the quality of samples.

    Each of `DRAWS` seeds chooses 1,000 among the 10,000 digits to which the distance is measured.
    """
    digits, found = mnist_test().images, []
    for each in range(seed, seed + DRAWS):
        chosen = np.random.default_rng(each).choice(len(digits), PICTURES, replace=False)
        found.append(_quality(digits[np.sort(chosen)]))
    numbers, spreads = mean_and_spread(found)
    return {"seed": seed, "draws": DRAWS, "numbers": numbers, "spreads": spreads}


def check_samples(samples: Sequence[int]) -> None:
    """Check the numbers of importance samples.

    Raises:
        ValueError: if there are none, one is less than 1, or one is repeated.
    """
    if not samples or min(samples) < 1 or len(set(samples)) < len(samples):
        raise ValueError(f"samples are {list(samples)}; expected different whole numbers from 1 up")


def _quality(pictures: np.ndarray) -> dict[str, float]:
    found = asdict(sample_quality(pictures))
    return {key: found[key] for key in QUALITY}


class _Shares:
    """Progress over parts of different sizes, reported as the share of the whole work."""

    def __init__(self, progress: OnProgress | None, sizes: Sequence[float]) -> None:
        self._progress = progress
        self._ends = [0.0, *np.cumsum(sizes) / math.fsum(sizes)]
        self._part, self._within = 0, 0.0

    def more(self, share: float) -> None:
        """Report that a further share of the current part is done."""
        self._within += share
        if self._progress is not None:
            start, end = self._ends[self._part : self._part + 2]
            self._progress(start + min(self._within, 1.0) * (end - start))

    def next(self) -> None:
        """Report that the current part is done."""
        self._within = 1.0
        self.more(0)
        self._part, self._within = self._part + 1, 0.0
