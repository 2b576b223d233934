"""The data of the cards of repaired digits, which several parts show; see `engine/repairs.js`."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vae_demo.repair import CLASSICAL, LEARNED
from vae_demo.ui.frame.language import t
from vae_demo.ui.parts.repairs.judged import Judged, lines


def card(name: str, title: str, about: str, found: Judged) -> dict[str, Any]:
    """The data of one picture with its title and its numbers."""
    return {
        "name": name,
        "title": title,
        "about": about,
        "pixels": base64.b64encode(np.ascontiguousarray(found.pixels).tobytes()).decode(),
        "lines": lines(found),
        "right": found.right,
    }


def groups(task: str, found: Mapping[str, Judged]) -> list[dict[str, Any]]:
    """The cards of all methods of a task: those that learned, and the classical ones."""
    best = max(found, key=lambda name: found[name].psnr)
    return [_group(task, kind, names, found, best) for kind, names in _kinds(task)]


def _kinds(task: str) -> Sequence[tuple[str, tuple[str, ...]]]:
    return (("learned", LEARNED[task]), ("classical", CLASSICAL[task]))


def _group(
    task: str, kind: str, names: tuple[str, ...], found: Mapping[str, Judged], best: str
) -> dict[str, Any]:
    cards = [
        card(name, t(f"{task}.method.{name}"), t(f"{task}.method.{name}.about"), found[name])
        | {"best": name == best}
        for name in names
        if name in found
    ]
    return {"title": t(f"repairs.{kind}"), "cards": cards}
