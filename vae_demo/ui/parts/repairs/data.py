"""The data of the cards of repaired digits, which several parts show; see `engine/repairs.js`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from vae_demo.repair import CLASSICAL, LEARNED
from vae_demo.repair.anomaly import combined, share_above, threshold
from vae_demo.ui.frame.catalogue import format_number, text
from vae_demo.ui.parts.base64_text import base64_text
from vae_demo.ui.parts.draw.data import PAD_TEXTS
from vae_demo.ui.parts.repairs.judged import Judged, lines
from vae_demo.ui.parts.repairs.readable import if_readable

TEXTS = ("truth", "example", "difference")
FALSE_ALARMS = 0.01  # share of true digits that are said to be hardly a digit


def repair_texts(language: str) -> dict[str, Any]:
    """The texts that all parts of repaired digits share."""
    return {
        **{name: text(f"repairs.part.{name}", language) for name in TEXTS},
        "psnr": text("repairs.psnr", language, psnr="{psnr}"),
        "pad": {name: text(f"draw.pad.{name}", language) for name in PAD_TEXTS},
    }


def card(name: str, title: str, about: str, found: Judged, language: str) -> dict[str, Any]:
    """The data of one picture with its title and its numbers."""
    return {
        "name": name,
        "title": title,
        "about": about,
        "pixels": base64_text(found.pixels),
        "lines": lines(found, language),
        "right": found.right,
    }


def strangeness(truth: np.ndarray, language: str) -> str | None:
    """What is said of a picture (28, 28) uint8 that is hardly a digit; None of a digit."""
    score = if_readable(partial(combined, truth[None]))
    if score is None or score[0] <= threshold("combined", FALSE_ALARMS):
        return None
    share = format_number(100 - 100 * float(share_above("combined", score)[0]), 2, language)
    percent = text("frame.percent", language, percent=share)
    return text("repairs.strange", language, percent=percent)


def groups(task: str, found: Mapping[str, Judged], language: str) -> list[dict[str, Any]]:
    """The cards of all methods of a task: those that learned, and the classical ones."""
    best = max(found, key=lambda name: found[name].psnr)
    return [_group(task, kind, names, found, best, language) for kind, names in _kinds(task)]


def _kinds(task: str) -> Sequence[tuple[str, tuple[str, ...]]]:
    return (("learned", LEARNED[task]), ("classical", CLASSICAL[task]))


def _group(
    task: str,
    kind: str,
    names: tuple[str, ...],
    found: Mapping[str, Judged],
    best: str,
    language: str,
) -> dict[str, Any]:
    def one(name: str) -> dict[str, Any]:
        title = text(f"{task}.method.{name}", language)
        about = text(f"{task}.method.{name}.about", language)
        return card(name, title, about, found[name], language) | {"best": name == best}

    cards = [one(name) for name in names if name in found]
    return {"title": text(f"repairs.{kind}", language), "cards": cards}
