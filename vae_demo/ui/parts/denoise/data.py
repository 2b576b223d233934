"""The Denoise part: its state, its data, and the message that it sends back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import Annotated, Any

import msgspec
import numpy as np
import torch

from vae_demo.digits.damages import DAMAGES, damage
from vae_demo.models import to_pixels, to_x
from vae_demo.repair import denoise
from vae_demo.ui.frame.catalogue import text
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.parts.digit_choice.pad import PadMessage, PadState, read_pad_message
from vae_demo.ui.parts.draw.data import SEEDS_AHEAD, example_digit, noise_file
from vae_demo.ui.parts.repairs.data import card, groups, repair_texts, strangeness
from vae_demo.ui.parts.repairs.judged import judged
from vae_demo.ui.parts.repairs.network import network_file
from vae_demo.ui.parts.repairs.readable import if_readable

LIVE = {"unet": "denoise-unet", "dense": "denoise-dense"}  # method -> network, in the browser
TEXTS = ("damaged", "noise", "hint")
CONTROLS = ("strength", "again", "where", "everywhere", "paint", "brush", "wipe")
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


class DenoiseMessage(PadMessage):
    """The message of the browser when the visitor releases the pen or a control."""

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


def read_message(sent: object) -> DenoiseMessage | None:
    """The browser's message, checked; None if it is invalid."""
    message = read_pad_message(sent, DenoiseMessage)
    return message if message and message.settings() else None


@dataclass
class DenoiseState(PadState):
    """The digit on the pad, and its damage."""

    settings: DenoiseSettings = field(default_factory=DenoiseSettings)

    def damage(self, kind: str, strength: float) -> None:
        """Damage all pixels."""
        self.settings = replace(self.settings, kind=kind, strength=strength, mask=None)
        self.revision += 1

    def take(self, message: DenoiseMessage | None, *, pad: bool) -> None:
        """Update the state with a message, if it is new and Python has not changed the state."""
        if self.receive(message, pad=pad) and message:
            self.settings = message.settings() or self.settings


def denoise_data(
    state: DenoiseState, digit: np.ndarray | None, language: str, *, pad: bool
) -> dict[str, Any]:
    """The data of `part.js`, for JSON.

    Args:
        state: The damage, and the pad.
        digit: (28, 28) uint8; None to show an example.
        language: "en" or "tr".
        pad: Whether to show the pad; otherwise the digit is a given one.
    """
    settings = state.settings
    seeds = [(settings.seed + i) % (MAX_SEED + 1) for i in range(SEEDS_AHEAD)]
    return {
        **state.data(digit, pad=pad),
        "language": language,
        "text": texts(language),
        "settings": {
            "kind": settings.kind,
            "strength": settings.strength,
            "seed": settings.seed,
            "mask": None if settings.mask is None else MASK.write(settings.mask),
        },
        "strongest": STRONGEST,
        "noises": [{"seed": seed, "file": noise_file(seed).offer()} for seed in seeds],
        "networks": {method: network_file(name).offer() for method, name in LIVE.items()},
        "results": results(example_digit() if digit is None else digit, settings, language),
    }


def results(truth: np.ndarray, settings: DenoiseSettings, language: str) -> dict[str, Any]:
    """The cards of the damaged digit and of all methods."""
    damaged = settings.apply(truth)
    found: dict[str, np.ndarray] = {}
    for name, method in denoise.METHODS.items():
        pixels = if_readable(partial(method, damaged[None]))
        if pixels is not None:
            found[name] = pixels[0]
    measured = judged(truth, {"damaged": damaged} | found, settings.mask)
    seen = measured.pop("damaged")
    return {
        "damaged": card("damaged", text("denoise.part.damaged", language), "", seen, language),
        "groups": groups("denoise", measured, language),
        "strange": strangeness(truth, language),
    }


def texts(language: str) -> dict[str, Any]:
    """The texts of `part.js`."""
    return {
        **{name: text(f"denoise.part.{name}", language) for name in TEXTS},
        **{name: text(f"draw.part.{name}", language) for name in CONTROLS},
        **repair_texts(language),
        "noises": {name: text(f"noise.{name}", language) for name in DAMAGES},
    }
