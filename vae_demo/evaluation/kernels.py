"""The kernels of two over-complete autoencoders: the weights between one unit and all pixels.

    python -m vae_demo.evaluation.kernels     trains both again and writes their kernels by epoch

A kernel of the encoder is a row of its weights, what the unit looks for; one of the decoder is a
column, what the unit draws. The kernels of the first and the last epoch come from the seed and from
the run; those between them are in the files, with 4 bits per weight.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float, Int8, UInt8
from safetensors.numpy import load_file, save

from vae_demo import runs
from vae_demo.atomic import write_atomically
from vae_demo.datasets import DataSet, mnist_data
from vae_demo.digits.mnist import PIXELS, Digits
from vae_demo.models import Codec, ModelConfig, build
from vae_demo.shipped import shipped
from vae_demo.training.config import TrainConfig
from vae_demo.training.loop import train

FOLDER = shipped("checkpoints") / "kernels"
RUNS = {"plain": "ae-500", "denoising": "dae-500"}  # trained on whole and on masked digits
SIDES = ("encoder", "decoder")
BETWEEN = (1, 4)  # epochs whose kernels are in the files
LEVELS = 7  # of a weight with 4 bits, on either side of 0

Weights = Float[np.ndarray, "units 784"]


@dataclass(frozen=True, eq=False)
class Kernels:
    """The kernels of one side of a network: weight = level · scale of the unit."""

    levels: Int8[np.ndarray, "units 784"]
    scale: Float[np.ndarray, " units"]  # float32
    bias: Float[np.ndarray, " outputs"]  # of the layer, float32; empty between two epochs

    @property
    def weights(self) -> Weights:
        return self.levels * self.scale[:, None]


@dataclass(frozen=True)
class Measured:
    """Two numbers about the weights at pixels where no training digit has ink."""

    spread: float  # their standard deviation over that of the kernel's others; median of all units
    kept: float  # their correlation with the random weights of the start; median of all units


def epochs(kind: str) -> tuple[int, ...]:
    """The epochs whose kernels can be shown."""
    return (0, *BETWEEN, int(runs.find(RUNS[kind]).history.epochs[-1]))


def kernels_at(kind: str, side: str, epoch: int) -> Kernels:
    """The kernels of a network after one of `epochs(kind)`.

    Raises:
        KeyError: if there are none of this epoch.
    """
    if epoch in BETWEEN:
        arrays = _file(FOLDER / f"{kind}.safetensors")
        levels, scale = (arrays[f"{side}.{name}.{epoch}"] for name in ("levels", "scale"))
        return Kernels(_unpacked(levels), scale, np.empty(0, np.float32))
    if epoch not in epochs(kind):
        raise KeyError(f"{kind} has no kernels of epoch {epoch}; there are: {epochs(kind)}")
    weights, bias = layer(_untrained(kind) if epoch == 0 else runs.find(RUNS[kind]).build(), side)
    return Kernels(*_quantized(weights, 127), bias)


def measured(kind: str, side: str) -> list[Measured]:
    """The numbers at each of `epochs(kind)`, of the weights before they were quantized."""
    return [Measured(*row) for row in _file(FOLDER / f"{kind}.safetensors")[side].tolist()]


def layer(model: Codec, side: str) -> tuple[Weights, np.ndarray]:
    """The kernels and the bias of one side of a network with one layer on either side."""
    found = getattr(model, side)[0]
    weights, bias = found.weight.detach().numpy(), found.bias.detach().numpy()
    return (weights if side == "encoder" else weights.T).copy(), bias.copy()


def without_ink(digits: Digits) -> Bool[np.ndarray, " 784"]:
    """The pixels at which no picture has ink."""
    return digits.images.reshape(-1, PIXELS).max(0) == 0


def measure(weights: Weights, start: Weights, bare: Bool[np.ndarray, " 784"]) -> Measured:
    """The numbers of kernels.

    Args:
        start: The kernels before the training.
        bare: The pixels without ink.
    """
    spread = np.median(weights[:, bare].std(1) / weights[:, ~bare].std(1))
    return Measured(float(spread), correlation(weights[:, bare], start[:, bare]))


def correlation(some: np.ndarray, others: np.ndarray) -> float:
    """Pearson's correlation of each row with the same row of the others, the median of all."""
    a, b = (each - each.mean(1, keepdims=True) for each in (some, others))
    return float(np.median((a * b).sum(1) / np.sqrt((a**2).sum(1) * (b**2).sum(1))))


def train_and_write(kind: str, data: DataSet, folder: Path = FOLDER) -> float:
    """Train a network on its data as its run was trained, and write its kernels.

    Returns:
        The correlation of its last kernels with the run's, the median over the units of both sides:
        products differ between processors in their last bits.
    """
    run, model, bare = runs.find(RUNS[kind]), _untrained(kind), without_ink(data.train)
    start = {side: layer(model, side)[0] for side in SIDES}
    arrays: dict[str, np.ndarray] = {}
    numbers = {side: [measure(start[side], start[side], bare)] for side in SIDES}
    config = TrainConfig(**run.training)
    steps = train(model, data.train, config, test=data.test[:1], probe=data.probe)
    shown = (*BETWEEN, run.training["epochs"])
    for step in steps:
        if not step.snapshot or step.epochs not in shown:
            continue
        for side in SIDES:
            weights, _ = layer(model, side)
            numbers[side].append(measure(weights, start[side], bare))
            if step.epochs in BETWEEN:
                levels, scale = _quantized(weights, LEVELS)
                arrays[f"{side}.levels.{step.epochs:g}"] = _packed(levels)
                arrays[f"{side}.scale.{step.epochs:g}"] = scale
    for side in SIDES:
        arrays[side] = np.array([(each.spread, each.kept) for each in numbers[side]], np.float32)
    write_atomically(folder / f"{kind}.safetensors", save(arrays))
    last = run.build()
    return min(correlation(layer(model, side)[0], layer(last, side)[0]) for side in SIDES)


def _untrained(kind: str) -> Codec:
    run = runs.find(RUNS[kind])
    return build(ModelConfig(**run.model), run.training["seed"])


@functools.cache
def _file(path: Path) -> dict[str, np.ndarray]:
    return load_file(path)


def _quantized(weights: Weights, levels: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights as whole numbers from -levels to levels, and the scale of each unit."""
    scale = np.abs(weights).max(1).astype(np.float32) / levels
    return np.rint(weights / scale[:, None]).astype(np.int8), scale


def _packed(levels: Int8[np.ndarray, "units 784"]) -> UInt8[np.ndarray, "units 392"]:
    """Two levels from -8 to 7 in each byte."""
    nibbles = (levels + 8).astype(np.uint8)
    return nibbles[:, ::2] << 4 | nibbles[:, 1::2]


def _unpacked(packed: UInt8[np.ndarray, "units 392"]) -> Int8[np.ndarray, "units 784"]:
    nibbles = np.stack([packed >> 4, packed & 15], axis=2).reshape(len(packed), -1)
    return nibbles.astype(np.int8) - 8


if __name__ == "__main__":
    for name in RUNS:
        alike = train_and_write(name, mnist_data())
        print(f"{name}: its last kernels correlate with those of {RUNS[name]} by {alike:.4f}")
