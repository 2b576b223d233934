"""Turn and crop an uploaded picture, with the digit that is read beside it."""

from __future__ import annotations

import hashlib

import numpy as np
import streamlit as st

from vae_demo.digits import DrawingError, Reading, open_picture, read_digit, whole_picture
from vae_demo.digits.crop import Crop
from vae_demo.ui.frame.language import t
from vae_demo.ui.parts.array_file import ArrayFile
from vae_demo.ui.parts.crop.data import crop_data, picture_file, read_message
from vae_demo.ui.parts.draw.part import sentence
from vae_demo.ui.parts.mount import browser_part, part_state

_CROP = browser_part("crop")
TEXTS = ("picture", "area", "nw", "ne", "sw", "se", "left", "right", "degrees", "whole", "seen")


def crop_part(file: bytes, key: str, whole: str | None = None) -> Reading | None:
    """Show a picture file to turn and crop; the digit that is read, if any.

    What is seen beside the digit, or why there is none, is said below.

    Args:
        file: The bytes of the file.
        key: Of the part.
        whole: What is said where there is no digit and the whole picture is taken instead; None:
            then nothing is taken.

    Raises:
        DrawingError: if the file can't be opened as a picture.
    """
    name = hashlib.sha256(file).hexdigest()
    picture, shown = _opened(name, file)
    crop = read_message(part_state(key, "crop"), shown)
    reading, problem = None, None
    try:
        reading = _read(name, crop, picture)
    except DrawingError as error:
        problem = error
    if problem and problem.code == "empty" and whole:
        reading = Reading(whole_picture(crop.of(picture)), ())
    digit = reading.digit if reading else None
    _CROP(
        key=key,
        data=crop_data(shown, crop, digit, {text: t(f"crop.{text}") for text in TEXTS}),
        on_crop_change=lambda: None,
        height="content",
    )
    for remark in reading.remarks if reading else ():
        st.warning(t(f"remark.{remark}"))
    if problem and reading:
        st.info(whole)
    elif problem:
        st.error(sentence(problem))
    return reading


@st.cache_resource(show_spinner=False, max_entries=8)
def _opened(name: str, _file: bytes) -> tuple[np.ndarray, ArrayFile]:
    picture = open_picture(_file)
    return picture, picture_file(picture)


@st.cache_resource(show_spinner=False, max_entries=32)
def _read(name: str, crop: Crop, _picture: np.ndarray) -> Reading:
    return read_digit(crop.of(_picture))
