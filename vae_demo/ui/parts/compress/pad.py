"""The drawing pad of the Compress page."""

from __future__ import annotations

import numpy as np

from vae_demo.ui.frame.language import language
from vae_demo.ui.parts.digit_choice.pad import PadMessage, PadState, read_pad_message
from vae_demo.ui.parts.digit_choice.part import keep_drawn
from vae_demo.ui.parts.draw.data import example_digit
from vae_demo.ui.parts.mount import browser_part, part_state
from vae_demo.ui.parts.repairs.data import repair_texts

_PAD = browser_part("compress")
_KEY = "compress_part"


def pad_part(state: PadState) -> np.ndarray:
    """Show a pad beside the digit that is read from it; the page runs again on release.

    Returns:
        The digit, (28, 28) uint8; an example while the pad is empty.
    """
    state.receive(read_pad_message(part_state(_KEY, "message"), PadMessage), pad=True)
    keep_drawn("compress", "shown", state)
    _PAD(
        key=_KEY,
        data={**state.data(state.drawn, pad=True), "text": repair_texts(language())},
        on_message_change=lambda: None,
        height="content",
    )
    return example_digit() if state.drawn is None else state.drawn
