"""How well digits are repaired: damaged, by the best classical method, and by the networks.

For each task and damage, over the same test digits: PSNR in dB of the squared error pooled over all
pixels (of holes: over the unknown ones), mean SSIM, and the share of digits that the shipped
classifier reads right.

`benchmarks/anomaly.py` measures how well digits are told from other pictures.

With --write the results are also written to checkpoints/repair/results.json, which pages show; with
--task, those of the other tasks stay there.

    python benchmarks/repair.py [--count 1000] [--seed 1] [--task denoise] [--all] [--json]
        [--write]
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not
from vae_demo import Digits, test_digits
from vae_demo.atomic import write_atomically
from vae_demo.digits.damages import damage
from vae_demo.evaluation.classifier import load_classifier, probabilities
from vae_demo.models import to_pixels, to_x
from vae_demo.repair import CLASSICAL, LEARNED, denoise, inpaint, upscale
from vae_demo.repair.holes import HOLES, hole
from vae_demo.repair.measures import psnr, ssim
from vae_demo.repair.networks import SHIPPED

Method = Callable[..., np.ndarray]
Case = tuple[str, tuple[np.ndarray, ...], np.ndarray]  # name, what a method gets, how it looks
DAMAGES = (  # kind and strength
    *(("dropout", 0.5), ("gaussian", 0.5), ("salt_and_pepper", 0.3), ("blur", 2.0)),
    ("gaussian", 0.0),
)


def denoise_cases(images: np.ndarray, seed: int) -> Iterator[Case]:
    """Damaged digits."""
    for kind, strength in DAMAGES:
        damaged = to_pixels(damage(to_x(images), kind, strength, seed))
        yield f"{kind} {strength:g}" if strength else "clean", (damaged,), damaged


def inpaint_cases(images: np.ndarray, seed: int) -> Iterator[Case]:
    """Digits with holes, and the holes; black before they are filled."""
    for kind in HOLES:
        mask = hole(kind, len(images), seed)
        yield kind, (images, mask), inpaint.emptied(images, mask)


def upscale_cases(images: np.ndarray, seed: int) -> Iterator[Case]:
    """Small digits, which look as squares of equal pixels."""
    for side in upscale.SIDES:
        small = upscale.shrink(images, side)
        yield f"from {side}x{side}", (small,), upscale.repeat(small)


TASKS = {
    "denoise": (denoise_cases, denoise.METHODS),
    "inpaint": (inpaint_cases, inpaint.METHODS),
    "upscale": (upscale_cases, upscale.METHODS),
}


class Judge:
    """Measures repaired digits against the true ones."""

    def __init__(self, digits: Digits) -> None:
        self._digits, self._classifier = digits, load_classifier()

    def __call__(self, found: np.ndarray, mask: np.ndarray | None = None) -> dict[str, float]:
        right = probabilities(self._classifier, found).argmax(1) == self._digits.labels
        return {
            "psnr": psnr(found, self._digits.images, mask),
            "ssim": float(ssim(found, self._digits.images).mean()),
            "read_right": float(right.mean()),
        }


def row(task: str, case: Case, judge: Judge) -> dict[str, object]:
    """All methods of a task on one case."""
    name, given, seen = case
    methods: Mapping[str, Method] = TASKS[task][1]
    mask = given[1] if len(given) > 1 else None
    found = {each: judge(methods[each](*given), mask) for each in LEARNED[task] + CLASSICAL[task]}
    return {"task": task, "case": name, "damaged": judge(seen, mask), "methods": found}


def best(row: dict, names: tuple[str, ...]) -> str:
    """The method with the highest PSNR."""
    return max(names, key=lambda name: row["methods"][name]["psnr"])


def bias(side: int) -> dict[str, object]:
    """What the networks make of all test sevens: the share that is read as each digit."""
    sevens = test_digits()[test_digits().of(7)]
    small, classifier = upscale.shrink(sevens.images, side), load_classifier()

    def read(method: str) -> dict[str, float]:
        seen = probabilities(classifier, upscale.METHODS[method](small)).argmax(1)
        shares = np.bincount(seen, minlength=10) / len(seen)
        return {str(digit): float(share) for digit, share in enumerate(shares) if share}

    return {"side": side, "sevens": len(sevens)} | {name: read(name) for name in LEARNED["upscale"]}


def rounded(value: Any) -> Any:
    """The same with numbers of five decimals; JSON has no infinity, which becomes null."""
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    if isinstance(value, list):
        return [rounded(each) for each in value]
    if isinstance(value, float):
        return round(value, 5) if math.isfinite(value) else None
    return value


def write(found: dict[str, Any], tasks: list[str]) -> None:
    """Write the file that pages show, in which tasks that were not measured stay as they are.

    Raises:
        ValueError: if these were measured with other digits or another seed.
    """
    path = SHIPPED / "results.json"
    known = json.loads(path.read_text("utf-8"))
    rows = {task: [row for row in known["rows"] if row["task"] == task] for task in TASKS}
    rows |= {task: [row for row in found["rows"] if row["task"] == task] for task in tasks}
    if set(tasks) != set(TASKS):
        for name in ("count", "seed"):
            if found[name] != known[name]:
                raise ValueError(
                    f"{path.name} was measured with the {name} {known[name]}, not {found[name]}: "
                    "measure all tasks"
                )
    merged = found | {
        "rows": [row for task in TASKS for row in rows[task]],
        "bias": found["bias"] or known["bias"],
    }
    write_atomically(path, json.dumps(rounded(merged), indent=1).encode())


def shown(numbers: dict[str, float]) -> str:
    return "{psnr:6.2f} dB {ssim:6.3f} {read_right:6.1%}".format(**numbers)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000, help="the first test digits (1000)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the damage (1)")
    parser.add_argument("--task", action="append", choices=TASKS, help="only this task")
    parser.add_argument("--all", action="store_true", help="print every method")
    parser.add_argument("--json", action="store_true", help="print as JSON")
    parser.add_argument("--write", action="store_true", help="write the file that pages show")
    options = parser.parse_args()
    if not 1 <= options.count <= 10_000:
        parser.error("count must be from 1 to 10000")
    digits = test_digits()[: options.count]
    judge, tasks = Judge(digits), options.task or list(TASKS)
    rows = [
        row(task, case, judge)
        for task in tasks
        for case in tqdm(
            TASKS[task][0](digits.images, options.seed), desc=task, disable=None, leave=False
        )
    ]
    biases = [bias(side) for side in upscale.SIDES] if "upscale" in tasks else []
    found = {
        "rows": rows,
        "bias": biases,
        "count": len(digits),
        "seed": options.seed,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "torch": torch.__version__,
        "opencv": cv2.__version__,
    }
    if options.write:
        write(found, tasks)
    if options.json:
        print(json.dumps(rounded(found), indent=2))
        return 0
    print(
        f"{'':28}{'PSNR':>9} {'SSIM':>6} {'read':>6}   of {len(digits)} digits, seed {options.seed}"
    )
    for each in rows:
        names = each["methods"] if options.all else ()
        chosen = names or (best(each, CLASSICAL[each["task"]]), best(each, LEARNED[each["task"]]))
        print(f"{each['task']}, {each['case']}\n{'damaged':>27} {shown(each['damaged'])}")
        for name in chosen:
            print(f"{name:>27} {shown(each['methods'][name])}")
    for each in biases:
        print(f"{each['sevens']} sevens from {each['side']}x{each['side']}, read as")
        for name in LEARNED["upscale"]:
            print(
                f"{name:>27} " + "  ".join(f"{d}: {share:.1%}" for d, share in each[name].items())
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
