"""Small VAEs, each trained with one effective beta, and what has become of each.

    python -m vae_demo.sweeps.effective_betas     trains them and writes their results

The betas are those to which the reductions of `vae_demo.models.reductions` amount, and some between
them.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float, UInt8
from safetensors.numpy import load_file, save

from vae_demo.atomic import write_atomically
from vae_demo.datasets import DataSet, mnist_data
from vae_demo.latent.activity import active
from vae_demo.shipped import shipped
from vae_demo.training.config import TrainConfig

FILE = shipped("checkpoints") / "loss" / "trained.safetensors"
BETAS: dict[str, tuple[float, ...]] = {
    "bernoulli": (
        *(0, 0.05 / 128, 1 / 128, 0.05, 0.1, 39.2 / 128, 0.5, 1),
        *(2, 4, 784 / 128, 12, 39.2, 78.4, 128, 784),
    ),
    "gaussian": (
        *(0, 0.025 / 128, 0.5 / 128, 0.01, 0.025, 0.05, 19.6 / 128, 39.2 / 128),
        *(0.5, 1, 2, 392 / 128, 784 / 128, 19.6, 39.2, 392),
    ),
}
LATENT = 20
EPOCHS = 8
SAMPLES = 20
SAMPLES_SEED = 0
ARRAYS = ("losses", "rates", "active", "reconstructions", "samples")


@dataclass(frozen=True, eq=False)
class Trained:
    """What a VAE does that was trained with one beta; its losses are over all test digits."""

    beta: float
    distortion: float  # nats per image
    rate: float  # nats per image
    rates: Float[np.ndarray, " latent"]  # nats per image of each latent
    active: int  # number of latents whose mean varies by more than 0.01 over the digits
    reconstructions: UInt8[np.ndarray, "10 28 28"]  # of the probe's strip
    samples: UInt8[np.ndarray, "samples 28 28"]  # decoded codes drawn from the prior


def nearest(likelihood: str, beta: float) -> Trained:
    """The VAE whose beta has the smallest ratio to `beta`; 0 is near to 0 and nothing else."""
    found = trained(FILE)[likelihood]
    if beta == 0:
        return found[0]
    return min(found[1:], key=lambda each: abs(np.log(each.beta / beta)))


@functools.cache
def trained(path: Path) -> dict[str, list[Trained]]:
    """Likelihood -> the VAEs of a file, in the order of their betas."""
    arrays = load_file(path)
    found = {}
    for likelihood, betas in BETAS.items():
        losses, rates, active, reconstructions, samples = (
            arrays[f"{likelihood}.{name}"] for name in ARRAYS
        )
        found[likelihood] = [
            Trained(
                beta=beta,
                distortion=float(losses[i, 0]),
                rate=float(losses[i, 1]),
                rates=rates[i],
                active=int(active[i]),
                reconstructions=reconstructions[i],
                samples=samples[i],
            )
            for i, beta in enumerate(betas)
        ]
    return found


def train_one(
    data: DataSet, likelihood: str, beta: float, epochs: int = EPOCHS, count: int = 60_000
) -> Trained:
    """Train a VAE with one beta on the first `count` training pictures, and measure it."""
    import torch

    from vae_demo.evaluation.evaluate import evaluate
    from vae_demo.models import (
        ModelConfig,
        build,
        decode_many,
        embed_many,
        rate_per_latent,
        reconstruct_many,
    )
    from vae_demo.training.loop import train

    model = build(ModelConfig("vae", LATENT, likelihood), seed=0)
    config = TrainConfig(epochs=epochs, beta=beta)
    for _ in train(model, data.train[:count], config, test=data.test[:1], probe=data.probe):
        pass  # what its snapshots would measure is not needed
    results = evaluate(model, data.test)
    codes = model.sample_prior(SAMPLES, torch.Generator().manual_seed(SAMPLES_SEED))
    return Trained(
        beta,
        results["distortion"],
        results["rate"],
        rate_per_latent(model, data.test.images),
        int(active(embed_many(model, data.test.images)).sum()),
        reconstruct_many(model, data.probe.images[data.probe.strip]),
        decode_many(model, codes.numpy()),
    )


def write(found: dict[str, list[Trained]], path: Path = FILE) -> None:
    """Write the file that `trained` reads."""
    arrays: dict[str, np.ndarray] = {}
    for likelihood, each in found.items():
        columns: tuple[np.ndarray, ...] = (
            np.array([(one.distortion, one.rate) for one in each], np.float32),
            np.stack([one.rates for one in each]),
            np.array([one.active for one in each], np.uint8),
            np.stack([one.reconstructions for one in each]),
            np.stack([one.samples for one in each]),
        )
        names = (f"{likelihood}.{name}" for name in ARRAYS)
        arrays |= zip(names, columns, strict=True)
    write_atomically(path, save(arrays))


def main() -> None:
    """Train all of them, with a progress bar, and write their file."""
    from tqdm import tqdm

    every = [(likelihood, beta) for likelihood, betas in BETAS.items() for beta in betas]
    found: dict[str, list[Trained]] = {likelihood: [] for likelihood in BETAS}
    data = mnist_data()
    for likelihood, beta in tqdm(every):
        found[likelihood].append(train_one(data, likelihood, beta))
    write(found)


if __name__ == "__main__":
    main()
