"""A small classifier of digits, which browsers compute: it learns to agree with the shipped one.

    python -m vae_demo.evaluation.small_classifier     trains it, measures it and writes its file

`vae_demo.evaluation.classifier` takes four million multiplications for a digit, this one 0.15
million. It learns from the other's probabilities (Hinton, Vinyals & Dean 2015) of the training
digits, of the same ones turned, resized and moved, and of what the shipped runs decode from codes
at random.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, UInt8
from torch import Tensor, nn
from torch.nn import functional as F

from vae_demo import runs
from vae_demo.atomic import write_atomically
from vae_demo.datasets import mnist_probe, mnist_test, mnist_train
from vae_demo.evaluation.classifier import augmented, probabilities, shipped_classifier
from vae_demo.latent.code_space import CodeSpace, measure_code_space
from vae_demo.models import Codec, decode_many, to_x
from vae_demo.models.losses import Images
from vae_demo.models.module_layers import module_layers
from vae_demo.models.network_file import layers_file
from vae_demo.runs.run_file import SUFFIX
from vae_demo.shipped import shipped

FILE = shipped("checkpoints") / "classifier" / "small.safetensors"
PLACES = 3000  # codes of each run, half of them random ones and half on planes of its map
WARMEST = 1.6  # temperature of random codes
EPOCHS, BATCH, LR, SEED = 12, 128, 4e-3, 0


class SmallClassifier(nn.Sequential):
    """28×28 → 8 of 14×14 → 16 of 7×7 → 64 → 10 logits: two convolutions, two dense layers, ReLU."""

    def __init__(self) -> None:
        super().__init__(
            *(nn.Conv2d(1, 8, 5, stride=2, padding=2), nn.ReLU()),
            *(nn.Conv2d(8, 16, 3, stride=2, padding=1), nn.ReLU(), nn.Flatten()),
            *(nn.Linear(16 * 49, 64), nn.ReLU(), nn.Linear(64, 10)),
        )


def plane_codes(
    space: CodeSpace, count: int, rng: np.random.Generator
) -> Float[np.ndarray, "count latent"]:
    """Codes at random places of the map's plane through random digits of the probe."""
    codes = space.codes[rng.integers(len(space.codes), size=count)]
    places = space.middle + space.reach * rng.uniform(-1, 1, (count, 2))
    moved = codes + (places - space.flat(codes)) @ space.flat.axes
    return np.asarray(moved, np.float32)


def decoded_pictures(
    model: Codec, count: int, rng: np.random.Generator
) -> UInt8[np.ndarray, "count 28 28"]:
    """What a model decodes, half from random codes and half on planes of its map."""
    space = measure_code_space(model, mnist_probe())
    half = count // 2
    warm = [space.sample(rng, rng.uniform(0, WARMEST)) for _ in range(half)]
    return decode_many(model, np.concatenate([warm, plane_codes(space, count - half, rng)]))


def decoders() -> dict[str, Codec]:
    """The shipped runs that browsers compute, by name."""
    files = sorted(runs.library.SHIPPED.glob(f"*{SUFFIX}"))
    models = {path.stem: runs.load(path).build() for path in files}
    return {name: model for name, model in models.items() if model.network()}


def training_pictures(seed: int) -> tuple[UInt8[np.ndarray, "n 28 28"], Float[np.ndarray, "n 10"]]:
    """Pictures to learn from, and the probabilities that the shipped classifier gives them."""
    rng, generator = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    digits = mnist_train().images
    turned = [
        (255 * augmented(to_x(part), generator)).round().byte().squeeze(1).numpy()
        for part in np.array_split(digits, 60)
    ]
    decoded = [decoded_pictures(model, PLACES, rng) for model in decoders().values()]
    pictures = np.concatenate([digits, *turned, *decoded])
    return pictures, probabilities(shipped_classifier(), pictures)


def learn(
    pictures: UInt8[np.ndarray, "n 28 28"],
    wanted: Float[np.ndarray, "n 10"],
    *,
    epochs: int = EPOCHS,
    seed: int = SEED,
) -> Iterator[SmallClassifier]:
    """Train a small classifier by the cross-entropy to `wanted`; yields it after each epoch."""
    generator = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng():  # torch initialises layers from the global random state
        torch.manual_seed(seed)
        model = SmallClassifier()
    targets = torch.tensor(wanted)
    steps = len(pictures) // BATCH
    optimizer = torch.optim.Adam(model.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LR, total_steps=epochs * steps)
    for _ in range(epochs):
        order = torch.randperm(len(pictures), generator=generator)[: steps * BATCH]
        for chosen in order.split(BATCH):
            optimizer.zero_grad()
            F.cross_entropy(model(to_x(pictures[chosen.numpy()])), targets[chosen]).backward()
            optimizer.step()
            schedule.step()
        yield model


@torch.inference_mode()
def read(model: nn.Module, x: Images) -> Float[Tensor, "batch 10"]:
    """The probabilities of the ten digits."""
    return model(x).softmax(1)


def agreement(model: SmallClassifier, pictures: UInt8[np.ndarray, "n 28 28"]) -> float:
    """The share of pictures of which it reads the same digit as the shipped classifier."""
    theirs = probabilities(shipped_classifier(), pictures).argmax(1)
    return float((read(model, to_x(pictures)).argmax(1).numpy() == theirs).mean())


def main() -> None:
    """Train it, print its accuracy, and write its file."""
    from tqdm import tqdm

    pictures, wanted = training_pictures(SEED)
    *_, model = tqdm(learn(pictures, wanted), total=EPOCHS)
    test = mnist_test()
    right = float((read(model, to_x(test.images)).argmax(1).numpy() == test.labels).mean())
    print(f"test digits: right {right:.4f}, as the other {agreement(model, test.images):.4f}")
    rng = np.random.default_rng(SEED + 1)
    for name, codec in decoders().items():
        codes = plane_codes(measure_code_space(codec, mnist_probe()), 1000, rng)
        print(f"planes of {name}: as the other {agreement(model, decode_many(codec, codes)):.3f}")
    write(model)


def write(model: SmallClassifier, path: Path = FILE) -> None:
    """Write its file, which browsers read, in half precision."""
    write_atomically(path, layers_file(module_layers(model, (1, 28, 28))))


if __name__ == "__main__":
    main()
