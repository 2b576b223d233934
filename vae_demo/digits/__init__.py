"""Digits: the MNIST set, and the preprocessing that makes a digit of any picture.

Picture files are decoded by `open_picture`; `to_digit` makes 28 x 28 pixels of any array.
"""

from vae_demo.digits.picture_files import (
    FORMATS,
    MAX_BYTES,
    MAX_PIXELS,
    MAX_SIDE,
    SENTENCES,
    DrawingError,
    open_picture,
)
from vae_demo.digits.preprocessing import STAGES, Stage, to_digit, to_ink

__all__ = [
    "FORMATS",
    "MAX_BYTES",
    "MAX_PIXELS",
    "MAX_SIDE",
    "SENTENCES",
    "STAGES",
    "DrawingError",
    "Stage",
    "open_picture",
    "to_digit",
    "to_ink",
]
