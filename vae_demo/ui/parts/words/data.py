"""What the part of the page Words shows: how a text was read, and the digits drawn for it."""

from __future__ import annotations

from typing import Any

import numpy as np

from vae_demo.captions import LONGEST, Caption
from vae_demo.captions.caption import (
    ATTRIBUTES,
    BOTH_TAGS,
    KINDS,
    NUMBER,
    REFUSED,
    SIDE_TAGS,
    SIDES,
    UNKNOWN,
)
from vae_demo.captions.writing import Writing
from vae_demo.digits.attributes import UNITS
from vae_demo.ui.frame.language import n, t
from vae_demo.ui.parts.base64_text import base64_text

STRANGE = (UNKNOWN, NUMBER)  # what words are that nothing is drawn for
TEXTS = ("label", "hint", "write", "seed", "read")
TAG_NAMES = {
    **{tag: SIDES[name][side] for tag, of in SIDE_TAGS.items() for name, side in of.items()},
    **{tag: tag for tag in BOTH_TAGS},
    **{tag: tag for tag in STRANGE},
}
"""What a word is to the encoder -> the end of the key of its text."""


def words_data(text: str, seed: int, caption: Caption, found: Writing) -> dict[str, Any]:
    """The data of the part, see `part.js`."""
    count = len(found.images)
    return {
        "said": text,
        "seed": seed,
        "longest": LONGEST,
        "words": [
            {"written": written, "is": word_name(tag, very), "known": tag not in STRANGE}
            for written, tag, very in caption.words
        ],
        "notes": notes(caption),
        "pixels": base64_text(found.images.tobytes()),
        "pictures": [picture(caption, found, at) for at in range(count)],
        "summary": summary(caption, found),
        "text": {name: t(f"words.{name}") for name in TEXTS},
    }


def word_name(tag: str, very: bool) -> str:
    """What a word is, in the visitor's language; "" for one that asks for nothing."""
    if tag in KINDS:
        return tag
    if tag.startswith(REFUSED):
        return t("words.not", digit=tag.removeprefix(REFUSED))
    if tag not in TAG_NAMES:
        return ""
    name = t(f"words.is.{TAG_NAMES[tag]}")
    return t("words.very", side=name) if very and tag in SIDE_TAGS else name


def side(name: str, value: int) -> str:
    """The name of a side of an attribute, as in `Caption.asked`."""
    sign = int(np.sign(value))
    said = t(f"words.is.{SIDES[name][sign]}")
    return t("words.very", side=said) if abs(value) > 1 else said


def picture(caption: Caption, found: Writing, at: int) -> dict[str, Any]:
    """What the classifier and the rulers say of a picture."""
    kind, read = int(found.kinds[at]), int(found.read[at])
    checks = [
        {
            "label": t("words.kind", digit=kind),
            "value": "" if read == kind else t("words.looks", digit=read),
            "fine": read == kind,
        }
    ]
    for name, asked in caption.asked.items():
        measured = float(found.attributes[name][at])
        checks.append(
            {
                "label": side(name, asked),
                "value": t(f"words.unit.{UNITS[name]}", value=n(measured, 1)),
                "fine": bool(found.obeyed[name][at]),
            }
        )
    return {"alt": t("words.drawn", digit=kind), "checks": checks}


def summary(caption: Caption, found: Writing) -> str:
    """How many of the pictures obey, and how many were drawn."""
    count = len(found.images)
    obeyed = found.right.copy()
    for of in found.obeyed.values():
        obeyed &= of
    return t("words.summary", obeyed=n(int(obeyed.sum()), 0), of=count, drawn=n(found.drawn, 0))


def notes(caption: Caption) -> list[str]:
    """What the visitor should know: what was not understood, or can't be drawn."""
    said = []
    if len(caption.kinds) > 1:
        kinds = ", ".join(map(str, caption.kinds))
        said.append(t("words.note.kinds", kinds=kinds, kind=caption.kind))
    if caption.refused:
        kinds = ", ".join(map(str, caption.refused))
        said.append(t("words.note.refused", kinds=kinds))
    said += [t("words.note.number", number=number) for number in caption.numbers]
    for name in caption.contradictions:
        sides = ", ".join(t(f"words.is.{side}") for side in SIDES[name].values())
        said.append(t("words.note.opposites", sides=sides))
    if caption.unknown:
        words = ", ".join(f"“{word}”" for word in caption.unknown)
        known = [t(f"words.is.{side}") for name in ATTRIBUTES for side in SIDES[name].values()]
        said.append(t("words.note.unknown", words=words, known=", ".join(known)))
    if not caption.asks:
        said.append(t("words.note.nothing"))
    return said
