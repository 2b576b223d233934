"""The Inpaint part: its state, its data, and the message that it sends back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from vae_demo.digits.mnist import PIXELS, SIDE
from vae_demo.models import Codec, to_x
from vae_demo.repair import CLASSICAL, holes, inpaint
from vae_demo.repair.energy import STEPS
from vae_demo.ui.frame.catalogue import text
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.parts.digit_choice.pad import PadMessage, PadState, read_pad_message
from vae_demo.ui.parts.draw.data import example_digit
from vae_demo.ui.parts.repairs.data import card, groups, repair_texts, strangeness
from vae_demo.ui.parts.repairs.judged import judged
from vae_demo.ui.parts.repairs.network import network_file
from vae_demo.ui.parts.repairs.readable import if_readable

LINK = FIELDS["inpaint"]
PAINTED = "brush"  # the kind of a hole that the visitor paints
RUN, DENOISER = "vae-20", "dae-500"  # of the race
LIVE = {"unet": "inpaint-unet"}  # method -> network, in the browser

TEXTS = (
    *("hole", "hint", "wipe", "race", "raceAbout", "descent", "denoiser"),
    *("map", "energy", "quality", "step", "play", "pause", "slider"),
)


class InpaintMessage(PadMessage):
    """The message of the browser when the visitor releases the pen or the brush."""

    mask: str | None  # the text of a `Mask` field, the painted hole; None for another hole

    def hole(self) -> np.ndarray | None:
        """The painted hole, (28, 28) bool; None if there is none, or it can't be read."""
        found: np.ndarray | None = LINK["mask"].read([self.mask]) if self.mask else None
        return found


def read_message(sent: object) -> InpaintMessage | None:
    """The browser's message, checked; None if it is invalid."""
    message = read_pad_message(sent, InpaintMessage)
    return message if message and (message.mask is None) == (message.hole() is None) else None


@dataclass
class InpaintState(PadState):
    """The digit on the pad, and the painted hole, which is kept while another kind is chosen."""

    mask: np.ndarray = field(default_factory=lambda: np.zeros((SIDE, SIDE), bool))  # True = unknown
    _kept: tuple[object, dict[str, Any]] | None = None  # results, and what they are of

    def take(self, message: InpaintMessage | None, *, pad: bool) -> None:
        """Update the state with a message, if it is new and Python has not changed the state."""
        if self.receive(message, pad=pad) and message:
            painted = message.hole()
            self.mask = self.mask if painted is None else painted

    def hole(self, kind: str, seed: int) -> np.ndarray:
        """The hole of a kind, (28, 28) bool."""
        return self.mask if kind == PAINTED else holes.hole(kind, 1, seed)[0]

    def results(self, truth: np.ndarray, mask: np.ndarray, language: str) -> dict[str, Any]:
        """`results`, which are not computed again when only the six answers are."""
        asked = truth.tobytes(), mask.tobytes(), language
        kept = self._kept  # read and written at once: a thread of an earlier run may write it, too
        if kept is None or kept[0] != asked:
            kept = self._kept = asked, results(truth, mask, language)
        return kept[1]


def usable(mask: np.ndarray) -> bool:
    """Whether a mask hides some pixels and leaves some."""
    return 0 < mask.sum() < PIXELS


def inpaint_data(
    state: InpaintState,
    digit: np.ndarray | None,
    mask: np.ndarray,
    race: Mapping[str, Any],
    language: str,
    *,
    pad: bool,
    painting: bool,
) -> dict[str, Any]:
    """The data of `part.js`, for JSON.

    Args:
        state: The pad.
        digit: (28, 28) uint8; None to show an example.
        mask: (28, 28) bool, True = unknown.
        race: What `race_data` gives.
        language: "en" or "tr".
        pad: Whether to show the pad; otherwise the digit is a given one.
        painting: Whether the visitor paints the hole.
    """
    truth = example_digit() if digit is None else digit
    found = state.results(truth, mask, language) if usable(mask) else None
    return {
        **state.data(digit, pad=pad),
        "language": language,
        "text": texts(language),
        "painting": painting,
        "mask": LINK["mask"].write(mask),
        "networks": {method: network_file(name, 2).offer() for method, name in LIVE.items()},
        "results": found,
        "strange": found["strange"] if found else strangeness(truth, language),
        "race": race,
    }


def race_data(
    model: Codec,
    digit: np.ndarray | None,
    mask: np.ndarray,
    files: Mapping[str, Mapping[str, str] | None],
) -> dict[str, Any]:
    """What `race.js` needs: addresses of files, and the codes from which descents start.

    Args:
        model: Of `RUN`.
        digit, mask: As in `inpaint_data`.
        files: The addresses of "decoder" and "space", of `RUN`, and of "denoiser".
    """
    truth = example_digit() if digit is None else digit
    x = to_x(inpaint.emptied(truth, mask)[None])
    codes = inpaint.starts(model, x)[0]  # type: ignore[arg-type]
    return {**files, "starts": codes.tolist()}


def results(truth: np.ndarray, mask: np.ndarray, language: str) -> dict[str, Any]:
    """The cards of the digit with its hole and of all methods."""
    digit, hole = truth[None], mask[None]
    found: dict[str, np.ndarray] = {}
    for name, method in inpaint.METHODS.items():
        pixels = None if name == "together" else if_readable(partial(method, digit, hole))
        if pixels is not None:
            found[name] = pixels[0]
    if inpaint.WEIGHTS.keys() <= found.keys():  # which are computed once
        found["together"] = inpaint.mean_of(found)
    holed = inpaint.emptied(digit, hole)[0]
    measured = judged(truth, {"hole": holed} | found, mask)
    seen = measured.pop("hole")
    best = max(CLASSICAL["inpaint"], key=lambda name: measured[name].psnr)
    return {
        "hole": card("hole", text("inpaint.part.hole", language), "", seen, language),
        "groups": groups("inpaint", measured, language),
        "strange": strangeness(truth, language),
        "levels": {
            text(f"inpaint.method.{name}", language): measured[name].psnr
            for name in ("together", best)
            if name in measured and math.isfinite(measured[name].psnr)
        },
    }


def texts(language: str) -> dict[str, Any]:
    """The texts of `part.js`."""
    values = {"steps": STEPS, "step": "{step}", "psnr": "{psnr}", "run": RUN}
    return {
        **{name: text(f"inpaint.part.{name}", language, **values) for name in TEXTS},
        **repair_texts(language),
        "live": text("inpaint.method.unet", language),
    }
