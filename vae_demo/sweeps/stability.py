"""The same models trained with three seeds, and the codes that each gives the digits of the probe.

python -m vae_demo.sweeps.stability     trains them and writes their codes
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float
from safetensors.numpy import load_file, save

from vae_demo.atomic import write_atomically
from vae_demo.datasets import DataSet, mnist_data
from vae_demo.latent.procrustes import align, common_neighbours
from vae_demo.shipped import shipped
from vae_demo.training.config import TrainConfig

FILE = shipped("checkpoints") / "stability" / "codes.safetensors"
MODELS, LATENTS, SEEDS = ("ae", "vae"), (2, 20), (0, 1, 2)
EPOCHS = 2

Codes = Float[np.ndarray, "seeds n latent"]


@dataclass(frozen=True, eq=False)
class Stability:
    """The code spaces of a model's trainings, aligned with the first of them."""

    codes: Codes  # as they were trained
    aligned: Codes  # the first one, and the others moved, turned, mirrored and scaled onto it
    agreements: tuple[float, ...]  # of each pair, see `align`
    by_chance: float  # the agreement of the first pair if its digits are shuffled
    neighbours: tuple[float, ...]  # of each pair, see `common_neighbours`


def stability(codes: Codes) -> Stability:
    """Compare the codes that trainings give to the same digits."""
    first, *others = codes.astype(np.float64)
    pairs = list(itertools.combinations((first, *others), 2))
    shuffled = np.random.default_rng(0).permutation(others[0])
    return Stability(
        codes=codes,
        aligned=np.stack([first, *(align(first, other).codes for other in others)]),
        agreements=tuple(align(*pair).agreement for pair in pairs),
        by_chance=align(first, shuffled).agreement,
        neighbours=tuple(common_neighbours(*pair) for pair in pairs),
    )


@functools.cache
def shipped_stability(model: str, latent: int, path: Path = FILE) -> Stability:
    """The shipped codes of a model of `MODELS` with one of `LATENTS`.

    Raises:
        KeyError: if there are no others.
    """
    return stability(load_file(path)[name_of(model, latent)].astype(np.float32))


def name_of(model: str, latent: int) -> str:
    return f"{model}-{latent}"


def train_codes(
    data: DataSet, model: str, latent: int, seed: int, *, epochs: int = EPOCHS, count: int = 60_000
) -> Float[np.ndarray, "n latent"]:
    """Train a model on the first `count` training pictures; the codes of the probe."""
    from vae_demo.models import ModelConfig, build, embed_many
    from vae_demo.training.loop import train

    built = build(ModelConfig(model, latent), seed)
    config = TrainConfig(epochs=epochs, seed=seed)
    for _ in train(built, data.train[:count], config, test=data.test[:1], probe=data.probe):
        pass  # what its snapshots would measure is not needed
    return embed_many(built, data.probe.images)


def all_codes(data: DataSet) -> Iterator[tuple[str, np.ndarray]]:
    """Train all; yields the name and the codes of each training."""
    for model, latent, seed in itertools.product(MODELS, LATENTS, SEEDS):
        yield name_of(model, latent), train_codes(data, model, latent, seed)


def write(codes: Mapping[str, list[np.ndarray]], path: Path = FILE) -> None:
    """Write the file that `shipped_stability` reads, in half precision."""
    arrays = {name: np.stack(each).astype(np.float16) for name, each in codes.items()}
    write_atomically(path, save(arrays))


def main() -> None:
    """Train all of them, with a progress bar, write their file, and print how far they agree."""
    from tqdm import tqdm

    found: dict[str, list[np.ndarray]] = {}
    for name, codes in tqdm(all_codes(mnist_data()), total=len(MODELS) * len(LATENTS) * len(SEEDS)):
        found.setdefault(name, []).append(codes)
    write(found)
    for model, latent in itertools.product(MODELS, LATENTS):
        result = shipped_stability(model, latent)
        agreements, neighbours = np.mean(result.agreements), np.mean(result.neighbours)
        print(f"{name_of(model, latent)}: agreement {agreements:.3f}, neighbours {neighbours:.3f}")


if __name__ == "__main__":
    main()
