"""Training is reproducible and honest; evaluation agrees with numpy in float64."""

from __future__ import annotations

import dataclasses
import math
import random
import re
from collections.abc import Callable
from itertools import chain, pairwise, product

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from tests.support.likelihoods import distortion_of
from tests.support.small import SMALL, families_now
from vae_demo.digits import mnist
from vae_demo.digits.mnist import Digits
from vae_demo.evaluation.evaluate import evaluate
from vae_demo.models import (
    MODELS,
    Codec,
    ModelConfig,
    build,
    code_vectors_many,
    embed_many,
    rate_per_latent,
    reconstruct_many,
    to_x,
)
from vae_demo.models.losses import Losses, importance_bound
from vae_demo.training import loop
from vae_demo.training.config import PIXEL_KINDS, PRECISIONS, TrainConfig
from vae_demo.training.divergence import TrainingDiverged
from vae_demo.training.history import Snapshot
from vae_demo.training.loop import (
    Step,
    batch_images,
    batch_losses,
    drawn_by_weight,
    pixel_tensor,
    train,
)
from vae_demo.training.pixels import sample_pixels
from vae_demo.training.schedules import SCHEDULES, learning_rate, rate_weight
from vae_demo.training.snapshots import mean_losses

QUICK = TrainConfig(epochs=2, batch_size=100)
every_model = pytest.mark.parametrize("name", MODELS)
GENERATIVE = [name for name, family in MODELS.items() if family.generative]
WEIGHED = [name for name in GENERATIVE if not MODELS[name].learns_labels]  # by importance


def small(name: str, seed: int = 0) -> Codec:
    return build(ModelConfig(name, SMALL[name]), seed)


def weights(model: Codec) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in model.state_dict().items()}


def same(first: dict[str, torch.Tensor], second: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(first[name], second[name]) for name in first)


# --- the loop ----------------------------------------------------------------------------------


@pytest.mark.some(4)
@every_model
def test_the_same_seed_gives_the_same_run_bit_for_bit(
    name: str, few: Digits, few_test: Digits
) -> None:
    def run(seed: int) -> tuple[dict[str, torch.Tensor], list[Step]]:
        model, config = small(name), dataclasses.replace(QUICK, seed=seed)
        start = weights(model)
        epochs = list(train(model, few[:300], config, test=few_test))
        return start, epochs, weights(model)

    (start, epochs, end), (_, epochs_again, again), (_, _, other) = run(1), run(1), run(2)
    assert not same(start, end)
    assert same(end, again)
    assert not same(end, other)
    assert [e.distortion for e in epochs[1:]] == [e.distortion for e in epochs_again[1:]]
    last, last_again = epochs[-1].snapshot, epochs_again[-1].snapshot
    assert last and last_again
    np.testing.assert_array_equal(last.codes, last_again.codes)


@pytest.mark.some(7)
@every_model
def test_training_touches_no_global_random_state(name: str, few: Digits, few_test: Digits) -> None:
    model = small(name)
    before = torch.get_rng_state(), np.random.get_state()[1].tolist(), random.getstate()
    list(train(model, few[:300], TrainConfig(epochs=1, batch_size=100), test=few_test))
    evaluate(model, few_test)
    after = torch.get_rng_state(), np.random.get_state()[1].tolist(), random.getstate()
    assert torch.equal(before[0], after[0])
    assert before[1:] == after[1:]


@pytest.mark.parametrize(
    ("count", "size", "epochs", "snapshots"),
    [
        (800, 100, 3, [0, 0.125, 0.25, 0.5, 1, 2, 3]),
        (330, 10, 1, [0, 0.125, 0.25, 0.5, 1]),
        (700, 100, 2, [0, 1, 2]),  # seven steps cannot show an eighth
        (50, 60_000, 2, [0, 1, 2]),
    ],
)
def test_snapshots(
    count: int, size: int, epochs: int, snapshots: list[float], few: Digits, few_test: Digits
) -> None:
    model = build(ModelConfig("ae-shallow", 2))
    config = TrainConfig(epochs=epochs, batch_size=size)
    seen = list(train(model, few[:count], config, test=few_test[:50]))
    kept = [epoch for epoch in seen if epoch.snapshot]
    assert [epoch.snapshot.epochs for epoch in kept if epoch.snapshot] == snapshots
    # a snapshot is taken at the batch nearest to its nominal time
    steps = math.ceil(count / size)
    assert all(
        abs(epoch.epochs - at) <= 0.5 / steps for epoch, at in zip(kept, snapshots, strict=True)
    )


@pytest.mark.parametrize(("epochs", "every"), [(120, 1), (121, 5), (150, 5), (400, 14)])
def test_a_long_run_keeps_about_thirty_snapshots_and_always_its_last(
    epochs: int, every: int, few: Digits, few_test: Digits
) -> None:
    model, config = build(ModelConfig("ae-shallow", 2)), TrainConfig(epochs=epochs, batch_size=20)
    found = train(model, few[:20], config, test=few_test[:5])
    at = [epoch.snapshot.epochs for epoch in found if epoch.snapshot]
    assert at == sorted({*range(0, epochs + 1, every), epochs})
    assert every == 1 or 25 <= len(at) <= 32


def test_progress_counts_every_batch_and_picture(few: Digits, few_test: Digits) -> None:
    model = build(ModelConfig("ae-shallow", 2))
    config = TrainConfig(epochs=2, batch_size=300)
    seen = list(train(model, few, config, test=few_test))
    assert [e.step for e in seen] == list(range(7))
    assert {e.steps for e in seen} == {6}
    assert [e.images for e in seen] == [0, 300, 600, 800, 1100, 1400, 1600]
    assert [e.epochs for e in seen] == pytest.approx([i / 3 for i in range(7)])
    assert math.isnan(seen[0].distortion)


@pytest.mark.some(7)
@every_model
def test_every_picture_is_seen_exactly_once_an_epoch(
    name: str, few_test: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    count, epochs = 70, 3
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 14, 14] = np.arange(count)  # each picture carries its number
    digits = Digits(images, np.arange(count, dtype=np.uint8) % 10)
    model, batches = small(name), []
    original = model.training_losses

    def spy(x: torch.Tensor, generator: torch.Generator, labels: torch.Tensor) -> Losses:
        batches.append(torch.round(255 * x[:, 0, 14, 14]).int().tolist())
        classes = labels.view(len(labels), -1)[:, 0]
        assert classes.tolist() == [number % 10 for number in batches[-1]]
        return original(x, generator, labels)

    monkeypatch.setattr(model, "training_losses", spy)
    for _ in train(model, digits, TrainConfig(epochs=epochs, batch_size=32), test=few_test[:20]):
        pass
    assert [len(batch) for batch in batches] == [32, 32, 6] * epochs
    order = [[*chain(*batches[3 * e : 3 * e + 3])] for e in range(epochs)]
    assert all(sorted(epoch) == list(range(count)) for epoch in order)
    assert order[0] != order[1] != order[2] != list(range(count))


@pytest.mark.some(7)
@every_model
def test_training_lowers_the_objective(name: str, few: Digits, few_test: Digits) -> None:
    model = small(name)
    before = sum(mean_losses(model, few_test.images))
    first, *_, last = train(model, few, TrainConfig(epochs=5, batch_size=40), test=few_test)
    assert first.snapshot and last.snapshot
    assert first.snapshot.test_distortion + first.snapshot.test_rate == pytest.approx(before)
    after = last.snapshot.test_distortion + last.snapshot.test_rate
    assert after == pytest.approx(sum(mean_losses(model, few_test.images)))
    assert after < 0.7 * before


@pytest.mark.some(1)
@pytest.mark.parametrize("name", families_now("vae", "ae-conv", "vqvae"))
def test_products_in_bfloat16_change_the_run_by_their_rounding_only(
    name: str, few: Digits, few_test: Digits
) -> None:
    importance, ends = 3 if name in WEIGHED else 1, []
    for precision in PRECISIONS:
        model = small(name)
        config = dataclasses.replace(QUICK, importance=importance, precision=precision)
        *_, last = train(model, few, config, test=few_test)
        assert {p.dtype for p in model.parameters()} == {torch.float32}
        assert last.snapshot is not None
        ends.append((weights(model), mean_losses(model, few_test.images)))
    (full, exact), (half, near) = ends
    assert not same(full, half)
    assert sum(near) == pytest.approx(sum(exact), rel=0.02)


def test_a_training_loss_is_the_mean_over_pictures_since_the_snapshot_before(
    few: Digits, few_test: Digits
) -> None:
    """Over pictures, not over batches: the last batch of 800 by 300 holds only 200."""
    seen = list(train(small("vae"), few, TrainConfig(epochs=2, batch_size=300), test=few_test))
    for start in (1, 4):
        epoch = seen[start : start + 3]
        snapshot = epoch[-1].snapshot
        assert snapshot
        for name in ("distortion", "rate"):
            expected = np.average([getattr(e, name) for e in epoch], weights=[300, 300, 200])
            assert getattr(snapshot, f"train_{name}") == pytest.approx(expected)


def test_beta_weighs_training_and_no_reported_number(few: Digits, few_test: Digits) -> None:
    runs = []
    for beta in (0.0, 20.0):
        model = small("vae")
        config = TrainConfig(epochs=4, batch_size=50, beta=beta)
        runs.append(list(train(model, few, config, test=few_test)))
    free, tight = runs
    for name in ("distortion", "rate"):  # the same weights, so the same numbers, whatever beta
        assert getattr(free[1], name) == getattr(tight[1], name)
        start = [getattr(run[0].snapshot, f"test_{name}") for run in runs]
        assert start[0] == start[1]
    assert free[-1].snapshot and tight[-1].snapshot
    assert tight[-1].snapshot.test_rate < free[-1].snapshot.test_rate


@pytest.mark.some(7)
@every_model
def test_a_snapshot_is_plain_numbers_and_arrays_of_its_own(
    name: str, few: Digits, few_test: Digits
) -> None:
    def check(value: object) -> None:
        if isinstance(value, dict):
            for item in value.values():
                check(item)
        elif dataclasses.is_dataclass(value):
            check({f.name: getattr(value, f.name) for f in dataclasses.fields(value)})
        else:
            assert value is None or isinstance(value, int | float | np.ndarray), type(value)

    model = small(name)
    kept = []
    for step in train(model, few[:300], QUICK, test=few_test, keep_decoder=True):
        check(step)
        if step.snapshot:
            kept.append((step.snapshot, step.snapshot.codes.copy()))
    assert all(np.array_equal(snapshot.codes, codes) for snapshot, codes in kept)
    snapshot = kept[-1][0]
    probe = mnist.probe().images
    np.testing.assert_array_equal(
        snapshot.codes, code_vectors_many(model, probe).astype(np.float16)
    )
    np.testing.assert_array_equal(
        snapshot.strip, reconstruct_many(model, probe[mnist.strip_positions()])
    )
    assert isinstance(snapshot, Snapshot)
    assert snapshot.decoder is not None
    for key, value in model.decoder.state_dict().items():
        np.testing.assert_array_equal(snapshot.decoder[key], value.numpy().astype(np.float16))
    with pytest.raises(dataclasses.FrozenInstanceError):
        snapshot.epochs = 5.0  # type: ignore[misc]


def test_a_caller_may_stop_whenever_it_likes(few: Digits, few_test: Digits) -> None:
    """What was learned before the last yield stays; nothing is trained after it."""
    model, whole = small("vae"), small("vae")
    states = [weights(whole) for _ in train(whole, few, QUICK, test=few_test)]
    for step in train(model, few, QUICK, test=few_test):
        if step.step == 5:
            break
    assert same(weights(model), states[5])
    assert not same(states[5], states[6])


def test_test_losses_are_over_the_whole_test_set_by_default(
    small_world: tuple[Digits, Digits],
) -> None:
    model, (digits, test) = small("vae"), small_world
    start = next(train(model, digits, QUICK))
    assert start.snapshot
    expected = mean_losses(model, test.images)
    assert (start.snapshot.test_distortion, start.snapshot.test_rate) == expected


# --- what an objective is made of --------------------------------------------------------------


STARTED = [name for name, family in MODELS.items() if family.can_start_at_mean]


@pytest.mark.parametrize("name", STARTED)
def test_a_decoder_can_start_at_the_mean_digit(name: str, few: Digits, few_test: Digits) -> None:
    """Its first picture is then nearer to every digit than a grey one; weights are as ever."""
    plain, started = small(name), small(name)
    next(train(plain, few, QUICK, test=few_test))
    next(train(started, few, dataclasses.replace(QUICK, mean_start=True), test=few_test))
    mean = few.images.mean(0) / 255
    bias = started.decoder[-1].bias.detach().numpy().reshape(28, 28)
    np.testing.assert_allclose(1 / (1 + np.exp(-bias)), mean.clip(0.01, 0.99), atol=1e-5)
    nothing = started.encoder[0](torch.tensor(mean, dtype=torch.float32).flatten())
    torch.testing.assert_close(nothing, plain.encoder[0].bias)  # the mean is what 0 was
    changed = {n for n, w in weights(plain).items() if not torch.equal(w, weights(started)[n])}
    last = f"decoder.{len(started.decoder) - 1}"
    assert changed == {"encoder.0.bias", f"{last}.bias", f"{last}.weight"}
    assert mean_losses(started, few_test.images)[0] < 0.6 * mean_losses(plain, few_test.images)[0]


@pytest.mark.parametrize("name", [name for name in MODELS if name not in STARTED])
def test_other_families_say_that_they_cannot(name: str, few: Digits, few_test: Digits) -> None:
    config = dataclasses.replace(QUICK, mean_start=True)
    with pytest.raises(ValueError, match=r"mean_start is True; .* must be False"):
        next(train(small(name), few, config, test=few_test))


def test_the_weight_of_the_rate_rises() -> None:
    config = TrainConfig(beta=4.0, rate_from_zero=0.25)
    assert [rate_weight(config, done) for done in (0, 0.125, 0.25, 0.5, 1)] == [0, 2, 4, 4, 4]
    assert [rate_weight(TrainConfig(beta=4.0), done) for done in (0, 0.5, 1)] == [4, 4, 4]
    late = TrainConfig(rate_from_zero=1.0)
    assert [rate_weight(late, done) for done in (0, 0.5, 1)] == [0, 0.5, 1]


def test_training_weighs_the_rate_as_its_weight_rises(
    few: Digits, few_test: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, original = [], Losses.objective

    def spy(self: Losses, beta: float, free_bits: float) -> torch.Tensor:
        found.append(beta)
        return original(self, beta, free_bits)

    monkeypatch.setattr(Losses, "objective", spy)
    config = dataclasses.replace(QUICK, beta=2.0, rate_from_zero=0.5)
    list(train(small("vae"), few, config, test=few_test))
    assert found == [step / 4 for step in range(8)] + [2] * 8


def test_the_weight_rises_in_cycles_as_fu_et_al_write_it() -> None:
    """β_t = min(1, τ / R), τ = mod(t - 1, T / M) / (T / M), at the steps t = 1 … T."""
    steps, cycles, share = 120, 4, 0.5
    config = TrainConfig(beta=2.0, rate_from_zero=share, cycles=cycles)
    tau = np.arange(steps) % (steps // cycles) / (steps // cycles)
    found = [rate_weight(config, step / steps) for step in range(steps)]
    np.testing.assert_allclose(found, 2 * np.minimum(1, tau / share))
    assert rate_weight(config, 1.0) == 2.0


def test_a_cycle_needs_a_warm_up_and_the_importance_weighted_bound_neither() -> None:
    with pytest.raises(ValueError, match=r"cycles is 4; without a warm-up, .* it must be 1"):
        TrainConfig(cycles=4)
    TrainConfig(importance=5, importance_from=0.75, rate_from_zero=0.5, cycles=2)
    with pytest.raises(ValueError, match=r"rate_from_zero is 0\.5; .* importance_from, 0\.7"):
        TrainConfig(importance=5, importance_from=0.7, rate_from_zero=0.5, cycles=2)
    with pytest.raises(ValueError, match=r"free_bits is 0\.5; the importance-weighted bound"):
        TrainConfig(importance=5, free_bits=0.5)


@pytest.mark.some(2)
@pytest.mark.parametrize("name", GENERATIVE)
def test_free_bits_keep_latents_awake_that_a_large_beta_puts_to_sleep(
    name: str, few: Digits, few_test: Digits
) -> None:
    rates = []
    for free_bits in (0.0, 0.5):
        model = small(name)
        config = TrainConfig(epochs=4, batch_size=50, beta=100.0, free_bits=free_bits)
        list(train(model, few, config, test=few_test[:50]))
        rates.append(rate_per_latent(model, few.images)[model.normal_latents()].mean())
    assert rates[0] < 0.05 and 5 * rates[0] < rates[1] < 1


@pytest.mark.parametrize("name", [n for n in MODELS if n not in GENERATIVE])
@pytest.mark.parametrize(("field", "value"), [("free_bits", 0.5), ("rate_from_zero", 0.5)])
def test_a_family_without_a_rate_to_weigh_says_so(
    name: str, field: str, value: float, few: Digits
) -> None:
    with pytest.raises(ValueError, match=rf"^{field} is 0\.5; .* no rate to weigh, it must be 0$"):
        next(train(small(name), few, TrainConfig(**{field: value})))


def test_importance_begins_at_its_share_of_the_training(
    few: Digits, few_test: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, called = small("vae"), []
    ordinary, weighted = model.training_losses, model.log_weights

    def spy(x: torch.Tensor, generator: torch.Generator, labels: torch.Tensor) -> Losses:
        called.append(1)
        return ordinary(x, generator, labels)

    def weighted_spy(x: torch.Tensor, samples: int, generator: torch.Generator) -> torch.Tensor:
        called.append(samples)
        return weighted(x, samples, generator)

    monkeypatch.setattr(model, "training_losses", spy)
    monkeypatch.setattr(model, "log_weights", weighted_spy)
    config = dataclasses.replace(QUICK, importance=3, importance_from=0.75)
    *_, last = train(model, few, config, test=few_test)
    assert called == [1] * 12 + [3] * 4
    assert last.rate == 0  # the bound has no parts
    called.clear()
    list(train(model, few, dataclasses.replace(QUICK, importance_from=0.75), test=few_test))
    assert called == [1] * 16


@pytest.mark.some(1)
@pytest.mark.parametrize("name", WEIGHED)
def test_training_with_importance_lowers_the_bound(
    name: str, few: Digits, few_test: Digits
) -> None:
    model, x = small(name), to_x(few_test.images)

    @torch.no_grad()
    def bound() -> float:
        weights = model.log_weights(x, 3, torch.Generator().manual_seed(9))
        return importance_bound(weights).mean().item()

    before = bound()
    config = TrainConfig(epochs=2, batch_size=40, importance=3)
    *_, last = train(model, few, config, test=few_test)
    assert bound() < 0.6 * before
    assert last.distortion == pytest.approx(bound(), rel=0.15)  # what training saw of it


def test_samples_are_drawn_in_proportion_to_their_weights() -> None:
    log_weights = 3 * torch.randn((50, 6), generator=torch.Generator().manual_seed(1))
    weights, count = log_weights.double().softmax(0), 8
    found = torch.zeros((50, 6), dtype=torch.float64)
    for seed in range(500):
        chosen = drawn_by_weight(log_weights, count, torch.Generator().manual_seed(seed))
        assert chosen.shape == (count, 6)
        times = torch.zeros((50, 6), dtype=torch.float64)
        times.scatter_add_(0, chosen, torch.ones(chosen.shape, dtype=torch.float64))
        assert ((times - count * weights).abs() < 1).all()
        found += times / 500
    # Each number of times is one of two whole numbers: its standard error is at most ½ / √500.
    assert ((found - count * weights).abs() < 5 * 0.5 / 500**0.5).all()


@pytest.mark.parametrize("name", ["vae-mixture", "hvae"])
def test_the_gradient_of_a_few_samples_is_that_of_all_on_average(
    few: Digits, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the same samples in each of 60 draws, by five standard errors of its largest part."""
    model, x = small(name), to_x(few.images[:4])
    generator = torch.Generator().manual_seed(2)
    noise = model.noise(20, len(x), generator)
    monkeypatch.setattr(model, "noise", lambda *_: noise)
    parameters = list(model.parameters())

    def gradient(losses: Losses) -> torch.Tensor:
        found = torch.autograd.grad(losses.objective(1.0), parameters)
        return torch.cat([each.flatten() for each in found]).double()

    bound = importance_bound(model.log_weights_of(x, noise))
    expected = gradient(Losses(bound, torch.zeros_like(bound)))
    config, labels = TrainConfig(importance=20), torch.zeros(len(x))
    drawn = []
    for _ in range(60):
        losses = batch_losses(model, x, labels, config, 0.5, generator)
        torch.testing.assert_close(losses.distortion, bound)
        drawn.append(gradient(losses))
    found = torch.stack(drawn)
    error = found.std(0).max() / len(found) ** 0.5
    assert (found.mean(0) - expected).abs().max() < 5 * error
    assert expected.abs().max() > 10 * error


@pytest.mark.parametrize("name", [n for n in MODELS if n not in GENERATIVE])
def test_importance_of_a_family_without_posterior_is_refused_before_the_first_step(
    name: str, few: Digits
) -> None:
    config = TrainConfig(importance=5, importance_from=0.9)
    with pytest.raises(ValueError, match=r"^importance is 5; .* no posterior, it must be 1$"):
        next(train(small(name), few, config))


def test_importance_of_a_family_that_learns_labels_is_refused(few: Digits) -> None:
    with pytest.raises(
        ValueError, match=r"ConditionalVAE, which learns from labels, it must be 1$"
    ):
        next(train(small("cvae"), few, TrainConfig(importance=5)))


def test_the_rate_s_weight_must_not_jump() -> None:
    TrainConfig(importance=5, importance_from=0.3, rate_from_zero=0.3)
    with pytest.raises(ValueError, match=r"rate_from_zero is 0\.5; .* importance_from, 0\.3"):
        TrainConfig(importance=5, importance_from=0.3, rate_from_zero=0.5)


def test_importance_has_no_beta() -> None:
    with pytest.raises(ValueError, match="no beta: leave it at 1"):
        TrainConfig(importance=2, beta=0.5)
    assert TrainConfig(importance=1, beta=0.5).beta == 0.5


def test_a_label_teaches_a_conditional_model_its_class(few: Digits, few_test: Digits) -> None:
    model = small("cvae")
    list(train(model, few, TrainConfig(epochs=10, batch_size=50), test=few_test[:20]))
    read = embed_many(model, few_test.images)[:, -10:].argmax(1)
    assert (read == few_test.labels).mean() > 0.6


def test_a_linear_autoencoder_comes_close_to_pca(few: Digits, few_test: Digits) -> None:
    """Within 1 % of numpy's on the digits it is trained on, and never below it."""
    model = small("ae-linear")
    list(train(model, few, TrainConfig(epochs=30, batch_size=50, lr=0.01), test=few_test))
    flat = few.images.reshape(len(few), 784) / 255
    size = np.linalg.svd(flat - flat.mean(0), compute_uv=False)
    best = (size[model.latent :] ** 2).sum() / 2 / len(few)
    assert best <= evaluate(model, few)["distortion"] < 1.01 * best


# --- pixels ------------------------------------------------------------------------------------


def test_digits_are_deformed_in_the_first_share_of_the_training(few: Digits) -> None:
    pixels, index = pixel_tensor(few), torch.arange(20)
    config, x = TrainConfig(deformed=0.4), to_x(few.images[:20])
    before, after = (
        batch_images(pixels, index, config, done, torch.Generator().manual_seed(1))
        for done in (0.39, 0.4)
    )
    assert torch.equal(after, x)
    changed = (before - x).square().mean((1, 2, 3))
    assert (changed > 1e-4).all()
    others = (x - x.roll(1, 0)).square().mean((1, 2, 3))
    assert changed.max() < 0.5 * others.mean()  # a digit stays what it is


def test_dynamic_pixels_are_ink_with_the_probability_of_their_grey() -> None:
    x = torch.linspace(0, 1, 784).view(1, 1, 28, 28).expand(4000, -1, -1, -1)
    generator = torch.Generator().manual_seed(1)
    drawn = sample_pixels(x, "dynamic", generator)
    assert set(drawn.unique().tolist()) == {0, 1}
    error = (x[0] * (1 - x[0]) / len(x)).sqrt()
    assert ((drawn.mean(0) - x[0]).abs() <= 5 * error).all()
    assert not torch.equal(sample_pixels(x, "dynamic", generator), drawn)
    assert torch.equal(sample_pixels(x, "dynamic", generator.manual_seed(1)), drawn)
    assert torch.equal(sample_pixels(x, "grey", generator), x)


def test_training_draws_pixels_anew_each_time_and_again_from_the_seed(
    few: Digits, few_test: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(seed: int) -> tuple[list[torch.Tensor], dict[str, torch.Tensor]]:
        model, pictures = small("vae"), []
        original = model.training_losses

        def spy(x: torch.Tensor, generator: torch.Generator, labels: torch.Tensor) -> Losses:
            pictures.append(x)
            return original(x, generator, labels)

        monkeypatch.setattr(model, "training_losses", spy)
        config = TrainConfig(epochs=2, batch_size=100, pixels="dynamic", seed=seed)
        list(train(model, few[:100], config, test=few_test))
        return pictures, weights(model)

    (pictures, end), (again, end_again) = run(1), run(1)
    assert set(torch.cat(pictures).unique().tolist()) == {0, 1}
    assert all(map(torch.equal, pictures, again))
    assert same(end, end_again)
    assert not same(end, run(2)[1])
    first, second = (batch.flatten(1).sum(1).sort().values for batch in pictures)
    assert not torch.equal(first, second)  # the same hundred digits, in whatever order


def test_what_is_measured_is_drawn_as_what_is_trained_on(few: Digits, few_test: Digits) -> None:
    model = small("ae")
    config = TrainConfig(epochs=1, batch_size=100, pixels="dynamic")
    *_, last = train(model, few, config, test=few_test)
    grey, dynamic = (evaluate(model, few_test, pixels=p)["distortion"] for p in PIXEL_KINDS)
    with torch.no_grad():
        drawn = sample_pixels(to_x(few_test.images), "dynamic", torch.Generator().manual_seed(0))
        expected = model.losses(drawn).distortion.mean().item()
    assert dynamic == pytest.approx(expected, rel=1e-5)
    assert last.snapshot and last.snapshot.test_distortion == pytest.approx(expected, rel=1e-5)
    assert grey != pytest.approx(expected, rel=1e-4)
    assert evaluate(model, few_test, pixels="dynamic")["mse"] == evaluate(model, few_test)["mse"]


# --- the learning rate -------------------------------------------------------------------------


def test_cosine_warms_up_and_ends_near_zero() -> None:
    config, steps = TrainConfig(lr=0.01), 1000
    rates = [learning_rate(config, step, steps) for step in range(steps)]
    warm = rates[:20]
    assert warm == sorted(warm)
    assert warm[0] == pytest.approx(0.01 / 20, rel=1e-3)
    assert warm == pytest.approx([0.01 * (i + 1) / 20 for i in range(20)], rel=2e-3)
    assert rates.index(max(rates)) in (19, 20)
    assert 0.998 * 0.01 < max(rates) <= 0.01
    assert rates[20:] == sorted(rates[20:], reverse=True)
    assert rates[500] == pytest.approx(0.005)
    assert 0 < rates[-1] < 1e-5 * 0.01


def test_linear_warms_up_longer_and_goes_straight_down() -> None:
    config, steps = TrainConfig(lr=0.01, schedule="linear"), 700
    rates = np.array([learning_rate(config, step, steps) for step in range(steps)])
    assert rates.argmax() == 99
    np.testing.assert_allclose(rates[99:], 0.01 * np.linspace(601 / 700, 1 / 700, 601))
    assert (np.diff(rates[:100]) > 0).all()


@pytest.mark.parametrize(
    ("schedule", "steps"),
    [*product(["cosine"], [1, 2, 49, 50]), *product(["linear"], [1, 2, 7, 8])],
)
def test_schedules_hold_for_the_shortest_runs(schedule: str, steps: int) -> None:
    config = TrainConfig(lr=1.0, schedule=schedule)
    rates = [learning_rate(config, step, steps) for step in range(steps)]
    assert rates[0] == 1.0
    assert all(0 < rate <= 1 for rate in rates)


def test_constant_is_constant() -> None:
    config = TrainConfig(lr=0.02, schedule="constant")
    assert {learning_rate(config, step, 77) for step in range(77)} == {0.02}


def test_training_follows_its_schedule(
    few: Digits, few_test: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the learning rate at zero but for one step, only that step moves the weights."""
    monkeypatch.setattr(loop, "learning_rate", lambda config, step, steps: float(step == 2) / 99)
    model = small("ae")
    states = [weights(model) for _ in train(model, few, QUICK, test=few_test)]
    moved = [not same(*pair) for pair in pairwise(states)]
    assert [step for step, changed in enumerate(moved) if changed] == [2]


# --- divergence --------------------------------------------------------------------------------


@pytest.mark.some(7)
@pytest.mark.parametrize(
    ("name", "size", "schedule"),
    [
        pytest.param(name, size, SCHEDULES[(i + j) % 3], marks=marks)
        for i, name in enumerate(MODELS)
        for j, (size, marks) in enumerate((("small", ()), ("default", pytest.mark.long)))
    ],
)
def test_a_diverging_run_stops_and_keeps_its_last_good_weights(
    name: str, size: str, schedule: str, few: Digits, few_test: Digits
) -> None:
    """By its loss, or, where tanh keeps the loss in bounds, by its weights."""
    model = small(name) if size == "small" else build(ModelConfig(name))
    config = TrainConfig(epochs=20, batch_size=50, lr=30, schedule=schedule)
    states = [weights(model)]
    with pytest.raises(TrainingDiverged) as error:
        for step in train(model, few, config, test=few_test):
            states.append(weights(model))
            snapshot = step.snapshot
            if snapshot:
                values = np.array([snapshot.test_distortion, snapshot.test_rate])
                assert np.isfinite(values).all()
                assert np.isfinite(snapshot.codes).all()
    assert 1 <= error.value.step <= 20 * 16
    assert error.value.epochs == error.value.step / 16
    assert f"step {error.value.step} " in str(error.value)
    assert "smaller learning rate" in str(error.value)
    kept = weights(model)
    assert all(value.isfinite().all() and value.abs().max() < 30 for value in kept.values())
    assert any(same(kept, state) for state in states)
    assert evaluate(model, few_test)["neg_elbo"] < math.inf


@pytest.mark.parametrize("name", WEIGHED)
def test_a_diverging_importance_bound_stops_too(name: str, few: Digits, few_test: Digits) -> None:
    model, config = small(name), TrainConfig(epochs=20, batch_size=50, lr=10, importance=2)
    with pytest.raises(TrainingDiverged):
        list(train(model, few, config, test=few_test))
    assert evaluate(model, few_test)["neg_elbo"] < math.inf


def test_weights_that_are_too_large_are_never_recorded(
    few: Digits, few_test: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step that ruins the weights just before a snapshot is found before the snapshot is kept."""
    model = small("vae")
    monkeypatch.setattr(
        loop, "learning_rate", lambda config, step, steps: 1e5 if step == 7 else 1e-3
    )
    seen = []
    with pytest.raises(TrainingDiverged) as error:
        for step in train(model, few, QUICK, test=few_test):
            seen.append(step)
    assert error.value.step == 8
    assert [e.snapshot.epochs for e in seen if e.snapshot] == [0, 0.125, 0.25, 0.5]
    assert np.isfinite(evaluate(model, few_test)["neg_elbo"])


def test_a_loss_that_is_no_number_ends_the_run(
    few: Digits, few_test: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = small("ae")
    start, original = weights(model), model.training_losses

    def broken(x: torch.Tensor, generator: torch.Generator, labels: torch.Tensor) -> Losses:
        losses = original(x, generator, labels)
        return Losses(losses.distortion * math.nan, losses.rate)

    monkeypatch.setattr(model, "training_losses", broken)
    with pytest.raises(TrainingDiverged, match="at step 1 "):
        list(train(model, few, QUICK, test=few_test))
    assert same(weights(model), start)


@pytest.mark.some(4)
@every_model
def test_a_fast_but_healthy_run_is_left_alone(name: str, few: Digits, few_test: Digits) -> None:
    config = TrainConfig(epochs=3, batch_size=50, lr=0.01)
    *_, last = train(small(name), few, config, test=few_test)
    assert last.epochs == 3


# --- the configuration -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "values", "expected"),
    [
        ("epochs", (0, 1001, 1.5, True), "a whole number from 1 to 1000"),
        ("batch_size", (0, 60_001, "128"), "a whole number from 1 to 60000"),
        ("lr", (0, -1e-3, 101.0, math.nan, math.inf, "fast"), "a number from 1e-07 to 100"),
        ("beta", (-0.1, math.nan, None), "a number from 0 to 1000"),
        ("seed", (-1, 2**63, 0.5), "a whole number from 0 to"),
        ("schedule", ("steps",), "there are: cosine, linear, constant"),
        ("pixels", ("white",), "there are: grey, dynamic"),
        ("precision", ("float16",), "there are: float32, bfloat16"),
        ("importance", (0, 2.0), "a whole number from 1 to 1000"),
        ("importance_from", (-0.1, math.nan), "a number from 0 to 1"),
        ("rate_from_zero", (1.1, "slowly"), "a number from 0 to 1"),
        ("cycles", (0, 1.5), "a whole number from 1 to 1000"),
        ("free_bits", (-0.1, math.inf), "a number from 0 to 100"),
        ("deformed", (-0.1, 1.1, "always"), "a number from 0 to 1"),
        ("mean_start", (1,), "True or False"),
        ("lr_by_inputs", ("yes",), "True or False"),
    ],
)
def test_a_bad_configuration_names_the_value_and_the_range(
    field: str, values: tuple[object, ...], expected: str
) -> None:
    for value in values:
        with pytest.raises(ValueError, match=re.escape(f"{field} is {value!r}; ")) as error:
            TrainConfig(**{field: value})
        assert expected in str(error.value)


@pytest.mark.parametrize(
    "limits",
    [
        {"epochs": 1, "batch_size": 1, "lr": 1e-7, "beta": 0, "seed": 0},
        {"epochs": 1000, "batch_size": 60_000, "lr": 100, "beta": 1000, "seed": 2**63 - 1},
    ],
)
def test_the_limits_themselves_are_allowed(limits: dict) -> None:
    config = TrainConfig(**limits)
    assert {name: getattr(config, name) for name in limits} == limits


# --- evaluation --------------------------------------------------------------------------------


Weights = dict[str, np.ndarray]
# From the weights, the pictures (n, 784) and the latent size: x̂ at z = mean, and the rate, float64.
Reference = Callable[[Weights, np.ndarray, int], tuple[np.ndarray, np.ndarray | float]]


def linear(w: Weights, name: str, values: np.ndarray) -> np.ndarray:
    return values @ w[f"{name}.weight"].T + w[f"{name}.bias"]


def dense(w: Weights, name: str, values: np.ndarray, places: int) -> np.ndarray:
    """Linear layers at places 0, 2, 4, ... of a sequence, with ReLU between them."""
    for place in range(places):
        values = linear(w, f"{name}.{2 * place}", values if place == 0 else np.maximum(values, 0))
    return values


def sigmoid(values: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-values))


def kl(mean: np.ndarray, logvar: np.ndarray) -> np.ndarray:
    return (mean**2 + np.exp(logvar) - 1 - logvar).sum(1) / 2


def conv(w: Weights, side: str, values: np.ndarray) -> np.ndarray:
    """A convolutional encoder or decoder, by PyTorch's own functions in float64."""
    t = {name: torch.from_numpy(value) for name, value in w.items()}

    def layer(place: int, kind: Callable[..., torch.Tensor], x: torch.Tensor) -> torch.Tensor:
        options = {} if kind is F.linear else {"stride": 2, "padding": 1}
        name = f"{side}.{place}"
        return kind(x, t[f"{name}.weight"], t[f"{name}.bias"], **options)

    x = torch.from_numpy(values)
    if side == "encoder":
        x = layer(1, F.conv2d, x.view(-1, 1, 28, 28)).relu()
        x = layer(3, F.conv2d, x).relu().flatten(1)
        x = layer(8, F.linear, layer(6, F.linear, x).relu())
    else:
        x = layer(2, F.linear, layer(0, F.linear, x).relu()).relu().view(-1, 32, 7, 7)
        x = layer(7, F.conv_transpose2d, layer(5, F.conv_transpose2d, x).relu())
    return x.flatten(1).numpy()


def of_linear(w: Weights, x: np.ndarray, _: int) -> tuple[np.ndarray, float]:
    directions, centre = w["decoder.weight"], w["decoder.bias"]
    return (x - centre) @ (directions @ directions.T) + centre, 0


def of_shallow(w: Weights, x: np.ndarray, _: int) -> tuple[np.ndarray, float]:
    code = np.tanh(linear(w, "encoder.0", 2 * x - 1))
    return (np.tanh(linear(w, "decoder.0", code)) + 1) / 2, 0


def of_contractive(w: Weights, x: np.ndarray, _: int) -> tuple[np.ndarray, float]:
    return sigmoid(linear(w, "decoder.0", sigmoid(linear(w, "encoder.0", x)))), 0


def of_ae(w: Weights, x: np.ndarray, _: int) -> tuple[np.ndarray, float]:
    return sigmoid(dense(w, "decoder", dense(w, "encoder", x, 2), 2)), 0


def of_conv_ae(w: Weights, x: np.ndarray, _: int) -> tuple[np.ndarray, float]:
    return sigmoid(conv(w, "decoder", conv(w, "encoder", x))), 0


def of_vae(w: Weights, x: np.ndarray, _: int, layers: int = 2) -> tuple[np.ndarray, np.ndarray]:
    mean, logvar = np.split(dense(w, "encoder", x, layers), 2, 1)
    return sigmoid(dense(w, "decoder", mean, layers)), kl(mean, logvar)


def of_deep_vae(w: Weights, x: np.ndarray, latent: int) -> tuple[np.ndarray, np.ndarray]:
    return of_vae(w, x, latent, layers=3)


def of_mixture_vae(w: Weights, x: np.ndarray, _: int) -> tuple[np.ndarray, np.ndarray]:
    mean, logvar = np.split(dense(w, "encoder", x, 3), 2, 1)
    return sigmoid(dense(w, "decoder", mean, 3)), bound_by_mixture(w, mean, logvar)


def bound_by_mixture(w: Weights, mean: np.ndarray, logvar: np.ndarray) -> np.ndarray:
    log_shares = w["prior.logits"] - np.log(np.exp(w["prior.logits"]).sum())
    of_component = [
        share - kl((mean - centre) / np.exp(spread / 2), logvar - spread)
        for share, centre, spread in zip(
            log_shares, w["prior.mean"], w["prior.logvar"], strict=True
        )
    ]
    return -np.log(np.exp(of_component).sum(0))


def of_conv_vae(w: Weights, x: np.ndarray, _: int) -> tuple[np.ndarray, np.ndarray]:
    mean, logvar = np.split(conv(w, "encoder", x), 2, 1)
    return sigmoid(conv(w, "decoder", mean)), kl(mean, logvar)


def of_cvae(w: Weights, x: np.ndarray, _: int) -> tuple[np.ndarray, np.ndarray]:
    trunk = np.maximum(linear(w, "encoder.trunk.0", x), 0)
    mean, logvar = np.split(linear(w, "encoder.style", trunk), 2, 1)
    kind = np.eye(10)[linear(w, "encoder.kind", trunk).argmax(1)]
    x_hat = sigmoid(dense(w, "decoder", np.concatenate([mean, kind], 1), 2))
    return x_hat, kl(mean, logvar) + np.log(10)


def of_attribute_vae(w: Weights, x: np.ndarray, latent: int) -> tuple[np.ndarray, np.ndarray]:
    encoder = {n.replace("encoder.trunk.", "encoder."): v for n, v in w.items()}
    nothing_more = {"encoder.8.weight": np.eye(128), "encoder.8.bias": np.zeros(128)}
    trunk = conv(encoder | nothing_more, "encoder", x)
    mean, logvar = np.split(linear(w, "encoder.style", trunk), 2, 1)
    kind = np.eye(10)[linear(w, "encoder.kind", trunk).argmax(1)]
    given, given_logvar = np.split(linear(w, "encoder.attributes", trunk), 2, 1)
    expected, expected_logvar = np.split(linear(w, "decoder.attributes", kind), 2, 1)
    of_given = kl((given - expected) / np.exp(expected_logvar / 2), given_logvar - expected_logvar)
    decoder = {n.replace("decoder.picture.", "decoder."): v for n, v in w.items()}
    x_hat = sigmoid(conv(decoder, "decoder", np.concatenate([mean, kind, given], 1)))
    return x_hat, kl(mean, logvar) + np.log(10) + of_given


def of_vq(w: Weights, x: np.ndarray, latent: int) -> tuple[np.ndarray, float]:
    places = torch.from_numpy(dense(w, "encoder", x, 2).reshape(-1, latent, 8))
    chosen = torch.cdist(places, torch.from_numpy(w["words.weight"])).argmin(2).numpy()
    words = w["words.weight"][chosen].reshape(len(x), -1)
    return sigmoid(dense(w, "decoder", words, 2)), latent * np.log(64)


def of_hvae(w: Weights, x: np.ndarray, _: int) -> tuple[np.ndarray, np.ndarray]:
    trunk = np.maximum(linear(w, "encoder.trunk.0", x), 0)
    top, top_logvar = np.split(dense(w, "encoder.top", trunk, 2), 2, 1)
    both = np.concatenate([trunk, top], 1)
    mean, logvar = np.split(dense(w, "encoder.bottom", both, 2), 2, 1)
    expected, expected_logvar = np.split(dense(w, "decoder.bottom", top, 3), 2, 1)
    of_bottom = kl((mean - expected) / np.exp(expected_logvar / 2), logvar - expected_logvar)
    x_hat = sigmoid(dense(w, "decoder.picture", np.concatenate([mean, top], 1), 3))
    of_top = bound_by_mixture(w, top, top_logvar) if "prior.mean" in w else kl(top, top_logvar)
    return x_hat, of_top + of_bottom


def of_itself(model: Codec) -> Reference:
    """For a family without a reference below: what its own methods give."""

    def reference(w: Weights, x: np.ndarray, latent: int) -> tuple[np.ndarray, np.ndarray]:
        ink = torch.tensor(x, dtype=torch.float32).view(-1, 1, 28, 28)
        with torch.no_grad():
            return model(ink).flatten(1).double().numpy(), model.losses(ink).rate.double().numpy()

    return reference


REFERENCES: dict[str, Reference] = {
    "ae-linear": of_linear,
    "ae-shallow": of_shallow,
    "dae": of_shallow,
    "cae": of_contractive,
    "ae": of_ae,
    "ae-conv": of_conv_ae,
    "vae": of_vae,
    "vae-deep": of_deep_vae,
    "vae-mixture": of_mixture_vae,
    "vae-conv": of_conv_vae,
    "cvae": of_cvae,
    "attribute-vae": of_attribute_vae,
    "hvae": of_hvae,
    "hvae-mixture": of_hvae,
    "vqvae": of_vq,
}


@pytest.mark.some(8)
@pytest.mark.parametrize(
    ("name", "likelihood"),
    [(n, kind) for n, family in MODELS.items() for kind in family.likelihoods],
)
def test_evaluation_agrees_with_numpy_in_float64(name: str, likelihood: str) -> None:
    """Over 1100 test digits, more than a chunk, from the weights alone, to six digits."""
    model, test = build(ModelConfig(name, SMALL[name], likelihood), seed=5), mnist.test_digits()
    x = test.images[:1100].reshape(1100, 784) / 255
    w = {key: value.double().numpy() for key, value in model.state_dict().items()}
    x_hat, rate = REFERENCES.get(name, of_itself(model))(w, x, model.latent)
    distortion = distortion_of(likelihood, x_hat, x)
    # z = mean: what `evaluate` reports is drawn, but for what a family adds.
    with torch.no_grad():
        at_mean = model.losses(to_x(test.images[:1100]))
    assert at_mean.distortion.mean().item() == pytest.approx(distortion.mean(), rel=1e-6)
    assert at_mean.rate.mean().item() == pytest.approx(np.mean(rate), rel=1e-5, abs=0)
    found = evaluate(model, test[:1100])
    assert found["images"] == 1100
    reported = found["distortion_at_mean" if model.generative else "distortion"]
    assert reported == pytest.approx(distortion.mean(), rel=1e-6)
    if name not in ("hvae", "hvae-mixture"):  # whose rate depends on the top that is drawn
        assert found["rate"] == pytest.approx(np.mean(rate), rel=1e-5, abs=0)
    squared = (x - x_hat.clip(0, 1)) ** 2
    assert found["mse"] == pytest.approx(squared.mean(), rel=1e-6)
    assert found["neg_elbo"] == pytest.approx(found["distortion"] + found["rate"], rel=1e-6)


class Counter(Codec):
    """A codec whose distortion is the number a picture carries, and which notes what it saw."""

    likelihoods = ("gaussian",)

    def __init__(self) -> None:
        super().__init__(1, "gaussian")
        self.seen: list[int] = []

    def embed(self, x: torch.Tensor) -> torch.Tensor:
        return x[:, 0, 0, :1]

    def decode(self, z: torch.Tensor) -> torch.Tensor:
        return z[:, :, None, None].expand(-1, 1, 28, 28)

    def losses(self, x: torch.Tensor, generator: torch.Generator | None = None) -> Losses:
        number = torch.round(255 * x[:, 0, 0, 0]) * 256 + torch.round(255 * x[:, 0, 0, 1])
        self.seen += number.int().tolist()
        return Losses(number, torch.ones(len(x)))


@pytest.mark.parametrize("count", [1, 999, 1000, 1001, 10_000])
def test_evaluation_sees_every_digit_exactly_once(count: int) -> None:
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 0, 0], images[:, 0, 1] = np.divmod(np.arange(count), 256)
    model = Counter()
    found = evaluate(model, Digits(images, np.zeros(count, np.uint8)))
    assert sorted(model.seen) == list(range(count))
    assert found["images"] == count
    assert found["distortion"] == pytest.approx((count - 1) / 2)
    assert found["rate"] == 1
    model.seen.clear()
    assert mean_losses(model, images) == pytest.approx(((count - 1) / 2, 1))
    assert sorted(model.seen) == list(range(count))


def test_evaluation_draws_one_sample_without_bias(few_test: Digits) -> None:
    """One draw per picture lies within five standard errors of a 30-draw estimate by numpy."""
    model = small("vae", seed=3)
    w = {name: value.double().numpy() for name, value in model.state_dict().items()}
    with torch.no_grad():
        mean, logvar = (part.double().numpy() for part in model.posterior(to_x(few_test.images)))
    x = few_test.images.reshape(-1, 784) / 255
    rng, draws = np.random.default_rng(1), []
    for _ in range(30):
        z = mean + np.exp(logvar / 2) * rng.normal(size=mean.shape)
        hidden = np.maximum(z @ w["decoder.0.weight"].T + w["decoder.0.bias"], 0)
        logits = hidden @ w["decoder.2.weight"].T + w["decoder.2.bias"]
        draws.append((np.logaddexp(0, logits) - x * logits).sum(1))
    spread = np.std(draws, axis=0)  # per picture, over its draws
    error = math.sqrt((spread**2).sum() * (1 + 1 / 30)) / len(x)
    assert error > 0
    assert abs(evaluate(model, few_test)["distortion"] - np.mean(draws)) < 5 * error


def test_evaluation_repeats_itself_and_its_seed_changes_only_the_sampled_numbers(
    few_test: Digits,
) -> None:
    model = small("vae")
    first, again, other = (
        evaluate(model, few_test),
        evaluate(model, few_test),
        evaluate(model, few_test, seed=1),
    )
    assert first == again
    changed = {name for name in first if first[name] != other[name]}
    assert changed == {"distortion", "neg_elbo"}


@every_model
def test_evaluation_leaves_the_model_as_it_was(name: str, few_test: Digits) -> None:
    model = small(name)
    before = weights(model)
    evaluate(model, few_test)
    assert same(before, weights(model))
    assert all(p.grad is None and p.requires_grad for p in model.parameters())
