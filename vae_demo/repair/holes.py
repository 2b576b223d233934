"""Holes in digits: masks (n, 28, 28), True = unknown.

A hole never depends on pixels: every function draws it from the number of digits and a generator
alone. To add a kind, write one function and add an entry to `HOLES`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Generator, Tensor

from vae_demo.digits.mnist import SIDE
from vae_demo.models.losses import Images

Masks = Bool[Tensor, "n 28 28"]
Hole = Callable[[int, Generator], Masks]

PATCH = 10  # side of a patch, pixels
_INNER = 4  # a patch lies at least as far from the edge, since there is ink inside


def patch(count: int, generator: Generator) -> Masks:
    """A square of 10×10 pixels, somewhere in the middle 20×20."""
    last = SIDE - _INNER - PATCH
    start = torch.randint(_INNER, last + 1, (2, count, 1, 1), generator=generator)
    return _rectangle(start, start + PATCH)


def lower_half(count: int, generator: Generator) -> Masks:
    """Rows 14 to 27."""
    return _half(count, slice(SIDE // 2, SIDE))


def upper_half(count: int, generator: Generator) -> Masks:
    """Rows 0 to 13."""
    return _half(count, slice(SIDE // 2))


def strokes(count: int, generator: Generator) -> Masks:
    """Four straight strokes between random places, 2 pixels wide."""
    return _lines(count, 4, torch.full((count,), 2.0), generator)


def every_second(count: int, generator: Generator) -> Masks:
    """The black squares of a chessboard."""
    rows, columns = _places()
    return ((rows + columns) % 2 == 0).expand(count, SIDE, SIDE).clone()


def random_half(count: int, generator: Generator) -> Masks:
    """Each pixel with probability ½."""
    return _uniform((count, SIDE, SIDE), generator) < 0.5


HOLES: dict[str, Hole] = {
    "patch": patch,
    "lower-half": lower_half,
    "upper-half": upper_half,
    "strokes": strokes,
    "every-second": every_second,
    "random-half": random_half,
}


def hole(kind: str, count: int, seed: int) -> Bool[np.ndarray, "n 28 28"]:
    """Holes of a kind for `count` digits. The same seed gives the same holes.

    Raises:
        ValueError: if the kind is unknown.
    """
    if kind not in HOLES:
        raise ValueError(f"unknown hole {kind!r}; there are: {', '.join(HOLES)}")
    return HOLES[kind](count, Generator().manual_seed(seed)).numpy()


def random_holes(count: int, generator: Generator) -> Masks:
    """Holes to train on, each of another kind and size."""
    makers = (_any_rectangle, _any_side, _any_strokes, _any_blobs, _any_pixels)
    kinds = torch.randint(len(makers), (count,), generator=generator)
    found = torch.zeros(count, SIDE, SIDE, dtype=torch.bool)
    for kind, make in enumerate(makers):
        chosen = kinds == kind
        found[chosen] = make(int(chosen.sum()), generator)
    return found


def with_hole(x: Images, mask: Masks) -> Float[Tensor, "n 2 28 28"]:
    """What a network sees: the known pixels with 0 in the hole, and 1 in the hole."""
    unknown = mask.unsqueeze(1).float()
    return torch.cat([x * (1 - unknown), unknown], 1)


def random_hole(x: Images, generator: Generator) -> Float[Tensor, "n 2 28 28"]:
    """A training batch as the network sees it, each digit with another hole."""
    return with_hole(x, random_holes(len(x), generator))


def _any_rectangle(count: int, generator: Generator) -> Masks:
    """4 to 20 pixels wide and high."""
    size = torch.randint(4, 21, (2, count, 1, 1), generator=generator)
    start = (_uniform(size.shape, generator) * (SIDE + 1 - size)).long()
    return _rectangle(start, start + size)


def _any_side(count: int, generator: Generator) -> Masks:
    """All that lies on one side of a line; half of the lines are level or upright."""
    turn = _uniform((count, 1, 1), generator) * 2 * torch.pi
    upright = torch.round(turn / (torch.pi / 2)) * (torch.pi / 2)
    turn = torch.where(_uniform(turn.shape, generator) < 0.5, upright, turn)
    rows, columns = _places()
    middle = (SIDE - 1) / 2
    along = (columns - middle) * torch.cos(turn) + (rows - middle) * torch.sin(turn)
    return along > 8 * _uniform(turn.shape, generator) - 4


def _any_strokes(count: int, generator: Generator) -> Masks:
    """Six strokes of 1 to 3 pixels."""
    return _lines(count, 6, 1 + 2 * _uniform((count,), generator), generator)


def _any_blobs(count: int, generator: Generator) -> Masks:
    """Three short strokes of a round brush, 4 to 9 pixels wide."""
    found = torch.zeros(count, SIDE, SIDE, dtype=torch.bool)
    for _ in range(3):
        start = 4 + 20 * _uniform((2, count), generator)
        end = start + 8 * (2 * _uniform((2, count), generator) - 1)
        found |= _stroke(start, end, 4 + 5 * _uniform((count,), generator))
    return found


def _any_pixels(count: int, generator: Generator) -> Masks:
    """Each pixel with one probability between 0.2 and 0.9, or every second one."""
    share = 0.2 + 0.7 * _uniform((count, 1, 1), generator)
    found = _uniform((count, SIDE, SIDE), generator) < share
    rows, columns = _places()
    chess = (rows + columns + torch.randint(2, (count, 1, 1), generator=generator)) % 2 == 0
    return torch.where(_uniform((count, 1, 1), generator) < 0.15, chess, found)


def _places() -> tuple[Tensor, Tensor]:
    """The row and the column of each pixel, (28, 1) and (1, 28)."""
    places = torch.arange(SIDE)
    return places[:, None], places[None]


def _rectangle(start: Tensor, end: Tensor) -> Masks:
    """Rows start[0] to end[0] and columns start[1] to end[1], each (count, 1, 1)."""
    rows, columns = _places()
    inside = (rows >= start[0]) & (rows < end[0])
    return inside & (columns >= start[1]) & (columns < end[1])


def _half(count: int, rows: slice) -> Masks:
    found = torch.zeros(count, SIDE, SIDE, dtype=torch.bool)
    found[:, rows] = True
    return found


def _lines(count: int, strokes: int, width: Tensor, generator: Generator) -> Masks:
    """Straight strokes between random places, `width` (count,) pixels wide."""
    found = torch.zeros(count, SIDE, SIDE, dtype=torch.bool)
    for _ in range(strokes):
        start, end = SIDE * _uniform((2, 2, count), generator)
        found |= _stroke(start, end, width)
    return found


def _stroke(start: Tensor, end: Tensor, width: Tensor) -> Masks:
    """The pixels within half of `width` of the segments from `start` to `end`, each (2, count)."""
    rows, columns = _places()
    y, x = start[..., None, None]
    dy, dx = (end - start)[..., None, None]
    # the place on the segment that is nearest to the pixel, 0 at its start and 1 at its end
    nearest = ((rows - y) * dy + (columns - x) * dx) / (dy**2 + dx**2).clamp_min(1e-9)
    nearest = nearest.clamp(0, 1)
    away = (rows - y - nearest * dy) ** 2 + (columns - x - nearest * dx) ** 2
    return away <= (width[:, None, None] / 2) ** 2


def _uniform(shape: tuple[int, ...] | torch.Size, generator: Generator) -> Tensor:
    return torch.rand(shape, generator=generator)
