"""Train the networks that repair digits, on pairs of a damaged digit and the true one."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from vae_demo.digits.mnist import Digits
from vae_demo.models import to_x
from vae_demo.models.losses import Images
from vae_demo.repair import networks
from vae_demo.repair.denoise import random_damage
from vae_demo.repair.holes import random_hole
from vae_demo.repair.networks import Inputs
from vae_demo.repair.upscale import random_shrink
from vae_demo.training.adam import Adam

BATCH = 128
_WARM_UP = 100  # batches over which the learning rate grows from 0
_CROSS_ENTROPY = 0.1  # its weight beside the squared error; its gradient never vanishes


@dataclass(frozen=True)
class Recipe:
    """How a network of `checkpoints/repair/` is trained."""

    damage: Callable[[Images, torch.Generator], Inputs]  # true digits -> what the network sees
    kind: str = "unet"  # a key of `networks.ARCHITECTURES`
    settings: dict[str, Any] = field(default_factory=dict)  # the arguments of its class
    epochs: int = 5  # passes over the training digits
    lr: float = 3e-3  # the largest learning rate
    without: int | None = None  # a digit that is left out
    read: float = 0.0  # weight of what a classifier reads in the result and in the truth


Reader = Callable[[Images], torch.Tensor]  # digits -> logits of the ten digits
_MOSTLY_7 = partial(random_shrink, fine=0.25)
WIDE = {"channels": [16, 48, 96]}  # of a UNet

RECIPES: dict[str, Recipe] = {
    "denoise-unet": Recipe(random_damage, settings=WIDE, epochs=18),
    "denoise-dense": Recipe(partial(random_damage, group=16), kind="dense", epochs=20, lr=1e-3),
    "inpaint-unet": Recipe(random_hole, settings={"inputs": 2}, epochs=10),
    "upscale-unet": Recipe(_MOSTLY_7, settings=WIDE, epochs=10, read=0.02),
    "upscale-without-sevens": Recipe(random_shrink, settings=WIDE, epochs=10, without=7),
    "upscale-dense": Recipe(_MOSTLY_7, kind="dense", epochs=10, lr=1e-3),
    "upscale-dense-without-sevens": Recipe(_MOSTLY_7, kind="dense", epochs=10, lr=1e-3, without=7),
}


@dataclass(frozen=True)
class RepairStep:
    """The progress of a training."""

    batch: int  # batches done
    batches: int  # batches in all
    loss: float  # mean squared error per pixel of the last batch
    network: nn.Module  # it goes on learning


def train_network(
    recipe: Recipe, digits: Digits, seed: int, reader: Reader | None = None
) -> Iterator[RepairStep]:
    """Train a network; yields after each batch.

    The loss is the squared error per pixel plus a tenth of the binary cross-entropy: the minimum of
    both is the mean of all true digits that the damaged one may come from. Such a mean may be no
    digit; a recipe with `read` adds the cross-entropy between what a classifier reads in the true
    digit and in the result (a perceptual loss, Johnson et al. 2016). The learning rate falls as a
    cosine.

    Args:
        recipe: How to train it.
        digits: The digits to train on.
        seed: Of the weights, the order of the digits and their damage.
        reader: A classifier with fixed weights, if the recipe has `read`.

    Raises:
        ValueError: if the recipe needs a reader and there is none.
    """
    if recipe.read and reader is None:
        raise ValueError("this recipe needs a classifier that reads the digits")
    images = digits.images[digits.labels != recipe.without]
    network = networks.build(recipe.kind, seed, **recipe.settings)
    network.train().to(memory_format=torch.channels_last)
    generator = torch.Generator().manual_seed(seed)
    optimizer = Adam(network.parameters())
    per_epoch = max(1, len(images) // BATCH)
    batches = recipe.epochs * per_epoch
    for batch in range(batches):
        if batch % per_epoch == 0:
            order = torch.randperm(len(images), generator=generator).numpy()
        at = batch % per_epoch * BATCH
        truth = to_x(images[order[at : at + BATCH]])
        seen = recipe.damage(truth, generator)
        found = network(seen)
        if seen.shape[1] > 1:  # known pixels stay as they are
            found = torch.where(seen[:, 1:] > 0, found, truth)
        error = F.mse_loss(found, truth)
        loss = error + _CROSS_ENTROPY * F.binary_cross_entropy(found, truth)
        if recipe.read and reader is not None:
            with torch.no_grad():
                wanted = reader(truth).softmax(1)
            loss = loss + recipe.read * F.cross_entropy(reader(found), wanted)
        optimizer.zero_grad()
        loss.backward()
        lr = recipe.lr * min(1, (batch + 1) / _WARM_UP)
        optimizer.step(lr * (1 + math.cos(math.pi * batch / batches)) / 2)
        yield RepairStep(batch + 1, batches, float(error.detach()), network)
