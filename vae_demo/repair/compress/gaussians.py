"""Gaussian distributions on a grid, with probabilities that are the same on every machine.

A code z is a multiple of 1/32. Prior and posterior of each latent are Gaussian densities at the
points of the grid. A fine grid costs no bits: what z costs more is borrowed more (Townsend et al.
2019, section 2.5.1).
"""

from __future__ import annotations

import functools
import math

import numpy as np
from jaxtyping import Float, Int

from vae_demo.repair.compress.exact import LOG2_E, ONE, Integers, power_of_two
from vae_demo.repair.compress.model import LOGVAR_RANGE

GRID = 32  # points of the grid per unit of z
FARTHEST = 8 * GRID  # of a mean from 0, and of z from the mean
WIDTHS_PER_OCTAVE = 8  # standard deviations are powers of 2^(1/8)
NARROWEST, WIDEST = (round(WIDTHS_PER_OCTAVE * bound / 2 / math.log(2)) for bound in LOGVAR_RANGE)

Table = Float[np.ndarray, "*latents points"]


def mean_on_grid(mean: Integers) -> Int[np.ndarray, "*batch latents"]:
    """The point of the grid that is nearest to a mean, which is a multiple of 1/1024."""
    nearest = np.floor(mean / (ONE // GRID) + 0.5)
    return np.clip(nearest, -FARTHEST, FARTHEST).astype(np.int32)


def width(logvar: Integers) -> Int[np.ndarray, "*batch latents"]:
    """The nearest standard deviation 2^(width/8), of a log-variance as a multiple of 1/1024."""
    nearest = np.floor(logvar * (LOG2_E / 2 * WIDTHS_PER_OCTAVE / ONE) + 0.5)
    return np.clip(nearest, NARROWEST, WIDEST).astype(np.int32)


def posterior(widths: Int[np.ndarray, " latents"]) -> Table:
    """Weights of z − mean from −FARTHEST to FARTHEST, (latents, 2·FARTHEST + 1)."""
    return _posteriors()[widths - NARROWEST]


@functools.cache
def prior() -> Table:
    """Weights of z from −2·FARTHEST to 2·FARTHEST under N(0, 1)."""
    return _weights(0, 2 * FARTHEST)


@functools.cache
def _posteriors() -> Table:
    return np.stack([_weights(each, FARTHEST) for each in range(NARROWEST, WIDEST + 1)])


def _weights(width: int, farthest: int) -> Table:
    """exp(−(k/32)²/(2σ²)) for k from −farthest to farthest, where σ = 2^(width/8)."""
    k = np.arange(-farthest, farthest + 1.0)
    eighth = math.sqrt(math.sqrt(math.sqrt(2.0)))
    sigma = 1.0
    for _ in range(abs(width)):
        sigma = sigma * eighth if width > 0 else sigma / eighth
    exponent = k * k * (LOG2_E / (2 * GRID**2) / (sigma * sigma))
    return power_of_two(np.floor(exponent * ONE + 0.5).astype(np.int64))
