"""One digit, and beside it what each run makes of it."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from vae_demo.models import Reconstruction
from vae_demo.ui.parts.codebook.cells import Cell, across
from vae_demo.ui.parts.mount import browser_part, need

_COMPARISON = browser_part("comparison")

TEXTS = ("again", "off", "code")
"""The texts of the part: names of its pictures, above them and for screen readers."""


@dataclass(frozen=True, eq=False)
class Card:
    """What one run makes of the digit, and what is written around it."""

    run: str  # its name, as `data-run` of its pictures
    kind: str  # the name of its family
    reconstruction: Reconstruction  # its pictures and its code
    error: str  # a line on its error
    code: str  # a line on its code
    best: bool = False  # whether it is marked as the closest
    words: Sequence[Cell] = ()  # of a code from a codebook, shown in place of bars
    alt: str = ""  # a description of the words


def comparison_part(
    digit: np.ndarray,
    cards: Sequence[Card],
    *,
    title: str,
    about: str,
    text: Mapping[str, str],
    key: str,
) -> None:
    """Shows a digit (28, 28) uint8 and a card for each run: reconstruction, difference, code.

    Args:
        digit: The digit itself, under its `title`, with a line `about` it.
        cards: One for each run, in order; as many in a row as there is room for.
        text: `TEXTS`.
        key: Streamlit's key. With the same key, new pictures replace the old without a flicker.
    """
    need("comparison", TEXTS, text)
    _COMPARISON(
        key=key,
        data={
            "digit": _text_of(digit),
            "title": title,
            "about": about,
            "text": dict(text),
            "cards": [
                {
                    "run": card.run,
                    "kind": card.kind,
                    "again": _text_of(card.reconstruction.pixels),
                    "off": _text_of(card.reconstruction.difference),
                    "code": [float(f"{value:.4g}") for value in card.reconstruction.code],
                    "error": card.error,
                    "about": card.code,
                    "best": card.best,
                    "words": {
                        "cells": [asdict(cell) for cell in card.words],
                        "across": across(len(card.words)),
                        "alt": card.alt,
                    }
                    if card.words
                    else None,
                }
                for card in cards
            ],
        },
        height="content",
    )


def _text_of(pixels: np.ndarray) -> str:
    return base64.b64encode(pixels.tobytes()).decode()
