"""One style on all ten digits: the codes of digits, with another class in each."""

from __future__ import annotations

import torch
from jaxtyping import UInt8
from numpy import ndarray

from vae_demo.models import embed_many, to_pixels
from vae_demo.models.conditional import CLASSES, ConditionalVAE


@torch.inference_mode()
def in_style_of(
    model: ConditionalVAE, digits: UInt8[ndarray, "n 28 28"]
) -> UInt8[ndarray, "n 10 28 28"]:
    """The ten digits in the style of each of some digits.

    The style is what the encoder finds in a digit; the decoder is given another class.
    """
    codes = torch.tensor(embed_many(model, digits)).repeat_interleave(CLASSES, 0)
    classes = torch.arange(CLASSES).repeat(len(digits))
    drawn = to_pixels(model.decode(model.with_label(codes, classes)))
    return drawn.reshape(len(digits), CLASSES, *digits.shape[1:])
