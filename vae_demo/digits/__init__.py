"""The MNIST digits, and the preprocessing that turns any picture into a digit.

`open_picture` decodes a picture file; `to_digit` turns an array of pixels into 28 x 28 pixels.
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
