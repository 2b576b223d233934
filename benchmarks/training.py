"""Training speed compared with the loop of PyTorch's VAE example.

All methods train the same 784-400-20 VAE with batches of 128. The reference is the model and the
loop of PyTorch's example, with a DataLoader, ToTensor and Adam; pythae's trainer is measured too,
if it is installed. `vae_demo.train` is measured in float32 and with products in bfloat16. The floor
is the time of the matrix products alone. Trials of all methods alternate, and the results are
ratios, so that other programs affect all of them; with one thread, it is the processor's time.
With --quality, the time of the settings `FAST` is measured, too, beside that of 10 epochs of the
reference, with the test losses of both.

    python benchmarks/training.py [--trials 5] [--batches 200] [--threads 2] [--quality] [--json]
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch
from torchvision.datasets import MNIST
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not
from benchmarks.support.rivals import (
    BATCH,
    LATENT,
    Example,
    clock,
    example,
    example_dataset,
    example_loss,
    pythae,
)
from vae_demo import ModelConfig, TrainConfig, build, test_digits, train, train_digits
from vae_demo.digits.mnist import Digits
from vae_demo.training.config import FAST, PRECISIONS
from vae_demo.training.loop import fastest_precision
from vae_demo.training.snapshots import mean_losses

LAYERS = ((784, 400), (400, 40), (20, 400), (400, 784))  # inputs and outputs
EPOCHS = 10  # of the reference, whose test loss is then to be reached


def floor(batches: int, precision: str) -> float:
    """Seconds for the matrix products of `batches` steps, forwards and backwards."""
    kind = getattr(torch, precision)
    shapes = [((BATCH, i), (i, o), (BATCH, o)) for i, o in LAYERS]
    layers = [[torch.randn(*shape).to(kind) for shape in three] for three in shapes]
    start = clock()
    for _ in range(batches):
        for number, (x, weight, gradient) in enumerate(layers):
            torch.mm(x, weight)
            torch.mm(x.t(), gradient)
            if number:  # the pictures themselves need none
                torch.mm(gradient, weight.t())
    return clock() - start


def to_quality(dataset: MNIST, seed: int) -> dict[str, float]:
    """Seconds and test losses, nats per image, of the reference and of `FAST`, and the ratio."""
    torch.manual_seed(seed)  # of the reference
    theirs, mine = Example(), build(ModelConfig("vae", latent=LATENT), seed)
    taken = example(theirs, dataset, EPOCHS * math.ceil(len(dataset) / BATCH))
    test = test_digits().images
    few = Digits(test[:1], test_digits().labels[:1])  # what is measured on the way is not compared
    settings = replace(FAST, seed=seed, precision=fastest_precision())
    start = clock()
    for _ in train(mine, train_digits(), settings, test=few):
        pass
    own = clock() - start
    return {
        "reference_seconds": taken,
        "reference_loss": example_loss(theirs),
        "fast_seconds": own,
        "fast_loss": sum(mean_losses(mine, test)),
        "ratio": taken / own,
    }


def ours(batches: int, precision: str) -> float:
    """Seconds for `batches` steps of `vae_demo.train`."""
    model = build(ModelConfig("vae", latent=LATENT))
    config = TrainConfig(epochs=3, batch_size=BATCH, precision=precision)
    steps = train(model, train_digits(), config)
    next(steps)  # the untrained start, which is measured on the test digits
    taken = 0.0
    for _ in range(batches):
        start = clock()
        record = next(steps)
        if record.snapshot is None:  # without the pauses to measure test digits
            taken += clock() - start
        else:
            taken += taken / record.step
    return taken


def spread(slower: list[float], faster: list[float]) -> tuple[float, float, float]:
    """Median, lowest and highest ratio of the trials."""
    ratios = sorted(a / b for a, b in zip(slower, faster, strict=True))
    return statistics.median(ratios), ratios[0], ratios[-1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=5)
    parser.add_argument("--batches", type=int, default=200)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--quality", action="store_true", help="also the time to a test loss")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if min(options.trials, options.batches, options.threads) < 1 or options.batches > 1400:
        parser.error("trials, batches (at most 1400) and threads must be positive")
    torch.set_num_threads(options.threads)
    with tempfile.TemporaryDirectory() as folder:
        dataset = example_dataset(Path(folder))  # torchvision reads it all into memory here
    loops: dict[str, Callable[[int], float]] = {
        "reference": lambda batches: example(Example(), dataset, batches)
    }
    if library := pythae():
        loops["pythae"] = library
    for precision in PRECISIONS:
        loops[precision] = partial(ours, precision=precision)
        loops[f"{precision} floor"] = partial(floor, precision=precision)
    seconds: dict[str, list[float]] = {name: [] for name in loops}
    for _ in tqdm(range(options.trials), unit="trial", disable=None, leave=False):
        for name, loop in loops.items():
            seconds[name].append(loop(options.batches))
    speed = {n: options.batches * BATCH / statistics.median(s) for n, s in seconds.items()}
    found = {
        "times_as_fast": {
            n: spread(seconds["reference"], seconds[n])
            for n in ("pythae", *PRECISIONS)
            if n in loops
        },
        "times_the_floor": {p: spread(seconds[p], seconds[f"{p} floor"]) for p in PRECISIONS},
        "images_per_second": speed,
        "quality": [
            to_quality(dataset, seed) for seed in range(options.trials if options.quality else 0)
        ],
        "trials": options.trials,
        "batches": options.batches,
        "threads": options.threads,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "torch": torch.__version__,
    }
    if options.json:
        print(json.dumps(found, indent=2))
        return 0
    print(f"{'':<10}{'pictures/s':>11}{'times the reference':>24}{'time / floor':>20}")
    print(f"{'reference':<10}{speed['reference']:>11,.0f}")
    for name, ratios in found["times_as_fast"].items():
        fast = "{:.1f} ({:.1f} to {:.1f})".format(*ratios)
        slow = "{:.2f} ({:.2f} to {:.2f})".format(
            *found["times_the_floor"].get(name, [math.nan] * 3)
        )
        print(f"{name:<10}{speed[name]:>11,.0f}{fast:>24}{slow if name in PRECISIONS else '':>20}")
    for each in found["quality"]:
        print(
            "{reference_loss:.2f} nats after {reference_seconds:.1f} s, {fast_loss:.2f} after "
            "{fast_seconds:.1f} s: {ratio:.1f} times as fast".format(**each)
        )
    print(", ".join(f"{n} {found[n]}" for n in list(found)[-6:]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
