"""Where codes are drawn from: a model's prior, or a distribution fitted to the codes of digits.

Names only, without torch; `places.py` makes a distribution of one of these names for a model.
"""

from __future__ import annotations

from typing import Literal

Place = Literal["prior", "gaussian", "mixture", "flow", "words"]
"""Where codes are drawn from."""

PLACES: tuple[Place, ...] = ("prior", "gaussian", "mixture", "flow", "words")

NETWORKS: tuple[Place, ...] = ("flow", "words")
"""Those that are networks."""

FITTED: tuple[Place, ...] = ("mixture", *NETWORKS)
"""Those that can have a file, which `python -m vae_demo fit` writes."""
