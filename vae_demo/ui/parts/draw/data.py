"""The data of the Draw page's part, and the message that it sends back.

Torch is imported where it is used, so that the pad is shown before it is loaded.
"""

from __future__ import annotations

import functools
import io
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import numpy as np
from PIL import Image

from vae_demo.digits import STAGES, Stage, mnist
from vae_demo.ui.charts.colours import DIGIT_COLOURS
from vae_demo.ui.charts.latent import latent_range
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.parts.array_file import ArrayFile, FileAddress, array_file
from vae_demo.ui.parts.base64_text import base64_text

if TYPE_CHECKING:
    import torch

    from vae_demo.models import Codec

NO_NOISE = "none"
NOISE_KINDS = FIELDS["draw"]["noise"].options  # NO_NOISE and the keys of `NOISES`
MAX_NOISE = FIELDS["draw"]["strength"].high
MAX_SEED = FIELDS["draw"]["seed"].high
MASK = FIELDS["draw"]["mask"]
PAD_TEXTS = ("label", "hint", "keys", "pen", "eraser", "undo", "redo", "clear", "width")
PAD_SIDE = 280  # pixels of the drawing that the browser sends
SEEDS_AHEAD = 2  # noise patterns that the browser has: the current and the next one

Offer = Callable[[ArrayFile], FileAddress]
"""Stores a file for browsers and returns its address."""


@dataclass(frozen=True, eq=False)
class DrawSettings:
    """How a digit is preprocessed and damaged before models encode it."""

    kind: str = NO_NOISE  # a key of `NOISES`, or "none"
    strength: float = 0.5  # of the noise, in [0, 0.9]
    seed: int = 0  # of the noise
    mask: np.ndarray | None = None  # (28, 28) bool, the pixels with noise; None: all
    stages: tuple[Stage, ...] = STAGES  # the active stages of the preprocessing

    def apply(self, digit: np.ndarray) -> torch.Tensor:
        """The models' input for a digit (28, 28) uint8: (1, 1, 28, 28)."""
        import torch

        from vae_demo.digits.damages import damage
        from vae_demo.models import to_x

        x = to_x(digit[None])
        if self.kind == NO_NOISE:
            return x
        where = None if self.mask is None else torch.tensor(self.mask, dtype=x.dtype)[None, None]
        return damage(x, self.kind, self.strength, self.seed, where=where)


# ---- what the part sends


class DrawMessage(msgspec.Struct):
    """The message of the browser when the visitor releases the pen or a control."""

    serial: int  # number of the message
    revision: int  # of the settings that the browser received last
    untouched: bool  # whether the drawing has not been changed since the page set it
    png: bytes | None  # the drawing as base64; None for an empty pad
    kind: str  # as in `DrawSettings`
    strength: Annotated[float, msgspec.Meta(ge=0, le=MAX_NOISE)]  # as in `DrawSettings`
    seed: Annotated[int, msgspec.Meta(ge=0, le=MAX_SEED)]  # as in `DrawSettings`
    mask: str | None  # the text of a `Mask` field
    stages: list[Stage]  # as in `DrawSettings`

    def settings(self) -> DrawSettings | None:
        """The settings of this message; None if they are invalid."""
        mask = None if self.mask is None else MASK.read([self.mask])
        if self.kind not in NOISE_KINDS or (mask is None) != (self.mask is None):
            return None
        stages = tuple(stage for stage in STAGES if stage in self.stages)
        return DrawSettings(self.kind, self.strength, self.seed, mask, stages)


def read_message(sent: object) -> DrawMessage | None:
    """The browser's message, checked; None if it is invalid."""
    try:
        message = msgspec.convert(sent, DrawMessage)
    except msgspec.ValidationError:
        return None
    return message if message.settings() else None


# ---- what the part is given


@functools.cache
def example_digit() -> np.ndarray:
    """The digit (28, 28) uint8 that is shown while the pad is empty, test digit 112, a plain 3.

    It has a file of its own, since unpacking all digits takes longer than showing the first page.
    """
    return np.asarray(Image.open(Path(__file__).with_name("example.png")))


def pad_picture(digit: np.ndarray) -> bytes:
    """A digit (28, 28) uint8, enlarged smoothly to the size of the pad, as a PNG file."""
    file = io.BytesIO()
    size = (PAD_SIDE, PAD_SIDE)
    Image.fromarray(digit).resize(size, Image.Resampling.BICUBIC).save(file, "PNG")
    return file.getvalue()


@functools.lru_cache(maxsize=64)
def noise_file(seed: int) -> ArrayFile:
    """The random numbers of all kinds of noise: (28, 28) float32 for each key of `NOISES`."""
    from vae_demo.digits.damages import NOISES, noise_field

    return array_file({kind: noise_field(kind, seed) for kind in NOISES}, {"seed": seed})


def map_file(codes: np.ndarray) -> ArrayFile:
    """The codes of the probe (1000, 2) with labels, colours and the range of the map.

    Raises:
        ValueError: if the codes do not have two latents.
    """
    if codes.ndim != 2 or codes.shape[1] != 2:
        raise ValueError(f"a map has codes (n, 2); these are {codes.shape}")
    points = codes.astype(np.float32)
    return array_file(
        {"points": points.astype(np.float16), "labels": mnist.probe().labels.astype(np.uint8)},
        {
            "reach": [latent_range(points[:, axis])[1] for axis in (0, 1)],
            "colours": list(DIGIT_COLOURS),
        },
    )


def reconstructions(
    digit: np.ndarray, settings: DrawSettings, models: Sequence[Codec]
) -> dict[str, Any]:
    """The reconstructions of a digit (28, 28) uint8 by PyTorch, compressed, and their errors."""
    from vae_demo.models.reconstruction import reconstruct

    seen = settings.apply(digit)
    found = [reconstruct(model, digit, seen) for model in models]
    pixels = b"".join(each.pixels.tobytes() for each in found)
    return {
        "pixels": base64_text(zlib.compress(pixels, 9)),
        "errors": [each.error for each in found],
    }


@dataclass(frozen=True, eq=False)
class Map:
    """The map of a run with two latents, on which the code of the digit is marked."""

    title: str  # the title above the map
    model: Codec  # the model of the run
    network: FileAddress | None  # the network of the run
    points: ArrayFile  # see `map_file`


def draw_data(
    *,
    language: str,
    text: Mapping[str, Any],
    digit: np.ndarray | None,
    example: np.ndarray,
    settings: DrawSettings,
    models: Mapping[str, tuple[str, Codec, FileAddress | None]],
    map: Map | None = None,
    pad: bool = True,
    picture: str | None = None,
    problem: str = "",
    serial: int = 0,
    revision: int = 0,
    seeds: int = SEEDS_AHEAD,
    server: bool = True,
    offer: Offer = ArrayFile.offer,
) -> dict[str, Any]:
    """The data of `part.js`, for JSON.

    Args:
        language: "en" or "tr", for the format of numbers.
        text: The translated texts, see `part.js`.
        digit: (28, 28) uint8; None to show `example`.
        example: (28, 28) uint8, the digit that is shown while the pad is empty.
        settings: Noise and stages of the preprocessing.
        models: run -> the name of its family, its model, and the address of its network, None for
            a network that browsers can't compute.
        map: The map to show, if any.
        pad: Whether to show a pad; otherwise the digit is a given one.
        picture: URL of the initial picture on the pad; None for an empty pad.
        problem: A sentence that explains why the drawing is not a digit.
        serial: The number of the `DrawMessage` that this answers.
        revision: A new number replaces the settings in the browser.
        seeds: The number of noise patterns to send. With none, without models and without a map,
            torch is not needed.
        server: Whether a server answers the browser's messages.
        offer: Stores files for the browser.
    """
    shown = example if digit is None else digit
    place = None
    if map is not None:
        from vae_demo.models import embed_many

        place = {
            "title": map.title,
            "network": map.network,
            "points": offer(map.points),
            "place": embed_many(map.model, shown[None])[0].tolist(),
        }
    return {
        "language": language,
        "text": dict(text),
        "serial": serial,
        "digit": base64_text(shown),
        "example": base64_text(example),
        "isExample": digit is None,
        "pad": pad,
        "picture": picture if pad else None,
        "settings": {
            "revision": revision,
            "kind": settings.kind,
            "strength": settings.strength,
            "seed": settings.seed,
            "mask": None if settings.mask is None else MASK.write(settings.mask),
            "stages": list(settings.stages),
        },
        "noises": [
            {"seed": seed, "file": offer(noise_file(seed))}
            for seed in ((settings.seed + i) % (MAX_SEED + 1) for i in range(seeds))
        ],
        "models": [
            {"run": run, "family": family, "file": file}
            for run, (family, _, file) in models.items()
        ],
        "answer": reconstructions(shown, settings, [model for _, model, _ in models.values()])
        if models
        else None,
        "map": place,
        "server": server,
        "problem": problem,
    }
