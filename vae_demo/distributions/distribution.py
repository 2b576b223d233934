"""The protocol of all distributions of codes."""

from __future__ import annotations

from typing import Protocol

import torch
from jaxtyping import Int
from torch import Tensor

from vae_demo.models.losses import Codes

KINDS = 10  # the digits 0..9
Kinds = Int[Tensor, "count"]  # the digit of each code, 0..9


class CodeDistribution(Protocol):
    """Draws codes."""

    @property
    def has_kinds(self) -> bool:
        """Whether codes of a given digit can be drawn."""
        ...

    @property
    def has_temperature(self) -> bool:
        """Whether the temperature changes anything."""
        ...

    def draw(
        self,
        count: int,
        generator: torch.Generator,
        temperature: float = 1.0,
        kinds: Kinds | None = None,
    ) -> Codes:
        """Draw codes, (count, latent).

        Args:
            temperature: 1 for the distribution itself; codes drawn with less are more typical.
            kinds: (count,) the digit 0..9 of each code; None for digits of all kinds.

        Raises:
            ValueError: if kinds are given but the distribution has none.
        """
        ...


def even_kinds(count: int, generator: torch.Generator) -> Kinds:
    """Each digit equally often, in a random order."""
    return (torch.arange(count) % KINDS)[torch.randperm(count, generator=generator)]


def check_kinds(distribution: CodeDistribution, kinds: Kinds | None) -> None:
    """Check that a distribution can draw digits of these kinds.

    Raises:
        ValueError: if it can't.
    """
    if kinds is None:
        return
    if not distribution.has_kinds:
        raise ValueError(f"{type(distribution).__name__} draws digits of all kinds, not of one")
    if len(kinds) and not (kinds.min() >= 0 and kinds.max() < KINDS):
        raise ValueError(f"kinds are {int(kinds.min())}..{int(kinds.max())}; they must be 0..9")
