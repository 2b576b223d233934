"""The state of the Draw page: the digit, where it comes from, and what is done to it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import streamlit as st

from vae_demo.digits import STAGES, DrawingError, open_picture, to_digit
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
    """What a visitor has on the Draw page; unlike a widget's state it outlives the page."""

    settings: DrawSettings = field(default_factory=DrawSettings)
    drawn: np.ndarray | None = None  # digit (28, 28) uint8; None before there was one
    uploaded: np.ndarray | None = None  # digit (28, 28) uint8; None before there was one
    picture: bytes | None = None  # what the pad shows: PNG
    problem: DrawingError | None = None  # why that is not a digit; `drawn` is the one before
    revision: int = 0  # raised when Python changes the settings
    serial: int = 0  # of the newest message

    def add_noise(self, kind: str, strength: float) -> None:
        """Put noise everywhere, or take it away."""
        self.settings = replace(self.settings, kind=kind, strength=strength, mask=None)
        self.revision += 1

    def receive(self, message: DrawMessage | None) -> None:
        """Take over what the visitor has done, except settings that Python has replaced since."""
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
        """Keep a picture and preprocess it to a digit."""
        self.picture, self.problem = picture, None
        if picture is None:
            self.drawn = None
            return
        try:
            self.drawn = to_digit(open_picture(picture), self.settings.stages)
        except DrawingError as error:
            self.problem = error


def draw_session() -> DrawSession:
    """This session's; at first it is what the address says."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = _from_address()
    found: DrawSession = st.session_state[_KEY]
    return found


def _from_address() -> DrawSession:
    """What a link holds; what can't be read counts as absent."""
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
        found.uploaded = digit
    elif digit is not None:
        found.drawn, found.picture = digit, pad_picture(digit)
    return found


def write_address(settings: DrawSettings, digit: np.ndarray | None) -> None:
    """Put into the address what a link needs to show the same; `digit` where it has no number."""
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
