"""Fine-tuning on a few drawings of one hand, mixed with MNIST so that nothing is forgotten.

for step in fine_tune(model, drawings, train_digits(), test_digits()):
    print(step.step, step.drawings, step.mnist)
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional as F

from vae_demo.digits.mnist import Digits
from vae_demo.models import Codec, to_x
from vae_demo.models.losses import Images
from vae_demo.training.adam import Adam
from vae_demo.training.deformation import affine_maps

STEPS = 700
BATCH = 128  # pictures of a step
OWN_SHARE = 0.42  # of a batch are drawings, each changed a little
OWN_BETA = 0.1  # weight of the rate of drawings
REST_BETA = 0.7  # of the other digits, so that their codes keep what their pictures need
WARM_UP = 0.1  # share of the steps in which the learning rate rises
LR = 6e-4  # of Adam at the start; it falls to 0 along a cosine
TURN, SHEAR, SCALE, SHIFT = 0.12, 0.12, 0.08, 0.07  # largest changes; radians, and shares of 14 px
REPORT = 25  # steps between two measurements
MEASURED = 1000  # test digits of MNIST of which the error is measured on the way


@dataclass(frozen=True)
class FineTuneStep:
    """The progress of a fine-tuning: squared errors per pixel of reconstructions."""

    step: int  # batches done
    steps: int  # batches of all
    drawings: float  # error of the drawings that were held back
    mnist: float  # error of some test digits of MNIST


def fine_tune(
    model: Codec,
    drawings: Digits,
    digits: Digits,
    test: Digits,
    *,
    held_back: Digits | None = None,
    steps: int = STEPS,
    seed: int = 0,
) -> Iterator[FineTuneStep]:
    """Fine-tune `model` in place, yielding before the first step and after every `REPORT` steps.

    Args:
        drawings: The drawings, each of which is turned, sheared, scaled and shifted a little
            whenever it is used.
        digits: The training digits, which fill the rest of each batch.
        test: Test digits, of which some are measured on the way.
        held_back: Drawings of the same hand that are measured only; by default `drawings`.

    Raises:
        ValueError: if there are no drawings.
    """
    if not len(drawings):
        raise ValueError("there are no drawings to fine-tune on")
    generator = torch.Generator().manual_seed(seed)
    held = to_x((held_back if held_back is not None and len(held_back) else drawings).images)
    known = to_x(test.images[:MEASURED])
    own = to_x(drawings.images)
    labels, others = model.training_labels(drawings), None
    optimizer = Adam(model.parameters())
    mine = round(BATCH * OWN_SHARE)

    def measured(step: int) -> FineTuneStep:
        return FineTuneStep(step, steps, error(model, held), error(model, known))

    yield measured(0)
    for step in range(1, steps + 1):
        at = torch.randint(len(own), (mine,), generator=generator)
        rest = torch.randint(len(digits), (BATCH - mine,), generator=generator).numpy()
        some = digits[rest]
        others = model.training_labels(some)
        x = torch.cat([changed(own[at], generator), to_x(some.images)])
        optimizer.zero_grad()
        losses = model.training_losses(x, generator, torch.cat([labels[at], others]))
        weight = torch.full((len(x),), REST_BETA)
        weight[:mine] = OWN_BETA
        extra = 0.0 if losses.penalty is None else losses.penalty
        (losses.distortion + weight * losses.rate + extra).mean().backward()
        warm = min(1.0, step / (steps * WARM_UP))
        optimizer.step(LR * warm * (1 + math.cos(math.pi * step / steps)) / 2)
        if step % REPORT == 0 or step == steps:
            yield measured(step)


@torch.inference_mode()
def error(model: Codec, x: Images) -> float:
    """The mean squared error per pixel of the reconstructions of pictures."""
    return (model(x) - x).square().mean().item()


def changed(x: Images, generator: torch.Generator) -> Images:
    """Pictures turned, sheared, scaled and shifted at random, each by at most the constants."""
    turn, shear, wide, high, right, down = (
        most * (2 * torch.rand(len(x), generator=generator) - 1)
        for most in (TURN, SHEAR, SCALE, SCALE, SHIFT, SHIFT)
    )
    maps = affine_maps(turn, shear, wide, high, right, down)
    grid = F.affine_grid(maps, list(x.shape), align_corners=False)
    return F.grid_sample(x, grid, align_corners=False)


def split_drawings(drawings: Digits, seed: int = 0) -> tuple[Digits, Digits]:
    """Drawings to fine-tune on, and a fifth of them, at least one, to hold back."""
    order = np.random.default_rng(seed).permutation(len(drawings))
    held = max(1, len(drawings) // 5)
    return drawings[np.sort(order[held:])], drawings[np.sort(order[:held])]
