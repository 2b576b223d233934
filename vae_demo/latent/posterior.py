"""The true posterior p(z|x) of a code with two latents, and log p(x), by a grid."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import nn

from vae_demo.models.losses import LIKELIHOODS, Codes, Images, PerImage
from vae_demo.models.vae import VAE

LogJoint = Callable[[Codes], PerImage]
"""log p(x, z) = log p(x|z) + log p(z) of one picture x at each of many codes z, nats."""

REACH = 5.0  # a posterior is searched from -REACH to REACH in both latents, at least
STEP = 0.125  # distance between two codes of the search
MOST = 401  # codes in a row of the search
SIDE = 65  # codes in a row of the grid
DEPTH = 16.0  # nats below the highest density at which the grid may end
CHUNK = 2000  # codes decoded at a time


@dataclass(frozen=True, eq=False)
class Grid:
    """log p(x, z) on a grid that covers nearly all of the posterior's mass."""

    low: tuple[float, float]  # the lowest values of both latents
    high: tuple[float, float]
    log_joint: Float[np.ndarray, "up across"]  # the first row is the lowest

    @property
    def cell(self) -> float:
        """The area that belongs to a code."""
        up, across = self.log_joint.shape
        return math.prod(np.subtract(self.high, self.low)) / (up - 1) / (across - 1)

    def log_evidence(self) -> float:
        """log p(x) = log ∫ p(x, z) dz, nats."""
        return float(np.logaddexp.reduce(self.log_joint, axis=None)) + math.log(self.cell)

    def density(self) -> Float[np.ndarray, "up across"]:
        """p(z|x)."""
        return np.exp(self.log_joint - self.log_evidence())

    def moments(self) -> tuple[Float[np.ndarray, 2], Float[np.ndarray, "2 2"]]:
        """Mean and covariance of the posterior."""
        codes = grid_codes(self.low, self.high, len(self.log_joint)).double().numpy()
        share = (self.density() * self.cell).ravel()
        mean = share @ codes / share.sum()
        away = codes - mean
        return mean, (share * away.T) @ away / share.sum()


def grid_codes(low: Sequence[float], high: Sequence[float], side: int) -> Codes:
    """The codes of a grid, row by row from the lowest, (side², 2)."""
    across, up = (torch.linspace(low[i], high[i], side) for i in range(2))
    return torch.stack([across.repeat(side), up.repeat_interleave(side)], 1)


def log_joint(model: VAE, x: Images) -> LogJoint:
    """log p(x, z) of one picture, (1, 1, 28, 28), under a model whose prior is N(0, I)."""
    distortion = LIKELIHOODS[model.likelihood].distortion

    @torch.inference_mode()
    def at(z: Codes) -> PerImage:
        logits = model.logits(z)
        return _log_prior(z) - distortion(logits, x.expand_as(logits)).double()

    return at


def posterior_grid(
    joint: LogJoint, low: tuple[float, float], high: tuple[float, float], side: int = SIDE
) -> Grid:
    """The posterior between the lowest and the highest values of both latents."""
    return Grid(low, high, joint(grid_codes(low, high, side)).reshape(side, side).numpy())


class Search:
    """Finds where on the plane the posterior of a picture is, without decoding the plane again.

    With Bernoulli pixels log p(x|z) = x · logits(z) - Σ log(1 + exp logits(z)). The sum does not
    depend on the picture, and the product is linear in the last hidden layer.

    Args:
        model: A VAE with two latents.
        reach: Of the codes of digits, which may be farther from the centre than `REACH`.

    Raises:
        TypeError: if the pixels are not Bernoulli, or the decoder does not end in a dense layer.
    """

    def __init__(self, model: VAE, reach: float = REACH) -> None:
        last = model.decoder[-1]
        if model.likelihood != "bernoulli" or not isinstance(last, nn.Linear):
            raise TypeError("the search needs Bernoulli pixels and a dense last layer")
        self._hidden, self._last = model.decoder[:-1], last
        self._reach = max(reach, REACH)
        self._side = min(round(2 * self._reach / STEP) + 1, MOST)
        self._codes = grid_codes((-self._reach,) * 2, (self._reach,) * 2, self._side)
        with torch.inference_mode():
            sums = [F.softplus(model.decoder(z)).sum(1) for z in self._codes.split(CHUNK)]
            self._of_code = _log_prior(self._codes) - torch.cat(sums).double()

    @torch.inference_mode()
    def bounds(self, x: Images) -> tuple[tuple[float, float], tuple[float, float]]:
        """The lowest and the highest values of both latents that enclose nearly all of its mass."""
        ink = self._last.weight.T @ x.flatten(), self._last.bias @ x.flatten()
        found = (self._hidden(self._codes) @ ink[0] + ink[1]).double() + self._of_code
        near = (found > found.max() - DEPTH).reshape(self._side, self._side)
        up, across = np.nonzero(near.numpy())
        step = 2 * self._reach / (self._side - 1)
        first, second = (
            (step * (at.min() - 1) - self._reach, step * (at.max() + 1) - self._reach)
            for at in (across, up)
        )
        return (first[0], second[0]), (first[1], second[1])


def _log_prior(z: Codes) -> PerImage:
    """log N(z; 0, I), nats, float64."""
    return -z.double().square().sum(1) / 2 - z.shape[1] / 2 * math.log(2 * math.pi)
