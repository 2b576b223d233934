"""How much the trainings of a family depend on the learning rate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from vae_demo.sweeps.table import Table

MARGIN = 0.02  # smaller differences of two losses, in units of their lowest, are ignored


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """The trainings of one family."""

    rates: Float[np.ndarray, " rates"]  # learning rates
    losses: Float[np.ndarray, "rates seeds"]  # nats per image; NaN if it diverged
    diverged: Bool[np.ndarray, "rates seeds"]  # whether it did
    trainings: int

    @property
    def means(self) -> Float[np.ndarray, " rates"]:
        """The mean over the seeds; infinite if one diverged or none was trained."""
        known = np.ma.masked_invalid(self.losses).mean(1).filled(np.inf)
        return np.where(self.diverged.any(1), np.inf, known)

    @property
    def best(self) -> float:
        """The lowest mean loss."""
        return float(self.means.min())

    @property
    def best_rate(self) -> float:
        """The learning rate at which it is reached."""
        return float(self.rates[self.means.argmin()])

    @property
    def times(self) -> Float[np.ndarray, " rates"]:
        """The mean losses in units of the lowest."""
        return self.means / self.best

    @property
    def spread(self) -> tuple[float, float]:
        """The largest range over the seeds at one rate, as a share of their mean, and that rate."""
        known = np.ma.masked_invalid(self.losses)
        shares = ((known.max(1) - known.min(1)) / known.mean(1)).filled(0)
        return float(shares.max()), float(self.rates[shares.argmax()])


def sensitivity_of(table: Table, model: str) -> Sensitivity:
    """The trainings of a model in a table of learning rates."""
    rates, numbers = table.along("lr", model, "diverged")
    trainings = sum(row["model"] == model for row in table.rows)
    return Sensitivity(rates, numbers["neg_elbo"], ~np.isnan(numbers["diverged"]), trainings)


def loses_less(one: Sensitivity, other: Sensitivity) -> list[float]:
    """The learning rates at which the mean loss of `one` is nearer to its lowest than `other`'s.

    A family of which a training diverged at a rate has lost everything there.
    """
    there = dict(zip(other.rates.tolist(), other.times.tolist(), strict=True))
    here = zip(one.rates.tolist(), one.times.tolist(), strict=True)
    return [rate for rate, times in here if times < there.get(rate, 0.0) - MARGIN]
