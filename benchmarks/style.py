"""How much the style of a conditional model still says about the class, and how well it obeys.

    python benchmarks/style.py [--run cvae-20] [--json]

The test digits are classified by the style alone: by a linear classifier, and by the 5 nearest of
the training digits. 1,000 digits are sampled, 100 of each class, with each of 5 seeds; counted is
the share that the first shipped classifier reads as the digit that was asked for.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not

import numpy as np
import torch

from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.evaluation.classifier import load_classifier, probabilities
from vae_demo.evaluation.codes import linear_probe
from vae_demo.evaluation.score import sample_pictures
from vae_demo.models import embed_many
from vae_demo.models.conditional import CLASSES, ConditionalVAE

NEIGHBOURS, SEEDS = 5, 5
CHUNK = 500  # test digits at a time


def read_by_neighbours(model: ConditionalVAE) -> float:
    """The share of test digits whose class is the most frequent of the nearest training styles."""
    (train, labels), (test, wanted) = (
        (torch.tensor(embed_many(model, digits.images)[:, : model.style]), digits.labels)
        for digits in (mnist.train_digits(), mnist.test_digits())
    )
    read = []
    for some in test.split(CHUNK):
        nearest = torch.cdist(some, train).topk(NEIGHBOURS, largest=False).indices
        votes = [np.bincount(labels[each], minlength=CLASSES) for each in nearest.numpy()]
        read.append(np.argmax(votes, 1))
    return float((np.concatenate(read) == wanted).mean())


def obeyed(model: ConditionalVAE) -> list[float]:
    """For each seed, the share of samples that are read as the digit that was asked for."""
    classifier, shares = load_classifier(), []
    for seed in range(SEEDS):
        pictures = sample_pictures(model, seed)
        asked = np.arange(len(pictures)) % CLASSES  # see `ConditionalVAE.sample_prior`
        shares.append(float((probabilities(classifier, pictures).argmax(1) == asked).mean()))
    return shares


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--run", default="cvae-20", help="a conditional VAE")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    model = runs.find(options.run).build()
    if not isinstance(model, ConditionalVAE):
        sys.exit(f"{options.run} is no conditional VAE")
    shares = obeyed(model)
    found = {
        "linear": linear_probe(model, mnist.train_digits(), mnist.test_digits()),
        "neighbours": read_by_neighbours(model),
        "asked": statistics.mean(shares),
        "asked_spread": statistics.stdev(shares),
    }
    if options.json:
        print(json.dumps({"run": options.run, **found}, indent=2))
        return
    asked = f"{found['asked']:.1%} ± {found['asked_spread']:.1%}"
    print(f"test digits read from the style by a linear classifier: {found['linear']:.1%}")
    print(f"by the {NEIGHBOURS} nearest training styles: {found['neighbours']:.1%}")
    print(f"samples read as the digit that was asked for: {asked}")


if __name__ == "__main__":
    main()
