"""The settings of the Train page, and the presets of the course texts."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace

from vae_demo.models import MODELS
from vae_demo.training.config import FAST
from vae_demo.training.loop import fastest_precision


@dataclass(frozen=True)
class TrainingSettings:
    """The values of all controls; see `ModelConfig` and `TrainConfig` for their meanings."""

    data: str = "mnist"
    model: str = "vae"
    latent: int = 2
    likelihood: str = "bernoulli"
    beta: float = 1.0
    rate_from_zero: float = 0.0
    cycles: int = 1
    free_bits: float = 0.0
    epochs: int = 5
    batch_size: int = 128
    lr: float = 8e-3
    schedule: str = "linear"
    seed: int = 0
    mean_start: bool = True
    lr_by_inputs: bool = False
    precision: str = field(default_factory=fastest_precision)

    def values(self) -> dict[str, object]:
        return asdict(self)


def usual_settings(model: str) -> TrainingSettings:
    """The settings of a model that a link need not hold."""
    usual = TrainingSettings()
    if model == usual.model:
        return usual
    family = MODELS[model]
    first = family.likelihoods[0]
    return replace(usual, model=model, latent=family.default_latent, likelihood=first)


# "fast" is the shortest training to a usual loss. "report" is the course report that compares a
# VAE with a standard autoencoder (batch 128, learning rate 0.001, 20 epochs, 20 latents);
# "practicum" is week 7 and 8 of NYU Deep Learning (learning rate 0.001, 20 epochs; batch 256 for
# the autoencoders).
PRESETS = {
    "map": TrainingSettings(),
    "fast": TrainingSettings(
        latent=20,
        epochs=FAST.epochs,
        batch_size=FAST.batch_size,
        lr=FAST.lr,
        schedule=FAST.schedule,
        mean_start=FAST.mean_start,
        lr_by_inputs=FAST.lr_by_inputs,
    ),
    "report": TrainingSettings(
        latent=20, epochs=20, lr=1e-3, schedule="constant", mean_start=False
    ),
    "practicum_ae": TrainingSettings(
        model="ae-shallow",
        latent=30,
        likelihood="gaussian",
        epochs=20,
        batch_size=256,
        lr=1e-3,
        schedule="constant",
    ),
    "practicum_dae": TrainingSettings(
        model="dae",
        latent=500,
        likelihood="gaussian",
        epochs=20,
        batch_size=256,
        lr=1e-3,
        schedule="constant",
    ),
}
