"""What the part "explorer" is given: a run's landscape, and what of it is seen."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from vae_demo.digits import mnist
from vae_demo.latent.code_space import CodeSpace, rounded
from vae_demo.models import Codec, decode_many
from vae_demo.ui.charts.latent import DIGIT_COLOURS

MOST = 24  # sliders; the further latents keep their value
HOTTEST = 2.0  # the largest temperature
LARGEST = 1e4  # no number of a code is larger
FIRST = 3  # the kind of digit that a first visit begins with


@dataclass(frozen=True, eq=False)
class View:
    """What is seen of a landscape.

    z: (latent,), three decimals. digit: position in the test set of the digit beside it, one of
    the probe, or None. plane: how much of the decoded plane is seen on the map, 0 to 1.
    temperature: of random codes, 0 to 2.
    """

    z: np.ndarray
    digit: int | None = None
    plane: float = 0.0
    temperature: float = 1.0

    def same_place(self, other: View) -> bool:
        """Whether code and digit are the other's."""
        return self.digit == other.digit and np.array_equal(self.z, other.z)


def first_view(space: CodeSpace) -> View:
    """A typical 3 of the probe."""
    i = int(mnist.strip_positions()[FIRST])
    return View(rounded(space.codes[i]), int(mnist.probe_indices()[i]))


def usable_view(
    space: CodeSpace, z: Any, digit: Any = None, plane: Any = None, temperature: Any = None
) -> View | None:
    """A view of values from anywhere; what can't be read is as if it were not there.

    None where `z` is no code of this landscape.
    """
    try:
        code = rounded(np.array(z, np.float32))
    except (TypeError, ValueError, OverflowError):
        return None
    if code.shape != (space.latent,) or not (np.abs(code) <= LARGEST).all():
        return None
    in_probe = type(digit) is int and digit in mnist.probe_indices()
    return View(
        code,
        digit if in_probe else None,
        _between(plane, 0.0, 1.0, 0.0),
        _between(temperature, 0.0, HOTTEST, 1.0),
    )


def explorer_data(
    model: Codec,
    space: CodeSpace,
    view: View,
    *,
    run: str,
    network: Mapping[str, str],
    sheet: Mapping[str, str],
    text: Mapping[str, str],
    language: str = "en",
    turn: int = 0,
) -> dict[str, Any]:
    """The data of the part "explorer"; explorer.js says what each entry is.

    network, sheet: the files of `network_file` and `probe_sheet`, each {"key": ..., "url": ...},
    where the part may have to wait for them without a "url". turn: raise it to make the part
    take over `view` from the hand.
    """
    shown = space.order[:MOST]
    known = [] if view.digit is None else [view.digit]
    codes = space.codes[np.isin(mnist.probe_indices(), known)]
    return {
        "run": run,
        "network": dict(network),
        "sheet": dict(sheet),
        "latent": space.latent,
        "generative": space.generative,
        "latents": [
            {
                "dimension": int(i),
                "awake": bool(space.awake[i]),
                "says": float(space.rate[i] if space.generative else space.spread[i]),
            }
            for i in shown
        ],
        **{
            name: _base64(getattr(space, name).astype("<f4"))
            for name in ("low", "high", "centre", "scale", "points")
        },
        "origin": _base64(space.flat.centre.astype("<f4")),
        "axes": _base64(space.flat.axes.astype("<f4")),
        "explained": float(space.flat.explained.sum()),
        "middle": space.middle.tolist(),
        "reach": space.reach,
        "labels": _base64(mnist.probe().labels),
        "positions": _base64(mnist.probe_indices().astype("<u2")),
        "typical": mnist.strip_positions().tolist(),
        "colours": list(DIGIT_COLOURS),
        "view": {
            "z": _base64(view.z.astype("<f4")),
            "digit": view.digit,
            "plane": view.plane,
            "temperature": view.temperature,
        },
        "hottest": HOTTEST,
        "turn": turn,
        "decoded": _base64(decode_many(model, view.z[None])),
        "pair": _base64(np.stack([mnist.test_digits().images[known], decode_many(model, codes)])),
        "text": dict(text),
        "language": language,
    }


def _base64(array: np.ndarray) -> str:
    return base64.b64encode(array.tobytes()).decode()


def _between(value: Any, low: float, high: float, otherwise: float) -> float:
    """A number moved to the nearest end where it is outside; `otherwise` where it is none."""
    if type(value) not in (int, float) or math.isnan(value):
        return otherwise
    return round(float(min(max(value, low), high)), 3)
