"""How far a repaired digit is from the true one: PSNR and SSIM."""

from __future__ import annotations

import math

import numpy as np
import torch
from jaxtyping import Bool, Float, UInt8
from torch.nn import functional as F

from vae_demo.models import to_x

Pixels = UInt8[np.ndarray, "n height width"]

_SIGMA, _RADIUS = 1.5, 5  # of the Gaussian window, pixels (Wang et al. 2004, section III.B)
_C1, _C2 = 0.01**2, 0.03**2  # the same


def psnr(
    found: Pixels, truth: Pixels, mask: Bool[np.ndarray, "n height width"] | None = None
) -> float:
    """Peak signal-to-noise ratio, -10 log10(mean squared error), in dB.

    The mean is over the pixels of all digits together, or over those of the mask. Ink is in
    [0, 1]. Pictures that are equal have an infinite PSNR.

    Raises:
        ValueError: if the mask holds no pixel.
    """
    squared = np.square(found.astype(float) - truth) / 255**2
    chosen = squared if mask is None else squared[mask]
    if not chosen.size:
        raise ValueError("the PSNR of no pixels is not defined: the mask is empty")
    error = float(chosen.mean())
    return -10 * math.log10(error) if error else math.inf


def ssim(found: Pixels, truth: Pixels) -> Float[np.ndarray, " n"]:
    """Structural similarity of each digit, at most 1 (Wang et al. 2004, equation 13).

    Means, variances and covariance are those of a Gaussian window of 11×11 pixels; the mean is over
    the windows that lie in the picture, as the authors' own program takes it.
    """
    place = torch.arange(-_RADIUS, _RADIUS + 1.0, dtype=torch.float64)
    row = torch.exp(-((place / _SIGMA) ** 2) / 2)
    window = torch.outer(row, row)[None, None] / row.sum() ** 2

    def mean(x: torch.Tensor) -> torch.Tensor:
        return F.conv2d(x, window)

    a, b = to_x(found).double(), to_x(truth).double()
    mean_a, mean_b = mean(a), mean(b)
    var_a, var_b = mean(a * a) - mean_a**2, mean(b * b) - mean_b**2
    covariance = mean(a * b) - mean_a * mean_b
    likeness = (2 * mean_a * mean_b + _C1) * (2 * covariance + _C2)
    most = (mean_a**2 + mean_b**2 + _C1) * (var_a + var_b + _C2)
    return (likeness / most).mean((1, 2, 3)).numpy()
