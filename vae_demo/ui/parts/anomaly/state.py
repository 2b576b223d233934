"""The state of the Anomaly page: the visitor's drawing and upload."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from vae_demo.digits import DrawingError, Reading, Remark, open_picture, to_digit
from vae_demo.ui.frame.links import from_address, to_address
from vae_demo.ui.parts.anomaly.data import AnomalyMessage
from vae_demo.ui.parts.draw.data import pad_picture

_KEY = "anomaly"


@dataclass
class AnomalySession:
    """The state of the Anomaly page, which unlike that of widgets is kept on other pages."""

    drawn: np.ndarray | None = None  # (28, 28) uint8, the last drawing that could be read
    uploaded: Reading | None = None  # the last uploaded picture
    picture: bytes | None = None  # the drawing on the pad, PNG
    problem: DrawingError | None = None  # why the drawing can't be read; `drawn` is older then
    serial: int = 0  # of the latest message

    def several(self, source: str) -> bool:
        """Whether the picture from a source is one of several marks, no one digit."""
        return (
            source == "upload" and self.uploaded is not None and "several" in self.uploaded.remarks
        )

    def receive(self, message: AnomalyMessage | None) -> None:
        """Update the state with a message."""
        if message is None or message.serial == self.serial:
            return
        self.serial, self.picture, self.problem = message.serial, message.png, None
        if message.png is None:
            self.drawn = None
            return
        try:
            self.drawn = to_digit(open_picture(message.png))
        except DrawingError as error:
            self.problem = error


def anomaly_session() -> AnomalySession:
    """The state of this session; at first it is read from the address."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = _from_address()
    found: AnomalySession = st.session_state[_KEY]
    return found


def _from_address() -> AnomalySession:
    asked = from_address("anomaly")
    digit = asked["digit"]
    if digit is None:
        return AnomalySession()
    if asked["source"] == "upload":
        several: tuple[Remark, ...] = ("several",) if asked["marks"] == "several" else ()
        return AnomalySession(uploaded=Reading(digit, several))
    return AnomalySession(drawn=digit, picture=pad_picture(digit))


def write_address(digit: np.ndarray | None, *, several: bool) -> None:
    """Write a drawn or uploaded picture to the address; None for another one.

    Args:
        digit: (28, 28) uint8.
        several: Whether it is one of several marks in the picture.
    """
    to_address("anomaly", digit=digit, marks="several" if several else "one")
