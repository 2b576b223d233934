"""The computations of the Gradio pad: reconstructions, and codes changed with sliders."""

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
from vae_demo.ui.parts.explore.data import MAX_ABSOLUTE

FIRST = ("vae-20", "ae-30", "dae-500")  # the runs that are chosen at first
STEERED = "vae-20"  # the run whose latents have sliders at first
MOST = 12  # sliders; the other latents keep the values of the drawing's code
MOST_SENT = 1_000_000  # characters of a drawing; those of the pad have about ten thousand

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Drawn:
    """The reconstruction of a digit by a run."""

    run: str  # name of the run
    family: str  # a key of `MODELS`
    pixels: np.ndarray  # (28, 28) uint8, the reconstruction
    error: float  # mean squared error per pixel against the digit without noise


@dataclass(frozen=True, eq=False)
class CodeSliders:
    """A code, and the latents that have sliders."""

    code: np.ndarray  # (latent,) float32
    # (position, low, high, value) of each latent with a slider, by importance
    latents: tuple[tuple[int, float, float, float], ...]


@functools.lru_cache(maxsize=32)
def _load(path: Path, changed: int) -> tuple[str, Codec]:
    run = runs.load(path)
    return str(run.model["name"]), run.build()


def model(name: str) -> tuple[str, Codec]:
    """Family and model of a shipped or saved run. A path is not accepted.

    Raises:
        RunError: if there is no such run or its file is damaged.
    """
    path = runs.available().get(runs.normal_name(name))
    if path is None:
        names = ", ".join(runs.available()) or "none"
        raise runs.RunError("unknown", f"unknown run {name!r:.60}; there are: {names}")
    return _load(path, path.stat().st_mtime_ns)


def names() -> list[str]:
    """The names of the available runs; files that can't be read are logged and omitted."""

    def fits(name: str) -> bool:
        try:
            model(name)
        except (runs.RunError, OSError) as error:
            log.warning("%s", error)
            return False
        return True

    return list(filter(fits, runs.available()))


def can_steer(name: str) -> bool:
    """Whether a run has continuous codes, whose latents can be changed with sliders."""
    return not model(name)[1].codebook_size


@functools.lru_cache(maxsize=32)
def code_space(codec: Codec) -> CodeSpace:
    """A model's code space, cached."""
    return measure_code_space(codec, mnist.shown_probe())


@functools.lru_cache(maxsize=64)
def prepare(drawing: str) -> np.ndarray | None:
    """Preprocess a drawing, a base64 PNG, to a digit; None if the pad is empty.

    Raises:
        DrawingError: if the drawing can't be turned into a digit.
    """
    if not drawing:
        return None
    if len(drawing) > MOST_SENT:
        raise DrawingError("too_heavy", limit=MOST_SENT // 10**6)
    try:
        raw = base64.b64decode(drawing, validate=True)
    except (binascii.Error, ValueError):
        raise DrawingError("unreadable", bytes=len(drawing), formats="PNG") from None
    return to_digit(open_picture(raw))


def warm_up() -> None:
    """Load what the first visitor would otherwise wait for."""
    names()
    code_space(model(STEERED)[1])


def examples() -> list[tuple[int, np.ndarray]]:
    """A typical test digit of each class, with its label."""
    probe = mnist.probe()
    return [(int(probe.labels[i]), probe.images[i]) for i in mnist.strip_positions()]


def draw(digit: np.ndarray, settings: DrawSettings, chosen: Sequence[str]) -> list[Drawn]:
    """The reconstructions of a digit by the chosen runs, after damage by the settings."""
    seen = settings.apply(digit)
    found = []
    for name in chosen:
        family, codec = model(name)
        result = reconstruct(codec, digit, seen)
        found.append(Drawn(name, family, result.pixels, result.error))
    return found


def damaged(digit: np.ndarray, settings: DrawSettings) -> np.ndarray | None:
    """The damaged digit; None if there is no noise."""
    return None if settings.kind == NO_NOISE else to_pixels(settings.apply(digit))[0]


@torch.inference_mode()
def code_sliders(digit: np.ndarray, settings: DrawSettings, name: str) -> CodeSliders:
    """The code of a digit in a run, after damage by the settings, with its sliders.

    Raises:
        RunError: if there is no such run or its codes are not continuous.
    """
    _, codec = model(name)
    if codec.codebook_size:
        raise runs.RunError(
            "unknown", f"run {name!r} has discrete codes, which sliders can't change"
        )
    space = code_space(codec)
    code = rounded(codec.embed(settings.apply(digit))[0].numpy())
    low = np.minimum(space.low, np.floor(10 * code) / 10)  # so that every code fits
    high = np.maximum(space.high, np.ceil(10 * code) / 10)

    def plain(values: np.ndarray, i: int) -> float:
        return round(float(values[i]), DECIMALS)

    shown = [int(i) for i in space.order[:MOST]]
    return CodeSliders(
        code, tuple((i, plain(low, i), plain(high, i), plain(code, i)) for i in shown)
    )


def steer(
    digit: np.ndarray, settings: DrawSettings, name: str, values: Sequence[float]
) -> np.ndarray:
    """Decode the digit's code with its first latents set to `values`: (28, 28) uint8."""
    sliders = code_sliders(digit, settings, name)
    code = sliders.code.copy()
    # A run may have fewer latents than there are sliders.
    for (i, *_), value in zip(sliders.latents, values, strict=False):
        code[i] = np.clip(value, -MAX_ABSOLUTE, MAX_ABSOLUTE)
    pixels: np.ndarray = decode_many(model(name)[1], code[None])[0]
    return pixels
