"""The data of the part that crops a picture, and the message that it sends back."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import msgspec
import numpy as np
from PIL import Image

from vae_demo.digits.crop import MAX_DEGREES, MIN_SHARE, Crop
from vae_demo.ui.parts.array_file import ArrayFile, hashed
from vae_demo.ui.parts.base64_text import base64_text

SHOWN_SIDE = 640  # pixels; the long side of the picture that the browser shows


class CropMessage(msgspec.Struct):
    """The message of the browser when the visitor releases the crop."""

    picture: str  # key of the picture's file
    crop: Crop


def read_message(sent: object, picture: ArrayFile) -> Crop:
    """The crop in a browser's message about a picture; the whole picture for any other message."""
    try:
        message = msgspec.convert(sent, CropMessage)
    except msgspec.ValidationError:
        return Crop()
    return message.crop if message.picture == picture.key else Crop()


def picture_file(picture: np.ndarray) -> ArrayFile:
    """A picture (h, w, 4) uint8 as a WebP file for browsers."""
    image = Image.fromarray(picture)
    image.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=80)
    return hashed(buffer.getvalue())


def crop_data(
    picture: ArrayFile, crop: Crop, digit: np.ndarray | None, text: Mapping[str, str]
) -> dict[str, Any]:
    """The data of `part.js`, for JSON.

    Args:
        picture: The file of the picture.
        crop: How it is turned and cropped.
        digit: (28, 28) uint8, the digit that is read; None if there is none.
        text: The translated texts.
    """
    return {
        "picture": picture.offer(),
        "crop": asdict(crop),
        "digit": base64_text(digit) if digit is not None else "",
        "text": dict(text),
        "maxDegrees": MAX_DEGREES,
        "minShare": MIN_SHARE,
    }
