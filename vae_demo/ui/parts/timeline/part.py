"""The snapshots of a training under one slider: the latent means, ten digits, the loss."""

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
    """What it takes to choose a point and to follow its digit."""

    sheet: FileAddress  # of `probe_sheet`
    network: FileAddress | None  # of the trained network; None where the browser can't run it
    view: TimelineView  # what the visitor sees at first, and at each new version
    version: int  # raise it to make the browser take over another view
    pair: np.ndarray  # (2, 28, 28) uint8: the view's digit and its reconstruction, for the start


def timeline(
    file: FileAddress,
    *,
    key: str,
    captions: Sequence[str] = (),
    following: Following | None = None,
    play: bool = True,
    height: int = 360,
) -> None:
    """Shows a run's latent means moving from snapshot to snapshot, and ten digits that sharpen.

    Snapshots are evenly spaced in time, so that the first epoch takes as long as the next five.
    Everything that moves is computed in the browser. Where a digit is followed, the page or
    fragment runs again when the visitor releases a control, with the new view in
    `st.session_state[key]["view"]`. For visitors who prefer reduced motion it does not play by
    itself.

    Args:
        file: Where the file of `timeline_file` is.
        key: Streamlit's key. With the same key and the same file, a rerun interrupts nothing.
        captions: A line for each snapshot, or none.
        following: For points to choose.
        height: Of the scatter, in CSS pixels.
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
