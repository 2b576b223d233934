"""What lies on the Draw page: the digit, where it comes from, and what is done to it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import streamlit as st

from vae_demo.digits import STAGES, DrawingError, open_picture, to_digit
from vae_demo.ui.frame.links import from_address, to_address
from vae_demo.ui.parts.draw.data import (
    NO_NOISE,
    Settings,
    Work,
    pad_picture,
)

_KEY = "bench"


@dataclass
class Bench:
    """One visitor's, kept in the session: unlike a widget's state it outlives its page.

    drawn, uploaded: digits (28, 28) uint8 as MNIST sees them, None while there is none.
    picture: PNG on the pad. trouble: why that is no digit; `drawn` is then the one before.
    turn: raised when Python changes the settings. serial: of the work that is known.
    """

    settings: Settings = field(default_factory=Settings)
    drawn: np.ndarray | None = None
    uploaded: np.ndarray | None = None
    picture: bytes | None = None
    trouble: DrawingError | None = None
    turn: int = 0
    serial: int = 0

    def add_noise(self, kind: str, strength: float) -> None:
        """Put noise everywhere, or take it away."""
        self.settings = replace(self.settings, kind=kind, strength=strength, mask=None)
        self.turn += 1

    def hear(self, work: Work | None) -> None:
        """Take over what the hand has done; not settings that Python has replaced since."""
        if work is None:
            return
        self.serial = work.serial
        stages = self.settings.stages
        if work.turn == self.turn:
            self.settings = work.settings
        known = (work.png, self.settings.stages) == (self.picture, stages)
        if not work.untouched and not known:
            self._prepare(work.png)

    def _prepare(self, picture: bytes | None) -> None:
        """The picture as MNIST sees it, through the one door."""
        self.picture, self.trouble = picture, None
        if picture is None:
            self.drawn = None
            return
        try:
            self.drawn = to_digit(open_picture(picture), self.settings.stages)
        except DrawingError as error:
            self.trouble = error


def bench() -> Bench:
    """This session's; at first it is as the address says."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = _from_address()
    found: Bench = st.session_state[_KEY]
    return found


def _from_address() -> Bench:
    """What a link holds; what can't be read counts as absent."""
    asked = from_address("draw")
    digit = asked["digit"]
    found = Bench(
        Settings(
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


def write_address(settings: Settings, digit: np.ndarray | None) -> None:
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
