"""What the Draw page's part shows, as plain data, and what its visitor's hand says back.

The part itself is `studio.js`; this file knows no screen, so that any page can be made with it.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image

from vae_demo.digits import STAGES, Stage, mnist
from vae_demo.digits.damages import DAMAGES, damage, noise_field
from vae_demo.models import Codec, embed_many, to_x
from vae_demo.models.reconstruction import reconstruct
from vae_demo.ui.charts.latent import DIGIT_COLOURS, latent_range
from vae_demo.ui.frame.link_fields import FIELDS

NO_NOISE = "none"
MOST_NOISE = FIELDS["draw"]["strength"].high
MOST_SEED = FIELDS["draw"]["seed"].high
MASK = FIELDS["draw"]["mask"]
PAD_SIDE = 280  # px, of the drawing that the browser sends
AHEAD = 2  # noises that the browser holds: this one and the next

File = Mapping[str, str]  # {"key": hash of the content} and, where it has an address, "url"


@dataclass(frozen=True, eq=False)
class Settings:
    """What is done to a digit before models see it.

    kind: one of `DAMAGES`, or "none". strength: in [0, 0.9]. seed: of the noise.
    mask: (28, 28) bool, where the noise goes; None is everywhere. stages: those of the
    preparation that are on, in order.
    """

    kind: str = NO_NOISE
    strength: float = 0.5
    seed: int = 0
    mask: np.ndarray | None = None
    stages: tuple[Stage, ...] = STAGES

    def apply(self, digit: np.ndarray) -> torch.Tensor:
        """What the models see of a digit (28, 28) uint8: (1, 1, 28, 28)."""
        x = to_x(digit[None])
        if self.kind == NO_NOISE:
            return x
        where = None if self.mask is None else torch.tensor(self.mask, dtype=x.dtype)[None, None]
        return damage(x, self.kind, self.strength, self.seed, where=where)


# ---- what the part says


@dataclass(frozen=True, eq=False)
class Work:
    """What a hand has left when it let go.

    serial: counts the times it did. turn: of the settings that it had been given. untouched: the
    pad is as it was at first; else png is what it shows, None for nothing.
    """

    serial: int
    turn: int
    untouched: bool
    png: bytes | None
    settings: Settings


def read_work(value: object) -> Work | None:
    """The part's state "work"; None where it is none, for it comes from anywhere."""
    if not isinstance(value, Mapping):
        return None
    try:
        kind, mask, png = value["kind"], value["mask"], value["png"]
        strength, seed = float(value["strength"]), int(value["seed"])
        found = None if mask is None else MASK.read([mask])
        sane = kind in (NO_NOISE, *DAMAGES) and 0 <= strength <= MOST_NOISE
        if not sane or not 0 <= seed <= MOST_SEED or (found is None) != (mask is None):
            return None
        stages = tuple(stage for stage in STAGES if stage in value["stages"])
        return Work(
            serial=int(value["serial"]),
            turn=int(value["turn"]),
            untouched=bool(value["untouched"]),
            png=None if png is None else base64.b64decode(png, validate=True),
            settings=Settings(kind, strength, seed, found, stages),
        )
    except (LookupError, TypeError, ValueError, OverflowError):
        return None


# ---- what the part is given


def text_of(raw: bytes) -> str:
    """Bytes as base64, as the parts read it."""
    return base64.b64encode(raw).decode()


def pad_picture(digit: np.ndarray) -> bytes:
    """A digit (28, 28) uint8, enlarged smoothly to the pad: PNG."""
    file = io.BytesIO()
    size = (PAD_SIDE, PAD_SIDE)
    Image.fromarray(digit).resize(size, Image.Resampling.BICUBIC).save(file, "PNG")
    return file.getvalue()


def noise_fields(seed: int, count: int = AHEAD) -> list[dict[str, Any]]:
    """The random numbers of `count` noises, the one of this seed first."""
    seeds = [(seed + i) % (MOST_SEED + 1) for i in range(count)]
    return [
        {
            "seed": each,
            "kinds": {kind: text_of(noise_field(kind, each).tobytes()) for kind in DAMAGES},
        }
        for each in seeds
    ]


def answer(digit: np.ndarray, settings: Settings, models: Sequence[Codec]) -> dict[str, Any]:
    """A digit (28, 28) uint8 as each model draws it again, and the errors, by PyTorch."""
    seen = settings.apply(digit)
    found = [reconstruct(model, digit, seen) for model in models]
    return {
        "pixels": text_of(b"".join(each.pixels.tobytes() for each in found)),
        "errors": [each.error for each in found],
    }


def place_map(
    codes: np.ndarray, model: Codec, digit: np.ndarray, *, title: str, file: File | None
) -> dict[str, Any]:
    """The map of a run with two latents, codes (1000, 2) of the probe, and a digit's place on it.

    Raises:
        ValueError: the codes are not of two latents.
    """
    if codes.ndim != 2 or codes.shape[1] != 2:
        raise ValueError(f"a map has codes (n, 2); these are {codes.shape}")
    points = codes.astype(np.float32)
    span = max(float(np.abs(points).max(initial=0)), 1e-3)
    return {
        "title": title,
        "file": file,
        "place": embed_many(model, digit[None])[0].tolist(),
        "points": text_of(np.rint((points / span + 1) * 32767.5).astype("<u2").tobytes()),
        "span": span,
        "reach": [latent_range(points[:, axis])[1] for axis in (0, 1)],
        "labels": text_of(mnist.probe().labels.astype(np.uint8).tobytes()),
        "colours": list(DIGIT_COLOURS),
    }


def studio_data(
    *,
    language: str,
    text: Mapping[str, Any],
    digit: np.ndarray | None,
    stand_in: np.ndarray,
    settings: Settings,
    models: Mapping[str, tuple[str, Codec, File | None]],
    map: Mapping[str, Any] | None = None,
    pad: bool = True,
    picture: bytes | None = None,
    trouble: str = "",
    serial: int = 0,
    turn: int = 0,
    noises: int = AHEAD,
    answers: bool = True,
) -> dict[str, Any]:
    """All that `studio.js` shows, for JSON.

    Args:
        language: "en" or "tr", for the numbers.
        text: The translated texts, see `studio.js`.
        digit: (28, 28) uint8; None while there is none, and `stand_in` is shown.
        stand_in: (28, 28) uint8, a digit that is shown for an empty pad.
        settings: Noise and stages.
        models: run -> what its family is called, its model, and its network's file; None for a
            network that no browser can run.
        map: See `place_map`.
        pad: Whether there is a pad to draw on; else the digit is given.
        picture: PNG that the pad shows at first; None for an empty one.
        trouble: A sentence on why the drawing is no digit.
        serial: The number of the `Work` that this answers.
        turn: Raised to change the settings.
        noises: How many noises the browser can choose from by itself.
        answers: Whether Python answers the hand; False for a page without a server.
    """
    seen = stand_in if digit is None else digit
    return {
        "language": language,
        "text": dict(text),
        "serial": serial,
        "digit": text_of(seen.tobytes()),
        "standIn": text_of(stand_in.tobytes()),
        "example": digit is None,
        "pad": pad,
        "picture": text_of(picture) if pad and picture else None,
        "settings": {
            "turn": turn,
            "kind": settings.kind,
            "strength": settings.strength,
            "seed": settings.seed,
            "mask": None if settings.mask is None else MASK.write(settings.mask),
            "stages": list(settings.stages),
        },
        "fields": noise_fields(settings.seed, noises),
        "models": [
            {"run": run, "kind": kind, "file": file} for run, (kind, _, file) in models.items()
        ],
        "answer": answer(seen, settings, [model for _, model, _ in models.values()]),
        "map": map,
        "answers": answers,
        "trouble": trouble,
    }
