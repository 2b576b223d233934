"""Curves in the plane and in space: one-dimensional sets of points, inside the square or cube ±1.

A curve is a function of places t in [0, 1], (n,), and returns its points, (n, 2) or (n, 3). The
browser computes the same numbers in `vae_demo/ui/engine/toy_curves.js`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.float64]  # (n,) in [0, 1]
Points = NDArray[np.float64]  # (n, 2) or (n, 3)
Curve = Callable[[Places], Points]

SHORTEST = 0.5  # length of a stroke, in units of the plane


def arms(t: Places) -> Points:
    """Two arms of a parabola that lies on its side: (1.5u² − 0.8, 0.75u), u = 2t − 1."""
    u = 2 * t - 1
    return np.stack([1.5 * u**2 - 0.8, 0.75 * u], 1)


def spiral(t: Places) -> Points:
    """An Archimedean spiral of 1½ turns: radius 0.2 + 0.7t at the angle 3πt."""
    return _polar(0.2 + 0.7 * t, 3 * np.pi * t)


def circle(t: Places) -> Points:
    """A circle of radius 0.75: the angle 2πt."""
    return _polar(np.full_like(t, 0.75), 2 * np.pi * t)


def moons(t: Places) -> Points:
    """Two half circles of radius 0.6 that reach into each other; the second one from t = ½ on."""
    angle = 2 * np.pi * t
    side = np.where(t < 0.5, 1.0, -1.0)
    return np.stack([0.6 * np.cos(angle) - 0.3 * side, 0.6 * np.sin(angle) - 0.15 * side], 1)


def stroke(points: Points) -> Curve:
    """The straight lines between points, (m, 2), followed at constant speed.

    Raises:
        ValueError: if their length is below `SHORTEST`.
    """
    steps = np.hypot(*np.diff(points, axis=0).T)
    walked = np.concatenate([[0.0], np.cumsum(steps)])
    if walked[-1] < SHORTEST:
        given = f"{len(points)} points with a length of {walked[-1]:.2f}"
        raise ValueError(f"a stroke is at least {SHORTEST} long; this one has {given}")

    def along(t: Places) -> Points:
        places = t * walked[-1]
        return np.stack([np.interp(places, walked, axis) for axis in points.T], 1)

    return along


def helix(t: Places) -> Points:
    """A helix of 2½ turns: radius 0.45 at the angle 5πt, height 2t − 1."""
    return np.column_stack([_polar(np.full_like(t, 0.45), 5 * np.pi * t), 2 * t - 1])


def cone(t: Places) -> Points:
    """A spiral of 1½ turns on a cone: radius 0.15 + 0.5t at the angle 3πt, height 2t − 1."""
    return np.column_stack([_polar(0.15 + 0.5 * t, 3 * np.pi * t), 2 * t - 1])


def knot(t: Places) -> Points:
    """A trefoil knot that is cut open: a = 2π(0.02 + 0.96t),
    ⅓(sin a + 2 sin 2a, cos a − 2 cos 2a, −2 sin 3a).
    """
    a = 2 * np.pi * (0.02 + 0.96 * t)
    x, y = np.sin(a) + 2 * np.sin(2 * a), np.cos(a) - 2 * np.cos(2 * a)
    return np.stack([x, y, -2 * np.sin(3 * a)], 1) / 3


def _polar(radius: Places, angle: Places) -> Points:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1)


CURVES: dict[str, Curve] = {"arms": arms, "spiral": spiral, "circle": circle, "moons": moons}
"""The curves in the plane by name."""

SPACE_CURVES: dict[str, Curve] = {"helix": helix, "cone": cone, "knot": knot}
"""The curves in space by name."""
