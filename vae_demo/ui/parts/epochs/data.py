"""The data of the part "epochs": the snapshots of a training, packed as one file."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import msgspec
import numpy as np

from vae_demo.ui.charts.colours import DIGIT_COLOURS, colours_of
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.parts.array_file import ArrayFile, FileAddress, array_file

PLANE_DIGITS = 225  # approximate number of digits on the plane
MOST_BEYOND = 0.35  # of its width, that a map reaches beyond the points of nine in ten snapshots
MAX_DISTANCE = 3.0  # in units of the map's reach; points farther out, off the map, are clamped
PLANE_OPACITY = FIELDS["epochs"]["plane"].default  # initial opacity of the plane


@dataclass(frozen=True)
class Plane:
    """The grid of codes whose decoded digits are shown behind the points."""

    across: int  # digits per row
    up: int  # number of rows
    cell: float  # distance between two codes
    middle: tuple[float, float]  # the code at the centre

    def codes(self) -> np.ndarray:
        """The codes of its digits, row by row from the top left, (up * across, 2) float32."""
        x = self.middle[0] + (np.arange(self.across) - (self.across - 1) / 2) * self.cell
        y = self.middle[1] + ((self.up - 1) / 2 - np.arange(self.up)) * self.cell
        first, second = np.meshgrid(x, y)
        return np.stack([first.ravel(), second.ravel()], 1).astype(np.float32)


@dataclass(frozen=True)
class EpochsView:
    """The current view of the part."""

    digit: int  # number of the picture that is followed
    at: float | None = None  # epochs done; None for the last snapshot, or while it plays
    plane: float = PLANE_OPACITY  # opacity of the decoded plane, 0 to 1


class EpochsMessage(msgspec.Struct):
    """The message of the browser when the visitor releases a control."""

    version: int  # number of the view that the browser received last
    plane: float  # as in `EpochsView`
    at: float | None = None  # as in `EpochsView`
    digit: int | None = None  # as in `EpochsView`


def read_message(sent: Any) -> EpochsMessage | None:
    """The browser's message, checked; None if it is invalid."""
    try:
        return msgspec.convert(sent, EpochsMessage)
    except msgspec.ValidationError:
        return None


def usable_view(
    at: float | None,
    digit: int | None,
    plane: float | None,
    *,
    last: float,
    positions: np.ndarray,
    first: int,
) -> EpochsView:
    """A view with all numbers clamped to their ranges, and defaults for missing ones.

    Args:
        last: The epoch of the last snapshot.
        positions: The numbers of the pictures that can be followed.
        first: The number that is followed if `digit` is not one of them.
    """

    def within(value: float | None, high: float) -> float | None:
        if value is None or math.isnan(value):
            return None
        return round(min(max(float(value), 0.0), high), 3)

    followed = first if digit is None or digit not in positions else digit
    opacity = within(plane, 1.0)
    return EpochsView(followed, within(at, last), PLANE_OPACITY if opacity is None else opacity)


def map_of(points: np.ndarray) -> tuple[tuple[float, float], tuple[float, float]]:
    """Centre and reach, (x, y) each, of a map for all snapshots of (t, n, 2).

    All points are on the map, except for extreme outliers and for the few snapshots, if any, whose
    points go far beyond those of the others.
    """
    flat = points.reshape(-1, 2)
    near = np.quantile(flat, [0.001, 0.999], axis=0)
    beyond = 0.25 * np.ptp(near, axis=0)
    low = np.maximum(flat.min(0), near[0] - beyond)
    high = np.minimum(flat.max(0), near[1] + beyond)
    lows, highs = np.quantile(points, [0.001, 0.999], axis=1)  # of each snapshot
    usual = np.quantile(lows, 0.1, axis=0), np.quantile(highs, 0.9, axis=0)
    further = MOST_BEYOND * (usual[1] - usual[0])
    low, high = np.maximum(low, usual[0] - further), np.minimum(high, usual[1] + further)
    x, y = ((low + high) / 2).tolist()
    across, up = np.maximum((high - low) / 2, 1e-3).tolist()
    return (x, y), (across, up)


def plane_over(points: np.ndarray) -> Plane:
    """The plane that covers the map of (t, n, 2) with about `PLANE_DIGITS` digits."""
    middle, (across, up) = map_of(points)
    cell = math.sqrt(4 * across * up / PLANE_DIGITS)
    return Plane(math.ceil(2 * across / cell), math.ceil(2 * up / cell), cell, middle)


def snapshots_file(
    points: np.ndarray,
    labels: np.ndarray,
    epochs: Sequence[float] | np.ndarray,
    *,
    strip: np.ndarray | None = None,
    losses: Sequence[float] | np.ndarray = (),
    positions: Sequence[int] | np.ndarray = (),
    decoders: Sequence[FileAddress] = (),
    kinds: Sequence[str] | None = None,
    shown: Sequence[int] | np.ndarray = range(10),
) -> ArrayFile:
    """The snapshots of a training as a file for the browser; `engine/snapshots.js` reads it.

    Args:
        points: (t, n, 2), the same n pictures in the same order at each snapshot; with decoders of
            two latents, the codes themselves.
        labels: (n,) their digits, 0 to 9, or other kinds.
        epochs: (t,) epochs done.
        strip: (t, 10, 28, 28) uint8, reconstructions of ten pictures; None for none.
        losses: (t,) nats per image, for the curve; empty for no curve.
        positions: (n,) numbers of the pictures, for points that can be chosen.
        decoders: (t,) addresses of the files of `decoder_files`, for the decoded plane.
        kinds: The names of the labels; None for digits.
        shown: (10,) the labels of the pictures of the strip.

    Raises:
        ValueError: if the shapes of the arrays do not match.
    """
    snapshots, count = len(epochs), len(labels)
    if strip is None:
        strip = np.zeros((snapshots, 0, 28, 28), np.uint8)
    shapes = (snapshots, 10, 28, 28), (snapshots, 0, 28, 28)
    fits = points.shape == (snapshots, count, 2) and strip.shape in shapes
    if not (snapshots and fits and strip.dtype == np.uint8):
        raise ValueError(
            f"snapshots are points (t, n, 2), labels (n,), strip uint8 (t, 10, 28, 28), epochs "
            f"(t,); these are {points.shape}, {labels.shape}, {strip.dtype} {strip.shape}, "
            f"({snapshots},)"
        )
    named = {} if kinds is None else {"kinds": list(kinds), "shown": list(map(int, shown))}
    points = points.astype(np.float32)
    middle, reach = map_of(points)
    # The largest coordinate determines the resolution, so points far outside are clamped.
    low, high = (np.add(middle, np.multiply(far, reach)) for far in (-MAX_DISTANCE, MAX_DISTANCE))
    points = np.clip(points, low, high)
    span = max(float(np.abs(points).max(initial=0)), 1e-3)
    arrays: dict[str, np.ndarray] = {
        "points": np.rint((points / span + 1) * 32767.5).astype(np.uint16),
        "labels": labels.astype(np.uint8),
        "strip": strip,
        "losses": np.asarray(losses, np.float32),
        "positions": np.asarray(positions, np.uint16),
    }
    return array_file(
        arrays,
        {
            "epochs": [float(at) for at in epochs],
            "span": span,  # points: 0 is -span, 65535 is span
            "middle": middle,
            "reach": reach,
            "colours": list(DIGIT_COLOURS) if kinds is None else colours_of(kinds),
            "plane": asdict(plane_over(points)) if decoders else None,
            "decoders": [dict(decoder) for decoder in decoders],
            **named,
        },
    )
