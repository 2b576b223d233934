"""A VAE whose likelihood is that of every pixel's 256 levels, so that a coder can use it.

A digit is coded in two passes. The first says which pixels have ink (level > 0), the second which
level, 1 to 255, each of these has. p(x|z) is the product over the pixels of both passes:

- ink: a Bernoulli distribution, from z;
- level: a categorical distribution, from z and from the ink around the pixel.

A model with `before` also sees the pixels before this one, in the order of reading: their ink in
the first pass, their levels in the second. It has an autoregressive decoder, as the PixelVAE has
(Gulrajani et al. 2017), which codes pixel after pixel. A model without `levels` codes pixels that
are 0 or 1: it has the first pass alone.

Where the first pass leaves it uncertain whether a pixel has ink, a model with `correction` asks a
deeper network, which sees more of the pixels before and adds to the logit.

All layers are dense with ReLU between them, and all inputs are multiples of 1/1024: `networks`
computes the same model without rounding.
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
FAR_BEFORE = 9  # likewise, for the correction
UNCERTAIN = 4  # logits between −4 and 4 are corrected
RESIDUAL_LAYERS = 3
FINER = 4  # by how much the correction divides features and logits


@dataclass(frozen=True)
class Settings:
    """What a model is made of."""

    before: bool = False  # whether a pixel's distribution depends on the pixels before it
    levels: bool = True  # whether pixels have 256 levels, or are 0 or 1
    latent: int = 40
    width: int = 448  # of the hidden layers of encoder and decoder
    features: int = 3  # numbers for each pixel that the decoder makes of z; the first is a logit
    hidden: int = 64  # units of the network of the ink before
    correction: int = 0  # units of the network that corrects uncertain logits; 0: there is none
    level_hidden: int = 128  # units of the network of the levels
    rank: int = 10  # of the logits of the levels
    samples: int = 1  # codes that the coder draws for a digit; more only without levels


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
        if s.correction:
            inputs = len(before(FAR_BEFORE)) + s.features + 1 + 2 * SIDE
            self.correction = Residual(inputs, s.correction)
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
        if self.settings.correction:  # which corrects nothing at first
            nn.init.zeros_(self.correction.last.weight)

    def posterior(self, x: Pixels) -> tuple[Codes, Codes]:
        """Mean and log-variance of q(z|x)."""
        seen = (x.float() + INK * (x > 0)) / UNIT if self.settings.levels else (x > 0).float()
        mean, logvar = self.encoder(seen.flatten(1)).float().chunk(2, 1)
        return mean, logvar.clamp(*LOGVAR_RANGE)

    def losses(self, x: Pixels, generator: torch.Generator, share: float = 1.0) -> Losses:
        """Distortion and rate of z ~ q(z|x), nats; the distortion is that of integer levels.

        Args:
            share: The share of the uncertain pixels, at random, whose logits are corrected. With
                less than 1, the distortion is an unbiased estimate, and sooner computed.
        """
        mean, logvar = self.posterior(x)
        noise = torch.randn(mean.shape, generator=generator)
        z = mean + noise * torch.exp(logvar / 2)
        features = self.decoder(z).float().view(len(x), PIXELS, self.settings.features)
        distortion = self._ink_distortion(x, features, share, generator)
        if self.settings.levels:
            distortion = distortion + self._level_distortion(x, features)
        return Losses(distortion, gaussian_rate(mean, logvar))

    def _ink_distortion(
        self,
        x: Pixels,
        features: Float[Tensor, "batch 784 f"],
        share: float,
        generator: torch.Generator,
    ) -> PerImage:
        ink = (x > 0).float().flatten(1)
        logits = features[..., 0]
        if self.settings.before:
            # where all pixels before are empty, z alone says how likely ink is
            some = some_before(ink)
            seen = beside(ink, some, INK_BEFORE, earlier=True)
            inputs = torch.cat([seen, features[some].to(seen.dtype)], 1)
            found = self.ink(inputs).float().flatten()
            logits = logits + torch.zeros_like(logits).masked_scatter(some, found)
        each = F.binary_cross_entropy_with_logits(logits, ink, reduction="none")
        if self.settings.correction:
            chosen = logits.abs() < UNCERTAIN
            if share < 1:
                chosen &= torch.rand(chosen.shape, generator=generator) < share
            corrected = logits[chosen] + self._correction(ink, features, logits, chosen)
            after = F.binary_cross_entropy_with_logits(corrected, ink[chosen], reduction="none")
            gain = torch.zeros_like(each).masked_scatter(chosen, after - each[chosen])
            each = each + gain / share
        return each.sum(1)

    def _correction(
        self,
        ink: Float[Tensor, "batch 784"],
        features: Float[Tensor, "batch 784 f"],
        logits: Float[Tensor, "batch 784"],
        chosen: Bool[Tensor, "batch 784"],
    ) -> Float[Tensor, " pixels"]:
        """What is added to the logits of the chosen pixels."""
        seen = beside(ink, chosen, FAR_BEFORE, earlier=True)
        of_z = torch.cat([features[chosen], logits[chosen][:, None]], 1) / FINER
        place = place_inputs()[chosen.nonzero()[:, 1]]
        inputs = torch.cat([seen, of_z.to(seen.dtype), place.to(seen.dtype)], 1)
        return self.correction(inputs).flatten().float()

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


class Residual(nn.Module):
    """Dense layers with ReLU, of which each but the first and the last adds to what came in."""

    def __init__(self, inputs: int, units: int) -> None:
        super().__init__()
        self.first = nn.Linear(inputs, units)
        self.middle = nn.ModuleList(nn.Linear(units, units) for _ in range(RESIDUAL_LAYERS))
        self.last = nn.Linear(units, 1)

    def forward(self, x: Float[Tensor, "rows inputs"]) -> Float[Tensor, "rows 1"]:
        x = F.relu(self.first(x))
        for layer in self.middle:
            x = x + F.relu(layer(x))
        return self.last(x)


def place_inputs() -> Float[Tensor, "784 56"]:
    """The row and the column of each pixel, one-hot."""
    return torch.cat(
        [torch.eye(SIDE).repeat_interleave(SIDE, 0), torch.eye(SIDE).repeat(SIDE, 1)], 1
    )


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
    rows, columns = radius + 1 if earlier else 2 * radius + 1, 2 * radius + 1
    if torch.is_autocast_enabled("cpu"):
        x = x.to(torch.get_autocast_dtype("cpu"))  # before its pixels are copied many times
    padded = F.pad(x.view(-1, SIDE, SIDE), (radius,) * 4)[:, : SIDE + rows - 1]
    windows = padded.unfold(1, rows, 1).unfold(2, columns, 1)
    found = windows[chosen.view(-1, SIDE, SIDE)].flatten(1)
    return found[:, : len(before(radius))] if earlier else found


def some_before(ink: Float[Tensor, "batch 784"]) -> Bool[Tensor, "batch 784"]:
    """Whether any of the pixels before, within `INK_BEFORE`, has ink."""
    pictures, far = ink.view(-1, 1, SIDE, SIDE), INK_BEFORE
    sides = F.max_pool2d(F.pad(pictures, (far, far, 0, 0)), (1, 2 * far + 1), 1)
    above = F.max_pool2d(F.pad(sides, (0, 0, far, 0)), (far, 1), 1)[:, :, :SIDE]
    left = F.max_pool2d(F.pad(pictures, (far, 0, 0, 0)), (1, far), 1)[..., :SIDE]
    return torch.maximum(above, left).flatten(1) > 0
