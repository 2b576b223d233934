"""The cards of the Compare page: one digit reconstructed by each run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vae_demo.ui.frame.catalogue import ERROR_DECIMALS
from vae_demo.ui.frame.language import n, t, t_or_name
from vae_demo.ui.frame.runs import reconstruction, run
from vae_demo.ui.parts.codebook.part import cells, code_alt
from vae_demo.ui.parts.comparison.part import Card


def cards(names: Sequence[str], digit: np.ndarray) -> list[Card]:
    """A card for each run, with its reconstruction of a digit (28, 28) uint8."""
    by_name = {name: reconstruction(name, digit) for name in names}
    least = min(found.error for found in by_name.values())
    found = []
    for name, each in by_name.items():
        family = run(name).model["name"]
        closest = len(by_name) > 1 and each.error == least
        error = n(each.error, ERROR_DECIMALS)
        words = cells(name, each.code)
        found.append(
            Card(
                run=name,
                family=t_or_name(f"model.{family}.short", family),
                reconstruction=each,
                error=t("compare.closest", mse=error) if closest else t("picture.error", mse=error),
                best=closest,
                words=words,
                alt=code_alt(words),
            )
        )
    return found
