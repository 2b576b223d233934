"""A VAE whose likelihood is that of every pixel's 256 levels, so that a coder can use it.

A digit is coded in two passes. The first says which pixels have ink (level > 0), the second which
level, 1 to 255, each of these has. p(x|z) is the product over the pixels of both passes:

- ink: a Bernoulli distribution, from z;
- level: a categorical distribution, from z and from the ink around the pixel.

A model with `before` also sees the pixels before this one, in the order of reading: their ink in
the first pass, their levels in the second. It has an autoregressive decoder, as the PixelVAE has
(Gulrajani et al. 2017), which codes pixel after pixel. A model without `levels` codes pixels that
are 0 or 1: it has the first pass alone.

All layers are dense with ReLU between them, and all inputs are multiples of 1/256: `integers`
computes the same network without rounding.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import torch
from jaxtyping import Bool, Float, Int, UInt8
from torch import Tensor, nn
from torch.nn import functional as F

from vae_demo.digits.mnist import PIXELS, SIDE
from vae_demo.models.codec import dense
from vae_demo.models.losses import Codes, Losses, PerImage, gaussian_rate

Pixels = UInt8[Tensor, "batch 28 28"]
AnyModule = TypeVar("AnyModule", bound=nn.Module)

LEVELS = 255  # of a pixel with ink: 1 to 255
INK = 170  # what ink adds to a level, where a network sees both in one number
UNIT = 256  # a network sees levels as multiples of 1/256
LOGVAR_RANGE = (-5.0, 1.0)  # of the posterior, which the grid of `gaussians` resolves
AROUND = 5  # pixels to each side of one whose ink a level depends on
INK_BEFORE, LEVELS_BEFORE = 5, 4  # rows above, and pixels to each side, of the pixels before


@dataclass(frozen=True)
class Settings:
    """What a model is made of."""

    before: bool = False  # whether a pixel's distribution depends on the pixels before it
    levels: bool = True  # whether pixels have 256 levels, or are 0 or 1
    latent: int = 40
    width: int = 448  # of the hidden layers of encoder and decoder
    features: int = 3  # numbers for each pixel that the decoder makes of z; the first is a logit
    hidden: int = 64  # units of the network of the ink before
    level_hidden: int = 128  # units of the network of the levels
    rank: int = 10  # of the logits of the levels


def around(radius: int) -> list[tuple[int, int]]:
    """Rows and columns from a pixel to those around it, itself included."""
    reach = range(-radius, radius + 1)
    return [(row, column) for row in reach for column in reach]


def before(radius: int) -> list[tuple[int, int]]:
    """Rows and columns from a pixel to those around it that are before it when reading."""
    return [place for place in around(radius) if place < (0, 0)]


class PixelVAE(nn.Module):
    """The networks, and their losses in training."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = s = settings
        self.encoder = dense(PIXELS, s.width, s.width, 2 * s.latent)
        self.decoder = dense(s.latent, s.width, s.width, PIXELS * s.features)
        ink, levels = len(around(AROUND)), len(before(LEVELS_BEFORE))
        if s.before:
            self.ink = dense(len(before(INK_BEFORE)) + s.features, s.hidden, s.hidden, 1)
        if s.levels:
            inputs = ink + s.features + (levels if s.before else 0)
            self.level = dense(inputs, s.level_hidden, s.level_hidden, s.rank)
            self.shapes = nn.Linear(s.rank, LEVELS)  # logits of the levels

    def initialise(self, generator: torch.Generator, counts: Int[Tensor, " levels"]) -> None:
        """Draw the weights.

        Args:
            counts: How often each level is in the training digits.
        """
        for layer in self.modules():
            if isinstance(layer, nn.Linear):
                bound = 1 / math.sqrt(layer.in_features)
                nn.init.uniform_(layer.weight, -bound, bound, generator=generator)
                nn.init.zeros_(layer.bias)
        if self.settings.levels:
            at = torch.acos(torch.linspace(-1, 1, LEVELS))
            order = torch.arange(1, self.settings.rank + 1)
            with torch.no_grad():  # Chebyshev polynomials, and the shares of the levels
                self.shapes.weight.copy_(torch.cos(at[:, None] * order))
                self.shapes.bias.copy_((counts / counts.sum()).log())

    def posterior(self, x: Pixels) -> tuple[Codes, Codes]:
        """Mean and log-variance of q(z|x)."""
        seen = (x.float() + INK * (x > 0)) / UNIT if self.settings.levels else (x > 0).float()
        mean, logvar = self.encoder(seen.flatten(1)).chunk(2, 1)
        return mean, logvar.clamp(*LOGVAR_RANGE)

    def losses(self, x: Pixels, generator: torch.Generator) -> Losses:
        """Distortion and rate of z ~ q(z|x), nats; the distortion is that of integer levels."""
        mean, logvar = self.posterior(x)
        noise = torch.randn(mean.shape, generator=generator)
        z = mean + noise * torch.exp(logvar / 2)
        features = self.decoder(z).view(len(x), PIXELS, self.settings.features)
        distortion = self._ink_distortion(x, features)
        if self.settings.levels:
            distortion = distortion + self._level_distortion(x, features)
        return Losses(distortion, gaussian_rate(mean, logvar))

    def _ink_distortion(self, x: Pixels, features: Float[Tensor, "batch 784 f"]) -> PerImage:
        ink = (x > 0).float().flatten(1)
        logits = features[..., 0]
        if self.settings.before:
            # where all pixels before are empty, z alone says how likely ink is
            some = some_before(ink)
            seen = beside(ink, some, INK_BEFORE, earlier=True)
            found = self.ink(torch.cat([seen, features[some]], 1)).flatten()
            logits = logits + torch.zeros_like(logits).masked_scatter(some, found)
        return F.binary_cross_entropy_with_logits(logits, ink, reduction="none").sum(1)

    def _level_distortion(self, x: Pixels, features: Float[Tensor, "batch 784 f"]) -> PerImage:
        level = x.flatten(1).long()
        ink = level > 0
        seen = [beside(ink.float(), ink, AROUND, earlier=False), features[ink]]
        if self.settings.before:
            seen.append(beside(level / UNIT, ink, LEVELS_BEFORE, earlier=True))
        logits = self.shapes(self.level(torch.cat(seen, 1)))
        each = F.cross_entropy(logits, level[ink] - 1, reduction="none")
        picture = ink.nonzero()[:, 0]
        return torch.zeros(len(x)).index_add(0, picture, each)


def new_module(make: Callable[[], AnyModule]) -> AnyModule:
    """A new module; torch's global random generator, which initialises layers, stays as it was."""
    with torch.random.fork_rng(devices=[]):
        return make()


def beside(
    x: Float[Tensor, "batch 784"], chosen: Bool[Tensor, "batch 784"], radius: int, *, earlier: bool
) -> Float[Tensor, "pixels places"]:
    """What is beside each of the chosen pixels, 0 outside of the picture.

    Args:
        radius: How many rows and columns away the places are at most.
        earlier: Only the pixels before, in the order of reading.
    """
    padded = F.pad(x.view(-1, SIDE, SIDE), (radius,) * 4)
    row = padded.shape[2]
    picture, pixel = chosen.nonzero(as_tuple=True)
    middle = picture * row**2 + (pixel // SIDE + radius) * row + pixel % SIDE + radius
    steps = [down * row + right for down, right in (before if earlier else around)(radius)]
    return padded.flatten()[middle[:, None] + torch.tensor(steps)]


def some_before(ink: Float[Tensor, "batch 784"]) -> Bool[Tensor, "batch 784"]:
    """Whether any of the pixels before, within `INK_BEFORE`, has ink."""
    pictures, far = ink.view(-1, 1, SIDE, SIDE), INK_BEFORE
    above = F.max_pool2d(F.pad(pictures, (far, far, far, 0)), (far, 2 * far + 1), 1)[:, :, :SIDE]
    left = F.max_pool2d(F.pad(pictures, (far, 0, 0, 0)), (1, far), 1)[..., :SIDE]
    return torch.maximum(above, left).flatten(1) > 0
