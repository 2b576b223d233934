"""One digit through a model, to be set beside what others make of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from vae_demo.models import Codec, to_pixels, to_x


@dataclass(frozen=True, eq=False)
class Redrawn:
    """What a model makes of one digit.

    pixels: its reconstruction, and off: how far each pixel is from the digit's, each (28, 28)
    uint8. error: mean squared difference per pixel, ink in [0, 1]. code: (latent,) float32.
    """

    pixels: np.ndarray
    off: np.ndarray
    error: float
    code: np.ndarray


@torch.inference_mode()
def redraw(model: Codec, digit: np.ndarray) -> Redrawn:
    """A digit (28, 28) uint8 through a model: encoded, decoded, and compared."""
    x = to_x(digit[None])
    code = model.embed(x)
    x_hat = model.decode(code)
    return Redrawn(
        pixels=to_pixels(x_hat)[0],
        off=to_pixels((x_hat - x).abs())[0],
        error=float((x_hat - x).square().mean()),
        code=code[0].numpy(),
    )
