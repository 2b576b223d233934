"""Training as a generator: it yields after every batch, the caller decides what to do.

    model = build(ModelConfig("vae", latent=2))
    for step in train(model, train_digits(), TrainConfig(epochs=3)):
        if step.snapshot:
            print(step.epochs, step.snapshot.test_distortion + step.snapshot.test_rate)

The digits stay in memory as bytes, every draw comes from one seeded generator, and the
same seed gives the same weights, bit for bit, on the CPU.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from vae_demo.digits.mnist import Digits, probe, strip_positions, test_digits
from vae_demo.models import Codec, code_vectors_many, reconstruct_many, to_x
from vae_demo.models.losses import Images, Losses, importance_bound
from vae_demo.training.adam import Adam
from vae_demo.training.config import TrainConfig, learning_rate, rate_weight
from vae_demo.training.divergence import Guard
from vae_demo.training.history import Snapshot

FIRST_EPOCH = (0.125, 0.25, 0.5)  # further snapshots inside the first epoch
LONG_RUN, KEPT_EPOCHS = 120, 30  # a run of more epochs keeps about so many of them
EVALUATION_SEED = 0


@dataclass(frozen=True)
class Step:
    """Progress after one batch, or the untrained start: plain numbers, no tensor, no graph.

    epochs: done. step of steps: batches. images: training pictures seen so far.
    distortion, rate: of this batch, nats per image (NaN at the start).
    snapshot: the full record, where a history keeps one; else None.
    """

    epochs: float
    step: int
    steps: int
    images: int
    distortion: float
    rate: float
    snapshot: Snapshot | None


def train(
    model: Codec,
    digits: Digits,
    config: TrainConfig,
    *,
    test: Digits | None = None,
    keep_decoder: bool = False,
) -> Iterator[Step]:
    """Train `model` in place, yielding a `Step` for the untrained model and after every batch.

    Args:
        digits: the training digits. test: digits of the reported test losses, by default all
            10,000. keep_decoder: record the decoder's weights in every snapshot.

    Raises:
        TrainingDiverged: the training diverged; the model was put back to its last good weights.
        ValueError: importance asked of a family that has no posterior, or learns from labels;
            a start at the mean digit of one that can't.
    """
    if config.importance > 1:  # refused now, not when `importance_from` comes
        lack = "has no posterior" if not model.generative else "learns from labels"
        if not model.generative or model.learns_labels:
            raise ValueError(
                f"importance is {config.importance}; "
                f"of {type(model).__name__}, which {lack}, it must be 1"
            )
    test = test_digits() if test is None else test
    pixels, labels = _tensors(digits)
    generator = torch.Generator().manual_seed(config.seed)
    per_epoch = math.ceil(len(digits) / config.batch_size)
    steps = config.epochs * per_epoch
    due = _snapshot_steps(config.epochs, per_epoch)
    if config.mean_start:
        if not model.can_start_at_mean:
            raise ValueError(
                f"mean_start is True; of {type(model).__name__}, whose outermost layers are not "
                f"dense, it must be False"
            )
        mean = digits.images.mean(0, keepdims=True) / 255
        model.start_at_mean(torch.tensor(mean[None], dtype=torch.float32))
    optimizer = Adam(model.parameters())

    first = mean_losses(model, digits.images[:2000], config.pixels)
    start = _snapshot(model, 0.0, first, test, config.pixels, keep_decoder)
    yield Step(0, 0, steps, 0, math.nan, math.nan, start)
    guard = Guard(model, first[0])
    since = np.zeros(3)  # distortion, rate and number of pictures since the last snapshot
    step = images = 0
    for _ in range(config.epochs):
        for index in torch.randperm(len(digits), generator=generator).split(config.batch_size):
            x = pixels.index_select(0, index).float().div_(255)  # faster than pixels[index]
            x = seen(x, config.pixels, generator)
            optimizer.zero_grad()
            done = step / steps
            with torch.autocast("cpu", torch.bfloat16, enabled=config.precision == "bfloat16"):
                if config.importance > 1 and done >= config.importance_from:
                    losses = _importance_losses(model, x, config.importance, generator)
                else:
                    losses = model.training_losses(x, generator, labels[index])
            losses.objective(rate_weight(config, done)).backward()
            optimizer.step(learning_rate(config, step, steps))

            step, images = step + 1, images + len(x)
            at = due.get(step, step / per_epoch)
            distortion, rate = _means(losses)
            guard.check(step, at, distortion, rate, weights=step in due)
            since += (distortion * len(x), rate * len(x), len(x))
            snapshot = None
            if step in due:
                means = (since[0] / since[2], since[1] / since[2])
                snapshot = _snapshot(model, due[step], means, test, config.pixels, keep_decoder)
                since[:] = 0
            yield Step(at, step, steps, images, distortion, rate, snapshot)


@functools.lru_cache(maxsize=1)
def _tensors(digits: Digits) -> tuple[torch.Tensor, torch.Tensor]:
    """Digits as torch has them, once for all trainings at a time: only to be read from."""
    return torch.tensor(digits.images).unsqueeze(1), torch.tensor(digits.labels).long()


def fastest_precision() -> str:
    """The precision to train with here: bfloat16 where the processor multiplies it by itself."""
    ask = getattr(torch.cpu, "get_capabilities", dict)  # not in the oldest releases
    able: dict[str, object] = ask()
    return "bfloat16" if able.get("avx512_bf16") or able.get("amx_bf16") else "float32"


def seen(x: Images, pixels: str, generator: torch.Generator) -> Images:
    """Digits as a model sees them: as they are, or each pixel drawn as 0 or 1."""
    return torch.bernoulli(x, generator=generator) if pixels == "dynamic" else x


@torch.inference_mode()
def evaluate(
    model: Codec, digits: Digits, seed: int = EVALUATION_SEED, pixels: str = "grey"
) -> dict[str, float]:
    """Every reported number of a model over `digits`, each the mean over all of them.

    images: how many. distortion, rate, neg_elbo: nats per image, z drawn once per picture from
    the posterior with `seed`, so neg_elbo is an unbiased estimate of the negative evidence
    lower bound; of pixels as `TrainConfig.pixels` says. mse: squared error per pixel of the
    deterministic reconstruction, ink in [0, 1]. Then what the family adds
    (`Codec.extra_losses`).
    """
    generator = torch.Generator().manual_seed(seed)
    sums: dict[str, float] = {}
    for start in range(0, len(digits), 1000):
        x = to_x(digits.images[start : start + 1000])
        drawn = seen(x, pixels, generator)
        losses = model.losses(drawn, generator)
        found = {
            "distortion": losses.distortion,
            "rate": losses.rate,
            "neg_elbo": losses.neg_elbo,
            "mse": (model(x) - x).square().flatten(1).mean(1),
        } | model.extra_losses(drawn, generator)
        for name, values in found.items():
            sums[name] = sums.get(name, 0.0) + values.double().sum().item()
    return {"images": len(digits)} | {name: s / len(digits) for name, s in sums.items()}


@torch.inference_mode()
def mean_losses(model: Codec, images: np.ndarray, pixels: str = "grey") -> tuple[float, float]:
    """Mean distortion and rate over (n, 28, 28) uint8, nats per image, all drawn as in evaluate."""
    generator = torch.Generator().manual_seed(EVALUATION_SEED)
    total = np.zeros(2)
    for start in range(0, len(images), 1000):
        x = seen(to_x(images[start : start + 1000]), pixels, generator)
        total += np.array(_means(model.losses(x, generator))) * len(x)
    return total[0] / len(images), total[1] / len(images)


def _means(losses: Losses) -> tuple[float, float]:
    return losses.distortion.mean().item(), losses.rate.mean().item()


def _importance_losses(model: Codec, x: Images, samples: int, generator: torch.Generator) -> Losses:
    """The importance-weighted bound, which has no parts, as a distortion."""
    bound = importance_bound(model.log_weights(x, samples, generator))
    return Losses(bound, torch.zeros_like(bound))


def _snapshot_steps(epochs: int, per_epoch: int) -> dict[int, float]:
    """Step -> epochs done, for every snapshot after the start."""
    within = {max(1, round(f * per_epoch)): f for f in FIRST_EPOCH if per_epoch >= 8}
    every = math.ceil(epochs / KEPT_EPOCHS) if epochs > LONG_RUN else 1
    kept = {*range(every, epochs + 1, every), epochs}
    return within | {e * per_epoch: float(e) for e in sorted(kept)}


def _snapshot(
    model: Codec,
    at: float,
    means: tuple[float, float],
    test: Digits,
    pixels: str,
    keep_decoder: bool,
) -> Snapshot:
    return Snapshot(
        at,
        *means,
        *mean_losses(model, test.images, pixels),
        codes=probe_codes(model),
        strip=reconstruct_many(model, probe().images[strip_positions()]),
        decoder=decoder_weights(model) if keep_decoder else None,
    )


def probe_codes(model: Codec) -> np.ndarray:
    """The probe as a history keeps it, its `code_vectors` as float16, never infinite."""
    limit = np.finfo(np.float16).max  # a run about to blow up goes beyond
    return np.clip(code_vectors_many(model, probe().images), -limit, limit).astype(np.float16)


def decoder_weights(model: Codec) -> dict[str, np.ndarray]:
    """The decoder's weights by name, as float16."""
    state = model.decoder.state_dict()
    return {name: value.numpy().astype(np.float16) for name, value in state.items()}
