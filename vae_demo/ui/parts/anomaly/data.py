"""The data of the Anomaly page's part, and the message that it sends back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

from vae_demo.repair.evidence import Evidence
from vae_demo.ui.parts.base64_text import base64_text


class AnomalyMessage(msgspec.Struct):
    """The message of the browser when the visitor releases the pen."""

    serial: int  # number of the message
    png: bytes | None  # the drawing as base64; None for an empty pad


def read_message(sent: object) -> AnomalyMessage | None:
    """The browser's message, checked; None if it is invalid."""
    try:
        return msgspec.convert(sent, AnomalyMessage)
    except msgspec.ValidationError:
        return None


def anomaly_data(
    *,
    text: Mapping[str, Any],
    pixels: np.ndarray,
    evidence: Evidence,
    note: str,
    problem: str = "",
    pad: bool = True,
    picture: str | None = None,
    serial: int = 0,
) -> dict[str, Any]:
    """The data of `part.js`, for JSON.

    Args:
        text: The translated texts, see `part.js`.
        pixels: (28, 28) uint8, what is scored.
        evidence: Its reconstruction.
        note: What the picture is.
        problem: A sentence that explains why the drawing can't be scored.
        pad: Whether to show a drawing pad.
        picture: URL of the initial picture on the pad; None for an empty pad.
        serial: The number of the `AnomalyMessage` that this answers.
    """
    signed = np.rint(127 * evidence.difference.clip(-1, 1)).astype(np.int8)
    return {
        "text": dict(text),
        "pixels": base64_text(pixels),
        "rebuilt": base64_text(evidence.reconstruction),
        "difference": base64_text(signed),
        "note": note,
        "problem": problem,
        "pad": pad,
        "picture": picture if pad else None,
        "serial": serial,
    }
