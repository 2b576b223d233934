"""Ways from one digit to another, as pictures and as what the part "morph" is given."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vae_demo.latent import between
from vae_demo.models import Codec, decode_many, embed_many, need_continuous

MIDDLE = 0.5  # where the ways differ most


@dataclass(frozen=True, eq=False)
class Way:
    """One way between two digits.

    name: What it is called on the page. path: "linear" or "spherical", see `latent.between`.
    model: The way leads through its code space; None for pixel space. network: The file of the
    model's network, {"key": ..., "url": ...}, where the browser may have to wait for it without a
    "url"; None in pixel space.

    Raises:
        TypeError: the model's code is words, and there is nothing between two words.
    """

    name: str
    path: str = "linear"
    model: Codec | None = None
    network: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        if self.model is not None:
            need_continuous(self.model, "no way leads between two codes")

    def codes(self, ends: np.ndarray) -> np.ndarray | None:
        """The codes of both ends (2, 28, 28) uint8, as (2, latent) float32; None for pixels."""
        return None if self.model is None else embed_many(self.model, ends)

    def pictures(self, ends: np.ndarray, places: Sequence[float] | np.ndarray) -> np.ndarray:
        """What lies at some places, 0 to 1, between `ends`: (places, 28, 28) uint8."""
        if self.model is None:
            return between(ends[0], ends[1], places, self.path).round().astype(np.uint8)
        first, last = embed_many(self.model, ends)
        return decode_many(self.model, between(first, last, places, self.path))


def morph_data(
    ends: np.ndarray,
    ways: Sequence[Way],
    *,
    text: Mapping[str, str],
    at: float | None = None,
    play: bool = True,
) -> dict[str, Any]:
    """The data of the part "morph"; morph.js says what each entry is.

    ends: (2, 28, 28) uint8, the digits at both ends. at: Where it stands when it is mounted, 0 to
    1; None for the middle. play: Whether it plays by itself until a hand takes it.
    """
    if ends.shape != (2, 28, 28) or ends.dtype != np.uint8:
        raise ValueError(f"the ends are uint8 (2, 28, 28); these are {ends.dtype} {ends.shape}")
    place = MIDDLE if at is None else at
    first = np.concatenate([way.pictures(ends, [place]) for way in ways])
    return {
        "ends": _base64(ends),
        "ways": [
            {
                "name": way.name,
                "path": way.path,
                "codes": None if (codes := way.codes(ends)) is None else _base64(codes),
                "file": None if way.network is None else dict(way.network),
            }
            for way in ways
        ],
        "pictures": _base64(first),
        "at": place,
        "play": play,
        "text": dict(text),
    }


def _base64(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
