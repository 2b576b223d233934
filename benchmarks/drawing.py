"""Accuracy of the classifier on drawings of different pens, sizes and positions.

Test digits are thinned to lines of one pixel and drawn again on a 280x280 pad, with pens of 8 to 40
pixels, at random sizes and positions. The shipped classifier classifies the drawings after plain
resizing, after `to_digit`, and after reconstruction by runs; for comparison, also the original test
digits.

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
from PIL import Image, ImageDraw
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not
from vae_demo import runs, test_digits, to_digit
from vae_demo.evaluation.classifier import load_classifier, probabilities
from vae_demo.models import reconstruct_many

PAD, FINE = 280, 5  # pixels of the pad; fine pixels to one of a digit, for a smooth line
SHARP = 3  # the pad is drawn so much larger and reduced, for soft edges
RUNS = ("vae-20", "ae-30", "dae-500")


def thinned(digit: np.ndarray) -> np.ndarray:
    """The line of the pen, (140, 140) bool: T. Zhang and C. Suen, Comm. ACM 27(3), 1984."""
    side = 28 * FINE
    large = Image.fromarray(digit).resize((side, side), Image.Resampling.BICUBIC)
    ink = np.pad(np.asarray(large) > 100, 1)
    while True:
        before = ink.sum()
        for first in (True, False):
            around = [  # p2 to p9: north, then clockwise
                np.roll(ink, shift, (0, 1))
                for shift in ((1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1))
            ]
            n, _, e, _, s, _, w, _ = around
            count = np.sum(around, 0)
            turns = sum(~a & b for a, b in zip(around, around[1:] + around[:1], strict=True))
            ends = (n & e & s) | (e & s & w) if first else (n & e & w) | (n & s & w)
            ink = ink & ~((count >= 2) & (count <= 6) & (turns == 1) & ~ends)
        if ink.sum() == before:
            return ink[1:-1, 1:-1]


def drawn(digit: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The digit drawn on a pad with a random pen, size and position, (280, 280) uint8."""
    ys, xs = np.nonzero(thinned(digit))
    pen = rng.uniform(8, 40)
    height = rng.uniform(max(60, 3 * pen), PAD - pen)
    scale = height / max(np.ptp(ys), np.ptp(xs), 1)
    ys, xs = (ys - ys.min()) * scale, (xs - xs.min()) * scale
    ys += rng.uniform(pen / 2, max(PAD - pen / 2 - ys.max(), pen / 2 + 1))
    xs += rng.uniform(pen / 2, max(PAD - pen / 2 - xs.max(), pen / 2 + 1))
    sheet = Image.new("L", (PAD * SHARP, PAD * SHARP))
    ink = ImageDraw.Draw(sheet)
    radius = pen / 2 * SHARP
    for y, x in zip(ys * SHARP, xs * SHARP, strict=True):  # the line's pixels lie side by side
        ink.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(sheet.resize((PAD, PAD), Image.Resampling.BOX))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not 1 <= options.count <= len(test_digits()):
        parser.error("count must be from 1 to 10000")
    rng = np.random.default_rng(options.seed)
    chosen = test_digits()[rng.choice(len(test_digits()), options.count, replace=False)]
    pads = [drawn(d, rng) for d in tqdm(chosen.images, disable=None, leave=False)]
    plain = [np.asarray(Image.fromarray(p).resize((28, 28), Image.Resampling.BOX)) for p in pads]
    prepared = np.stack([to_digit(pad) for pad in pads])
    ways = {
        "the test digits themselves": chosen.images,
        "drawn, plainly resized": np.stack(plain),
        "drawn, through to_digit": prepared,
    }
    for name in RUNS:
        ways[f"and drawn again by {name}"] = reconstruct_many(runs.find(name).build(), prepared)
    classifier = load_classifier()
    read = {
        way: float((probabilities(classifier, pictures).argmax(1) == chosen.labels).mean())
        for way, pictures in ways.items()
    }
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
