"""The data of the Denoise page's part, and the message that it sends back."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
import numpy as np
import torch

from vae_demo.digits.damages import DAMAGES, damage
from vae_demo.digits.mnist import PIXELS
from vae_demo.models import to_pixels, to_x
from vae_demo.ui.frame.link_fields import FIELDS

_LINK = FIELDS["denoise"]
MASK = _LINK["mask"]
MAX_SEED = _LINK["seed"].high
#: the strongest damage of each kind that can be chosen
STRONGEST = {"dropout": 0.9, "gaussian": 1.0, "salt_and_pepper": 0.8, "blur": 3.0}


@dataclass(frozen=True, eq=False)
class DenoiseSettings:
    """How a digit is damaged."""

    kind: str = _LINK["noise"].default  # a key of `DAMAGES`
    strength: float = _LINK["strength"].default  # up to `STRONGEST`
    seed: int = 0  # of the random numbers
    mask: np.ndarray | None = None  # (28, 28) bool, the pixels with damage; None: all

    def __post_init__(self) -> None:
        strength = min(self.strength, STRONGEST[self.kind])
        object.__setattr__(self, "strength", strength)

    def apply(self, digit: np.ndarray) -> np.ndarray:
        """The damaged digit (28, 28) uint8, as it is seen: clipped to black and white."""
        where = None if self.mask is None else torch.tensor(self.mask)[None, None].float()
        x = damage(to_x(digit[None]), self.kind, self.strength, self.seed, where=where)
        return to_pixels(x)[0]


class DenoiseMessage(msgspec.Struct):
    """The message of the browser when the visitor releases the pen or a control."""

    serial: int  # number of the message
    revision: int  # of the settings that the browser received last
    digit: str | None  # the drawn digit, base64 of 784 bytes; None for an empty pad
    kind: str  # as in `DenoiseSettings`
    strength: Annotated[float, msgspec.Meta(ge=0, le=max(STRONGEST.values()))]
    seed: Annotated[int, msgspec.Meta(ge=0, le=MAX_SEED)]
    mask: str | None  # the text of a `Mask` field

    def settings(self) -> DenoiseSettings | None:
        """The settings of this message; None if they are invalid."""
        mask = None if self.mask is None else MASK.read([self.mask])
        if self.kind not in DAMAGES or (mask is None) != (self.mask is None):
            return None
        return DenoiseSettings(self.kind, self.strength, self.seed, mask)

    def pixels(self) -> np.ndarray | None:
        """The drawn digit, (28, 28) uint8; None for an empty pad.

        Raises:
            ValueError: if the text is not base64 of 784 bytes.
        """
        if self.digit is None:
            return None
        raw = base64.b64decode(self.digit, validate=True)
        if len(raw) != PIXELS:
            raise ValueError(f"a digit has {PIXELS} bytes, not {len(raw)}")
        return np.frombuffer(raw, np.uint8).reshape(28, 28)


def read_message(sent: object) -> DenoiseMessage | None:
    """The browser's message, checked; None if it is invalid."""
    try:
        message = msgspec.convert(sent, DenoiseMessage)
        message.pixels()
    except ValueError:  # also of msgspec and of base64
        return None
    return message if message.settings() else None


def denoise_data(
    *,
    language: str,
    text: Mapping[str, Any],
    digit: np.ndarray | None,
    example: np.ndarray,
    settings: DenoiseSettings,
    pad: bool,
    picture: str | None,
    serial: int,
    revision: int,
    placed: int,
    noises: Sequence[Mapping[str, Any]],
    networks: Mapping[str, Mapping[str, str]],
    results: Mapping[str, Any],
) -> dict[str, Any]:
    """The data of `part.js`, for JSON.

    Args:
        language: "en" or "tr", for the format of numbers.
        text: The translated texts, see `part.js`.
        digit: (28, 28) uint8; None to show `example`.
        example: (28, 28) uint8, the digit that is shown while the pad is empty.
        settings: The damage.
        pad: Whether to show a pad; otherwise the digit is a given one.
        picture: URL of the initial picture on the pad; None for an empty pad.
        serial: The number of the `DenoiseMessage` that this answers.
        revision: A new number replaces the settings in the browser.
        placed: A new number replaces the drawing on the pad by `picture`.
        noises: Seed and address of each file of random numbers.
        networks: Method -> address of the network that the browser computes.
        results: What `results_data` gives.
    """
    shown = example if digit is None else digit
    return {
        "language": language,
        "text": dict(text),
        "serial": serial,
        "digit": base64_text(shown),
        "example": base64_text(example),
        "isExample": digit is None,
        "pad": pad,
        "picture": picture if pad else None,
        "placed": placed,
        "settings": {
            "revision": revision,
            "kind": settings.kind,
            "strength": settings.strength,
            "seed": settings.seed,
            "mask": None if settings.mask is None else MASK.write(settings.mask),
        },
        "strongest": STRONGEST,
        "noises": list(noises),
        "networks": dict(networks),
        "results": dict(results),
    }


def base64_text(pixels: np.ndarray) -> str:
    """Pixels uint8 as base64."""
    return base64.b64encode(pixels.tobytes()).decode()
