"""The Upscale part: its data, and the message that it sends back."""

from __future__ import annotations

from typing import Any

import numpy as np

from vae_demo.repair import upscale
from vae_demo.ui.frame.catalogue import text
from vae_demo.ui.parts.digit_choice.pad import PadMessage, PadState, read_pad_message
from vae_demo.ui.parts.draw.data import example_digit
from vae_demo.ui.parts.repairs.data import card, groups, repair_texts, strangeness
from vae_demo.ui.parts.repairs.judged import judged
from vae_demo.ui.parts.repairs.network import network_file

LIVE = {"unet": "upscale-unet"}  # method -> network, in the browser


def read_message(sent: object) -> PadMessage | None:
    """The browser's message, checked; None if it is invalid."""
    return read_pad_message(sent, PadMessage)


def upscale_data(
    state: PadState, digit: np.ndarray | None, side: int, language: str, *, pad: bool
) -> dict[str, Any]:
    """The data of `part.js`, for JSON.

    Args:
        state: The pad.
        digit: (28, 28) uint8; None to show an example.
        side: Of the small digit, in pixels.
        language: "en" or "tr".
        pad: Whether to show the pad; otherwise the digit is a given one.
    """
    return {
        **state.data(digit, pad=pad),
        "language": language,
        "text": repair_texts(language),
        "side": side,
        "networks": {method: network_file(name).offer() for method, name in LIVE.items()},
        "results": results(example_digit() if digit is None else digit, side, language),
    }


def results(truth: np.ndarray, side: int, language: str) -> dict[str, Any]:
    """The cards of the small digit and of all methods."""
    small = upscale.shrink(truth[None], side)
    found = {name: method(small)[0] for name, method in upscale.METHODS.items()}
    measured = judged(truth, {"small": upscale.repeat(small)[0]} | found)
    seen = measured.pop("small")
    title = text("upscale.part.small", language, side=side)
    return {
        "small": card("small", title, "", seen, language),
        "groups": groups("upscale", measured, language),
        "strange": strangeness(truth, language),
    }
