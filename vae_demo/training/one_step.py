"""One step of a training in slow motion: what goes in, the code, what comes out, the gradients, the
change of the weights.

    step = one_step(model, train_digits(), TrainConfig(), TrainingState(model, seed=0))
    print(step.loss, step.loss_after, [layer.gradient for layer in step.layers])

A copy of the model and of its optimizer takes the step; the training goes on untouched.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from vae_demo.digits.mnist import Digits
from vae_demo.models import Codec, to_pixels
from vae_demo.models.autoencoder import ShallowAutoencoder
from vae_demo.models.conditional import ConditionalVAE
from vae_demo.models.hierarchical import HierarchicalVAE
from vae_demo.models.losses import Images
from vae_demo.models.vae import VAE
from vae_demo.training.config import TrainConfig
from vae_demo.training.loop import (
    batch_images,
    batch_losses,
    check_support,
    pixel_tensor,
)
from vae_demo.training.schedules import learning_rate, rate_weight
from vae_demo.training.state import TrainingState
from vae_demo.training.update import Update, mean_digit

FAULTS = ("infinite", "flat", "rose")  # of a step with a learning rate that is far too large
_RISEN = 2.0  # times the loss before the step


@dataclass(frozen=True)
class LayerStep:
    """What a step does to the weights and the bias of one layer; Euclidean norms."""

    name: str  # its place in the model, such as "encoder.0"
    shape: tuple[int, ...]  # of its weights: (outputs, inputs, ...)
    weights: float  # before the step
    gradient: float  # of the loss
    change: float  # of the weights


@dataclass(frozen=True)
class OneStep:
    """A step, shown on the first picture of its batch."""

    step: int  # batches done before it
    batch: int  # pictures in the batch
    picture: np.ndarray  # (28, 28) uint8, the digit
    seen: np.ndarray  # (28, 28) uint8, what the encoder gets: the digit, or a damaged one
    z: np.ndarray  # (numbers,) float32, what the decoder gets
    mean: np.ndarray  # (latent,) float32, of the posterior; (0,) for a family without one
    logvar: np.ndarray  # the same shape
    noise: np.ndarray  # ε of z = mean + ε·exp(½ logvar), the same shape
    reconstruction: np.ndarray  # (28, 28) uint8, the decoder's picture of z
    distortion: float  # of the picture, nats
    rate: float  # of the picture, nats
    batch_distortion: float  # mean over the batch, nats per image
    batch_rate: float  # mean over the batch, nats per image
    batch_penalty: float  # mean over the batch; 0 for a family without one
    beta: float  # weight of the rate at this step
    lr: float  # learning rate at this step
    loss: float  # what is minimised
    loss_after: float  # the same of the same batch and noise with the new weights
    layers: tuple[LayerStep, ...]  # in the order in which the model declares them

    @property
    def sigma(self) -> np.ndarray:
        """The standard deviations of the posterior, (latent,) float32."""
        with np.errstate(over="ignore"):  # infinite ones are a `fault`
            return np.exp(self.logvar / 2)

    @property
    def fault(self) -> str:
        """One of `FAULTS`, or "" if nothing is wrong.

        "infinite": a number is too large for 32 bits, or NaN; "flat": no gradient is left, since
        all units are at the ends of their range; "rose": the loss has risen to twice as much.
        """
        numbers = np.concatenate([self.z, self.mean, self.logvar, self.noise])
        losses = (self.loss, self.loss_after, self.distortion, self.rate)
        sizes = [size for each in self.layers for size in (each.gradient, each.change)]
        if not (np.isfinite(numbers).all() and np.isfinite([*losses, *sizes]).all()):
            return "infinite"
        if not any(each.gradient for each in self.layers):
            return "flat"
        return "rose" if self.loss_after > _RISEN * self.loss else ""


def one_step(model: Codec, digits: Digits, config: TrainConfig, state: TrainingState) -> OneStep:
    """The next step of a training, taken by a copy; after the last one, one more like it.

    Raises:
        ValueError: if the model does not support a setting.
    """
    check_support(model, config)
    untrained = math.isnan(state.untrained_distortion)
    model, state = _copied(model, state)
    if untrained and config.mean_start:
        model.start_at_mean(mean_digit(digits))
    pixels, labels = pixel_tensor(digits), model.training_labels(digits)
    per_epoch = math.ceil(len(digits) / config.batch_size)
    steps = config.epochs * per_epoch
    at = min(state.step, steps - 1)  # of the schedules
    batch = state.step % per_epoch
    index = state.order(len(digits), new_epoch=batch == 0).split(config.batch_size)[batch]
    generator = state.generator
    x = batch_images(pixels, index, config, at / steps, generator)
    weight, lr = rate_weight(config, at / steps), learning_rate(config, at, steps)

    before_draws = generator.get_state()
    with _recorded(model) as record:
        losses = batch_losses(model, x, labels[index], config, at / steps, generator)
    state.optimizer.zero_grad()
    loss = losses.objective(weight, config.free_bits)
    loss.backward()
    old = {name: value.detach().clone() for name, value in model.named_parameters()}
    z = record["z"][:1].float()
    with torch.no_grad():  # with the old weights
        with torch.autocast("cpu", torch.bfloat16, enabled=config.precision == "bfloat16"):
            mean, logvar = _posterior(model, x[:1], z)
        code = model.embed(x[:1]) if model.codebook_size else z
        reconstruction = model.decode(code)
    Update(model, digits, config)(state.optimizer, lr)
    generator.set_state(before_draws)
    with torch.no_grad():
        after = batch_losses(model, x, labels[index], config, at / steps, generator)
        loss_after = after.objective(weight, config.free_bits).item()
    penalty = losses.penalty
    return OneStep(
        step=state.step,
        batch=len(x),
        picture=to_pixels(x[:1])[0],
        seen=to_pixels(_seen(model, record, x))[0],
        z=z[0].numpy(),
        mean=mean.numpy(),
        logvar=logvar.numpy(),
        noise=((z[0, : len(mean)] - mean) / torch.exp(logvar / 2)).numpy(),
        reconstruction=to_pixels(reconstruction)[0],
        distortion=losses.distortion[0].item(),
        rate=losses.rate[0].item(),
        batch_distortion=losses.distortion.mean().item(),
        batch_rate=losses.rate.mean().item(),
        batch_penalty=0.0 if penalty is None else penalty.mean().item(),
        beta=weight,
        lr=lr,
        loss=loss.item(),
        loss_after=loss_after,
        layers=tuple(_layers(model, old)),
    )


def _copied(model: Codec, state: TrainingState) -> tuple[Codec, TrainingState]:
    """A copy of both, in which the optimizer holds the weights of the copied model."""
    twin = copy.deepcopy(model)
    copied = TrainingState(twin, 0)
    copied.step = state.step
    copied.optimizer.copy_from(state.optimizer)
    copied.generator.set_state(state.generator.get_state())
    copied.epoch_began = state.epoch_began.clone()
    return twin, copied


@contextmanager
def _recorded(model: Codec) -> Iterator[dict[str, Tensor]]:
    """Record what the first layer of the encoder and the decoder get: "seen" and "z"."""
    found: dict[str, Tensor] = {}

    def hook(name: str, module: nn.Module) -> torch.utils.hooks.RemovableHandle:
        def record(_: nn.Module, given: tuple[Tensor, ...]) -> None:
            found.setdefault(name, given[0].detach())

        return module.register_forward_pre_hook(record)

    decoder = (
        model.decoder["picture"] if isinstance(model.decoder, nn.ModuleDict) else model.decoder
    )
    hooks = [hook("z", decoder)]
    if hasattr(model, "encoder"):
        first = next(m for m in model.encoder.modules() if isinstance(m, nn.Linear | nn.Conv2d))
        hooks.append(hook("seen", first))
    try:
        yield found
    finally:
        for each in hooks:
            each.remove()


def _seen(model: Codec, record: dict[str, Tensor], x: Images) -> Images:
    """What the encoder gets of the first picture, (1, 1, 28, 28), on the scale of pictures."""
    seen = record.get("seen", x)[:1].reshape(1, 1, 28, 28).float()
    return (seen + 1) / 2 if isinstance(model, ShallowAutoencoder) else seen


def _posterior(model: Codec, x: Images, z: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and log-variance of q(z|x) of one picture, (latent,); (0,) without a posterior."""
    if isinstance(model, HierarchicalVAE):
        features, top_mean, top_logvar = model.q_top(x)
        mean, logvar = model.q_bottom(features, z[:, model.bottom :])
        return torch.cat([mean, top_mean], 1)[0], torch.cat([logvar, top_logvar], 1)[0]
    if not isinstance(model, VAE | ConditionalVAE):
        return torch.zeros(0), torch.zeros(0)
    mean, logvar, *_ = model.posterior(x)
    return mean[0], logvar[0]


def _layers(model: Codec, old: dict[str, Tensor]) -> Iterator[LayerStep]:
    for name, module in model.named_modules():
        own = dict(module.named_parameters(recurse=False))
        if not own:
            continue
        before = [old[f"{name}.{each}"] for each in own]
        yield LayerStep(
            name,
            tuple(max(own.values(), key=Tensor.numel).shape),
            _norm(before),
            _norm([p.grad for p in own.values() if p.grad is not None]),
            _norm([p.detach() - b for p, b in zip(own.values(), before, strict=True)]),
        )


def _norm(tensors: list[Tensor]) -> float:
    """The Euclidean norm of all numbers of some tensors."""
    return math.sqrt(sum(float(each.double().square().sum()) for each in tensors))
