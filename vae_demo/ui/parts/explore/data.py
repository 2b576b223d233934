"""The data of the part "explore": the code space of a run as a file, and the initial view."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
import numpy as np

from vae_demo.datasets import DataDescription
from vae_demo.digits.probe import Probe
from vae_demo.evaluation import small_classifier
from vae_demo.latent.code_space import CodeSpace, rounded
from vae_demo.latent.density import nearest_distances
from vae_demo.models import Codec, decode_many
from vae_demo.ui.charts.colours import colours_of
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.frame.packing import LONGEST_TEXT
from vae_demo.ui.parts.array_file import ArrayFile, array_file, hashed
from vae_demo.ui.parts.base64_text import base64_text

MAX_SLIDERS = 24  # the other latents keep their values
MAX_TEMPERATURE = FIELDS["explore"]["temperature"].high
CODE = FIELDS["explore"]["z"]  # how a code is written in links and messages
MAX_ABSOLUTE = CODE.largest  # bound of the numbers of a code
FIRST_KIND = 3  # of the initial picture


@dataclass(frozen=True, eq=False)
class ExploreView:
    """The current view of a code space."""

    z: np.ndarray  # (latent,) float32, three decimals
    digit: int | None = None  # number of a picture of the probe to compare with
    plane: float = 0.0  # opacity of the decoded plane on the map, 0 to 1
    temperature: float = 1.0  # of random codes, 0 to 2
    reading: bool = False  # whether the map shows what a classifier reads
    spacing: str = "linear"  # of the map: "linear" or "probability"

    def same_place(self, other: ExploreView) -> bool:
        """Whether the other view has the same code and digit."""
        return self.digit == other.digit and np.array_equal(self.z, other.z)


class ExploreMessage(msgspec.Struct):
    """The message of the browser when the visitor releases a control."""

    network: str  # key of the network's file
    version: int  # number of the view that the browser received last
    z: Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT)]  # a code as links hold it
    plane: float  # as in `ExploreView`
    temperature: float  # as in `ExploreView`
    reading: bool  # as in `ExploreView`
    spacing: Literal["linear", "probability"]  # as in `ExploreView`
    digit: int | None = None  # as in `ExploreView`


def read_message(sent: Any) -> ExploreMessage | None:
    """The browser's message, checked; None if it is invalid."""
    try:
        return msgspec.convert(sent, ExploreMessage)
    except msgspec.ValidationError:
        return None


def first_view(space: CodeSpace, probe: Probe) -> ExploreView:
    """The initial view: a typical 3 of the probe."""
    i = probe.start(FIRST_KIND)
    return ExploreView(rounded(space.codes[i]), int(probe.positions[i]))


def usable_view(
    space: CodeSpace,
    probe: Probe,
    z: np.ndarray | None,
    digit: int | None = None,
    plane: float | None = None,
    temperature: float | None = None,
    reading: bool = False,
    spacing: str = "linear",
) -> ExploreView | None:
    """A view of this code space, with numbers clamped to their ranges.

    Returns:
        The view; None if `z` is not a code of this space.
    """
    if z is None or z.shape != (space.latent,):
        return None
    code = rounded(z)
    return ExploreView(
        code,
        digit if probe.index(digit) is not None else None,
        _within(plane, 1.0, otherwise=0.0),
        _within(temperature, MAX_TEMPERATURE, otherwise=1.0),
        reading,
        spacing,
    )


def space_file(space: CodeSpace, probe: Probe, data: DataDescription) -> ArrayFile:
    """A code space as a file for the browser; `explore/space.js` reads it.

    - low, high: (latent,) float32, the ends of the sliders.
    - centre, scale: (latent,) float32, mean and standard deviation of random codes.
    - origin (latent,) and axes (2, latent), float32: the map shows (z - origin) @ axes.T.
    - points: (n, 2) float32, the probe on the map.
    - labels: (n,) uint8, their kinds.
    - positions: (n,) uint16, their numbers.
    - active: (k,) uint16, the active latents, in which neighbours are found.
    - gaps: (101,) float32, the percentiles of the distance of each to the nearest other one, of
      codes without the latents that are not active.
    """
    arrays = {
        name: getattr(space, name).astype(np.float32)
        for name in ("low", "high", "centre", "scale", "points")
    }
    arrays["origin"] = space.flat.centre.astype(np.float32)
    arrays["axes"] = space.flat.axes.astype(np.float32)
    arrays["labels"] = probe.labels
    arrays["positions"] = probe.positions.astype(np.uint16)
    several = len(space.codes) > 1  # a single picture has no neighbours
    arrays["active"] = np.flatnonzero(space.active & several).astype(np.uint16)
    distances = nearest_distances(space.codes[:, space.active]) if several else np.zeros(1)
    arrays["gaps"] = np.percentile(distances, range(101)).astype(np.float32)
    return array_file(
        arrays,
        {
            "latent": space.latent,
            "generative": space.generative,
            "sliders": [
                {
                    "dimension": int(i),
                    "active": bool(space.active[i]),
                    "amount": float(space.rate[i] if space.generative else space.spread[i]),
                }
                for i in space.order[:MAX_SLIDERS]
            ],
            "asleep": int((~space.active).sum()),
            "explained": float(space.flat.explained.sum()),
            "middle": space.middle.tolist(),
            "reach": space.reach,
            "typical": [probe.typical_of(kind) for kind in range(max(len(data.kinds), 1))],
            "kinds": list(data.kinds),
            "ofMnist": data.is_mnist,
            "colours": colours_of(data.kinds),
            "maxTemperature": MAX_TEMPERATURE,
        },
    )


@functools.cache
def classifier_file() -> ArrayFile:
    """The small classifier as a file for the browser."""
    return hashed(small_classifier.FILE.read_bytes())


def view_data(
    model: Codec, space: CodeSpace, probe: Probe, view: ExploreView, *, pictures: bool = True
) -> dict[str, Any]:
    """A view for the browser.

    Args:
        pictures: Whether to send pictures to show until the browser has loaded the network.
    """
    sent = {
        "z": CODE.write(view.z),
        "digit": view.digit,
        "plane": view.plane,
        "temperature": view.temperature,
        "reading": view.reading,
        "spacing": view.spacing,
        "decoded": "",
        "pair": "",
    }
    if pictures:
        known = probe.positions == view.digit
        codes, images = space.codes[known], probe.images[known]
        sent["decoded"] = base64_text(decode_many(model, view.z[None]))
        sent["pair"] = base64_text(np.concatenate([images, decode_many(model, codes)]))
    return sent


def _within(value: float | None, high: float, *, otherwise: float) -> float:
    """A number clamped to [0, high]; `otherwise` if it is None or not finite."""
    if value is None or value != value:
        return otherwise
    return round(min(max(float(value), 0.0), high), 3)
