"""The hole that a visitor paints on the Inpaint page, and the message that brings it."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import numpy as np
import streamlit as st

from vae_demo.repair import holes
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.frame.links import from_address, to_address

LINK = FIELDS["inpaint"]
PAINTED = "brush"  # the kind of a hole that the visitor paints
_KEY = "inpaint_hole"


class InpaintMessage(msgspec.Struct):
    """The message of the browser when the visitor releases the brush."""

    serial: int  # number of the message
    mask: str  # the text of a `Mask` field


@dataclass
class PaintedHole:
    """The painted hole, which is kept while another kind is chosen."""

    mask: np.ndarray  # (28, 28) bool, True = unknown
    serial: int = 0  # of the latest message

    def receive(self, sent: object) -> None:
        """Take the hole of a new message; one that is invalid is ignored."""
        try:
            message = msgspec.convert(sent, InpaintMessage)
        except msgspec.ValidationError:
            return
        mask = LINK["mask"].read([message.mask])
        if message.serial == self.serial or mask is None:
            return
        self.serial, self.mask = message.serial, mask


def painted_hole() -> PaintedHole:
    """The painted hole of this session; at first it is read from the address."""
    if _KEY not in st.session_state:
        asked = from_address("inpaint")["mask"]
        mask = np.zeros((28, 28), bool) if asked is None else asked
        st.session_state[_KEY] = PaintedHole(mask)
    found: PaintedHole = st.session_state[_KEY]
    return found


def hole_of(kind: str, seed: int) -> np.ndarray:
    """The hole of a kind, (28, 28) bool; a painted one is written to the address."""
    painted = painted_hole().mask if kind == PAINTED else None
    to_address("inpaint", mask=painted if painted is not None and painted.any() else None)
    return holes.hole(kind, 1, seed)[0] if painted is None else painted
