"""Digits as people write them with a pen: strokes in the forms in use, none of them from MNIST.

A form is a list of strokes, a stroke a list of points through which the pen goes: x to the right
and y down, both in [0, 1]. `written` bends a form at random, as another hand would write it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw
from scipy.interpolate import CubicHermiteSpline  # type: ignore[import-untyped]

Stroke = list[tuple[float, float]]
PAD = 280  # pixels of a drawing pad
SHARP = 2  # the pad is drawn so much larger and reduced, for soft edges

FORMS: dict[int, list[list[Stroke]]] = {
    0: [
        [[(0.55, 0), (0.15, 0.2), (0.1, 0.6), (0.4, 1), (0.8, 0.75), (0.85, 0.3), (0.55, 0)]],
        [[(0.7, 0.08), (0.35, 0), (0.08, 0.45), (0.4, 1), (0.85, 0.6), (0.7, 0.05), (0.45, 0.02)]],
        [[(0.4, 0.02), (0.8, 0.25), (0.8, 0.75), (0.45, 1), (0.12, 0.6), (0.2, 0.15), (0.5, 0)]],
    ],
    1: [
        [[(0.5, 0), (0.5, 0.5), (0.5, 1)]],
        [[(0.25, 0.3), (0.45, 0.12), (0.55, 0), (0.55, 0.0), (0.54, 0.5), (0.53, 1)]],
        [[(0.3, 0.25), (0.5, 0.0), (0.5, 0.0), (0.5, 1)], [(0.25, 1), (0.75, 1)]],
    ],
    2: [
        [[(0.1, 0.25), (0.4, 0), (0.8, 0.2), (0.6, 0.55), (0.1, 1), (0.1, 1), (0.9, 0.97)]],
        [
            [
                *[(0.15, 0.2), (0.45, 0), (0.75, 0.22), (0.5, 0.6), (0.2, 0.95), (0.08, 0.85)],
                *[(0.3, 0.78), (0.6, 0.95), (0.95, 0.9)],
            ]
        ],
        [[(0.15, 0.08), (0.7, 0.02), (0.8, 0.2), (0.15, 0.95), (0.15, 0.95), (0.85, 1)]],
    ],
    3: [
        [
            [
                *[(0.15, 0.12), (0.5, 0), (0.8, 0.2), (0.45, 0.45), (0.45, 0.45), (0.85, 0.7)],
                *[(0.5, 1), (0.1, 0.88)],
            ]
        ],
        [
            [
                *[(0.15, 0.02), (0.8, 0.02), (0.8, 0.02), (0.45, 0.4), (0.45, 0.4), (0.85, 0.65)],
                *[(0.5, 1), (0.12, 0.9)],
            ]
        ],
        [
            [
                *[(0.2, 0.1), (0.6, 0), (0.75, 0.25), (0.35, 0.47), (0.3, 0.48), (0.8, 0.6)],
                *[(0.75, 0.9), (0.3, 1), (0.1, 0.85)],
            ]
        ],
    ],
    4: [
        [
            [(0.35, 0), (0.1, 0.55), (0.1, 0.55), (0.9, 0.55)],
            [(0.7, 0.1), (0.68, 0.55), (0.65, 1)],
        ],
        [[(0.15, 0), (0.12, 0.45), (0.3, 0.55), (0.8, 0.45)], [(0.8, 0), (0.78, 0.5), (0.75, 1)]],
        [
            [
                *[(0.9, 0.62), (0.1, 0.62), (0.1, 0.62), (0.7, 0), (0.7, 0), (0.68, 0.5)],
                *[(0.66, 1)],
            ]
        ],
    ],
    5: [
        [
            [
                *[(0.25, 0.05), (0.2, 0.45), (0.2, 0.45), (0.55, 0.38), (0.85, 0.65), (0.55, 0.98)],
                *[(0.1, 0.92)],
            ],
            [(0.25, 0.04), (0.85, 0)],
        ],
        [
            [
                *[(0.85, 0.02), (0.3, 0.04), (0.3, 0.04), (0.22, 0.42), (0.6, 0.42), (0.8, 0.7)],
                *[(0.5, 1), (0.12, 0.9)],
            ]
        ],
        [
            [
                *[(0.9, 0), (0.4, 0.08), (0.25, 0.35), (0.65, 0.5), (0.75, 0.8), (0.4, 1)],
                *[(0.1, 0.9)],
            ]
        ],
    ],
    6: [
        [
            [
                *[(0.65, 0), (0.25, 0.35), (0.1, 0.75), (0.4, 1), (0.8, 0.8), (0.55, 0.55)],
                *[(0.15, 0.72)],
            ]
        ],
        [
            [
                *[(0.4, 0), (0.18, 0.5), (0.25, 0.95), (0.65, 0.95), (0.75, 0.65), (0.4, 0.55)],
                *[(0.18, 0.75)],
            ]
        ],
        [
            [
                *[(0.85, 0.08), (0.5, 0.08), (0.15, 0.5), (0.3, 1), (0.75, 0.9), (0.7, 0.55)],
                *[(0.25, 0.6)],
            ]
        ],
    ],
    7: [
        [[(0.1, 0.05), (0.85, 0.02), (0.85, 0.02), (0.5, 0.5), (0.35, 1)]],
        [
            [(0.1, 0.05), (0.85, 0.02), (0.85, 0.02), (0.55, 0.5), (0.4, 1)],
            [(0.3, 0.5), (0.8, 0.48)],
        ],
        [[(0.1, 0.2), (0.15, 0.03), (0.15, 0.03), (0.9, 0), (0.9, 0), (0.55, 0.45), (0.45, 1)]],
    ],
    8: [
        [
            [
                *[(0.75, 0.12), (0.45, 0), (0.2, 0.22), (0.5, 0.48), (0.8, 0.75), (0.45, 1)],
                *[(0.15, 0.78), (0.5, 0.48), (0.78, 0.22), (0.7, 0.08)],
            ]
        ],
        [
            [(0.5, 0), (0.22, 0.22), (0.5, 0.46), (0.78, 0.22), (0.5, 0)],
            [(0.5, 0.46), (0.15, 0.75), (0.5, 1), (0.85, 0.75), (0.5, 0.46)],
        ],
        [
            [
                *[(0.2, 0.1), (0.55, 0.5), (0.8, 0.85), (0.45, 1), (0.25, 0.8), (0.7, 0.3)],
                *[(0.6, 0), (0.2, 0.1)],
            ]
        ],
    ],
    9: [
        [
            [
                *[(0.8, 0.2), (0.45, 0), (0.15, 0.25), (0.45, 0.5), (0.8, 0.2), (0.8, 0.2)],
                *[(0.76, 0.6), (0.7, 1)],
            ]
        ],
        [
            [
                *[(0.8, 0.15), (0.4, 0), (0.15, 0.3), (0.45, 0.5), (0.8, 0.15), (0.8, 0.15)],
                *[(0.78, 0.7), (0.5, 1), (0.2, 0.9)],
            ]
        ],
        [
            [(0.55, 0), (0.2, 0.2), (0.45, 0.48), (0.8, 0.22), (0.55, 0)],
            [(0.8, 0.05), (0.78, 0.5), (0.6, 1)],
        ],
    ],
}

ROUGH = 0.06  # standard deviation of a point's place, in heights of the digit
TURN, SLANT = 0.18, 0.3  # standard deviations: radians; width per height
NARROW, WIDE = 0.45, 1.4  # bounds of the width, in heights
FINE = np.linspace(0, 1, 12)  # places between two points of a stroke


@dataclass(frozen=True)
class Hand:
    """How somebody bends all forms, and how much that differs from drawing to drawing."""

    turn: float  # radians
    slant: float  # width per height
    width: float  # in heights
    change: float = 0.0  # share of what differs from hand to hand

    @classmethod
    def any(cls, rng: np.random.Generator, change: float = 0.0) -> Hand:
        """Somebody's hand."""
        slants = rng.normal(0, TURN), rng.normal(0, SLANT)
        return cls(*slants, rng.uniform(NARROW, WIDE), change)

    def bent(self, rng: np.random.Generator) -> np.ndarray:
        """The matrix (2, 2) that bends the points of one drawing."""
        turn, slant, width = self.turn, self.slant, self.width
        if self.change:
            turn += self.change * rng.normal(0, TURN)
            slant += self.change * rng.normal(0, SLANT)
            width *= 1 + self.change * rng.uniform(NARROW - 1, WIDE - 1)
        cos, sin = np.cos(turn), np.sin(turn)
        return np.asarray(np.array([[cos, -sin], [sin, cos]]) @ np.array([[width, -slant], [0, 1]]))


def written(
    form: list[Stroke], rng: np.random.Generator, hand: Hand | None = None
) -> list[np.ndarray]:
    """A form in a hand, by default another one each time: the points of each stroke, (n, 2).

    They are x and y; the form is about 1 high.
    """
    bend = (hand or Hand.any(rng)).bent(rng)
    rough = ROUGH * (hand.change if hand else 1)
    lines = []
    for stroke in form:
        parts = _parts(stroke)
        moves = {place: rng.normal(0, rough, 2) for place in dict.fromkeys(stroke)}
        curves = [_curve(np.array([place + moves[place] for place in part])) for part in parts]
        lines.append(np.concatenate(curves) @ bend.T)
    return lines


def _parts(stroke: Stroke) -> list[Stroke]:
    """The parts of a stroke between its corners, which are the points that follow themselves."""
    parts: list[Stroke] = [[stroke[0]]]
    for before, place in pairwise(stroke):
        if place == before:
            parts.append([])
        parts[-1].append(place)
    return [part for part in parts if len(part) > 1]


def _curve(points: np.ndarray) -> np.ndarray:
    """A smooth curve through points (n, 2): a Catmull–Rom spline."""
    times = np.arange(len(points))
    slopes = np.gradient(points, axis=0)
    every = np.concatenate([start + FINE for start in times[:-1]])
    return np.asarray(CubicHermiteSpline(times, points, slopes)(every))


def inked(lines: list[np.ndarray], pen: float) -> np.ndarray:
    """Lines (n, 2) in pixels of a pad, drawn with a round pen, (280, 280) uint8."""
    sheet = Image.new("L", (PAD * SHARP, PAD * SHARP))
    ink = ImageDraw.Draw(sheet)
    radius = pen / 2 * SHARP
    for line in lines:
        points = [(x, y) for x, y in line * SHARP]
        ink.line(points, fill=255, width=round(2 * radius))
        for x, y in points:
            ink.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(sheet.resize((PAD, PAD), Image.Resampling.BOX))
