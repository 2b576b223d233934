"""One digit, and beside it what each run makes of it."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from vae_demo.models import Reconstruction
from vae_demo.ui.parts.codebook.cells import Cell, across
from vae_demo.ui.parts.mount import browser_part, need

_LINEUP = browser_part("comparison")

LINEUP_TEXTS = ("again", "off", "code")
"""The texts of `lineup`: what its pictures are called, above them and for a screen reader."""


@dataclass(frozen=True, eq=False)
class Card:
    """What one run makes of the digit, and what is written around it.

    Attributes:
        run: Name of the run, as `data-run` of its pictures.
        kind: What its family is called.
        reconstruction: Its pictures and its code.
        error: A line on its error. code: A line on its code.
        best: Whether it is marked as the closest.
        words: The cells of a code of words, shown in place of bars; alt: what is said of them.
    """

    run: str
    kind: str
    reconstruction: Reconstruction
    error: str
    code: str
    best: bool = False
    words: Sequence[Cell] = ()
    alt: str = ""


def lineup(
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
        text: `LINEUP_TEXTS`.
        key: Streamlit's key. With the same key, new pictures replace the old without a flicker.
    """
    need("lineup", LINEUP_TEXTS, text)
    _LINEUP(
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
