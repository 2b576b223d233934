"""Decode picture files safely: the size is checked before the pixels are decoded."""

import warnings
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

try:  # Pillow 11.3 and newer
    from PIL.AvifImagePlugin import SUPPORTED as _READS_AVIF
except ImportError:
    _READS_AVIF = False

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", *["AVIF"] * _READS_AVIF)
MAX_PICTURE_BYTES = 20_000_000  # largest picture file
MAX_PIXELS = 40_000_000  # largest picture, checked before it is decoded
MAX_SIDE = 1024  # pixels; larger pictures are reduced
MAX_FRAMES = 50  # of an animation are looked at

SENTENCES = {
    "missing": "cannot open the picture file {source}: {why}",
    "no_bytes": "the picture file is empty: it has 0 bytes",
    "too_heavy": "the picture file is too large; the limit is {limit} MB",
    "unreadable": "the {bytes} bytes can't be read as a picture with at least one pixel; "
    "supported formats: {formats}",
    "too_large": "the picture has {megapixels} megapixels; the limit is {limit}; make it smaller",
    "damaged": "the {format} picture of {width} x {height} pixels is damaged or incomplete and "
    "can't be decoded; save or send it again",
    "shape": "the array has shape {shape}; a picture has shape (height, width) or (height, width, "
    "channels) with 1, 3 or 4 channels and at least one pixel",
    "type": "the array has dtype {dtype}; a picture has dtype uint8, bool or a float in [0, 1]",
    "not_finite": "the picture has NaN or infinite values; its values must lie between 0 and 1",
    "range": "the picture's values range from {low:.4g} to {high:.4g}; they must lie between 0 and "
    "1",
    "empty": "the picture of {width} x {height} pixels is blank, or no mark in it looks like a "
    "digit; draw a digit that is clearly lighter or darker than the background",
    "stage": "unknown stage {stage!r}; there are: {stages}",
}


class DrawingError(ValueError):
    """A picture that can't be turned into a digit.

    `code` is a key of `SENTENCES`; `details` are the values of its placeholders.
    """

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(SENTENCES[code].format(**details))
        self.code = code
        self.details = details


def open_picture(source: bytes | str | Path | BinaryIO) -> NDArray[np.uint8]:
    """Decode a picture file: RGBA uint8 `(h, w, 4)`, upright, long side at most `MAX_SIDE`.

    Of an animation, the first frame that is not blank is returned.

    Raises:
        DrawingError: with code missing, no_bytes, too_heavy, unreadable, too_large or damaged.
    """
    data = _read(source)
    limit = MAX_PIXELS // 10**6
    with warnings.catch_warnings():  # about the size, which is checked below, and about EXIF
        warnings.simplefilter("ignore")
        try:
            image: Image.Image = Image.open(BytesIO(data), formats=FORMATS)
        except Image.DecompressionBombError as error:  # Pillow refuses twice its own limit
            least = 2 * (Image.MAX_IMAGE_PIXELS or MAX_PIXELS) // 10**6
            raise DrawingError("too_large", megapixels=f">{least}", limit=limit) from error
        except Exception as error:  # each decoder raises other exceptions
            kinds = ", ".join(FORMATS)
            raise DrawingError("unreadable", bytes=len(data), formats=kinds) from error
        kind, (w, h) = image.format, image.size
        if w * h > MAX_PIXELS:
            raise DrawingError("too_large", megapixels=round(w * h / 1e6, 1), limit=limit)
        try:
            image.draft("RGB", (MAX_SIDE, MAX_SIDE))  # decode a large JPEG at a smaller size
            first = _pixels(image)
        except Exception as error:
            raise DrawingError("damaged", format=kind, width=w, height=h) from error
        for number in range(1, min(MAX_FRAMES, MAX_PIXELS // (w * h))):
            if not _is_blank(first):
                break
            try:
                image.seek(number)
                later = _pixels(image)
            except Exception:  # there are no more frames, or they are damaged
                break
            if not _is_blank(later):
                return later
    return first


def _pixels(image: Image.Image) -> NDArray[np.uint8]:
    """The current frame, upright and reduced."""
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I"):  # 16 bits: Pillow's own conversion would clip at 255
        image = Image.fromarray(np.rint(np.asarray(image) / 257).astype(np.uint8))
    image = image.convert("RGBA")
    image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.BOX)
    return np.array(image)


def _is_blank(pixels: NDArray[np.uint8]) -> bool:
    """Whether nothing is seen: all pixels are alike, or transparent."""
    return not pixels[..., 3].any() or bool((pixels == pixels[0, 0]).all())


def _read(source: bytes | str | Path | BinaryIO) -> bytes:
    """The bytes of a file, at most one more than `MAX_PICTURE_BYTES`."""
    try:
        if isinstance(source, bytes):
            data = source
        elif isinstance(source, str | Path):
            with open(source, "rb") as file:
                data = file.read(MAX_PICTURE_BYTES + 1)
        else:
            data = source.read(MAX_PICTURE_BYTES + 1)
    except OSError as error:
        raise DrawingError("missing", source=source, why=error.strerror or error) from error
    if not data:
        raise DrawingError("no_bytes")
    if len(data) > MAX_PICTURE_BYTES:
        raise DrawingError("too_heavy", limit=MAX_PICTURE_BYTES // 10**6)
    return data
