"""What the part "timeline" is given: a run's way through its moments. numpy only."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vae_demo.ui.charts.latent import DIGIT_COLOURS
from vae_demo.ui.frame.link_fields import FIELDS

PLANE_DIGITS = 225  # about how many are decoded on the plane
STRAY = 3.0  # times the map's reach: where what lies farther out is put, unseen
FADE = FIELDS["epochs"]["plane"].default  # how much of the plane is seen behind the points at first

File = Mapping[str, str]
"""A file for the browser: {"key": ..., "url": ...}; without a "url" somebody else brings it."""


@dataclass(frozen=True)
class Plane:
    """The decoded plane behind the points: `across` x `up` digits, `cell` apart, around `middle`.

    decoders: The file of `moments.decoders_file`.
    """

    decoders: File
    across: int
    up: int
    cell: float
    middle: tuple[float, float]

    def codes(self) -> np.ndarray:
        """The codes of its digits, read like a page, (up · across, 2) float32."""
        x = self.middle[0] + (np.arange(self.across) - (self.across - 1) / 2) * self.cell
        y = self.middle[1] + ((self.up - 1) / 2 - np.arange(self.up)) * self.cell
        first, second = np.meshgrid(x, y)
        return np.stack([first.ravel(), second.ravel()], 1).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Choice:
    """What it takes to choose a point and see its digit.

    positions: (n,) what the points are called, their places in the test set. sheet: The
    file of `sheet.probe_sheet`. network: That of the trained network, None where there is none.
    """

    positions: np.ndarray
    sheet: File
    network: File | None = None


@dataclass(frozen=True)
class View:
    """What is seen of a timeline.

    at: Epochs done; None for the last moment, or playing. digit: Position in the test set of the
    digit that is followed. plane: How much of the decoded plane is seen, 0 to 1.
    """

    at: float | None = None
    digit: int | None = None
    plane: float = FADE


def usable_view(at: Any, digit: Any, plane: Any, last: float, positions: np.ndarray) -> View:
    """A view of values from anywhere; what can't be read is as if it were not there."""

    def number(value: Any, high: float) -> float | None:
        if type(value) not in (int, float) or math.isnan(value):
            return None
        return round(min(max(float(value), 0.0), high), 3)

    fade = number(plane, 1.0)
    known = type(digit) is int and digit in positions
    return View(number(at, last), digit if known else None, FADE if fade is None else fade)


def map_of(points: np.ndarray) -> tuple[tuple[float, float], tuple[float, float]]:
    """Middle and reach to each side, (x, y) each, of a map for all moments of (t, n, 2).

    All points are on it, unless a few strays would dwarf the others.
    """
    flat = points.reshape(-1, 2)
    near = np.quantile(flat, [0.001, 0.999], axis=0)
    beyond = 0.25 * np.ptp(near, axis=0)
    low = np.maximum(flat.min(0), near[0] - beyond)
    high = np.minimum(flat.max(0), near[1] + beyond)
    x, y = ((low + high) / 2).tolist()
    across, up = np.maximum((high - low) / 2, 1e-3).tolist()
    return (x, y), (across, up)


def plane_over(points: np.ndarray, decoders: File) -> Plane:
    """The plane that covers the map of (t, n, 2) with about `PLANE_DIGITS` digits."""
    middle, (across, up) = map_of(points)
    cell = math.sqrt(4 * across * up / PLANE_DIGITS)
    return Plane(decoders, math.ceil(2 * across / cell), math.ceil(2 * up / cell), cell, middle)


def timeline_data(
    points: np.ndarray,
    labels: np.ndarray,
    strip: np.ndarray,
    at: Sequence[float] | np.ndarray,
    *,
    text: Mapping[str, str],
    language: str = "en",
    play: bool = True,
    height: int = 360,
    captions: Sequence[str] = (),
    plane: Plane | None = None,
    choice: Choice | None = None,
) -> dict[str, Any]:
    """The data of the part "timeline"; timeline.js says what each entry is.

    points: (t, n, 2), the same n digits in the same order at each moment; where there is a plane,
    the codes themselves. labels: (n,), their digits, 0 to 9. strip: (t, 10, 28, 28) uint8, one
    digit of each kind as the run made it at each moment. at: (t,) epochs done. language: how
    numbers are written. play: Whether it plays by itself. height: of the cloud in CSS pixels.
    captions: A line for each moment, maybe none.

    Raises:
        ValueError: the arrays do not fit together.
    """
    moments, count = len(at), len(labels)
    fits = points.shape == (moments, count, 2) and strip.shape == (moments, 10, 28, 28)
    if not (moments and fits and strip.dtype == np.uint8):
        raise ValueError(
            f"a timeline is points (t, n, 2), labels (n,), strip uint8 (t, 10, 28, 28), at (t,); "
            f"these are {points.shape}, {labels.shape}, {strip.dtype} {strip.shape}, ({moments},)"
        )
    points = points.astype(np.float32)
    middle, reach = map_of(points)
    # A stray far outside would leave no steps for all the others.
    points = np.clip(points, *(np.add(middle, np.multiply(far, reach)) for far in (-STRAY, STRAY)))
    span = max(float(np.abs(points).max(initial=0)), 1e-3)
    steps = np.rint((points / span + 1) * 32767.5).astype("<u2")
    return {
        "points": _base64(steps),
        "span": span,
        "middle": list(middle),
        "reach": list(reach),
        "labels": _base64(labels.astype(np.uint8)),
        "strip": _base64(strip),
        "at": [float(epochs) for epochs in at],
        "colours": list(DIGIT_COLOURS),
        "captions": list(captions),
        "plane": plane
        and {
            "file": dict(plane.decoders),
            "across": plane.across,
            "up": plane.up,
            "cell": plane.cell,
        },
        "choice": choice
        and {
            "positions": _base64(choice.positions.astype("<u2")),
            "sheet": dict(choice.sheet),
            "network": choice.network and dict(choice.network),
        },
        "view": None,
        "turn": 0,
        "text": dict(text),
        "language": language,
        "play": play,
        "height": height,
    }


def with_view(data: Mapping[str, Any], view: View, pair: np.ndarray, turn: int) -> dict[str, Any]:
    """The data of a timeline of which something is seen, and whose hand Python hears of.

    pair: (2, 28, 28) uint8, the view's digit and how it is drawn again, until the files are here.
    turn: Raise it to make the part take over another `view`.
    """
    seen = {"at": view.at, "digit": view.digit, "plane": view.plane, "pair": _base64(pair)}
    return {**data, "view": seen, "turn": turn}


def _base64(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
