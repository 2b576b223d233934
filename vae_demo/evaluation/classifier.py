"""Two classifiers of digits, which assess generated digits.

Both are small convolutional networks, trained by `python -m vae_demo classifier` with different
architectures and seeds, so that they don't share their mistakes. Their weights and their accuracies
on the 10,000 test digits are in `checkpoints/classifier/`.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from safetensors import SafetensorError
from safetensors.torch import load as _parse
from safetensors.torch import save as _serialise
from torch import Tensor, nn
from torch.nn import functional as F

from vae_demo.digits.mnist import Digits
from vae_demo.evaluation import CLASSIFIERS
from vae_demo.models import to_x
from vae_demo.models.losses import Images
from vae_demo.shipped import shipped

SHIPPED = shipped("checkpoints") / "classifier" / "digits.safetensors"
SECOND = SHIPPED.with_name("second.safetensors")
FEATURES = 128
_CHUNK = 1000
_ROTATION, _SCALE, _SHIFT = 0.2, 0.15, 0.12  # augmentation: radians, share, share of half a side


class Classifier(nn.Module):
    """Convolutions with 16, 32, 32 and 64 channels, halving after the 1st and 3rd; 128 features."""

    def __init__(self) -> None:
        super().__init__()
        self.look = self.layers()
        self.name = nn.Linear(FEATURES, 10)

    @staticmethod
    def layers() -> nn.Sequential:
        """The layers from pictures to features."""
        return nn.Sequential(
            *(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 32, 3, padding=1)),
            *(nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3, padding=1), nn.ReLU()),
            *(nn.Flatten(), nn.Linear(64 * 49, FEATURES), nn.ReLU()),
        )

    def forward(self, x: Images) -> Float[Tensor, "batch 10"]:
        """Logits of the ten digits."""
        return self.name(self.look(x))


class StridedClassifier(Classifier):
    """Convolutions with 24, 48 and 64 channels in strides of 2, without pooling; 128 features."""

    @staticmethod
    def layers() -> nn.Sequential:
        return nn.Sequential(
            *(nn.Conv2d(1, 24, 5, 2, padding=2), nn.GELU()),
            *(nn.Conv2d(24, 48, 5, 2, padding=2), nn.GELU()),
            *(nn.Conv2d(48, 64, 3, 2, padding=1), nn.GELU()),
            *(nn.Flatten(), nn.Linear(64 * 16, FEATURES), nn.GELU()),
        )


ARCHITECTURES = dict(zip(CLASSIFIERS, (Classifier, StridedClassifier), strict=True))


def train_classifier(
    digits: Digits, *, epochs: int, seed: int, architecture: str = "pooling"
) -> Iterator[tuple[int, Classifier]]:
    """Train a classifier on augmented digits; yields each epoch's number and the classifier."""
    generator = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):  # torch initialises layers from the global generator
        torch.manual_seed(seed)
        model = ARCHITECTURES[architecture]()
    size = 128
    steps = epochs * (len(digits) // size)
    optimizer = torch.optim.Adam(model.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, total_steps=steps)
    for epoch in range(epochs):
        model.train()
        order = torch.randperm(len(digits), generator=generator)[: steps // epochs * size]
        for chosen in order.numpy().reshape(-1, size):
            x = augmented(to_x(digits.images[chosen]), generator)
            wanted = torch.tensor(digits.labels[chosen].astype(np.int64))
            optimizer.zero_grad()
            F.cross_entropy(model(x), wanted, label_smoothing=0.05).backward()
            optimizer.step()
            schedule.step()
        model.eval()
        yield epoch + 1, model


def augmented(x: Images, generator: torch.Generator) -> Images:
    """Rotate, resize and shift each picture at random."""

    def draw(reach: float) -> Tensor:
        return reach * (2 * torch.rand(len(x), generator=generator) - 1)

    rotation, scale, shear = draw(_ROTATION), 1 + draw(_SCALE), draw(_ROTATION)
    cos, sin = scale * rotation.cos(), scale * rotation.sin()
    rows = torch.stack([cos, shear - sin, draw(_SHIFT), sin, cos, draw(_SHIFT)], 1)
    places = F.affine_grid(rows.unflatten(1, (2, 3)), list(x.shape), align_corners=False)
    return F.grid_sample(x, places, align_corners=False)


@torch.inference_mode()
def probabilities(model: Classifier, pixels: np.ndarray) -> np.ndarray:
    """The probabilities of the ten digits, (n, 10) float32, for pixels (n, 28, 28) uint8."""
    parts = [model(to_x(pixels[i : i + _CHUNK])).softmax(1) for i in range(0, len(pixels), _CHUNK)]
    return torch.cat([torch.empty(0, 10), *parts]).numpy()


@torch.inference_mode()
def features(model: Classifier, pixels: np.ndarray) -> np.ndarray:
    """The features before the last layer, (n, 128) float32, for pixels (n, 28, 28) uint8."""
    parts = [model.look(to_x(pixels[i : i + _CHUNK])) for i in range(0, len(pixels), _CHUNK)]
    return torch.cat([torch.empty(0, FEATURES), *parts]).numpy()


def accuracy(model: Classifier, digits: Digits) -> float:
    """The share of digits that are classified correctly."""
    return float((probabilities(model, digits.images).argmax(1) == digits.labels).mean())


def dumps(model: Classifier, described: dict[str, float]) -> bytes:
    """Serialize the classifier to the bytes of its file, with weights in half precision."""
    weights = {name: value.half() for name, value in model.state_dict().items()}
    return _serialise(weights, {"classifier": json.dumps(described)})


def load_classifier(path: Path = SHIPPED, architecture: str = "pooling") -> Classifier:
    """The first shipped classifier, or one from another file.

    Raises:
        ValueError: if the file is missing or damaged.
    """
    try:
        weights = {name: value.float() for name, value in _parse(path.read_bytes()).items()}
        model = ARCHITECTURES[architecture]()
        model.load_state_dict(weights)
    except (OSError, SafetensorError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"{path} can't be read as a classifier: {reason}") from None
    return model.eval()


@functools.cache
def shipped_classifier() -> Classifier:
    """The first shipped classifier, loaded at the first call. Do not change it.

    Raises:
        ValueError: if its file is missing or damaged.
    """
    return load_classifier()


def load_both() -> tuple[Classifier, Classifier]:
    """The two shipped classifiers.

    Raises:
        ValueError: if a file is missing or damaged.
    """
    return load_classifier(), load_classifier(SECOND, "strided")
