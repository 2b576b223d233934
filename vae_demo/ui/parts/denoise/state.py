"""The state of the Denoise page: the digit, its source, and its damage."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import streamlit as st

from vae_demo.ui.frame.links import from_address, to_address
from vae_demo.ui.parts.denoise.data import DenoiseMessage, DenoiseSettings

_KEY = "denoise"


@dataclass
class DenoiseSession:
    """The state of the page, which unlike that of widgets is kept on other pages."""

    settings: DenoiseSettings = field(default_factory=DenoiseSettings)
    drawn: np.ndarray | None = None  # (28, 28) uint8, the last drawn digit
    uploaded: np.ndarray | None = None  # (28, 28) uint8, the last uploaded digit
    revision: int = 0  # increased when Python changes the settings
    placed: int = 0  # increased when Python puts a picture on the pad
    serial: int = 0  # of the latest message

    def damage(self, kind: str, strength: float) -> None:
        """Damage all pixels."""
        self.settings = replace(self.settings, kind=kind, strength=strength, mask=None)
        self.revision += 1

    def put(self, digit: np.ndarray) -> None:
        """Put a picture (28, 28) uint8 on the pad."""
        self.drawn = digit
        self.placed += 1
        self.revision += 1

    def receive(self, message: DenoiseMessage | None, *, pad: bool) -> None:
        """Update the state with a message, except for settings that Python has replaced since."""
        if message is None or message.serial == self.serial:
            return
        self.serial = message.serial
        if message.revision == self.revision:
            self.settings = message.settings() or self.settings
            if pad:
                self.drawn = message.pixels()


def denoise_session() -> DenoiseSession:
    """The state of this session; at first it is read from the address."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = _from_address()
    found: DenoiseSession = st.session_state[_KEY]
    return found


def _from_address() -> DenoiseSession:
    """The state in the address, without fields that can't be read."""
    asked = from_address("denoise")
    found = DenoiseSession(
        DenoiseSettings(asked["noise"], asked["strength"], asked["seed"], asked["mask"])
    )
    if asked["source"] == "upload":
        found.uploaded = asked["digit"]
    else:
        found.drawn = asked["digit"]
    return found


def write_address(settings: DenoiseSettings, digit: np.ndarray | None) -> None:
    """Write the state to the address, with the pixels of `digit` if it is not a test digit."""
    to_address(
        "denoise",
        noise=settings.kind,
        strength=settings.strength,
        seed=settings.seed,
        mask=settings.mask,
        digit=digit,
    )
