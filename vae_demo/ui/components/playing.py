"""Pictures that play by themselves until a hand takes their slider."""

import base64
from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from vae_demo.figures import DIGIT_COLOURS, latent_range
from vae_demo.ui.components.bundle import CSS, bundle, need

_TIMELINE = st.components.v2.component("vae_demo_timeline", css=CSS, js=bundle("timeline.js"))
_FILM = st.components.v2.component("vae_demo_film", css=CSS, js=bundle("film.js"))

TIMELINE_TEXTS = ("label", "play", "pause", "epoch", "slider")
"""The texts that `timeline` needs; "epoch" holds "{at}", which the browser fills in."""


def timeline(
    points: NDArray[np.float32],
    labels: NDArray[np.integer],
    strip: NDArray[np.uint8],
    at: Sequence[float] | NDArray[np.float32],
    *,
    key: str,
    text: Mapping[str, str],
    play: bool = True,
    height: int = 360,
) -> None:
    """Shows a run's latent means moving through its moments, and its ten digits sharpening.

    Moments are evenly spaced in time, so that the first epoch is told slowly. All of it happens in
    the browser: no hand on it makes the page run again. Nobody who asked the system for less
    motion sees it play by itself; they see the last moment, as everybody does at first.

    Args:
        points: (t, n, 2), the same n digits in the same order at each moment.
        labels: (n,), their digits, 0 to 9.
        strip: (t, 10, 28, 28) uint8, one digit of each kind as the run made it at each moment.
        at: (t,) epochs done at each moment.
        key: Streamlit's key. With the same key and the same run, a rerun interrupts nothing.
        text: The translated texts, see `TIMELINE_TEXTS`.
        play: Whether it plays by itself, again and again.
        height: Height of the cloud in CSS pixels; its width is that of the column.
    """
    need("timeline", TIMELINE_TEXTS, text)
    moments, count = len(at), len(labels)
    fits = points.shape == (moments, count, 2) and strip.shape == (moments, 10, 28, 28)
    if not (moments and fits and strip.dtype == np.uint8):
        raise ValueError(
            f"a timeline is points (t, n, 2), labels (n,), strip uint8 (t, 10, 28, 28), at (t,); "
            f"these are {points.shape}, {labels.shape}, {strip.dtype} {strip.shape}, ({moments},)"
        )
    span = max(float(np.abs(points).max(initial=0)), 1e-3)
    # All points of all moments fit, unless a few strays would make the others tiny.
    far = np.abs(points).max((0, 1), initial=1e-3)
    near = [1.25 * latent_range(points[..., axis])[1] for axis in (0, 1)]
    steps = np.rint((points / span + 1) * 32767.5).astype("<u2")
    _TIMELINE(
        key=key,
        data={
            "points": base64.b64encode(steps.tobytes()).decode(),
            "span": span,
            "reach": np.minimum(far, near).tolist(),
            "labels": base64.b64encode(labels.astype(np.uint8).tobytes()).decode(),
            "strip": base64.b64encode(strip.tobytes()).decode(),
            "at": [float(epochs) for epochs in at],
            "colours": list(DIGIT_COLOURS),
            "text": dict(text),
            "play": play,
            "height": height,
        },
        height="content",
    )


FILM_TEXTS = ("label", "play", "pause", "slider", "step")
"""The texts that `film` needs; "step" holds "{percent}", which the browser fills in."""


def film(
    films: NDArray[np.uint8],
    names: Sequence[str],
    *,
    key: str,
    text: Mapping[str, str],
    play: bool = True,
) -> None:
    """Shows paths from one digit to another side by side, all moved by one slider.

    They play there and back until a hand takes the slider. All of it happens in the browser: no
    hand on it makes the page run again. Nobody who asked the system for less motion sees it play by
    itself; they see the middle of the paths, as everybody does where `play` is False.

    Args:
        films: (paths, frames, 28, 28) uint8. The nearest frame is shown, none is made up between:
            some 25 make a smooth way.
        names: What each path is called, written above it.
        key: Streamlit's key. With the same key and the same films, a rerun interrupts nothing;
            other films take over where the last ones were.
        text: The translated texts, see `FILM_TEXTS`.
        play: Whether it plays by itself, again and again.
    """
    need("film", FILM_TEXTS, text)
    paths = len(names)
    fits = films.ndim == 4 and films.shape == (paths, films.shape[1], 28, 28) and films.size
    if not (fits and films.dtype == np.uint8):
        raise ValueError(
            f"films are uint8 (paths, frames, 28, 28), one name a path; "
            f"these are {films.dtype} {films.shape}, {paths} names"
        )
    _FILM(
        key=key,
        data={
            "pixels": base64.b64encode(films.tobytes()).decode(),
            "frames": films.shape[1],
            "names": list(names),
            "text": dict(text),
            "play": play,
        },
        height="content",
    )
