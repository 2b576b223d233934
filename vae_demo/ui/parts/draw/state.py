"""The state of the Draw page: the digit, its source, and its settings."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import streamlit as st

from vae_demo.digits import STAGES, DrawingError, Reading, open_picture, to_digit
from vae_demo.ui.frame.links import from_address, to_address
from vae_demo.ui.parts.draw.data import (
    NO_NOISE,
    DrawMessage,
    DrawSettings,
    pad_picture,
)

_KEY = "draw"


@dataclass
class DrawSession:
    """The state of the Draw page, which unlike that of widgets is kept on other pages."""

    settings: DrawSettings = field(default_factory=DrawSettings)
    drawn: np.ndarray | None = None  # (28, 28) uint8, the last drawn digit
    uploaded: Reading | None = None  # the last uploaded digit
    picture: bytes | None = None  # the drawing on the pad, PNG
    problem: DrawingError | None = None  # why the drawing is not a digit; `drawn` is older then
    revision: int = 0  # increased when Python changes the settings
    serial: int = 0  # of the latest message

    def add_noise(self, kind: str, strength: float) -> None:
        """Set the noise for all pixels, or remove it."""
        self.settings = replace(self.settings, kind=kind, strength=strength, mask=None)
        self.revision += 1

    def receive(self, message: DrawMessage | None) -> None:
        """Update the state with a message, except for settings that Python has replaced since."""
        if message is None:
            return
        self.serial = message.serial
        stages = self.settings.stages
        if message.revision == self.revision:
            self.settings = message.settings() or self.settings
        known = (message.png, self.settings.stages) == (self.picture, stages)
        if not message.untouched and not known:
            self._prepare(message.png)

    def _prepare(self, picture: bytes | None) -> None:
        """Store a picture and preprocess it to a digit."""
        self.picture, self.problem = picture, None
        if picture is None:
            self.drawn = None
            return
        try:
            self.drawn = to_digit(open_picture(picture), self.settings.stages)
        except DrawingError as error:
            self.problem = error


def draw_session() -> DrawSession:
    """The state of this session; at first it is read from the address."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = _from_address()
    found: DrawSession = st.session_state[_KEY]
    return found


def _from_address() -> DrawSession:
    """The state in the address, without fields that can't be read."""
    asked = from_address("draw")
    digit = asked["digit"]
    found = DrawSession(
        DrawSettings(
            kind=asked["noise"],
            strength=asked["strength"],
            seed=asked["seed"],
            mask=asked["mask"],
            stages=tuple(stage for stage in STAGES if stage not in asked["without"]),
        )
    )
    if digit is not None and asked["source"] == "upload":
        found.uploaded = Reading(digit, ())
    elif digit is not None:
        found.drawn, found.picture = digit, pad_picture(digit)
    return found


def write_address(settings: DrawSettings, digit: np.ndarray | None) -> None:
    """Write the state to the address, with the pixels of `digit` if it is not a test digit."""
    noisy = settings.kind != NO_NOISE
    to_address(
        "draw",
        noise=settings.kind,
        strength=settings.strength if noisy else None,
        seed=settings.seed if noisy else None,
        mask=settings.mask if noisy else None,
        without=[stage for stage in STAGES if stage not in settings.stages],
        digit=digit,
    )
