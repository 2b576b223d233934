"""The reconstruction of one digit by a model, with its code and its error."""

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
    """A digit and its reconstruction by a model."""

    digit: np.ndarray  # (28, 28) uint8, the undamaged digit
    pixels: np.ndarray  # (28, 28) uint8, its reconstruction
    difference: np.ndarray  # (28, 28) uint8, absolute difference of each pixel
    error: float  # mean squared error per pixel, ink in [0, 1]
    code: np.ndarray  # (latent,) float32, or int64 if it holds indices of code vectors

    def report(self, run: str) -> dict[str, Any]:
        """The numbers as a dict for JSON; `run` is the name of the model's run."""
        return {"run": run, "mse": self.error, "code": self.code.tolist()}


@torch.inference_mode()
def reconstruct(model: Codec, digit: np.ndarray, seen: Images | None = None) -> Reconstruction:
    """Encode a digit (28, 28) uint8, decode its code, and compare the result with the digit.

    The error and the difference are computed before the decoder's output is rounded to 8 bits,
    as in `evaluate` and in the browser.

    Args:
        seen: (1, 1, 28, 28), the input of the encoder if it is not the digit itself, for example a
            damaged digit. The error is still measured against the digit.
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
