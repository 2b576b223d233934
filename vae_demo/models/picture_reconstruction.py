"""Any picture of a digit through a run: what the command line and the drawing pad both answer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vae_demo.digits import open_picture, to_digit

if TYPE_CHECKING:
    from vae_demo.models import Codec


@dataclass(frozen=True, eq=False)
class Reconstruction:
    """A picture's digit, and how a run draws it again.

    digit, again: (28, 28) uint8. mse: mean squared difference of the two per pixel, ink in
    [0, 1]. code: (latent,) float32, or int64 where it is words.
    """

    digit: np.ndarray
    again: np.ndarray
    mse: float
    code: np.ndarray

    def report(self, run: str) -> dict[str, Any]:
        """The numbers, for JSON."""
        return {"run": run, "mse": self.mse, "code": self.code.tolist()}


def reconstruct_picture(model: Codec, picture: bytes | str | Path) -> Reconstruction:
    """A picture file, or its bytes, through the one door and a model.

    Raises:
        DrawingError: it can't be opened, or there is no digit in it.
    """
    from vae_demo.models import decode_many, embed_many

    digit = to_digit(open_picture(picture))
    codes = embed_many(model, digit[None])
    again = decode_many(model, codes)[0]
    mse = float(((digit / 255 - again / 255) ** 2).mean())
    code = codes[0].astype(np.int64) if model.codebook_size else codes[0]
    return Reconstruction(digit, again, mse, code)
