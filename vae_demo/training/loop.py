"""The training loop as a generator: it yields after every batch, and the caller decides what to do.

    model = build(ModelConfig("vae", latent=2))
    for step in train(model, train_digits(), TrainConfig(epochs=3)):
        if step.snapshot:
            print(step.epochs, step.snapshot.test_distortion + step.snapshot.test_rate)

The digits stay in memory as bytes. All random numbers come from one seeded generator, so on a CPU
the same seed gives exactly the same weights.
"""

from __future__ import annotations

import functools
import math
import time
import weakref
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from jaxtyping import Int

from vae_demo.datasets.data_set import DataSet, mnist_probe, mnist_test
from vae_demo.digits.mnist import Digits
from vae_demo.digits.probe import Probe
from vae_demo.models import Codec
from vae_demo.models.conditional import CLASSES
from vae_demo.models.losses import Images, LogWeights, Losses, importance_bound
from vae_demo.training.config import TrainConfig
from vae_demo.training.deformation import deformed
from vae_demo.training.divergence import Guard
from vae_demo.training.history import Snapshot
from vae_demo.training.pixels import sample_pixels
from vae_demo.training.schedules import learning_rate, rate_weight
from vae_demo.training.snapshots import batch_means, mean_losses, snapshot_steps, take_snapshot
from vae_demo.training.state import TrainingState
from vae_demo.training.update import Update, mean_digit

GRADIENTS = 8  # importance samples per digit of which the gradient is computed


@dataclass(frozen=True)
class Step:
    """The progress after one batch, or before the first one, as plain numbers."""

    epochs: float  # epochs done
    step: int  # batches done
    steps: int  # batches of the whole training
    images: int  # training pictures seen
    distortion: float  # of this batch, nats per image; NaN before the first one
    rate: float  # of this batch, nats per image; NaN before the first one
    snapshot: Snapshot | None  # recorded at the steps of `snapshot_steps`, otherwise None


def train(
    model: Codec,
    digits: Digits,
    config: TrainConfig,
    *,
    test: Digits | None = None,
    probe: Probe | None = None,
    keep_decoder: bool = False,
    keep_encoder: bool = False,
    state: TrainingState | None = None,
) -> Iterator[Step]:
    """Train `model` in place, yielding a `Step` for the untrained model and after every batch.

    Args:
        digits: The training digits.
        test: The pictures of the test losses; by default the 10,000 test digits of MNIST.
        probe: The test pictures whose codes are recorded; by default those of MNIST.
        keep_decoder, keep_encoder: Record the weights of that side in every snapshot.
        state: The state to start from, which follows the training; by default a new one. From the
            state of an earlier training of this model, the training goes on: its first `Step` is
            that of the next batch.

    Raises:
        TrainingDiverged: if the training diverges. The last good weights are restored first.
        ValueError: if the model does not support beta, importance sampling or a start at the mean
            digit.
    """
    check_support(model, config)
    test = mnist_test() if test is None else test
    pixels, labels = pixel_tensor(digits), model.training_labels(digits)
    state = TrainingState(model, config.seed) if state is None else state
    generator, optimizer, since = state.generator, state.optimizer, state.since
    per_epoch = math.ceil(len(digits) / config.batch_size)
    steps = config.epochs * per_epoch
    due = snapshot_steps(config.epochs, per_epoch)
    update = Update(model, digits, config)
    snapshot = functools.partial(
        take_snapshot,
        model,
        test=test,
        pixels=config.pixels,
        probe=mnist_probe() if probe is None else probe,
        keep_decoder=keep_decoder,
        keep_encoder=keep_encoder,
    )

    if math.isnan(state.untrained_distortion):
        if config.mean_start:
            model.start_at_mean(mean_digit(digits))
        first = mean_losses(model, digits.images[:2000], config.pixels)
        state.untrained_distortion = first[0]
        yield Step(0, 0, steps, 0, math.nan, math.nan, snapshot(0.0, first))
    guard = Guard(model, state.untrained_distortion)
    while state.step < steps:
        epoch, batch = divmod(state.step, per_epoch)
        order = state.order(len(digits), new_epoch=batch == 0).split(config.batch_size)
        images = epoch * len(digits) + batch * config.batch_size
        for index in order[batch:]:
            done = state.step / steps
            x = batch_images(pixels, index, config, done, generator)
            optimizer.zero_grad()
            chosen = labels.index_select(0, index)
            losses = batch_losses(model, x, chosen, config, done, generator)
            losses.objective(rate_weight(config, done), config.free_bits).backward()
            update(optimizer, learning_rate(config, state.step, steps))

            state.step, images = state.step + 1, images + len(x)
            step = state.step
            epochs = due.get(step, step / per_epoch)
            distortion, rate = batch_means(losses)
            guard.check(step, epochs, distortion, rate, weights=step in due)
            since += (distortion * len(x), rate * len(x), len(x))
            taken = None
            if step in due:
                taken = snapshot(epochs, (since[0] / since[2], since[1] / since[2]))
                since[:] = 0
            yield Step(epochs, step, steps, images, distortion, rate, taken)


def batch_images(
    pixels: torch.Tensor,
    index: torch.Tensor,
    config: TrainConfig,
    done: float,
    generator: torch.Generator,
) -> Images:
    """The images of a batch after the share `done` of the training.

    Args:
        pixels: All training pictures, (n, 1, 28, 28) uint8.
        index: The positions (batch,) of the batch among them.
    """
    x = pixels.index_select(0, index).float().div_(255)  # faster than pixels[index]
    if done < config.deformed:
        x = deformed(x, generator)
    return sample_pixels(x, config.pixels, generator)


def batch_losses(
    model: Codec,
    x: Images,
    labels: torch.Tensor,
    config: TrainConfig,
    done: float,
    generator: torch.Generator,
) -> Losses:
    """The losses of a batch with labels (batch, ...) after the share `done` of the training."""
    with torch.autocast("cpu", torch.bfloat16, enabled=config.precision == "bfloat16"):
        if config.importance > 1 and done >= config.importance_from:
            return _importance_losses(model, x, config.importance, generator)
        return model.training_losses(x, generator, labels)


def check_support(model: Codec, config: TrainConfig) -> None:
    """Check before a training that the model supports all its settings.

    Raises:
        ValueError: if it does not; the message names the setting and the value that is possible.
    """
    if not model.generative:
        for name, unused in (("beta", 1), ("rate_from_zero", 0), ("free_bits", 0)):
            if (value := getattr(config, name)) != unused:
                raise ValueError(
                    f"{name} is {value:g}; for {type(model).__name__}, which has no rate to weigh, "
                    f"it must be {unused}"
                )
    if config.importance > 1 and (not model.generative or model.learns_labels):
        lack = "has no posterior" if not model.generative else "learns from labels"
        raise ValueError(
            f"importance is {config.importance}; "
            f"for {type(model).__name__}, which {lack}, it must be 1"
        )
    if config.mean_start and not model.can_start_at_mean:
        raise ValueError(
            f"mean_start is True; for {type(model).__name__}, whose outermost layers are not "
            f"dense, it must be False"
        )


def check_labels(model: Codec, data: DataSet) -> None:
    """Check before a training that the data have the labels from which the model learns.

    Raises:
        ValueError: if a model that learns from labels gets none, or more than ten kinds.
    """
    if model.learns_labels and not 1 < len(data.kinds) <= CLASSES:
        raise ValueError(
            f"{type(model).__name__} learns from the labels of 2 to {CLASSES} kinds; "
            f"{data.name} has {len(data.kinds)}"
        )


_tensors: weakref.WeakKeyDictionary[Digits, torch.Tensor] = weakref.WeakKeyDictionary()


def pixel_tensor(digits: Digits) -> torch.Tensor:
    """Images as a tensor, (n, 1, 28, 28) uint8. Trainings share it; don't modify it."""
    found = _tensors.get(digits)
    if found is None:
        found = _tensors[digits] = torch.tensor(digits.images).unsqueeze(1)
    return found


@functools.cache
def fastest_precision() -> str:
    """The precision in which this processor multiplies matrices faster, by a short measurement.

    That it has instructions for bfloat16 is not enough: some processors are slower with them.
    """
    faster = 1.2 * _seconds_of_product(torch.bfloat16) < _seconds_of_product(torch.float32)
    return "bfloat16" if faster else "float32"


def _seconds_of_product(dtype: torch.dtype) -> float:
    """The shortest of several times of the first layer of `vae-20` on 128 digits."""
    x, weight = torch.ones(128, 784, dtype=dtype), torch.ones(400, 784, dtype=dtype)
    seconds = []
    for _ in range(10):
        start = time.perf_counter()
        torch.nn.functional.linear(x, weight)
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def _importance_losses(model: Codec, x: Images, samples: int, generator: torch.Generator) -> Losses:
    """The importance-weighted bound, as a distortion with rate 0.

    Its gradient is the mean of those of the log weights, weighted by the normalised weights (Burda
    et al. 2015, eq. 14). With more than `GRADIENTS` samples, it is estimated without bias from as
    many of them, drawn by their weights: most weights are almost 0, and a gradient takes twice as
    long as a weight.
    """
    if samples <= GRADIENTS:
        bound = importance_bound(model.log_weights(x, samples, generator))
        return Losses(bound, torch.zeros_like(bound))
    noise = model.noise(samples, len(x), generator)
    with torch.no_grad():
        log_weights = model.log_weights_of(x, noise)
    bound = importance_bound(log_weights)
    chosen = drawn_by_weight(log_weights, GRADIENTS, generator)
    log_weights = model.log_weights_of(x, noise[chosen, torch.arange(len(x))])
    with_gradient = -log_weights.mean(0)
    return Losses(bound + with_gradient - with_gradient.detach(), torch.zeros_like(bound))


@torch.no_grad()
def drawn_by_weight(
    log_weights: LogWeights, count: int, generator: torch.Generator
) -> Int[torch.Tensor, "count batch"]:
    """Draw samples of each picture in proportion to their weights.

    Systematic resampling: a sample of weight w among weights of sum 1 is drawn ⌊w·count⌋ or
    ⌈w·count⌉ times (Douc et al. 2005, section 2.4).
    """
    ends = log_weights.double().softmax(0).cumsum(0).T.contiguous()
    start = torch.rand((len(ends), 1), generator=generator, dtype=torch.float64)
    places = (start + torch.arange(count)) / count * ends[:, -1:]
    return torch.searchsorted(ends, places, right=True).clamp(max=len(log_weights) - 1).T
