"""What networks make of sevens if there was none among their training digits."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from vae_demo.digits import mnist
from vae_demo.evaluation.classifier import probabilities, shipped_classifier
from vae_demo.repair import LEARNED, upscale
from vae_demo.ui.frame.language import n, t
from vae_demo.ui.frame.section import section
from vae_demo.ui.parts.digits.part import Picture, digits
from vae_demo.ui.parts.repairs.measured import measured, show_table
from vae_demo.ui.server.shared_cache import shared

MISSING = 7
BIASED = "dense-without-sevens"  # the network whose pictures are shown
SHOWN = 7  # sevens in a row


def bias_section(side: int) -> None:
    """How sevens are read after each network, and sevens that became something else."""
    (found,) = (row for row in measured()["bias"] if row["side"] == side)
    section(
        "upscale_bias",
        t("upscale.bias.title"),
        t("upscale.bias.about", count=n(found["sevens"], 0), side=side),
    )
    _table(found)
    rows, read = _changed(side)
    st.caption(t("upscale.bias.changed", side=side))
    digits(
        [
            Picture(picture, "", alt=f"{t(f'upscale.bias.{name}')}: {at + 1}")
            if name != BIASED
            else Picture(picture, "", t("upscale.bias.read", digit=read[at]))
            for name, pictures in rows.items()
            for at, picture in enumerate(pictures)
        ],
        key="bias",
        size=84,
        columns=SHOWN,
    )


def _table(found: dict[str, Any]) -> None:
    """The share of sevens that is read as each digit, one row for each network."""
    read = sorted({digit for name in LEARNED["upscale"] for digit in found[name]}, key=int)
    rows = []
    for name in LEARNED["upscale"]:
        shares = (found[name].get(digit, 0) for digit in read)
        rows.append([t(f"upscale.method.{name}"), *(_share(share) for share in shares)])
    show_table([t("upscale.bias.network"), *read], rows)


def _share(value: float) -> str:
    return t("frame.percent", percent=n(100 * value)) if value else "–"


@shared(max_entries=len(upscale.SIDES))
def _changed(side: int) -> tuple[dict[str, np.ndarray], list[int]]:
    """The first sevens that are not read as 7 after `BIASED`: pictures, and what is read."""
    test = mnist.test_digits()
    sevens = test.images[test.of(MISSING)]
    small = upscale.shrink(sevens, side)
    found = upscale.METHODS[BIASED](small)
    read = probabilities(shipped_classifier(), found).argmax(1)
    chosen = np.flatnonzero(read != MISSING)[:SHOWN]
    again = upscale.METHODS["dense"](small[chosen])
    rows = {"truth": sevens[chosen], "dense": again, BIASED: found[chosen]}
    return rows, read[chosen].tolist()
