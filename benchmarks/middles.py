"""Halfway between two digits: in how many pairs is there a digit, by each interpolation of Morph?

Random pairs of test digits of different classes. Counted are the middles on which both shipped
classifiers agree, also when they are shifted by a pixel: see `quality.agreed`.

    python benchmarks/middles.py [--json]         shares over 5,000 pairs
    python benchmarks/middles.py --classes 3 8    and the pairs of these classes in which both
                                                  middles of the VAE are read with the largest
                                                  probability beside the others
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
from vae_demo.evaluation.classifier import load_classifier, probabilities
from vae_demo.evaluation.quality import agreed
from vae_demo.latent import between
from vae_demo.models import decode_many, embed_many

VAE, AE = "vae-20", "ae-20"
BEST = 5  # pairs to print


class Middles:
    """The middles between test digits, by each interpolation."""

    def __init__(self) -> None:
        self.images = mnist.test_digits().images
        self.models = {name: runs.find(name).build() for name in (VAE, AE)}
        self.codes = {name: embed_many(model, self.images) for name, model in self.models.items()}

    def pictures(self, first: np.ndarray, second: np.ndarray) -> dict[str, np.ndarray]:
        """By interpolation, the middle of each pair of positions, (n, 28, 28) uint8."""
        pixels = between(self.images[first], self.images[second], [0.5])[0]
        pictures = {"pixels": pixels.round().astype(np.uint8)}
        for name, path in ((VAE, "linear"), (VAE, "spherical"), (AE, "linear")):
            ends = zip(self.codes[name][first], self.codes[name][second], strict=True)
            codes = np.concatenate([between(a, b, [0.5], path) for a, b in ends])
            pictures[f"{name} {path}"] = decode_many(self.models[name], codes)
        return pictures


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=5000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--classes", type=int, nargs=2, choices=range(10), metavar="DIGIT")
    options = parser.parse_args()
    test, rng, middles = mnist.test_digits(), np.random.default_rng(0), Middles()
    first, second = rng.integers(0, len(test), (2, options.pairs))
    differ = test.labels[first] != test.labels[second]
    shown = middles.pictures(first[differ], second[differ])
    shares = {way: float(agreed(each).mean()) for way, each in shown.items()}
    if options.json:
        print(json.dumps({"agreed": shares, "pairs": int(differ.sum())}, indent=2))
        return
    print(f"agreed middles of {differ.sum():,} pairs of test digits of different classes")
    for way, share in shares.items():
        print(f"  {way:<18}{share:>7.1%}")
    if options.classes is None:
        return
    ones, others = (test.of(kind) for kind in options.classes)
    at = rng.integers(0, len(ones), options.pairs), rng.integers(0, len(others), options.pairs)
    shown = middles.pictures(ones[at[0]], others[at[1]])
    classifier = load_classifier()
    found = {way: probabilities(classifier, each).max(1) for way, each in shown.items()}
    clear = np.minimum(found[f"{VAE} linear"], found[f"{VAE} spherical"])
    unclear = np.maximum(found["pixels"], found[f"{AE} linear"])
    best = np.argsort(unclear - clear)[:BEST]
    print("pairs by their number among the test digits of their class")
    for i in best:
        sure = ", ".join(f"{way} {value[i]:.2f}" for way, value in found.items())
        print(f"  {at[0][i]:>4} {at[1][i]:>4}: {sure}")


if __name__ == "__main__":
    main()
