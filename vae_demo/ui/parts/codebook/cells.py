"""Codes that are words: what they cost, and a picture of one. numpy in, plain data out.

For models with a `Codec.codebook_size`, whose codes hold the numbers of words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from plotly.colors import sample_colorscale, unlabel_rgb

SCALE = "Cividis"  # even steps for every kind of eye (Nuñez, Anderton & Renslow 2018)
_CELL = "display:flex;align-items:center;justify-content:center;height:30px;border-radius:3px"


def bits(places: int, dictionary: int) -> float:
    """What a code costs where every word is as likely as any: places · log₂ words."""
    return places * math.log2(dictionary)


def bits_in_use(codes: np.ndarray) -> float:
    """What a code costs where each place knows how often which word is there; codes (n, places).

    The sum of the places' entropies, in bits: the least that a code of each place by itself can
    do. Estimated from counts, it is too low by about (words - 1) / (2 n ln 2) bits a place.
    """
    total = 0.0
    for place in codes.T:
        share = np.unique(place, return_counts=True)[1] / len(place)
        total -= float((share * np.log2(share)).sum())
    return total


@dataclass(frozen=True)
class Cell:
    """A place of a code: the number of its word, on a colour, in an ink that is read on it."""

    word: int
    colour: str
    ink: str


def picture(code: np.ndarray, words: np.ndarray) -> list[Cell]:
    """The cells of a code (places,), of a dictionary of words (count, width).

    Words get their colours in the order of their first principal component: along the direction
    in which they differ most, like words have like colours.
    """
    centred = words - words.mean(0)
    along = centred @ np.linalg.svd(centred, full_matrices=False)[2][0]
    along *= np.sign(along[np.abs(along).argmax()]) or 1.0  # the same for every machine
    ranks = np.argsort(np.argsort(along, kind="stable"))
    shades = sample_colorscale(SCALE, (ranks / max(len(words) - 1, 1)).tolist())
    colours = [_hex(shade) for shade in shades]
    return [Cell(int(w), colours[int(w)], ink_on(colours[int(w)])) for w in code]


def across(places: int) -> int:
    """How many cells are side by side: the places as a square, or nearly."""
    return math.ceil(math.sqrt(places))


def ink_on(colour: str) -> str:
    """Black or white, whichever stands out more from "#rrggbb"."""
    return "#000000" if contrast(colour, "#000000") >= contrast(colour, "#ffffff") else "#ffffff"


def contrast(one: str, other: str) -> float:
    """The contrast of two colours "#rrggbb", 1 to 21 (WCAG 2)."""
    darker, lighter = sorted(map(_luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def as_html(cells: Sequence[Cell], about: str) -> str:
    """The picture as HTML; `about` is what a screen reader says."""
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
