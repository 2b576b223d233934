"""The model of a run at the snapshots of its training.

A history has the weights of both sides if the run was trained with `--keep-weights`. That of vae-2
has only the decoder's, so the weights of a second training with the same settings are shipped:

    python -m vae_demo.runs.past_weights     trains it and writes them, in two minutes
"""

from __future__ import annotations

import lzma
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load, save

from vae_demo.atomic import write_atomically
from vae_demo.datasets import DataSet, mnist_data
from vae_demo.models import Codec, ModelConfig, build
from vae_demo.runs.library import find
from vae_demo.runs.run import Run
from vae_demo.shipped import shipped
from vae_demo.training.config import TrainConfig
from vae_demo.training.loop import train

RUN = "vae-2"
FILE = shipped("checkpoints") / "past_weights" / f"{RUN}.xz"
SMALL = 10_000  # numbers; larger arrays are stored in coarser steps
STEP, SMALL_STEP = 0.01, 0.002
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 6, "lc": 1, "lp": 1, "pb": 1}]  # for 16 bits


@dataclass(frozen=True, eq=False)
class PastWeights:
    """The weights of a training at each of its snapshots."""

    epochs: np.ndarray  # (t,) float32, epochs done
    weights: Mapping[str, np.ndarray]  # name in the state dict -> (t, ...)
    steps: Mapping[str, float] = field(default_factory=dict)  # units of arrays of whole numbers
    second: bool = False  # whether they are of a second training

    def at(self, snapshot: int) -> dict[str, torch.Tensor]:
        """The state dict of a snapshot, float32."""
        return {
            name: torch.from_numpy(value[snapshot] * np.float32(self.steps.get(name, 1)))
            for name, value in self.weights.items()
        }


def past_weights(run: Run, file: Path = FILE) -> PastWeights | None:
    """The weights of a run at each snapshot; None if they were not kept, or don't fit the run.

    Args:
        file: That of the second training of `RUN`.
    """
    history = run.history
    kept = {
        f"{side}.{name}": value
        for side, of_side in (("encoder", history.encoder), ("decoder", history.decoder))
        for name, value in of_side.items()
    }
    shapes = {name: value.shape for name, value in run.weights.items()}
    if shapes == {name: value.shape[1:] for name, value in kept.items()}:
        return PastWeights(history.epochs, kept)
    if run.name != RUN or not file.is_file():
        return None
    second = _read(file.read_bytes())
    of_second = {name: value.shape[1:] for name, value in second.weights.items()}
    return second if shapes == of_second else None


def model_at(run: Run, weights: PastWeights, snapshot: int) -> Codec:
    """The model of a run with the weights of a snapshot, in evaluation mode."""
    model = build(ModelConfig(**run.model))
    model.load_state_dict(weights.at(snapshot))
    return model.eval()


def write(data: DataSet, file: Path = FILE) -> None:
    """Train `RUN` again on its data and write its weights at each snapshot."""
    run = find(RUN)
    config = TrainConfig(**run.training)
    model = build(ModelConfig(**run.model), seed=config.seed)
    epochs: list[float] = []
    states: list[dict[str, np.ndarray]] = []
    for step in train(model, data.train, config, test=data.test, probe=data.probe):
        if step.snapshot:
            epochs.append(step.epochs)
            states.append({n: value.numpy().copy() for n, value in model.state_dict().items()})
    file.parent.mkdir(exist_ok=True)
    write_atomically(file, _packed(epochs, states))


def _packed(epochs: Sequence[float], states: Sequence[Mapping[str, np.ndarray]]) -> bytes:
    """Weights as whole numbers of steps, each snapshot as the difference to the one before."""
    arrays = {"epochs": np.array(epochs, np.float32)}
    for name in states[0]:
        step = STEP if states[0][name].size > SMALL else SMALL_STEP
        whole = np.rint(np.stack([each[name] for each in states]) / step).astype(np.int16)
        arrays[f"step.{name}"] = np.array([step], np.float32)
        arrays[f"change.{name}"] = np.diff(whole, axis=0, prepend=np.zeros_like(whole[:1]))
    return lzma.compress(save(arrays), filters=_FILTERS)


def _read(raw: bytes) -> PastWeights:
    arrays = load(lzma.decompress(raw))
    names = [n.removeprefix("change.") for n in arrays if n.startswith("change.")]
    whole = {n: np.cumsum(arrays[f"change.{n}"], 0, dtype=np.int16) for n in names}
    steps = {n: arrays[f"step.{n}"].item() for n in names}
    return PastWeights(arrays["epochs"], whole, steps, second=True)


if __name__ == "__main__":
    write(mnist_data())
