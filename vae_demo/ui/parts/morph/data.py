"""Interpolations between two digits, as pictures and as the data of the part "morph"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vae_demo.latent import between
from vae_demo.models import Codec, check_continuous, decode_many, embed_many
from vae_demo.ui.parts.base64_text import base64_text
from vae_demo.ui.server.shared_cache import kept_with_model

MIDDLE = 0.5  # where the interpolations differ most


@dataclass(frozen=True, eq=False)
class Interpolation:
    """An interpolation between two digits, in pixel space or in the code space of a model.

    Raises:
        TypeError: if the codes of the model are discrete, and can't be interpolated.
    """

    name: str  # the title
    path: str = "linear"  # or "spherical", see `latent.between`
    model: Codec | None = None  # None for pixel space
    network: Mapping[str, str] | None = None  # address of the model's network

    def __post_init__(self) -> None:
        if self.model is not None:
            check_continuous(self.model, "codes can't be interpolated")

    def has_normal_prior(self) -> bool:
        """Whether the prior of all latents is N(0, I)."""
        return self.model is not None and self.model.normal_latents() == slice(self.model.latent)

    def codes(self, ends: np.ndarray) -> np.ndarray | None:
        """The codes of both ends (2, 28, 28) uint8, as (2, latent) float32; None for pixels."""
        return None if self.model is None else _codes(self.model, ends.tobytes())

    def frames(self, ends: np.ndarray, positions: Sequence[float] | np.ndarray) -> np.ndarray:
        """The pictures at positions from 0 to 1 between `ends`, (positions, 28, 28) uint8."""
        if self.model is None:
            return between(ends[0], ends[1], positions, self.path).round().astype(np.uint8)
        return _pictures(self.model, ends.tobytes(), tuple(positions), self.path)


@kept_with_model(max_entries=32)
def _codes(model: Codec, ends: bytes) -> np.ndarray:
    return embed_many(model, np.frombuffer(ends, np.uint8).reshape(2, 28, 28))


@kept_with_model(max_entries=64)
def _pictures(model: Codec, ends: bytes, positions: tuple[float, ...], path: str) -> np.ndarray:
    first, last = _codes(model, ends)
    return decode_many(model, between(first, last, positions, path))


def morph_data(
    ends: np.ndarray,
    interpolations: Sequence[Interpolation],
    *,
    text: Mapping[str, str],
    language: str = "en",
    at: float | None = None,
    play: bool = True,
    known: bool = False,
) -> dict[str, Any]:
    """The data of the part "morph", which part.js documents.

    Args:
        ends: (2, 28, 28) uint8, the digits at both ends.
        interpolations: The interpolations to show.
        text: The texts of `MORPH_TEXTS`.
        language: "en" or "tr", for numbers.
        at: The initial position, 0 to 1; None for the middle.
        play: Whether it plays until the visitor moves the slider.
        known: Whether the browser has these ends and interpolations; they are not sent again.
    """
    if ends.shape != (2, 28, 28) or ends.dtype != np.uint8:
        raise ValueError(f"the ends are uint8 (2, 28, 28); these are {ends.dtype} {ends.shape}")
    position = MIDDLE if at is None else at
    if known:
        interpolations = []
    first = [each.frames(ends, [position]) for each in interpolations]
    return {
        "ends": "" if known else base64_text(ends),
        "interpolations": [
            {
                "name": each.name,
                "path": each.path,
                "codes": None if (codes := each.codes(ends)) is None else base64_text(codes),
                "file": None if each.network is None else dict(each.network),
                "prior": each.has_normal_prior(),
            }
            for each in interpolations
        ],
        "pictures": base64_text(np.concatenate(first)) if first else "",
        "at": position,
        "play": play,
        "text": dict(text),
        "language": language,
    }
