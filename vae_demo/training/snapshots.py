"""When a training takes a snapshot, and how a snapshot is measured."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import nn

from vae_demo.digits.mnist import Digits
from vae_demo.digits.probe import Probe
from vae_demo.models import Codec, code_vectors_many, reconstruct_many, to_x
from vae_demo.models.losses import Losses
from vae_demo.training.history import Snapshot
from vae_demo.training.pixels import sample_pixels

FIRST_EPOCH = (0.125, 0.25, 0.5)  # snapshots inside the first epoch
LONG_RUN, KEPT_EPOCHS = 120, 30  # a run of more than 120 epochs records about 30 of them
EVALUATION_SEED = 0  # seed of the samples of z for reported numbers
CHUNK = 1000  # pictures at a time


def snapshot_steps(epochs: int, per_epoch: int) -> dict[int, float]:
    """Step -> epochs done, for every snapshot except that of the untrained model.

    Snapshots are taken at ⅛, ¼ and ½ of the first epoch, if it has at least 8 steps, and after
    every epoch. A run of more than `LONG_RUN` epochs records about `KEPT_EPOCHS` epochs, including
    the last one.
    """
    within = {max(1, round(f * per_epoch)): f for f in FIRST_EPOCH if per_epoch >= 8}
    every = math.ceil(epochs / KEPT_EPOCHS) if epochs > LONG_RUN else 1
    recorded = {*range(every, epochs + 1, every), epochs}
    return within | {e * per_epoch: float(e) for e in sorted(recorded)}


def take_snapshot(
    model: Codec,
    epochs: float,
    train_means: tuple[float, float],
    test: Digits,
    probe: Probe,
    pixels: str = "grey",
    *,
    keep_decoder: bool = False,
    keep_encoder: bool = False,
) -> Snapshot:
    """A snapshot of a model, measured on `test` and the probe.

    Args:
        epochs: The number of epochs done.
        train_means: Mean distortion and rate of the training since the last snapshot.
        pixels: As in `TrainConfig`.
        keep_decoder, keep_encoder: Whether to record the weights of that side.
    """
    return Snapshot(
        epochs,
        *train_means,
        *mean_losses(model, test.images, pixels),
        codes=probe_codes(model, probe),
        strip=reconstruct_many(model, probe.images[probe.strip]),
        decoder=_weights(model.decoder) if keep_decoder else None,
        encoder=_weights(model.encoder) if keep_encoder else None,
    )


def probe_codes(model: Codec, probe: Probe) -> np.ndarray:
    """The probe's `Codec.code_vectors` as float16, clipped to finite values."""
    limit = np.finfo(np.float16).max  # a model that diverges exceeds it
    return np.clip(code_vectors_many(model, probe.images), -limit, limit).astype(np.float16)


def _weights(side: nn.Module) -> dict[str, np.ndarray]:
    """The weights of the encoder or the decoder by name, as float16."""
    return {name: value.numpy().astype(np.float16) for name, value in side.state_dict().items()}


@torch.inference_mode()
def mean_losses(model: Codec, images: np.ndarray, pixels: str = "grey") -> tuple[float, float]:
    """Mean distortion and rate over (n, 28, 28) uint8, nats per image.

    Pixels and codes are sampled with the default seed of `evaluate`.
    """
    generator = torch.Generator().manual_seed(EVALUATION_SEED)
    total = np.zeros(2)
    for start in range(0, len(images), CHUNK):
        x = sample_pixels(to_x(images[start : start + CHUNK]), pixels, generator)
        total += np.array(batch_means(model.losses(x, generator))) * len(x)
    return total[0] / len(images), total[1] / len(images)


def batch_means(losses: Losses) -> tuple[float, float]:
    """Mean distortion and rate of a batch, nats per image."""
    return losses.distortion.mean().item(), losses.rate.mean().item()
