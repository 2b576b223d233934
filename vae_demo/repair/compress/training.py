"""Train the models that compress digits."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import nn

from vae_demo.digits.mnist import Digits
from vae_demo.models import to_x
from vae_demo.repair.compress import networks, rate_distortion
from vae_demo.repair.compress.model import LEVELS, Pixels, PixelVAE, Settings, new_module
from vae_demo.repair.compress.rate_distortion import WEIGHT, FewBits
from vae_demo.training.adam import Adam

BATCH = 128
_WARM_UP = 200  # batches over which the learning rate grows from 0
_RATE_WARM_UP = 0.15  # share of the batches over which the weight of the rate grows to 1
_NORM = 400.0  # largest norm of a gradient
_EPOCHS, _LR = 20, 1.5e-3  # of few-bits
_AVERAGE = 0.998  # of the running mean of the weights, which is what is kept


@dataclass(frozen=True)
class CompressorRecipe:
    """How a model of `checkpoints/compress/` is trained."""

    settings: Settings
    epochs: int = 8  # passes over the training digits
    lr: float = 2e-3  # the largest learning rate
    bfloat16: bool = False  # whether products have half precision, which is faster
    share: float = 1.0  # of the uncertain pixels that a batch corrects
    start: str | CompressorRecipe | None = None  # a shipped model, or a training that comes before

    @property
    def stages(self) -> list[CompressorRecipe]:
        """The trainings that come before, and this one."""
        before = self.start.stages if isinstance(self.start, CompressorRecipe) else []
        return [*before, self]


_INK = CompressorRecipe(
    Settings(before=True, levels=False, features=2),
    bfloat16=True,
    start="vae",
)
RECIPES: dict[str, CompressorRecipe] = {
    "vae": CompressorRecipe(Settings()),
    # with random weights, what the pixels before say is learned first, and z is never used
    "pixels-before": CompressorRecipe(Settings(before=True), epochs=1, start="vae"),
    "binary": CompressorRecipe(
        replace(_INK.settings, correction=256, samples=24),
        epochs=20,
        lr=1e-3,
        bfloat16=True,
        share=0.3,
        start=_INK,
    ),
}


@dataclass(frozen=True)
class CompressionStep:
    """The progress of a training."""

    batch: int  # batches done
    batches: int  # batches in all
    loss: float  # bits a digit of the last batch; of `few-bits` with the squared error
    model: PixelVAE | FewBits  # it goes on learning
    trained: dict[str, Any]  # how, for a reader

    def dumps(self) -> bytes:
        """The bytes of the model's file."""
        if isinstance(self.model, PixelVAE):
            return networks.dumps(self.model, self.trained)
        return rate_distortion.dumps(self.model, self.trained)


def train_named(name: str, digits: Digits, seed: int) -> Iterator[CompressionStep]:
    """Train a model of `checkpoints/compress/`; yields after each batch."""
    if name == rate_distortion.NAME:
        return train_few_bits(digits, seed)
    return train_model(name, RECIPES[name], digits, seed)


def train_model(
    name: str, recipe: CompressorRecipe, digits: Digits, seed: int
) -> Iterator[CompressionStep]:
    """Train a model on −ELBO; yields after each batch.

    The rate weighs little at first, so that the model learns to use z, unless it starts from a
    model that does. In each stage, the learning rate falls as a cosine. A model without levels sees
    each pixel sampled as 0 or 1, with its grey as probability, anew each time (Salakhutdinov &
    Murray 2008).
    """
    generator = torch.Generator().manual_seed(seed)
    images = torch.from_numpy(digits.images.copy())
    epochs = sum(stage.epochs for stage in recipe.stages)
    trained = {"recipe": name, "epochs": epochs, "seed": seed}
    batches, done, start = epochs * max(1, len(images) // BATCH), 0, None
    for stage in recipe.stages:
        for average, bits in _stage(stage, start, images, generator):
            done += 1
            yield CompressionStep(done, batches, bits, average, trained)
        start = average


def _stage(
    recipe: CompressorRecipe,
    before: PixelVAE | None,
    images: Pixels,
    generator: torch.Generator,
) -> Iterator[tuple[PixelVAE, float]]:
    """One training; yields after each batch the mean weights, and the bits of a digit.

    Args:
        before: The model of the training before, if there was one.
    """
    settings = recipe.settings
    model, average = (new_module(lambda: PixelVAE(settings)) for _ in range(2))
    model.initialise(generator, torch.bincount(images.flatten(), minlength=LEVELS + 1)[1:])
    if before is not None:
        model.load_state_dict(before.state_dict(), strict=False)
    elif isinstance(recipe.start, str):
        networks.copy_weights(networks.network(recipe.start), model)
    average.load_state_dict(model.state_dict())
    optimizer = Adam(model.parameters())
    batches = recipe.epochs * max(1, len(images) // BATCH)
    for batch, order in enumerate(_batches(len(images), recipe.epochs, generator)):
        x = images[order]
        if not settings.levels:
            x = binarised(x, generator)
        with torch.autocast("cpu", torch.bfloat16, enabled=recipe.bfloat16):
            losses = model.losses(x, generator, recipe.share)
        optimizer.zero_grad()
        warm = 1.0 if recipe.start else 0.1 + batch / (_RATE_WARM_UP * batches)
        losses.objective(min(1.0, warm)).backward()
        nn.utils.clip_grad_norm_(model.parameters(), _NORM)
        optimizer.step(_rate(recipe.lr, batch, batches))
        _follow(average, model, min(_AVERAGE, (batch + 1) / (batch + 10)))
        yield average, float(losses.neg_elbo.detach().mean()) / math.log(2)


def train_few_bits(digits: Digits, seed: int) -> Iterator[CompressionStep]:
    """Train `few-bits` on its bits and its error; yields after each batch."""
    generator = torch.Generator().manual_seed(seed)
    model = new_module(FewBits)
    model.initialise(generator)
    optimizer = Adam(model.parameters())
    trained = {"recipe": rate_distortion.NAME, "epochs": _EPOCHS, "seed": seed}
    batches = _EPOCHS * max(1, len(digits) // BATCH)
    for batch, order in enumerate(_batches(len(digits), _EPOCHS, generator)):
        losses = model.losses(to_x(digits.images[order.numpy()]), generator)
        loss = losses.rate.mean() / math.log(2) + WEIGHT * 2 * losses.distortion.mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step(_rate(_LR, batch, batches))
        yield CompressionStep(batch + 1, batches, float(loss.detach()), model, trained)


def _batches(count: int, epochs: int, generator: torch.Generator) -> Iterator[torch.Tensor]:
    """The places of the digits of each batch, in another order in each epoch."""
    for _ in range(epochs):
        order = torch.randperm(count, generator=generator)
        for at in range(0, max(1, count // BATCH) * BATCH, BATCH):
            yield order[at : at + BATCH]


def _rate(largest: float, batch: int, batches: int) -> float:
    """The learning rate of a batch: it grows from 0, and falls as a cosine."""
    warm = min(1, (batch + 1) / _WARM_UP)
    return largest * warm * (1 + math.cos(math.pi * batch / batches)) / 2


def binarised(x: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Each pixel 1 with its grey as probability, else 0, uint8."""
    return (255 * torch.rand(x.shape, generator=generator) < x).to(torch.uint8)


@torch.no_grad()
def _follow(average: nn.Module, model: nn.Module, keep: float) -> None:
    for mean, weight in zip(average.parameters(), model.parameters(), strict=True):
        mean.lerp_(weight, 1 - keep)
