"""Encoders of a shipped run at moments of its training, whose history has only the decoders.

    python -m vae_demo.runs.encoders     trains vae-2 again and writes them, in some seconds

The same seed gives the same training, but for the order of sums on another number of cores. The
recorded codes check the encoders.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file, save_file

from vae_demo.digits.mnist import probe, train_digits
from vae_demo.models import Codec, ModelConfig, build, embed_many
from vae_demo.runs.decoders import models_by_snapshot
from vae_demo.runs.library import find
from vae_demo.runs.run import Run
from vae_demo.shipped import shipped
from vae_demo.training.config import TrainConfig
from vae_demo.training.loop import train

FOLDER = shipped("checkpoints") / "encoders"
RUN = "vae-2"
EPOCHS = (0.125, 0.25, 0.5)
NEAR = 0.01  # largest difference of most codes, as a share of the largest code


def models_in_training(run: Run) -> dict[float, Codec]:
    """Epochs done -> the model at that moment, for the moments whose encoders are shipped.

    Moments whose encoder does not belong to the run are left out.
    """
    found: dict[float, Codec] = {}
    for epochs, model in zip(run.history.epochs, models_by_snapshot(run), strict=False):
        path = _path(run.name, float(epochs))
        if not path.is_file():
            continue
        copy = build(ModelConfig(**run.model))
        encoder = {name: torch.from_numpy(value).float() for name, value in load_file(path).items()}
        copy.encoder.load_state_dict(encoder)
        copy.decoder.load_state_dict(model.decoder.state_dict())
        if _belongs(copy, run, float(epochs)):
            found[float(epochs)] = copy.eval()
    return found


def write() -> None:
    """Train `RUN` again and write its encoders at `EPOCHS`.

    Raises:
        RuntimeError: if the codes differ from those of the history.
    """
    run = find(RUN)
    config = TrainConfig(**run.training)
    model = build(ModelConfig(**run.model), seed=config.seed)
    FOLDER.mkdir(exist_ok=True)
    for step in train(model, train_digits(), config):
        if step.epochs in EPOCHS:
            if not _belongs(model, run, step.epochs):
                raise RuntimeError(
                    f"after {step.epochs} epochs, the codes differ from those of {RUN}"
                )
            weights = {
                name: value.detach().numpy().astype(np.float16)
                for name, value in model.encoder.state_dict().items()
            }
            save_file(weights, _path(RUN, step.epochs))
        if step.epochs >= max(EPOCHS):
            return


def _belongs(model: Codec, run: Run, epochs: float) -> bool:
    codes = run.history.codes[list(run.history.epochs).index(epochs)].astype(np.float32)
    away = np.abs(embed_many(model, probe().images) - codes)
    return bool(np.quantile(away, 0.99) < NEAR * float(np.abs(codes).max()))


def _path(run: str, epochs: float) -> Path:
    return FOLDER / f"{run}-{epochs:g}.safetensors"


if __name__ == "__main__":
    write()
