"""One digit through a model: its code, its reconstruction and the error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from vae_demo.models.arrays import to_pixels, to_x
from vae_demo.models.codec import Codec
from vae_demo.models.losses import Images


@dataclass(frozen=True, eq=False)
class Reconstruction:
    """A digit, and what a model makes of it."""

    digit: np.ndarray  # (28, 28) uint8, the undamaged digit
    pixels: np.ndarray  # (28, 28) uint8, its reconstruction
    difference: np.ndarray  # (28, 28) uint8, how far each pixel is from the digit's
    error: float  # mean squared difference per pixel, ink in [0, 1]
    code: np.ndarray  # (latent,) float32, or int64 where it holds indices of code vectors

    def report(self, run: str) -> dict[str, Any]:
        """The numbers, for JSON; `run` is the name of the run that the model is of."""
        return {"run": run, "mse": self.error, "code": self.code.tolist()}


@torch.inference_mode()
def reconstruct(model: Codec, digit: np.ndarray, seen: Images | None = None) -> Reconstruction:
    """A digit (28, 28) uint8 through a model: encoded, decoded and compared.

    The error and the difference are those of the decoder's output before it is rounded to 8 bits,
    as `evaluate` and the browser count them.

    Args:
        seen: (1, 1, 28, 28), what the encoder sees in place of the digit, damaged for instance. The
            error is counted from the digit all the same.
    """
    x = to_x(digit[None])
    code = model.embed(x if seen is None else seen)
    x_hat = model.decode(code)
    return Reconstruction(
        digit=digit,
        pixels=to_pixels(x_hat)[0],
        difference=to_pixels((x_hat - x).abs())[0],
        error=(x_hat - x).square().mean().item(),
        code=code[0].long().numpy() if model.codebook_size else code[0].numpy(),
    )
