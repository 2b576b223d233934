"""Any drawing becomes a digit as MNIST made it: the one door for pad, upload and command line.

Files pass `open_picture` (decode), then `to_ink` (white ink on nothing) and `to_digit` (28 x 28).
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
