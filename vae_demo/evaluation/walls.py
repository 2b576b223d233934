"""The quality of a wall of samples, and what `benchmarks/samples.py` measured of many walls."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import msgspec
import numpy as np
import torch

from vae_demo.datasets import mnist_train
from vae_demo.digits.mnist import check_pictures
from vae_demo.distributions import Place
from vae_demo.evaluation.classifier import features
from vae_demo.evaluation.nearest import nearest_training_digits
from vae_demo.evaluation.quality import (
    classifier_and_features,
    effective_classes,
    frechet_distance,
    recognised,
)
from vae_demo.shipped import shipped

RESULTS = shipped("checkpoints") / "distributions" / "results.json"

Spread = tuple[float, float]
"""Mean and standard deviation over seeds."""


@dataclass(frozen=True)
class WallQuality:
    """Numbers of many pictures; for the first three see `quality.SampleQuality`."""

    recognised: float  # share
    distance: float  # Fréchet distance
    kinds: float  # effective number of digits, 1 to 10
    nearest: float  # median root mean square difference per pixel to the nearest training digit


def wall_quality(pictures: np.ndarray) -> WallQuality:
    """Measure pictures (n, 28, 28) uint8.

    Raises:
        ValueError: if the shape or type is wrong, or there are fewer than 2 pictures.
    """
    check_pictures(pictures, 2)
    classifier, real = classifier_and_features()
    seen = features(classifier, pictures)
    with torch.inference_mode():
        read = classifier.name(torch.from_numpy(seen)).softmax(1).numpy()
    _, squared = nearest_training_digits(pictures, mnist_train())
    return WallQuality(
        recognised=float(recognised(read).mean()),
        distance=frechet_distance(seen, real),
        kinds=effective_classes(read),
        nearest=float(np.median(np.sqrt(squared / pictures[0].size))),
    )


class MeasuredWall(msgspec.Struct, frozen=True):
    """A wall in the file."""

    run: str
    place: Place
    temperature: float
    numbers: dict[str, Spread]  # by the names of `WallQuality`


class MeasuredWalls(msgspec.Struct, frozen=True):
    """The file."""

    count: int  # digits of each seed
    seeds: int
    real: dict[str, Spread]  # of real test digits
    walls: list[MeasuredWall]


@functools.cache
def measured_walls() -> MeasuredWalls:
    """What `benchmarks/samples.py --write` measured."""
    return msgspec.json.decode(RESULTS.read_bytes(), type=MeasuredWalls)
