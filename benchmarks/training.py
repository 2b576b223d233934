"""Training speed beside the loop of the well-known PyTorch VAE example, in one run.

Both train the same 784-400-20 VAE at batch 128 with the same arithmetic; the reference reads
its digits through a DataLoader with ToTensor, as the example does, and steps plain Adam. Trials
alternate, so that whatever else the machine does falls on both; the figure is their ratio.

    python benchmarks/training.py [--trials 5] [--batches 200] [--threads 2] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path

import torch
from torch.utils.data import DataLoader
from torchvision.datasets import MNIST
from torchvision.transforms import ToTensor
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not
from vae_demo import ModelConfig, TrainConfig, build, test_digits, train, train_digits

BATCH = 128


def example_dataset(folder: Path) -> MNIST:
    """torchvision's own MNIST over our digits, written out as the original IDX files."""
    raw = folder / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for prefix, digits in (("train", train_digits()), ("t10k", test_digits())):
        count, side = len(digits).to_bytes(4, "big"), (28).to_bytes(4, "big")
        images = b"\0\0\x08\x03" + count + side + side + digits.images.tobytes()
        labels = b"\0\0\x08\x01" + count + digits.labels.tobytes()
        (raw / f"{prefix}-images-idx3-ubyte").write_bytes(images)
        (raw / f"{prefix}-labels-idx1-ubyte").write_bytes(labels)
    return MNIST(folder, train=True, transform=ToTensor())


def reference(batches: int, dataset: MNIST) -> float:
    """Seconds for `batches` steps of the example's loop."""
    model = build(ModelConfig("vae", latent=20))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    generator = torch.Generator().manual_seed(0)
    loader = DataLoader(dataset, BATCH, shuffle=True, generator=generator)
    start = time.perf_counter()
    for x, _ in islice(loader, batches):
        optimizer.zero_grad()
        losses = model.training_losses(x, generator)
        losses.objective(beta=1).backward()
        losses.neg_elbo.mean().item()
        optimizer.step()
    return time.perf_counter() - start


def ours(batches: int) -> float:
    """Seconds for `batches` steps of `vae_demo.train`."""
    model = build(ModelConfig("vae", latent=20))
    steps = train(model, train_digits(), TrainConfig(epochs=3, batch_size=BATCH))
    next(steps)  # the untrained start, which is measured on the test digits
    taken = 0.0
    for _ in range(batches):
        start = time.perf_counter()
        record = next(steps)
        if record.moment is None:  # without the pauses to measure test digits
            taken += time.perf_counter() - start
        else:
            taken += taken / record.step
    return taken


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=5)
    parser.add_argument("--batches", type=int, default=200)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if min(options.trials, options.batches, options.threads) < 1 or options.batches > 1400:
        parser.error("trials, batches (at most 1400) and threads must be positive")
    torch.set_num_threads(options.threads)
    with tempfile.TemporaryDirectory() as folder:
        dataset = example_dataset(Path(folder))  # torchvision reads it all into memory here
    loops: dict[str, Callable[[int], float]] = {
        "reference": partial(reference, dataset=dataset),
        "ours": ours,
    }
    seconds: dict[str, list[float]] = {name: [] for name in loops}
    for _ in tqdm(range(options.trials), unit="trial", disable=None, leave=False):
        for name, loop in loops.items():
            seconds[name].append(loop(options.batches))
    pairs = zip(seconds["reference"], seconds["ours"], strict=True)
    ratios = sorted(theirs / mine for theirs, mine in pairs)
    speed = {n: options.batches * BATCH / statistics.median(s) for n, s in seconds.items()}
    found = {
        "ratio": statistics.median(ratios),
        "ratio_lowest": ratios[0],
        "ratio_highest": ratios[-1],
        "images_per_second": speed,
        "trials": options.trials,
        "batches": options.batches,
        "threads": options.threads,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "torch": torch.__version__,
    }
    if options.json:
        print(json.dumps(found, indent=2))
    else:
        print(
            f"ours {speed['ours']:,.0f} and the reference {speed['reference']:,.0f} pictures per "
            f"second: {found['ratio']:.1f} times as fast ({ratios[0]:.1f} to {ratios[-1]:.1f} in "
            f"{options.trials} trials of {options.batches} batches, {options.threads} thread(s), "
            f"{found['machine']}, Python {found['python']}, torch {found['torch']})"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
