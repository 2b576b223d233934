"""Where the names of points fit on a chart, so that they cover neither each other nor a point.

Everything is in pixels, from the lower left corner of the plot.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

PLACES = {  # Plotly's name of a place beside a point -> where it is, the best first
    "middle right": (1, 0),
    "top right": (1, 1),
    "bottom right": (1, -1),
    "middle left": (-1, 0),
    "top left": (-1, 1),
    "bottom left": (-1, -1),
}
LETTER, LINE = 6.5, 14.0  # width and height of a letter in the charts' font
PHONE = 290.0  # width of a plot on a phone; what fits there fits everywhere
GAP = 8.0  # from the middle of a point to its name


class Box(NamedTuple):
    """A rectangle."""

    left: float
    bottom: float
    right: float
    top: float

    def shared(self, other: Box) -> float:
        """The area that both have in common."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.top, other.top) - max(self.bottom, other.bottom)
        return max(width, 0) * max(height, 0)


def around(x: float, y: float, width: float, height: float) -> Box:
    """The rectangle of this size with its middle at (x, y)."""
    return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def covered(box: Box, others: Iterable[Box]) -> float:
    """The area of `box` that others cover, counted once for each."""
    return sum(box.shared(other) for other in others)


def name_box(x: float, y: float, name: str, place: str) -> Box:
    """The rectangle of a point's name at a place beside it."""
    across, up = PLACES[place]
    width = LETTER * len(name)
    return around(x + across * (GAP + width / 2), y + up * LINE, width, LINE)


def place_names(
    points: Sequence[tuple[float, float]], names: Sequence[str], plot: Box
) -> tuple[list[str], list[Box]]:
    """Choose a place for each name, one after the other, where it covers least.

    Args:
        points: The middles of the points.
        names: Their names.
        plot: The plot, which names should not leave.

    Returns:
        The places, keys of `PLACES`, and the rectangles of all points and names.
    """
    taken = [around(x, y, 2 * GAP, 2 * GAP) for x, y in points]
    places = []
    for (x, y), name in zip(points, names, strict=True):

        def cost(place: str, x: float = x, y: float = y, name: str = name) -> float:
            box = name_box(x, y, name, place)
            outside = (box.right - box.left) * (box.top - box.bottom) - box.shared(plot)
            return covered(box, taken) + outside

        places.append(min(PLACES, key=cost))
        taken.append(name_box(x, y, name, places[-1]))
    return places, taken
