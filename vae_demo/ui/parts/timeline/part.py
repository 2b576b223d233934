"""The snapshots of a training with one slider: the latent means, ten digits, the loss."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vae_demo.ui.frame.language import language, t
from vae_demo.ui.parts.array_file import FileAddress
from vae_demo.ui.parts.mount import browser_part
from vae_demo.ui.parts.timeline.data import TimelineView

_TIMELINE = browser_part("timeline")

TEXTS = ("label", "play", "pause", "epoch", "slider")
FOLLOWING_TEXTS = ("choose", "digit", "now", "trained", "plane")


@dataclass(frozen=True, eq=False)
class Following:
    """The data for choosing a point and following its digit."""

    sheet: FileAddress  # of `probe_sheet`
    network: FileAddress | None  # of the trained network; None if the browser can't compute it
    view: TimelineView  # the initial view of this version
    version: int  # a new version replaces the view in the browser
    pair: np.ndarray  # (2, 28, 28) uint8: the digit and its reconstruction, shown at first


def timeline(
    file: FileAddress,
    *,
    key: str,
    captions: Sequence[str] = (),
    following: Following | None = None,
    play: bool = True,
    height: int = 360,
) -> None:
    """Show the latent means and ten reconstructed digits of a run, animated over its snapshots.

    Each snapshot is shown for the same time. The browser computes everything that moves. If a
    digit is followed, the page or fragment runs again when the visitor releases a control, with the
    new view in `st.session_state[key]["view"]`. For visitors who prefer reduced motion, the
    animation does not start by itself.

    Args:
        file: The address of the file of `timeline_file`.
        key: Streamlit's key. With the same key and file, a rerun does not interrupt the animation.
        captions: A line for each snapshot; empty for no captions.
        following: The data for choosing points; None if points can't be chosen.
        play: Whether the animation starts by itself.
        height: The height of the scatter plot in CSS pixels.
    """
    names = (*TEXTS, *FOLLOWING_TEXTS) if following else TEXTS
    _TIMELINE(
        key=key,
        data={
            "file": dict(file),
            "captions": list(captions),
            "following": following and _packed(following),
            "text": {name: t(f"timeline.{name}", at="{at}", digit="{digit}") for name in names},
            "language": language(),
            "play": play,
            "height": height,
        },
        on_view_change=lambda: None,
        height="content",
    )


def _packed(following: Following) -> Mapping[str, Any]:
    view = following.view
    return {
        "sheet": dict(following.sheet),
        "network": following.network and dict(following.network),
        "view": {"at": view.at, "digit": view.digit, "plane": view.plane},
        "version": following.version,
        "pair": base64.b64encode(np.ascontiguousarray(following.pair).tobytes()).decode(),
    }
