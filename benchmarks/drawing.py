"""How well drawings are recognised, whoever draws them, with whatever pen, size and place.

Digits are drawn on a 280x280 pad in the forms of `support/strokes.py`, none of which is from MNIST,
at random sizes and places, with pens of 6 to 40 pixels and up to 0.4 of the digit's size. Both
shipped classifiers read them after plain resizing, after `to_digit`, and after reconstruction by
runs; each share is the mean of the two. The same without the stage "stroke", which brings the width
of strokes to that of MNIST's. For comparison, the classifiers also read the test digits.

    python benchmarks/drawing.py [--count 1000] [--seed 0] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not
from benchmarks.support.strokes import FORMS, PAD, inked, written
from vae_demo import runs, test_digits, to_digit
from vae_demo.digits.preprocessing import STAGES
from vae_demo.evaluation.classifier import load_both, probabilities
from vae_demo.models import reconstruct_many

PENS, SHORTEST = (6, 40), 50  # pixels
STOUTEST = 0.4  # of the height of the digit: the thickest pen
RUNS = ("vae-20", "hvae-64", "ae-500")


def drawn(label: int, rng: np.random.Generator) -> np.ndarray:
    """A digit drawn on a pad with a random form, pen, size and place, (280, 280) uint8."""
    forms = FORMS[label]
    lines = written(forms[rng.integers(len(forms))], rng)
    pen = rng.uniform(*PENS)
    side = rng.uniform(max(SHORTEST, pen / STOUTEST), PAD - pen)
    low = np.min([line.min(0) for line in lines], 0)
    scale = side / (np.max([line.max(0) for line in lines], 0) - low).max()
    lines = [(line - low) * scale for line in lines]
    room = PAD - pen - np.max([line.max(0) for line in lines], 0)
    place = pen / 2 + rng.uniform(0, room)
    return inked([line + place for line in lines], pen)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000, help="drawings (1000)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.count < 1:
        parser.error("count must be at least 1")
    rng = np.random.default_rng(options.seed)
    labels = np.arange(options.count) % 10
    pads = [drawn(label, rng) for label in tqdm(labels, disable=None, leave=False)]
    plain = [np.asarray(Image.fromarray(p).resize((28, 28), Image.Resampling.BOX)) for p in pads]
    classifiers = load_both()

    def share(pictures: np.ndarray, wanted: np.ndarray) -> float:
        read = np.stack([probabilities(each, pictures).argmax(1) for each in classifiers])
        return float((read == wanted).mean())

    read = {
        "the test digits themselves": share(test_digits().images, test_digits().labels),
        "drawn, plainly resized": share(np.stack(plain), labels),
    }
    models = {name: runs.find(name).build() for name in RUNS}
    for left_out in ("", "stroke"):
        stages = [stage for stage in STAGES if stage != left_out]
        prepared = np.stack([to_digit(pad, stages) for pad in pads])
        way = f"to_digit without {left_out}" if left_out else "to_digit"
        read[way] = share(prepared, labels)
        for name, model in models.items():
            read[f"{way}, {name}"] = share(reconstruct_many(model, prepared), labels)
    found = {
        "read_right": read,
        "drawings": options.count,
        "seed": options.seed,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "torch": torch.__version__,
    }
    if options.json:
        print(json.dumps(found, indent=2))
    else:
        print("\n".join(f"{share:7.1%}  {way}" for way, share in read.items()))
        print(f"{options.count} drawings, seed {options.seed}, Python {found['python']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
