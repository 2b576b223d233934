"""Asking a model for attributes, with a ruler in the loop."""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Float, UInt8

from vae_demo.digits.attributes import measure
from vae_demo.digits.measured import standardised
from vae_demo.models import decode_many
from vae_demo.models.attribute import FURTHEST, AttributeVAE

ROUNDS = 6  # corrections
STEP = 0.6  # share of an error by which the next request differs
CLOSE = 0.0025  # squared standard deviations, summed over `ATTRIBUTES`: nothing is corrected below


@torch.inference_mode()
def ask(
    model: AttributeVAE,
    style: Float[np.ndarray, "n style"],
    labels: np.ndarray,
    wanted: Float[np.ndarray, "n 4"],
    rounds: int = ROUNDS,
) -> tuple[UInt8[np.ndarray, "n 28 28"], Float[np.ndarray, "n 4"]]:
    """Pictures with wanted attributes, and what the model had to be asked for to draw them.

    What the model draws is measured, and the next request differs by what is missing, until a
    picture is close; of all pictures of a digit, that with the smallest error is kept.

    Args:
        wanted: `ATTRIBUTES`, standardised.
        rounds: How often the request is corrected at most; 0 to ask once.
    """
    asked, kept, pictures = wanted.copy(), wanted.copy(), None
    least = np.full(len(wanted), np.inf)
    label = torch.tensor(labels).long()
    for _ in range(rounds + 1):
        given = torch.tensor(asked, dtype=torch.float32)
        code = model.join(torch.tensor(style, dtype=torch.float32), label, given)
        drawn = decode_many(model, code.numpy())
        away = standardised(measure(drawn)) - wanted
        far = np.nan_to_num(np.square(away).sum(1), nan=np.inf)
        better = (far < least) & (least >= CLOSE)
        pictures = drawn if pictures is None else np.where(better[:, None, None], drawn, pictures)
        kept = np.where(better[:, None], asked, kept)
        least = np.minimum(far, least)
        asked = np.clip(asked - STEP * np.nan_to_num(away), -FURTHEST, FURTHEST)
    assert pictures is not None
    return pictures, kept
