"""Fine-tune a run on kept drawings, and make a run of the result."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace

import numpy as np

from vae_demo import runs
from vae_demo.datasets import MNIST
from vae_demo.digits import mnist
from vae_demo.digits.mnist import Digits
from vae_demo.evaluation.evaluate import evaluate
from vae_demo.models import Codec, reconstruct_many
from vae_demo.runs import Run
from vae_demo.training.handwriting import BATCH, FineTuneStep, fine_tune, split_drawings
from vae_demo.training.history import History
from vae_demo.training.snapshots import take_snapshot

SHOWN = 8  # held-back drawings in the live picture


@dataclass(frozen=True)
class FineTuningProgress:
    """The progress of a fine-tuning, for the page."""

    first: FineTuneStep  # before the first step
    step: FineTuneStep
    originals: np.ndarray  # (k, 28, 28) uint8, drawings that were held back
    before: np.ndarray  # (k, 28, 28) uint8, their reconstructions by the shipped run
    now: np.ndarray  # (k, 28, 28) uint8
    run: Run | None = None  # the result, at the end


def tuned(run: Run, drawings: Digits) -> Iterator[FineTuningProgress]:
    """Fine-tune a copy of a run's model, yielding now and then; the last value has the new run."""
    model = run.build()
    own, held = split_drawings(drawings)
    shown = held.images[:SHOWN]
    before = reconstruct_many(model, shown)
    model.train()
    first = step = None
    digits, test = mnist.train_digits(), mnist.test_digits()
    for step in fine_tune(model, own, digits, test, held_back=held):
        first = first or step
        yield FineTuningProgress(first, step, shown, before, reconstruct_many(model, shown))
    assert first and step
    model.eval()
    done = _run(run, model, len(drawings), step)
    yield FineTuningProgress(first, step, shown, before, reconstruct_many(model, shown), done)


def _run(base: Run, model: Codec, count: int, last: FineTuneStep) -> Run:
    """The fine-tuned run; its history has a snapshot before and one after."""
    test = mnist.test_digits()
    results = evaluate(model, test, pixels=base.pixels)
    before = base.history.snapshots()[-1]
    means = results["distortion"], results["rate"]
    epochs = before.epochs + last.step * BATCH / len(mnist.train_digits())
    seen = mnist.test_digits()[:1000], mnist.shown_probe()
    after = take_snapshot(model, epochs, means, *seen, base.pixels)
    after = replace(after, test_distortion=means[0], test_rate=means[1])
    if before.codes.shape != after.codes.shape:  # long codes are stored shortened
        before = replace(before, codes=after.codes)
    return Run(
        name=f"my-{base.name}"[:40],
        model=base.model,
        training=base.training,
        results=results,
        history=History.of([before, after]),
        weights={n: deepcopy(w.detach().numpy()) for n, w in model.state_dict().items()},
        data=replace(MNIST, name=f"mnist + {count} drawings"),
    )


def free_name(name: str, taken: list[str]) -> str:
    """A name for a run that is not that of another one: with a number, if need be."""
    found, number = name, 2
    while found in taken:
        found, number = f"{name[:36]}-{number}", number + 1
    return runs.check_name(found)
