"""How many latents of a small VAE stay awake at each beta that a pupil can choose.

    python -m vae_demo.classroom.betas     trains them and writes their results

A pupil's try is answered at once from these trainings: the server trains nothing for it.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import UInt8
from safetensors.numpy import load_file, save

from vae_demo.atomic import write_atomically
from vae_demo.shipped import shipped

FILE = shipped("checkpoints") / "classroom" / "betas.safetensors"
BETAS: tuple[float, ...] = (
    *(0.5, 1, 2, 3),
    *(halves / 2 for halves in range(8, 25)),  # 4 to 12, where they fall asleep
    *(14, 16, 20),
)
COUNT = 20_000  # training digits
DIGIT = 8  # of which a reconstruction is kept


@dataclass(frozen=True, eq=False)
class Awake:
    """What was measured of the VAE of one beta."""

    beta: float
    # of its 20 latents, those whose mean varies by more than 0.01 over the test digits
    latents: int
    picture: UInt8[np.ndarray, "28 28"]  # its reconstruction of a test digit


@functools.cache
def measured(path: Path = FILE) -> tuple[Awake, ...]:
    """What was measured for each of `BETAS`, in their order."""
    arrays = load_file(path)
    return tuple(
        Awake(beta, int(latents), picture)
        for beta, latents, picture in zip(BETAS, arrays["latents"], arrays["pictures"], strict=True)
    )


def main() -> None:
    """Train a VAE with each beta, with a progress bar, and write the file."""
    from tqdm import tqdm

    from vae_demo.datasets import mnist_data
    from vae_demo.sweeps.effective_betas import train_one

    data = mnist_data()
    found = [train_one(data, "bernoulli", beta, count=COUNT) for beta in tqdm(BETAS)]
    arrays = {
        "latents": np.array([each.active for each in found], np.uint8),
        "pictures": np.stack([each.reconstructions[DIGIT] for each in found]),
    }
    FILE.parent.mkdir(exist_ok=True)
    write_atomically(FILE, save(arrays))


if __name__ == "__main__":
    main()
