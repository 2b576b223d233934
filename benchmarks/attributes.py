"""Attributes of the test digits, and how well a linear function of their codes explains each.

    python benchmarks/attributes.py [--run NAME ...] [--json]

The mean and the standard deviation of each attribute by digit, the correlation of each two, and R²
on the test digits of linear least squares from the codes of the 60,000 training digits.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not

import numpy as np

from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.digits.attributes import UNITS
from vae_demo.digits.measured import Attributes, test_attributes, train_attributes
from vae_demo.models import embed_many

ALL = "all"  # the row of all digits
RUNS = ("vae-conv-20", "vae-20")


def by_digit(attributes: Attributes, labels: np.ndarray) -> dict[str, dict[str, list[float]]]:
    """The mean and the standard deviation of each attribute, for each digit and for all."""
    rows = {str(k): labels == k for k in range(10)} | {ALL: np.ones(len(labels), bool)}
    return {
        row: {
            name: [float(values[chosen].mean()), float(values[chosen].std())]
            for name, values in attributes.items()
        }
        for row, chosen in rows.items()
    }


def correlations(attributes: Attributes) -> dict[str, dict[str, float]]:
    """Pearson's correlation of each two attributes."""
    found = np.corrcoef([attributes[name] for name in UNITS])
    return {
        name: dict(zip(UNITS, map(float, row), strict=True))
        for name, row in zip(UNITS, found, strict=True)
    }


def explained(name: str) -> dict[str, float]:
    """The share of each attribute's variance that a linear function of a run's codes explains."""
    model = runs.find(name).build()
    train, test = (
        np.pad(embed_many(model, digits.images).astype(float), ((0, 0), (0, 1)), constant_values=1)
        for digits in (mnist.train_digits(), mnist.test_digits())
    )
    shares = {}
    for attribute, wanted in test_attributes().items():
        weights = np.linalg.lstsq(train, train_attributes()[attribute].astype(float))[0]
        shares[attribute] = float(1 - np.mean((test @ weights - wanted) ** 2) / wanted.var())
    return shares


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--run", nargs="+", default=RUNS, help=f"({' '.join(RUNS)})")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = {
        "units": UNITS,
        "by_digit": by_digit(test_attributes(), mnist.test_digits().labels),
        "correlations": correlations(test_attributes()),
        "explained": {name: explained(name) for name in options.run},
    }
    if options.json:
        print(json.dumps(found, indent=2))
        return
    print(f"{'digit':<12}" + "".join(f"{name:>14}" for name in UNITS))
    for digit, row in found["by_digit"].items():
        cells = [f"{mean:.1f} ± {spread:.1f}" for mean, spread in (row[name] for name in UNITS)]
        print(f"{digit:<12}" + "".join(f"{cell:>14}" for cell in cells))
    for table in ("correlations", "explained"):
        print(f"\n{table:<12}" + "".join(f"{name:>14}" for name in UNITS))
        for row, shares in found[table].items():
            print(f"{row:<12}" + "".join(f"{shares[name]:>14.2f}" for name in UNITS))


if __name__ == "__main__":
    main()
