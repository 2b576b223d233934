"""What the Gradio pad works out: digits through the chosen runs, and codes under the hand."""

from __future__ import annotations

import base64
import binascii
import functools
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from vae_demo import runs
from vae_demo.digits import DrawingError, mnist, open_picture, to_digit
from vae_demo.latent.code_space import DECIMALS, CodeSpace, measure_code_space, rounded
from vae_demo.models import Codec, decode_many, reconstruct, to_pixels
from vae_demo.ui.parts.draw.data import NO_NOISE, DrawSettings
from vae_demo.ui.parts.explorer.data import MAX_ABSOLUTE

FIRST = ("vae-20", "ae-30", "dae-500")  # the runs that draw at first
STEERED = "vae-20"  # the run whose latents are in hand at first
MOST = 12  # sliders; the further latents keep the drawing's value
EXAMPLE = 112  # the test digit that stands in for a drawing: a plain 3
MOST_SENT = 2**20  # signs of a drawing; the pad's own have some ten thousand

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Drawn:
    """What a run makes of a picture: (28, 28) uint8, and its error from the digit without noise."""

    run: str
    family: str
    pixels: np.ndarray
    error: float


@dataclass(frozen=True, eq=False)
class Hand:
    """A code (latent,) float32, and its latents to hold it by, the one that says most first.

    latents: (position, lowest, highest, value), as many as there are sliders for.
    """

    code: np.ndarray
    latents: tuple[tuple[int, float, float, float], ...]


@functools.lru_cache(maxsize=32)
def _load(path: Path, changed: int) -> tuple[str, Codec]:
    run = runs.load(path)
    return str(run.model["name"]), run.build()


def model(name: str) -> tuple[str, Codec]:
    """Family and model of a shipped or saved run; a path from a visitor names none.

    Raises:
        RunError: there is none of that name, or its file is damaged.
    """
    path = runs.available().get(name)
    if path is None:
        there = ", ".join(runs.available()) or "none"
        raise runs.RunError("unknown", f"unknown run {name!r:.60}; there are: {there}")
    return _load(path, path.stat().st_mtime_ns)


def names() -> list[str]:
    """The runs that can be had; a file that can't be read is left out and reported to the log."""

    def fits(name: str) -> bool:
        try:
            model(name)
        except (runs.RunError, OSError) as error:
            log.warning("%s", error)
            return False
        return True

    return list(filter(fits, runs.available()))


def can_steer(name: str) -> bool:
    """Whether a run's latents can be moved: not where its codes are words."""
    return not model(name)[1].codebook_size


@functools.lru_cache(maxsize=32)
def code_space(codec: Codec) -> CodeSpace:
    """A model's code space, measured once."""
    return measure_code_space(codec)


@functools.lru_cache(maxsize=64)
def prepare(drawing: str) -> np.ndarray | None:
    """A drawing as the pad sends it, a base64 PNG, as MNIST sees it; None while there is none.

    Raises:
        DrawingError: what came is no drawing of a digit.
    """
    if not drawing:
        return None
    if len(drawing) > MOST_SENT:
        raise DrawingError("too_heavy", limit=MOST_SENT // 2**20)
    try:
        raw = base64.b64decode(drawing, validate=True)
    except (binascii.Error, ValueError):
        raise DrawingError("unreadable", bytes=len(drawing), formats="PNG") from None
    return to_digit(open_picture(raw))


def warm_up() -> None:
    """Do once what a first visitor would wait for."""
    names()
    code_space(model(STEERED)[1])


def example() -> np.ndarray:
    """The test digit (28, 28) uint8 that stands in while nothing is drawn."""
    found: np.ndarray = mnist.test_digits().images[EXAMPLE]
    return found


def examples() -> list[tuple[int, np.ndarray]]:
    """A typical test digit of each kind, with what it shows."""
    probe = mnist.probe()
    return [(int(probe.labels[i]), probe.images[i]) for i in mnist.strip_positions()]


def draw(digit: np.ndarray, settings: DrawSettings, chosen: Sequence[str]) -> list[Drawn]:
    """A digit as each run draws it again from what the settings make of it."""
    seen = settings.apply(digit)
    found = []
    for name in chosen:
        family, codec = model(name)
        made = reconstruct(codec, digit, seen)
        found.append(Drawn(name, family, made.pixels, made.error))
    return found


def damaged(digit: np.ndarray, settings: DrawSettings) -> np.ndarray | None:
    """The digit as the models see it where there is noise, else None."""
    return None if settings.kind == NO_NOISE else to_pixels(settings.apply(digit))[0]


@torch.inference_mode()
def take(digit: np.ndarray, settings: DrawSettings, name: str) -> Hand:
    """The latents of a digit, with what the settings do to it, in a run.

    Raises:
        RunError: there is none of that name, or it can't be steered.
    """
    _, codec = model(name)
    if codec.codebook_size:
        raise runs.RunError("unknown", f"run {name!r} has words in place of latents to steer")
    space = code_space(codec)
    code = rounded(codec.embed(settings.apply(digit))[0].numpy())
    low = np.minimum(space.low, np.floor(10 * code) / 10)  # whatever was drawn
    high = np.maximum(space.high, np.ceil(10 * code) / 10)

    def plain(values: np.ndarray, i: int) -> float:
        return round(float(values[i]), DECIMALS)

    shown = [int(i) for i in space.order[:MOST]]
    return Hand(code, tuple((i, plain(low, i), plain(high, i), plain(code, i)) for i in shown))


def steer(
    digit: np.ndarray, settings: DrawSettings, name: str, values: Sequence[float]
) -> np.ndarray:
    """The digit's code with its first latents at `values`, decoded: (28, 28) uint8."""
    hand = take(digit, settings, name)
    code = hand.code.copy()
    for (i, *_), value in zip(hand.latents, values, strict=False):  # a run may have fewer
        code[i] = np.clip(value, -MAX_ABSOLUTE, MAX_ABSOLUTE)
    pixels: np.ndarray = decode_many(model(name)[1], code[None])[0]
    return pixels
