"""The commands `repair train`, `repair train-compressor` and `repair calibrate`."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from vae_demo.atomic import write_atomically
from vae_demo.commands.output import check_out
from vae_demo.repair import SCORE_NAMES

_READER_EPOCHS, _READER_SEED = 3, 77  # of the classifier that a network is trained with
_SAID_EVERY = 469  # batches, which are an epoch


def train(options: argparse.Namespace) -> None:
    """Train a network that repairs digits on all 60,000 training digits."""
    from vae_demo.digits import mnist
    from vae_demo.evaluation.classifier import train_classifier
    from vae_demo.repair import networks
    from vae_demo.repair.training import RECIPES, train_network

    out, recipe = Path(options.out), RECIPES[options.name]
    check_out(out, suffix=".safetensors", replace=options.force)
    digits, reader = mnist.train_digits(), None
    if recipe.read:  # not the classifier that measures the results
        print("training the classifier that reads them ...")
        *_, (_, reader) = train_classifier(digits, epochs=_READER_EPOCHS, seed=_READER_SEED)
        reader.requires_grad_(False)
    steps = train_network(recipe, digits, options.seed, reader)
    step, mean = _last_step(steps, "mse {:.5f}")
    trained = {"recipe": options.name, "epochs": recipe.epochs, "seed": options.seed, "mse": mean}
    raw = networks.dumps(step.network, recipe.kind, recipe.settings, trained)
    write_atomically(out, raw)
    print(f"saved {out}")


def train_compressor(options: argparse.Namespace) -> None:
    """Train a model that compresses digits on all 60,000 training digits."""
    from vae_demo.digits import mnist
    from vae_demo.repair.compress.training import train_named

    out = Path(options.out)
    check_out(out, suffix=".safetensors", replace=options.force)
    step, _ = _last_step(train_named(options.name, mnist.train_digits(), options.seed), "{:.4f}")
    write_atomically(out, step.dumps())
    print(f"saved {out}")


def calibrate(options: argparse.Namespace) -> None:
    """Score the held-out digits, for the thresholds of `anomaly`."""
    from tqdm import tqdm

    from vae_demo.digits import mnist
    from vae_demo.repair.anomaly import HELD_OUT
    from vae_demo.repair.anomaly import calibrate as compute

    out = Path(options.out)
    check_out(out, suffix=".safetensors", replace=options.force)
    steps = compute(mnist.train_digits(), mnist.test_digits()[HELD_OUT])
    with tqdm(steps, total=len(SCORE_NAMES), disable=None, leave=False) as bar:
        for name, found in bar:
            middle = sorted(found.scores[name])[len(found.scores[name]) // 2]
            bar.write(f"{name:>14}  median {middle:.4f}")
    write_atomically(out, found.dumps())
    print(f"saved {out}")


def _last_step(steps: Iterable[Any], shown: str) -> tuple[Any, float]:
    """Run a training; returns its last step, and the mean loss of the last epoch.

    Args:
        steps: One for each batch, with `batch`, `batches` and `loss`.
        shown: How the mean loss is printed, once an epoch.
    """
    from tqdm import tqdm

    start, losses = time.perf_counter(), []
    with tqdm(unit="batch", disable=None, leave=False) as bar:  # hidden if there is no terminal
        for step in steps:
            losses.append(step.loss)
            bar.total = step.batches
            bar.update()
            if step.batch % _SAID_EVERY == 0 or step.batch == step.batches:
                mean, seconds = sum(losses) / len(losses), time.perf_counter() - start
                told = f"{shown.format(mean)}  {seconds:6.1f} s"
                bar.write(f"batch {step.batch:>5} of {step.batches}  {told}")
                losses.clear()
    return step, mean
