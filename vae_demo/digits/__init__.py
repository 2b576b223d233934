"""The MNIST digits, and the preprocessing that turns any picture into a digit.

`open_picture` decodes a picture file; `to_digit` turns an array of pixels into 28 x 28 pixels.
"""

from vae_demo.digits.paper import REMARKS, Remark
from vae_demo.digits.picture_files import (
    FORMATS,
    MAX_PICTURE_BYTES,
    MAX_PIXELS,
    MAX_SIDE,
    SENTENCES,
    DrawingError,
    open_picture,
)
from vae_demo.digits.preprocessing import (
    STAGES,
    Reading,
    Stage,
    read_digit,
    to_digit,
    to_ink,
    whole_picture,
)

__all__ = [
    "FORMATS",
    "MAX_PICTURE_BYTES",
    "MAX_PIXELS",
    "MAX_SIDE",
    "REMARKS",
    "SENTENCES",
    "STAGES",
    "DrawingError",
    "Reading",
    "Remark",
    "Stage",
    "open_picture",
    "read_digit",
    "to_digit",
    "to_ink",
    "whole_picture",
]
