"""The Upscale page's part: a digit, what is left of it when it is small, and sharpened again."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from vae_demo.repair import upscale
from vae_demo.ui.frame.language import t
from vae_demo.ui.parts.mount import browser_part
from vae_demo.ui.parts.repairs.data import card, groups
from vae_demo.ui.parts.repairs.judged import judged

_UPSCALE = browser_part("upscale")

TEXTS = ("truth", "difference")


def upscale_part(truth: np.ndarray, side: int) -> None:
    """Show a digit (28, 28) uint8, its area average of `side` pixels, and all methods."""
    _UPSCALE(
        key="upscale_part",
        data={
            "text": {name: t(f"upscale.part.{name}") for name in TEXTS},
            "truth": base64.b64encode(np.ascontiguousarray(truth).tobytes()).decode(),
            "results": results(truth, side),
        },
        height="content",
    )


def results(truth: np.ndarray, side: int) -> dict[str, Any]:
    """The cards of the small digit and of all methods."""
    small = upscale.shrink(truth[None], side)
    found = {name: method(small)[0] for name, method in upscale.METHODS.items()}
    measured = judged(truth, {"small": upscale.repeat(small)[0]} | found)
    seen = measured.pop("small")
    return {
        "small": card("small", t("upscale.part.small", side=side), "", seen),
        "groups": groups("upscale", measured),
    }
