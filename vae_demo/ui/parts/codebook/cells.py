"""Discrete codes: their cost in bits, and a picture of one. numpy in, plain data out.

For models with a `Codec.codebook_size`, whose codes hold indices of code vectors.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from plotly.colors import sample_colorscale, unlabel_rgb

SCALE = "Cividis"  # safe for colour-blind people (Nuñez, Anderton & Renslow 2018)
_CELL = "display:flex;align-items:center;justify-content:center;height:30px;border-radius:3px"


def bits(places: int, dictionary: int) -> float:
    """The bits of a code if all code vectors are equally likely: places · log₂(dictionary)."""
    return places * math.log2(dictionary)


def bits_in_use(codes: np.ndarray) -> float:
    """The bits of a code under the empirical distribution of each position; codes (n, places).

    This is the sum of the entropies of the positions, the least length of a code that encodes each
    position separately. The estimate from counts is too low by about (k - 1) / (2 n ln 2) bits per
    position, for k code vectors.
    """
    total = 0.0
    for place in codes.T:
        share = np.unique(place, return_counts=True)[1] / len(place)
        total -= float((share * np.log2(share)).sum())
    return total


@dataclass(frozen=True)
class Cell:
    """One position of a discrete code."""

    word: int  # the index of the code vector
    colour: str  # the background, "#rrggbb"
    ink: str  # the colour of the text, black or white


def picture(code: np.ndarray, words: np.ndarray) -> list[Cell]:
    """The cells of a code (places,), for a codebook `words` (count, width).

    Colours follow the first principal component of the code vectors, so that similar code vectors
    have similar colours.
    """
    centred = words - words.mean(0)
    along = centred @ np.linalg.svd(centred, full_matrices=False)[2][0]
    along *= np.sign(along[np.abs(along).argmax()]) or 1.0  # fixes the sign
    ranks = np.argsort(np.argsort(along, kind="stable"))
    shades = sample_colorscale(SCALE, (ranks / max(len(words) - 1, 1)).tolist())
    colours = [_hex(shade) for shade in shades]
    return [Cell(int(w), colours[int(w)], ink_on(colours[int(w)])) for w in code]


def across(places: int) -> int:
    """The number of cells per row, for a picture that is nearly square."""
    return math.ceil(math.sqrt(places))


def ink_on(colour: str) -> str:
    """Black or white, whichever has the higher contrast with "#rrggbb"."""
    return "#000000" if contrast(colour, "#000000") >= contrast(colour, "#ffffff") else "#ffffff"


def contrast(one: str, other: str) -> float:
    """The contrast of two colours "#rrggbb", 1 to 21 (WCAG 2)."""
    darker, lighter = sorted(map(_luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def as_html(cells: Sequence[Cell], about: str) -> str:
    """The picture as HTML; `about` is the description for screen readers."""
    drawn = "".join(
        f'<div style="{_CELL};background:{cell.colour};color:{cell.ink}">{cell.word}</div>'
        for cell in cells
    )
    return (
        f'<div role="img" aria-label="{escape(about)}" style="display:grid;gap:3px;max-width:224px;'
        f'grid-template-columns:repeat({across(len(cells))},1fr)">{drawn}</div>'
    )


def _hex(shade: str) -> str:
    return "#" + "".join(f"{round(value):02x}" for value in unlabel_rgb(shade))


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
