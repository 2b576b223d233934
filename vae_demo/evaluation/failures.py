"""Recognize a training that learned nothing."""

from __future__ import annotations

import functools
from enum import StrEnum

import torch

from vae_demo.digits.mnist import Digits
from vae_demo.latent.activity import active
from vae_demo.models import MODELS, to_x
from vae_demo.models.losses import LIKELIHOODS
from vae_demo.runs import Run

BETTER = 0.99  # times the distortion of the mean digit; a model that learned has less


class Failure(StrEnum):
    """What is wrong with a trained model."""

    WORSE = "worse"  # its test loss is larger than before the training
    MEAN = "mean"  # its reconstructions are no better than the mean digit
    ASLEEP = "asleep"  # no latent of a model with a rate is active


def failures(run: Run, test: Digits) -> list[Failure]:
    """What is wrong with a run; empty if it has learned something.

    Args:
        test: The digits that the run was evaluated on.
    """
    found = []
    losses = run.history.loss("test_distortion") + run.history.loss("test_rate")
    # The test losses are the negative ELBO, which training on the weighted bound need not lower.
    by_elbo = run.training.get("importance", 1) == 1
    if by_elbo and losses[-1] > losses[0]:
        found.append(Failure.WORSE)
    if run.results["distortion"] > BETTER * mean_digit_distortion(run.model["likelihood"], test):
        found.append(Failure.MEAN)
    if MODELS[run.model["name"]].generative and not active(run.history.codes[-1]).any():
        found.append(Failure.ASLEEP)
    return found


@functools.lru_cache(maxsize=8)
def mean_digit_distortion(likelihood: str, digits: Digits) -> float:
    """The mean distortion of the mean digit as the reconstruction of every digit, nats per image.

    This is the least that a decoder without a code can reach.
    """
    x = to_x(digits.images)
    logits = torch.logit(x.mean(0, keepdim=True), eps=1e-6)
    return LIKELIHOODS[likelihood].distortion(logits.expand_as(x), x).mean().item()
