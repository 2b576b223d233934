"""How much worse models do on test digits than on training digits.

    python -m vae_demo.evaluation.generalisation     measures all shipped runs and writes their file

The losses in a history can't be compared for this: those of the training digits are means over an
epoch in which the weights change, of noisy inputs for some families. Here both are measured in the
same way, with the weights of the run: on all 10,000 test digits, and on 10,000 of the training
digits, every sixth.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
import torch
from jaxtyping import Float

from vae_demo import runs
from vae_demo.atomic import write_atomically
from vae_demo.datasets import mnist_data
from vae_demo.digits.mnist import Digits
from vae_demo.evaluation.evaluate import CHUNK
from vae_demo.evaluation.scoreboard import fingerprint
from vae_demo.models import Codec, to_x
from vae_demo.runs.run_file import SUFFIX
from vae_demo.training.pixels import sample_pixels
from vae_demo.training.snapshots import EVALUATION_SEED

NAME = "generalisation.json"
EVERY = 6  # of the 60,000 training digits

Nats = Annotated[float, msgspec.Meta(ge=-1e300, le=1e300)]


class Generalisation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The mean loss of a run on both sets, in nats per image."""

    file: str  # SHA-256 of the run's file
    train: Nats  # distortion + rate
    test: Nats
    error: Nats  # standard error of test - train

    @property
    def gap(self) -> float:
        """How much higher the loss on test digits is."""
        return self.test - self.train


@torch.inference_mode()
def digit_losses(
    model: Codec, digits: Digits, pixels: str = "grey"
) -> Float[np.ndarray, " digits"]:
    """Distortion + rate of each digit, nats; samples are those of `evaluate`."""
    generator = torch.Generator().manual_seed(EVALUATION_SEED)
    found = [np.empty(0)]
    for start in range(0, len(digits), CHUNK):
        x = to_x(digits.images[start : start + CHUNK])
        losses = model.losses(sample_pixels(x, pixels, generator), generator)
        found.append(losses.neg_elbo.double().numpy())
    return np.concatenate(found)


def measure(model: Codec, file: str, pixels: str, train: Digits, test: Digits) -> Generalisation:
    """Measure a model; `file` is the fingerprint of its run."""
    there, here = (digit_losses(model, digits, pixels) for digits in (train, test))
    error = np.sqrt(sum(each.var(ddof=1) / len(each) for each in (there, here)))
    return Generalisation(file, float(there.mean()), float(here.mean()), float(error))


def shipped() -> Path:
    """The path of the shipped measurements."""
    return runs.library.SHIPPED / NAME


def load(path: Path, files: Mapping[str, Path]) -> dict[str, Generalisation]:
    """The measurements of those runs whose file has not changed since.

    Args:
        files: Name -> file of the runs.

    Raises:
        ValueError: if the file can't be read.
    """
    try:
        found = msgspec.json.decode(path.read_bytes(), type=dict[str, Generalisation])
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        raise ValueError(f"{path} can't be read as measurements of runs: {error}") from None
    return {
        name: each
        for name, each in found.items()
        if name in files and each.file == fingerprint(files[name])
    }


def save(found: Mapping[str, Generalisation], path: Path) -> None:
    """Write measurements, one run per line."""
    lines = ",\n".join(f" {json.dumps(n)}: {json.dumps(_row(g))}" for n, g in sorted(found.items()))
    write_atomically(path, f"{{\n{lines}\n}}\n".encode())


def _row(found: Generalisation) -> dict[str, object]:
    return {
        name: round(value, 4) if isinstance(value, float) else value
        for name, value in msgspec.structs.asdict(found).items()
    }


def main() -> None:
    """Measure all shipped runs, with a progress bar, and write their file."""
    from tqdm import tqdm

    data = mnist_data()
    every = data.train[::EVERY]
    found = {}
    for path in tqdm(sorted(runs.library.SHIPPED.glob(f"*{SUFFIX}"))):
        run = runs.load(path)
        found[path.stem] = measure(run.build(), fingerprint(path), run.pixels, every, data.test)
    save(found, shipped())


if __name__ == "__main__":
    main()
