"""How well scores tell digits from what is none: the area under the ROC curve (AUROC).

The digits are every second test digit. Eight sets of strange pictures are compared with
them: Fashion-MNIST, printed letters, and digits that are mirrored, upside down, turned, inverted,
averaged with another one, and noise. Thresholds for 1 % false alarms are set on the other
half of the test digits, and for comparison on training digits.

Fashion-MNIST is read from the files of Debian's package dataset-fashion-mnist, where it is
installed, else by torchvision, which downloads it into --cache.

With --ten-classes, one digit is normal and the nine others are strange, in turn for each digit.

    python benchmarks/anomaly.py [--ten-classes] [--count 5000] [--seed 1] [--json] [--write]
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not
from vae_demo import test_digits, train_digits
from vae_demo.atomic import write_atomically
from vae_demo.repair import one_class
from vae_demo.repair.anomaly import MEASURED, SCORES, auroc, threshold
from vae_demo.repair.reference import SHIPPED
from vae_demo.repair.strange import STRANGE

DEBIAN = Path("/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz")
RATE = 0.01  # of false alarms
FEW = 300  # pictures of a set on which the likelihood regret is measured, which is slow


def fashion(count: int, cache: Path) -> np.ndarray:
    """The first test pictures of Fashion-MNIST, (count, 28, 28) uint8."""
    if DEBIAN.exists():
        raw = gzip.decompress(DEBIAN.read_bytes())
        return np.frombuffer(raw, np.uint8, offset=16).reshape(-1, 28, 28)[:count]
    from torchvision.datasets import FashionMNIST

    return FashionMNIST(str(cache), train=False, download=True).data.numpy()[:count]


def eight_sets(count: int, seed: int, cache: Path) -> dict[str, Any]:
    """The AUROC of each score on each set, and its false alarms."""
    measured = test_digits()[MEASURED][:count]
    sets = {name: make(measured, seed) for name, make in STRANGE.items()}
    sets["fashion"] = fashion(count, cache)
    digits, train = measured.images, train_digits().images[:count]
    rows = {}
    for name, score in tqdm(SCORES.items(), disable=None, leave=False):
        some = slice(FEW if name == "regret" else count)
        normal, limit = score(digits[some]), threshold(name, RATE)
        strange = {kind: score(pictures[some]) for kind, pictures in sets.items()}
        by_training = np.quantile(score(train[some]), 1 - RATE)
        areas = {kind: auroc(normal, found) for kind, found in strange.items()}
        rows[name] = {
            "auroc": areas,
            "mean": float(np.mean(list(areas.values()))),
            "found": {kind: float((found > limit).mean()) for kind, found in strange.items()},
            "alarms": float((normal > limit).mean()),
            "alarms_by_training": float((normal > by_training).mean()),
        }
    return {"digits": len(digits), "sets": {k: len(v) for k, v in sets.items()}, "scores": rows}


def ten_classes(seed: int) -> dict[str, Any]:
    """The AUROC of each method for each digit that is normal, over all test digits."""
    train, test = train_digits(), test_digits()
    found: dict[str, list[float]] = {}
    for normal in tqdm(range(10), disable=None, leave=False):
        digits = train[train.of(normal)]
        is_normal = test.labels == normal
        for name, scores in one_class.scores(digits, test.images, seed).items():
            found.setdefault(name, []).append(auroc(scores[is_normal], scores[~is_normal]))
    return {name: {"auroc": each, "mean": float(np.mean(each))} for name, each in found.items()}


def show_sets(found: dict[str, Any]) -> None:
    kinds = list(found["sets"])
    print(f"AUROC in %, {found['digits']} digits\n{'':14}" + "".join(f"{k:>12}" for k in kinds))
    for name, row in found["scores"].items():
        areas = "".join(f"{100 * row['auroc'][kind]:12.2f}" for kind in kinds)
        alarms = f"{row['alarms']:.2%}, by training digits {row['alarms_by_training']:.2%}"
        print(f"{name:14}{areas}   mean {100 * row['mean']:.2f}   false alarms {alarms}")


def show_classes(found: dict[str, Any]) -> None:
    print(f"{'normal digit':24}" + "".join(f"{digit:>7}" for digit in range(10)) + "   mean")
    for name, row in found.items():
        areas = "".join(f"{100 * area:7.2f}" for area in row["auroc"])
        print(f"{name:24}{areas}{100 * row['mean']:7.2f}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ten-classes", action="store_true", help="one digit is normal, in turn")
    parser.add_argument("--count", type=int, default=5000, help="digits of the eight sets (5000)")
    parser.add_argument("--seed", type=int, default=1, help="of pictures and trainings (1)")
    parser.add_argument(
        "--cache",
        type=Path,
        default=Path.home() / ".cache" / "fashion-mnist",
        help="folder for Fashion-MNIST if it must be downloaded",
    )
    parser.add_argument("--json", action="store_true", help="print as JSON")
    parser.add_argument("--write", action="store_true", help="write the file that the page shows")
    options = parser.parse_args()
    if not 100 <= options.count <= 5000:
        parser.error("count must be from 100 to 5000")
    name = "ten_classes" if options.ten_classes else "eight_sets"
    found = (
        ten_classes(options.seed)
        if options.ten_classes
        else eight_sets(options.count, options.seed, options.cache)
    )
    if options.write:
        path = SHIPPED.with_name("results.json")
        results = json.loads(path.read_text("utf-8")) if path.exists() else {}
        machine = f"{platform.machine()}, {os.cpu_count()} cores, torch {torch.__version__}"
        results |= {name: found, "seed": options.seed, "machine": machine}
        write_atomically(path, (json.dumps(results, indent=1) + "\n").encode())
    if options.json:
        print(json.dumps({name: found}, indent=2))
    elif options.ten_classes:
        show_classes(found)
    else:
        show_sets(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
