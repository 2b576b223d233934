"""The snapshots of a training with one slider: the latent means, ten digits, the loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from vae_demo.datasets import MNIST
from vae_demo.ui.frame.language import language, t_of
from vae_demo.ui.parts.array_file import FileAddress
from vae_demo.ui.parts.base64_text import base64_text
from vae_demo.ui.parts.mount import browser_part

if TYPE_CHECKING:
    from vae_demo.datasets import DataDescription
    from vae_demo.ui.parts.epochs.data import EpochsView

_EPOCHS = browser_part("epochs")

PLAYER_TEXTS = ("play", "pause", "epoch", "slider")
TEXTS = (*PLAYER_TEXTS, "label", "choose", "digit", "now", "trained", "plane")


@dataclass(frozen=True, eq=False)
class Following:
    """The data for choosing a point and following its picture."""

    sheet: FileAddress  # of `probe_sheet`
    network: FileAddress | None  # of the trained network; None if the browser can't compute it
    view: EpochsView  # the initial view of this version
    version: int  # a new version replaces the view in the browser
    pair: np.ndarray  # (2, 28, 28) uint8: the picture and its reconstruction, shown at first


def epochs_part(
    file: FileAddress,
    *,
    key: str,
    captions: Sequence[str],
    following: Following,
    of: DataDescription = MNIST,
) -> None:
    """Show the latent means and ten reconstructed digits of a run, animated over its snapshots.

    Each snapshot is shown for the same time. The browser computes everything that moves. When the
    visitor releases a control, the page or fragment runs again, with the new view in
    `st.session_state[key]["view"]`. The animation starts by itself, unless the view is at an epoch
    or the visitor prefers reduced motion.

    Args:
        file: The address of the file of `snapshots_file`.
        key: Streamlit's key. With the same key and file, a rerun does not interrupt the animation.
        captions: A line for each snapshot.
        following: The data for choosing points.
        of: What the run was trained on.
    """
    _EPOCHS(
        key=key,
        data={
            "file": dict(file),
            "captions": list(captions),
            "following": _packed(following),
            "text": {
                name: t_of(f"epochs.part.{name}", of, at="{at}", digit="{digit}") for name in TEXTS
            },
            "language": language(),
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
        "pair": base64_text(following.pair),
    }
