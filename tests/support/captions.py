"""Sentences written by hand, and what each asks for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vae_demo.captions.caption import UPRIGHT, Caption

LISTS = ("english", "turkish")  # never used to change the encoder or what trains it
DEVELOPMENT = "development"
FOLDER = Path(__file__).resolve().parents[1] / "data" / "captions"
_SIDES = {"+": 1, "-": -1, "0": UPRIGHT}


@dataclass(frozen=True)
class Sentence:
    """A sentence."""

    text: str
    kind: int | None
    asked: dict[str, int]  # attribute -> -1, 0 or 1
    unknown: tuple[str, ...]  # words that it can't be expected to understand


def read_list(name: str) -> list[Sentence]:
    """The sentences of a file in `FOLDER`."""
    found = []
    for line in (FOLDER / f"{name}.txt").read_text("utf-8").splitlines():
        kind, sides, text, *unknown = (part.strip() for part in line.split("|"))
        asked = {side[:-1]: _SIDES[side[-1]] for side in sides.split()}
        words = tuple(word for part in unknown for word in part.split())
        found.append(Sentence(text, None if kind == "-" else int(kind), asked, words))
    return found


def understood(sentence: Sentence, caption: Caption) -> bool:
    """Whether kind and sides are those that the sentence asks for."""
    asked = {name: (side > 0) - (side < 0) for name, side in caption.asked.items()}
    return (caption.kind, asked) == (sentence.kind, sentence.asked)
