"""Trainings in which the latents of a VAE collapse to the prior, and the same ones with a cure.

    for snapshot in follow(ill("beta"), mnist_data()):
        print(snapshot.epochs, snapshot.rates.round(2))

A latent has collapsed if its posterior is the prior for every digit: its rate is 0, and the decoder
learns nothing from it (Bowman et al. 2015; Sønderby et al. 2016).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from vae_demo.datasets import DataSet
from vae_demo.digits.probe import Probe
from vae_demo.models import Codec, ModelConfig, build, rate_per_latent, reconstruct_many
from vae_demo.training.config import TrainConfig
from vae_demo.training.loop import train
from vae_demo.training.snapshots import mean_losses

SILENT = 0.1  # nats; a latent with a smaller mean rate says next to nothing
FIRST_EPOCHS = (0, 1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 3 / 4)  # later, every half epoch


@dataclass(frozen=True)
class Setup:
    """What is trained, and how."""

    model: ModelConfig
    training: TrainConfig

    def with_training(self, **changes: object) -> Setup:
        """The same model, trained with other settings."""
        return replace(self, training=replace(self.training, **changes))  # type: ignore[arg-type]


@dataclass(frozen=True)
class CollapseSnapshot:
    """The state of a training, measured on the probe."""

    epochs: float  # epochs done
    rates: np.ndarray  # (latent,) float32, nats, mean over the pictures
    losses: np.ndarray  # (2,) float32, distortion and rate, nats per image
    strip: np.ndarray  # (10, 28, 28) uint8, reconstructions of one digit of each class


_HEALTHY = Setup(ModelConfig("vae", 20), TrainConfig(epochs=3))
_CAUSES: dict[str, Setup] = {
    "beta": _HEALTHY.with_training(beta=20.0),
    # The mean over 784 pixels instead of their sum: 1/784 of the objective with this beta, and Adam
    # is invariant to a constant factor.
    "reduction": _HEALTHY.with_training(beta=784.0),
    "decoder": replace(_HEALTHY, model=ModelConfig("vae-autoregressive", 20)),
    "warm_up": Setup(ModelConfig("vae-deep", 20), TrainConfig(epochs=3, lr=0.01, beta=4.0)),
    "latents": replace(_HEALTHY, model=ModelConfig("vae", 100)),
}
CAUSES = tuple(_CAUSES)

_CURES: dict[str, Callable[[Setup], Setup]] = {
    "warm_up": lambda setup: setup.with_training(rate_from_zero=0.5),
    "cycles": lambda setup: setup.with_training(rate_from_zero=0.5, cycles=3),
    "free_bits": lambda setup: setup.with_training(free_bits=0.5),
    "beta": lambda setup: setup.with_training(beta=1.0 if setup.training.beta > 1 else 0.25),
    "decoder": lambda setup: replace(setup, model=ModelConfig("vae", setup.model.latent)),
    "latents": lambda setup: replace(setup, model=ModelConfig(setup.model.name, 20)),
}
_ONLY_FOR = {"decoder": ("decoder", "warm_up"), "latents": ("latents",)}  # cure -> causes


def cures(cause: str) -> tuple[str, ...]:
    """The cures that can be tried against a cause; not all of them help."""
    return tuple(name for name in _CURES if cause in _ONLY_FOR.get(name, CAUSES))


def ill(cause: str) -> Setup:
    """The training in which a cause makes the latents collapse.

    Raises:
        ValueError: if the cause is unknown.
    """
    if cause not in _CAUSES:
        raise ValueError(f"unknown cause {cause!r}; there are: {', '.join(CAUSES)}")
    return _CAUSES[cause]


def cured(cause: str, cure: str) -> Setup:
    """The same training with a cure.

    Raises:
        ValueError: if the cause is unknown or the cure can't be tried against it.
    """
    setup = ill(cause)
    if cure not in cures(cause):
        raise ValueError(f"no cure {cure!r} for {cause!r}; there are: {', '.join(cures(cause))}")
    return _CURES[cure](setup)


def setups() -> Mapping[str, Setup]:
    """All different trainings by name: "beta", "beta-warm_up" and so on."""
    found: dict[str, Setup] = {}
    for cause in CAUSES:
        for name, setup in [(cause, ill(cause))] + [
            (f"{cause}-{cure}", cured(cause, cure)) for cure in cures(cause)
        ]:
            if setup not in found.values():  # several cures lead to the same healthy training
                found[name] = setup
    return found


def name_of(setup: Setup) -> str:
    """The name of a training in `setups`."""
    return next(name for name, each in setups().items() if each == setup)


def follow(setup: Setup, data: DataSet) -> Iterator[CollapseSnapshot]:
    """Train from seed 0, yielding the untrained model and then each snapshot of the history."""
    model = build(setup.model, setup.training.seed)
    per_epoch = math.ceil(len(data.train) / setup.training.batch_size)
    halves = np.arange(2, 2 * setup.training.epochs + 1) / 2
    times = reversed([*FIRST_EPOCHS, *halves])  # of two at the same batch, the earlier one
    due = {round(at * per_epoch): float(at) for at in times}
    for step in train(model, data.train, setup.training, test=data.test[:1], probe=data.probe):
        if step.step in due:
            yield _measured(model, data.probe, due[step.step])


def _measured(model: Codec, probe: Probe, epochs: float) -> CollapseSnapshot:
    images = probe.images
    return CollapseSnapshot(
        epochs,
        rate_per_latent(model, images),
        np.array(mean_losses(model, images), np.float32),
        reconstruct_many(model, images[probe.strip]),
    )


def active_units(rates: np.ndarray) -> np.ndarray:
    """How many latents have a rate of at least `SILENT`, (...) for rates (..., latent)."""
    return (rates >= SILENT).sum(-1)
