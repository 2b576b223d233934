"""One digit and its reconstructions by several runs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from vae_demo.models import Reconstruction
from vae_demo.ui.parts.base64_text import base64_text
from vae_demo.ui.parts.codebook.cells import Cell, across
from vae_demo.ui.parts.mount import browser_part, need

_COMPARISON = browser_part("comparison")

TEXTS = ("reconstruction", "off", "code")
"""The keys of the part's texts: titles of its pictures."""


@dataclass(frozen=True, eq=False)
class Card:
    """The reconstruction by one run, with its texts."""

    run: str  # name of the run, and `data-run` of its pictures
    family: str  # its name
    reconstruction: Reconstruction  # the pictures and the code
    error: str  # a line about the error
    best: bool = False  # whether it is marked as the closest
    words: Sequence[Cell] = ()  # the indices of a discrete code, shown instead of bars
    alt: str = ""  # a description of the indices


def comparison_part(
    digit: np.ndarray,
    cards: Sequence[Card],
    *,
    title: str,
    about: str,
    text: Mapping[str, str],
    key: str,
) -> None:
    """Show a digit (28, 28) uint8 and a card for each run: reconstruction, difference, code.

    Args:
        digit: The digit.
        cards: One for each run, in order.
        title: The title above the digit.
        about: The line below the digit.
        text: The texts of `TEXTS`.
        key: Streamlit's key. With the same key, new pictures replace the old without flicker.
    """
    need("comparison", TEXTS, text)
    _COMPARISON(
        key=key,
        data={
            "digit": base64_text(digit),
            "title": title,
            "about": about,
            "text": dict(text),
            "cards": [
                {
                    "run": card.run,
                    "family": card.family,
                    "reconstruction": base64_text(card.reconstruction.pixels),
                    "off": base64_text(card.reconstruction.difference),
                    "code": [float(f"{value:.4g}") for value in card.reconstruction.code],
                    "error": card.error,
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
