"""The 500 kernels of an autoencoder by epoch, and what the unit under the pointer does."""

from __future__ import annotations

import numpy as np
import streamlit as st

from vae_demo.digits import mnist
from vae_demo.evaluation import kernels
from vae_demo.evaluation.kernels import RUNS, SIDES
from vae_demo.ui.frame.language import language, n, t
from vae_demo.ui.frame.link_view import LinkView
from vae_demo.ui.frame.runs import sheet_file
from vae_demo.ui.parts.array_file import ArrayFile, FileAddress, array_file
from vae_demo.ui.parts.mount import browser_part
from vae_demo.ui.server.shared_cache import shared

_KERNELS = browser_part("kernels")
_KEY = "kernels_part"  # Streamlit's key of the part

VIEW = LinkView("kernels", _KEY, ("kind", "side", "at", "unit"))
TEXTS = (
    *("kind", "side", "map", "unit", "excites", "digit", "with", "without", "part"),
    *("changes", "untrained", "border", "play", "pause", "epoch", "slider"),
)
PLACEHOLDERS = ("unit", "epoch", "change", "spread", "kept", "other", "other_spread", "other_kept")


@st.fragment
def kernels_part() -> None:
    """Show the kernels."""
    VIEW.current()
    places = {name: f"{{{name}}}" for name in PLACEHOLDERS}
    text = {name: t(f"kernels.part.{name}", **places) for name in TEXTS}
    names = {f"{each}s": {name: t(f"kernels.{each}.{name}") for name in of}
             for each, of in (("kind", RUNS), ("side", SIDES))}  # fmt: skip
    files = {
        kind: {
            side: [dict(_address(kind, side, epoch)) for epoch in kernels.epochs(kind)]
            for side in SIDES
        }
        for kind in RUNS
    }
    _KERNELS(
        key=_KEY,
        data={
            "files": files,
            "sheet": sheet_file(mnist.shown_probe()),
            "epochs": kernels.epochs(next(iter(RUNS))),
            "measured": {kind: {side: _numbers(kind, side) for side in SIDES} for kind in RUNS},
            "view": VIEW.data(),
            "text": text | names,
            "language": language(),
        },
        on_view_change=lambda: None,
        height="content",
    )


def _numbers(kind: str, side: str) -> list[list[str]]:
    """The numbers of each epoch, as written."""
    return [[n(each.spread, 2), n(each.kept, 2)] for each in kernels.measured(kind, side)]


def _address(kind: str, side: str, epoch: int) -> FileAddress:
    return kernel_file(kind, side, epoch).offer()


@shared(max_entries=32)
def kernel_file(kind: str, side: str, epoch: int) -> ArrayFile:
    """The kernels of an epoch, for the browser."""
    found = kernels.kernels_at(kind, side, epoch)
    arrays = {"levels": found.levels, "scale": found.scale.astype(np.float32), "bias": found.bias}
    return array_file(arrays, {})
