"""Choose where a digit comes from: the drawing pad, a picture file, or the test set."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import streamlit as st

from vae_demo.digits import DrawingError, Reading, mnist
from vae_demo.ui.frame.choices import pick
from vae_demo.ui.frame.language import t
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.frame.links import linked
from vae_demo.ui.parts.crop.part import crop_part
from vae_demo.ui.parts.digit_choice.pad import PadState
from vae_demo.ui.parts.digit_choice.part import store_drawing
from vae_demo.ui.parts.draw.part import sentence
from vae_demo.ui.parts.number.part import Bounds, number


class Uploads(Protocol):
    """The state of a page on which pictures are uploaded."""

    uploaded: Reading | None  # the last uploaded digit


def digit_source(
    page: str, session: Uploads, whole: str | None = None
) -> tuple[str, np.ndarray | None]:
    """Choose the source of a digit, and an uploaded or a test digit.

    Args:
        page: The page in `links.json`. Its fields source and index store the choice.
        session: Keeps the last uploaded digit, with what else was seen in its picture.
        whole: As in `crop_part`.

    Returns:
        "pad", "upload" or "test", and the digit (28, 28) uint8; None for the pad, or if nothing
        was uploaded.
    """
    source = pick(
        t("draw.source"),
        FIELDS[page]["source"].options,
        show=lambda name: t(f"draw.source.{name}"),
        key="source",
        page=page,
        hide_label=True,
    )
    with st.container():  # also if empty: otherwise Streamlit mounts the pad again
        if source == "upload":
            return source, _uploaded(page, session, whole)
        return source, _numbered(page) if source == "test" else None


def upload_to_pad(page: str, pad: PadState) -> None:
    """Let the visitor put the digit of a picture file on the pad of a page."""
    with st.popover(t("digit_choice.upload"), icon=":material/upload:", key=f"{page}_from_file"):
        before = pad.uploaded
        digit = _uploaded(page, pad)
    if digit is not None and (before is None or not np.array_equal(digit, before.digit)):
        pad.put(digit)
        store_drawing(digit)


def _uploaded(page: str, session: Uploads, whole: str | None = None) -> np.ndarray | None:
    """The digit in the last valid picture; shows a message if the current one is not valid."""
    # Of any kind: files that Streamlit itself refuses would pile up, and without a sentence.
    file = st.file_uploader(t("draw.upload"), key=f"{page}_upload")
    if file:
        try:
            reading = crop_part(file.getvalue(), f"{page}_crop", whole)
        except DrawingError as error:
            st.error(sentence(error))
        else:
            session.uploaded = reading or session.uploaded
    return session.uploaded.digit if session.uploaded else None


def _numbered(page: str) -> np.ndarray:
    """The test digit of a number."""
    last = len(mnist.test_digits()) - 1
    index = linked(
        page,
        "index",
        lambda: number(t("draw.test", last=last), Bounds(0, last), key="index"),
    )
    return mnist.test_digits().images[int(index)]
