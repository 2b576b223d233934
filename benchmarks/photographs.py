"""Accuracy of the classifier on pictures of digits on paper, as people take and send them.

Digits of the test set are drawn with random pens on made-up paper: plain, lined, squared, in a box,
on a table, in shadow or glare, beside a thumb or printed words. Of each kind, the share is printed
that the shipped classifier reads right after `read_digit`. A blank sheet is right if it is refused;
two digits, or a digit in glare, are also right if a remark says so.

    python benchmarks/photographs.py [--count 20] [--seed 1] [--kind grid] [--json] [--out FOLDER]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not
from benchmarks.paper.kinds import KINDS
from vae_demo import test_digits
from vae_demo.digits import DrawingError, Reading, open_picture, read_digit
from vae_demo.evaluation.classifier import Classifier, load_classifier, probabilities

REMARKED = {"two": "several", "glare": "glare"}  # kinds that are right with this remark


@dataclass(frozen=True, eq=False)
class Result:
    """What was read in a picture."""

    picture: np.ndarray  # (h, w, 4)
    reading: Reading | None  # None: refused
    label: int
    right: bool
    seconds: float


def tried(kind: str, count: int, seed: int, classifier: Classifier) -> Iterator[Result]:
    """Read pictures of a kind."""
    digits, number = test_digits(), list(KINDS).index(kind)
    for turn in range(count):
        rng = np.random.default_rng([seed, number, turn])
        i = int(rng.integers(len(digits)))
        label = int(digits.labels[i])
        picture = open_picture(KINDS[kind](rng, digits.images[i]))
        start = time.perf_counter()
        try:
            reading = read_digit(picture)
        except DrawingError:
            reading = None
        seconds = time.perf_counter() - start
        if reading is None:
            right = kind == "blank"
        else:
            seen = int(probabilities(classifier, reading.digit[None])[0].argmax())
            right = kind != "blank" and (seen == label or REMARKED.get(kind) in reading.remarks)
        yield Result(picture, reading, label, right, seconds)


def save(result: Result, path: Path) -> None:
    """A picture beside what was read in it."""
    pair = Image.new("RGB", (672, 336))
    pair.paste(Image.fromarray(result.picture).convert("RGB").resize((336, 336)))
    if result.reading:
        pair.paste(Image.fromarray(result.reading.digit).resize((336, 336), 0), (336, 0))
    path.parent.mkdir(parents=True, exist_ok=True)
    pair.save(path)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=20, help="pictures of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", action="append", choices=KINDS, help="only this kind")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--out", type=Path, help="a folder for the pictures that are read wrong")
    options = parser.parse_args()
    if not 1 <= options.count <= 1000:
        parser.error("count must be from 1 to 1000")
    classifier = load_classifier()
    right: dict[str, float] = {}
    remarked: dict[str, float] = {}
    seconds: list[float] = []
    for kind in tqdm(options.kind or KINDS, disable=None, leave=False):
        results = list(tried(kind, options.count, options.seed, classifier))
        right[kind] = float(np.mean([each.right for each in results]))
        remarked[kind] = float(
            np.mean([each.reading is None or bool(each.reading.remarks) for each in results])
        )
        seconds += [each.seconds for each in results]
        for turn, each in enumerate(results):
            if options.out and not each.right:
                save(each, options.out / f"{kind.replace(' ', '-')}-{turn}-is{each.label}.png")
    found = {
        "read_right": right,
        "remark_or_refused": remarked,
        "mean": float(np.mean(list(right.values()))),
        "count": options.count,
        "seed": options.seed,
        "milliseconds": [1000 * float(np.quantile(seconds, q)) for q in (0.5, 1)],
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "opencv": cv2.__version__,
    }
    if options.json:
        print(json.dumps(found, indent=2))
        return 0
    for kind, share in right.items():
        print(f"{share:7.1%}  {kind:20} with a remark or refused {remarked[kind]:7.1%}")
    print(f"{found['mean']:7.1%}  of {options.count} pictures of each kind, seed {options.seed}")
    print("median {:.0f} ms, longest {:.0f} ms".format(*found["milliseconds"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
