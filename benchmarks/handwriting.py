"""What twenty drawings of one hand do to a shipped run, and what MNIST loses by it.

Each simulated writer has a form of each digit (see `support/strokes.py`, none is from MNIST), a
pen, a slant and a width of their own, and draws each digit a little differently every time. Twenty
drawings, two of each digit, fine-tune a run as the button on Draw does; the squared error is
measured on 50 other drawings of the same writer and on all 10,000 test digits of MNIST.

    python benchmarks/handwriting.py [--run vae-20] [--writers 8] [--kept 20] [--seed 0] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not
from benchmarks.support.strokes import FORMS, PAD, Hand, inked, written
from vae_demo import Digits, find, test_digits, to_digit, train_digits
from vae_demo.models import to_x
from vae_demo.training.handwriting import error, fine_tune

CHANGE = 0.4  # of what differs between hands, from drawing to drawing of one hand
HELD_BACK = 50  # drawings of each writer that are measured only
PENS = (8, 30)  # pixels of the pad
SIDES = (110, 220)  # pixels


@dataclass
class Writer:
    """Somebody with a hand of their own."""

    forms: dict[int, int]  # digit -> which of its forms
    pen: float  # pixels
    side: float  # pixels, the height of a digit
    hand: Hand  # how all forms are bent

    @classmethod
    def seeded(cls, seed: int) -> Writer:
        rng = np.random.default_rng([7, seed])
        forms = {digit: int(rng.integers(len(found))) for digit, found in FORMS.items()}
        sizes = rng.uniform(*PENS), rng.uniform(*SIDES)
        return cls(forms, *sizes, Hand.any(rng, CHANGE))

    def draw(self, digit: int, rng: np.random.Generator) -> np.ndarray:
        """A drawing as the page Draw keeps it, (28, 28) uint8."""
        lines = written(FORMS[digit][self.forms[digit]], rng, self.hand)
        low = np.min([line.min(0) for line in lines], 0)
        high = np.max([line.max(0) for line in lines], 0)
        scale = min(self.side, PAD - self.pen - 4) / (high - low).max()
        middle = (low + high) / 2
        pad = inked([(line - middle) * scale + PAD / 2 for line in lines], self.pen)
        return to_digit(pad)

    def drawings(self, count: int, rng: np.random.Generator) -> Digits:
        """Equally many of each digit."""
        labels = np.arange(count) % 10
        images = np.stack([self.draw(int(label), rng) for label in labels])
        return Digits(images, labels.astype(np.uint8))


def measure(run: str, writer: Writer, kept: int, seed: int) -> dict[str, Any]:
    """The errors before and after, and the seconds that it takes."""
    rng = np.random.default_rng(seed)
    drawings, others = writer.drawings(kept, rng), writer.drawings(HELD_BACK, rng)
    model = find(run).build()
    hand, mnist = to_x(others.images), to_x(test_digits().images)
    before = error(model, hand), error(model, mnist)
    start = time.process_time()  # one core: others may be at work
    for _ in fine_tune(model, drawings, train_digits(), test_digits(), held_back=others):
        pass
    seconds = time.process_time() - start
    after = error(model, hand), error(model, mnist)
    return {
        "hand": (before[0], after[0], after[0] / before[0] - 1),
        "mnist": (before[1], after[1], after[1] / before[1] - 1),
        "seconds": seconds,
        "pen": writer.pen,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--run", default="vae-20", help="a shipped run (vae-20)")
    parser.add_argument("--writers", type=int, default=8, help="simulated writers (8)")
    parser.add_argument("--kept", type=int, default=20, help="drawings to fine-tune on (20)")
    parser.add_argument("--seed", type=int, default=0, help="of the writers and drawings (0)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.writers < 1 or options.kept < 1:
        parser.error("writers and kept must be at least 1")
    torch.set_num_threads(1)
    rows = [
        measure(options.run, Writer.seeded(options.seed + i), options.kept, options.seed + i)
        for i in range(options.writers)
    ]
    found = {
        "run": options.run,
        "kept": options.kept,
        "writers": rows,
        "mean": {
            part: float(np.mean([row[part][2] for row in rows])) for part in ("hand", "mnist")
        },
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, torch {torch.__version__}",
    }
    if options.json:
        print(json.dumps(found, indent=2))
        return 0
    print(f"{options.run}, {options.kept} drawings: squared error per pixel of reconstructions")
    for row in rows:
        (own, tuned, fall), (old, new, rise) = row["hand"], row["mnist"]
        print(
            f"hand {own:.4f} -> {tuned:.4f} ({fall:+.0%})   MNIST {old:.4f} -> {new:.4f} "
            f"({rise:+.1%})   {row['seconds']:.1f} s of one core   pen {row['pen']:.0f}"
        )
    print(f"mean: hand {found['mean']['hand']:+.1%}, MNIST {found['mean']['mnist']:+.1%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
