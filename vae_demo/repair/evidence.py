"""Why a picture is strange: its reconstruction by a model, and where the two differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import UInt8

from vae_demo.digits.damages import damage
from vae_demo.digits.mnist import SIDE
from vae_demo.models import to_pixels, to_x
from vae_demo.repair.anomaly import RUN
from vae_demo.repair.shipped_models import shipped_model

_PLACE_BLUR = 2.5  # of the squared error, before its largest place is sought, pixels


@dataclass(frozen=True, eq=False)
class Evidence:
    """The reconstruction of a picture, and where the two differ."""

    reconstruction: np.ndarray  # (28, 28) uint8
    difference: np.ndarray  # (28, 28) float32, x − x̂: above 0, where ink was left out
    left_out: float  # share of the squared error where ink was left out; elsewhere, it was added
    place: tuple[int, int]  # row and column of the third of the picture with the largest error


def evidence(picture: UInt8[np.ndarray, "28 28"]) -> Evidence:
    """Reconstruct a picture with the run of the scores, and compare the two."""
    x = to_x(picture[None])
    with torch.inference_mode():
        found = shipped_model(RUN)(x)
        rest = x - found
        seen = damage(rest.square(), "blur", _PLACE_BLUR, 0)
    row, column = divmod(int(seen.flatten().argmax()), SIDE)
    squared = float(rest.square().sum())
    left_out = float(rest.clamp(min=0).square().sum()) / squared if squared else 0.0
    place = (3 * row // SIDE, 3 * column // SIDE)
    return Evidence(to_pixels(found)[0], rest[0, 0].numpy(), left_out, place)
