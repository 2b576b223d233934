"""Training is reproducible and honest; evaluation agrees with numpy in float64."""

from __future__ import annotations

import dataclasses
import math
import random
from itertools import chain, pairwise

import numpy as np
import pytest
import torch

from vae_demo import data, training
from vae_demo.data import Digits
from vae_demo.history import Moment
from vae_demo.losses import Losses
from vae_demo.models import MODELS, Codec, ModelConfig, build, embed_many, reconstruct, to_x
from vae_demo.training import (
    Epoch,
    TrainConfig,
    TrainingDiverged,
    evaluate,
    learning_rate,
    mean_losses,
    train,
)

SMALL = {"ae-shallow": 5, "dae": 40, "ae": 4, "vae": 3}
QUICK = TrainConfig(epochs=2, batch_size=100)
every_model = pytest.mark.parametrize("name", MODELS)


def small(name: str, seed: int = 0) -> Codec:
    return build(ModelConfig(name, SMALL[name]), seed)


def weights(model: Codec) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in model.state_dict().items()}


def same(first: dict[str, torch.Tensor], second: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(first[name], second[name]) for name in first)


# --- the loop ----------------------------------------------------------------------------------


@every_model
def test_the_same_seed_gives_the_same_run_bit_for_bit(
    name: str, few: Digits, few_test: Digits
) -> None:
    def run(seed: int) -> tuple[dict[str, torch.Tensor], list[Epoch]]:
        model, config = small(name), dataclasses.replace(QUICK, seed=seed)
        return weights(model), list(train(model, few, config, test=few_test)), weights(model)

    (start, epochs, end), (_, epochs_again, again), (_, _, other) = run(1), run(1), run(2)
    assert not same(start, end)
    assert same(end, again)
    assert not same(end, other)
    assert [e.distortion for e in epochs[1:]] == [e.distortion for e in epochs_again[1:]]
    last, last_again = epochs[-1].moment, epochs_again[-1].moment
    assert last and last_again
    np.testing.assert_array_equal(last.codes, last_again.codes)


@every_model
def test_training_touches_no_global_random_state(name: str, few: Digits, few_test: Digits) -> None:
    model = small(name)
    before = torch.get_rng_state(), np.random.get_state()[1].tolist(), random.getstate()
    list(train(model, few, TrainConfig(epochs=1, batch_size=100), test=few_test))
    evaluate(model, few_test)
    after = torch.get_rng_state(), np.random.get_state()[1].tolist(), random.getstate()
    assert torch.equal(before[0], after[0])
    assert before[1:] == after[1:]


@pytest.mark.parametrize(
    ("count", "size", "epochs", "moments"),
    [
        (800, 100, 3, [0, 0.125, 0.25, 0.5, 1, 2, 3]),
        (330, 10, 1, [0, 0.125, 0.25, 0.5, 1]),
        (700, 100, 2, [0, 1, 2]),  # seven steps cannot show an eighth
        (50, 60_000, 2, [0, 1, 2]),
    ],
)
def test_moments(
    count: int, size: int, epochs: int, moments: list[float], few: Digits, few_test: Digits
) -> None:
    model = build(ModelConfig("ae-shallow", 2))
    config = TrainConfig(epochs=epochs, batch_size=size)
    seen = list(train(model, few[:count], config, test=few_test[:50]))
    kept = [epoch for epoch in seen if epoch.moment]
    assert [epoch.moment.at for epoch in kept if epoch.moment] == moments
    # a moment is taken at the batch nearest to its nominal time
    steps = math.ceil(count / size)
    assert all(abs(epoch.at - at) <= 0.5 / steps for epoch, at in zip(kept, moments, strict=True))


def test_progress_counts_every_batch_and_picture(few: Digits, few_test: Digits) -> None:
    model = build(ModelConfig("ae-shallow", 2))
    config = TrainConfig(epochs=2, batch_size=300)
    seen = list(train(model, few, config, test=few_test))
    assert [e.step for e in seen] == list(range(7))
    assert {e.steps for e in seen} == {6}
    assert [e.images for e in seen] == [0, 300, 600, 800, 1100, 1400, 1600]
    assert [e.at for e in seen] == pytest.approx([i / 3 for i in range(7)])
    assert math.isnan(seen[0].distortion)


@every_model
def test_every_picture_is_seen_exactly_once_an_epoch(
    name: str, few_test: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    count, epochs = 70, 3
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 14, 14] = np.arange(count)  # each picture carries its number
    digits = Digits(images, np.zeros(count, np.uint8))
    model, seen = small(name), []
    original = model.training_losses

    def spy(x: torch.Tensor, generator: torch.Generator) -> Losses:
        seen.append(torch.round(255 * x[:, 0, 14, 14]).int().tolist())
        return original(x, generator)

    monkeypatch.setattr(model, "training_losses", spy)
    for _ in train(model, digits, TrainConfig(epochs=epochs, batch_size=32), test=few_test[:20]):
        pass
    assert [len(batch) for batch in seen] == [32, 32, 6] * epochs
    order = [[*chain(*seen[3 * e : 3 * e + 3])] for e in range(epochs)]
    assert all(sorted(epoch) == list(range(count)) for epoch in order)
    assert order[0] != order[1] != order[2] != list(range(count))


@every_model
def test_training_lowers_the_objective(name: str, few: Digits, few_test: Digits) -> None:
    model = small(name)
    before = sum(mean_losses(model, few_test.images))
    first, *_, last = train(model, few, TrainConfig(epochs=8, batch_size=50), test=few_test)
    assert first.moment and last.moment
    assert first.moment.test_distortion + first.moment.test_rate == pytest.approx(before)
    after = last.moment.test_distortion + last.moment.test_rate
    assert after == pytest.approx(sum(mean_losses(model, few_test.images)))
    assert after < 0.6 * before


def test_a_training_loss_is_the_mean_over_pictures_since_the_moment_before(
    few: Digits, few_test: Digits
) -> None:
    """Over pictures, not over batches: the last batch of 800 by 300 holds only 200."""
    seen = list(train(small("vae"), few, TrainConfig(epochs=2, batch_size=300), test=few_test))
    for start in (1, 4):
        epoch = seen[start : start + 3]
        moment = epoch[-1].moment
        assert moment
        for name in ("distortion", "rate"):
            expected = np.average([getattr(e, name) for e in epoch], weights=[300, 300, 200])
            assert getattr(moment, f"train_{name}") == pytest.approx(expected)


def test_beta_weighs_training_and_no_reported_number(few: Digits, few_test: Digits) -> None:
    runs = []
    for beta in (0.0, 20.0):
        model = small("vae")
        config = TrainConfig(epochs=4, batch_size=50, beta=beta)
        runs.append(list(train(model, few, config, test=few_test)))
    free, tight = runs
    for name in ("distortion", "rate"):  # the same weights, so the same numbers, whatever beta
        assert getattr(free[1], name) == getattr(tight[1], name)
        start = [getattr(run[0].moment, f"test_{name}") for run in runs]
        assert start[0] == start[1]
    assert free[-1].moment and tight[-1].moment
    assert tight[-1].moment.test_rate < free[-1].moment.test_rate


@every_model
def test_a_moment_is_plain_numbers_and_arrays_of_its_own(
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
    for epoch in train(model, few, QUICK, test=few_test, keep_decoder=True):
        check(epoch)
        if epoch.moment:
            kept.append((epoch.moment, epoch.moment.codes.copy()))
    assert all(np.array_equal(moment.codes, codes) for moment, codes in kept)
    moment = kept[-1][0]
    probe = data.probe().images
    np.testing.assert_array_equal(moment.codes, embed_many(model, probe).astype(np.float16))
    np.testing.assert_array_equal(moment.strip, reconstruct(model, probe[data.strip_positions()]))
    assert isinstance(moment, Moment)
    assert moment.decoder is not None
    for key, value in model.decoder.state_dict().items():
        np.testing.assert_array_equal(moment.decoder[key], value.numpy().astype(np.float16))
    with pytest.raises(dataclasses.FrozenInstanceError):
        moment.at = 5.0  # type: ignore[misc]


def test_a_caller_may_stop_whenever_it_likes(few: Digits, few_test: Digits) -> None:
    """What was learned before the last yield stays; nothing is trained after it."""
    model, whole = small("vae"), small("vae")
    states = [weights(whole) for _ in train(whole, few, QUICK, test=few_test)]
    for epoch in train(model, few, QUICK, test=few_test):
        if epoch.step == 5:
            break
    assert same(weights(model), states[5])
    assert not same(states[5], states[6])


def test_test_losses_are_over_the_whole_test_set_by_default(
    small_world: tuple[Digits, Digits],
) -> None:
    model, (digits, test) = small("vae"), small_world
    start = next(train(model, digits, QUICK))
    assert start.moment
    expected = mean_losses(model, test.images)
    assert (start.moment.test_distortion, start.moment.test_rate) == expected


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


@pytest.mark.parametrize("steps", [1, 2, 49, 50])
def test_cosine_holds_for_the_shortest_runs(steps: int) -> None:
    rates = [learning_rate(TrainConfig(lr=1.0), step, steps) for step in range(steps)]
    assert rates[0] == 1.0
    assert all(0 < rate <= 1 for rate in rates)


def test_constant_is_constant() -> None:
    config = TrainConfig(lr=0.02, schedule="constant")
    assert {learning_rate(config, step, 77) for step in range(77)} == {0.02}


def test_training_follows_its_schedule(
    few: Digits, few_test: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the learning rate at zero but for one step, only that step moves the weights."""
    monkeypatch.setattr(
        training, "learning_rate", lambda config, step, steps: float(step == 2) / 99
    )
    model = small("ae")
    states = [weights(model) for _ in train(model, few, QUICK, test=few_test)]
    moved = [not same(*pair) for pair in pairwise(states)]
    assert [step for step, changed in enumerate(moved) if changed] == [2]


# --- divergence --------------------------------------------------------------------------------


@pytest.mark.parametrize("schedule", training.SCHEDULES)
@pytest.mark.parametrize("latent", [2, None])
@every_model
def test_a_blown_up_run_stops_and_keeps_its_last_good_weights(
    name: str, latent: int | None, schedule: str, few: Digits, few_test: Digits
) -> None:
    """By its loss, or, where tanh keeps the loss in bounds, by its weights."""
    model = build(ModelConfig(name, latent))
    config = TrainConfig(epochs=20, batch_size=50, lr=10, schedule=schedule)
    states = [weights(model)]
    with pytest.raises(TrainingDiverged) as error:
        for epoch in train(model, few, config, test=few_test):
            states.append(weights(model))
            moment = epoch.moment
            if moment:
                values = np.array([moment.test_distortion, moment.test_rate])
                assert np.isfinite(values).all()
                assert np.isfinite(moment.codes).all()
    assert 1 <= error.value.step <= 20 * 16
    assert error.value.at == error.value.step / 16
    assert f"step {error.value.step} " in str(error.value)
    assert "smaller learning rate" in str(error.value)
    kept = weights(model)
    assert all(value.isfinite().all() and value.abs().max() < 30 for value in kept.values())
    assert any(same(kept, state) for state in states)
    assert evaluate(model, few_test)["neg_elbo"] < math.inf


def test_weights_beyond_all_measure_are_never_recorded(
    few: Digits, few_test: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step that ruins the weights just before a moment is found before the moment is kept."""
    model = small("vae")
    monkeypatch.setattr(
        training, "learning_rate", lambda config, step, steps: 1e5 if step == 7 else 1e-3
    )
    seen = []
    with pytest.raises(TrainingDiverged) as error:
        for epoch in train(model, few, QUICK, test=few_test):
            seen.append(epoch)
    assert error.value.step == 8
    assert [e.moment.at for e in seen if e.moment] == [0, 0.125, 0.25, 0.5]
    assert np.isfinite(evaluate(model, few_test)["neg_elbo"])


def test_a_loss_that_is_no_number_ends_the_run(
    few: Digits, few_test: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = small("ae")
    start, original = weights(model), model.training_losses

    def broken(x: torch.Tensor, generator: torch.Generator) -> Losses:
        losses = original(x, generator)
        return Losses(losses.distortion * math.nan, losses.rate)

    monkeypatch.setattr(model, "training_losses", broken)
    with pytest.raises(TrainingDiverged, match="at step 1 "):
        list(train(model, few, QUICK, test=few_test))
    assert same(weights(model), start)


@every_model
def test_a_fast_but_healthy_run_is_left_alone(name: str, few: Digits, few_test: Digits) -> None:
    config = TrainConfig(epochs=5, batch_size=50, lr=0.01)
    *_, last = train(small(name), few, config, test=few_test)
    assert last.at == 5


# --- the configuration -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("epochs", 0, "a whole number from 1 to 1000"),
        ("epochs", 1001, "a whole number from 1 to 1000"),
        ("epochs", 1.5, "a whole number"),
        ("epochs", True, "a whole number"),
        ("batch_size", 0, "a whole number from 1 to 60000"),
        ("batch_size", 60_001, "a whole number from 1 to 60000"),
        ("batch_size", "128", "a whole number"),
        ("lr", 0, "a number from 1e-07 to 100"),
        ("lr", -1e-3, "a number"),
        ("lr", 101.0, "a number"),
        ("lr", math.nan, "a number"),
        ("lr", math.inf, "a number"),
        ("lr", "fast", "a number"),
        ("beta", -0.1, "a number from 0 to 1000"),
        ("beta", math.nan, "a number"),
        ("beta", None, "a number"),
        ("seed", -1, "a whole number from 0"),
        ("seed", 2**63, "a whole number from 0"),
        ("seed", 0.5, "a whole number"),
        ("schedule", "linear", "cosine, constant"),
    ],
)
def test_a_bad_configuration_names_the_value_and_the_range(
    field: str, value: object, words: str
) -> None:
    with pytest.raises(ValueError) as error:
        TrainConfig(**{field: value})
    message = str(error.value)
    assert message.startswith(f"{field} is {value!r}; ")
    assert words in message


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


def float64_losses(model: Codec, digits: Digits) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distortion and squared error at z = mean, and the rate, per picture, from the weights."""
    w = {name: value.double().numpy() for name, value in model.state_dict().items()}
    x = digits.images.reshape(len(digits), 784) / 255

    def linear(name: str, values: np.ndarray) -> np.ndarray:
        return values @ w[f"{name}.weight"].T + w[f"{name}.bias"]

    rate = np.zeros(len(x))
    if "encoder.2.weight" in w:
        code = linear("encoder.2", np.maximum(linear("encoder.0", x), 0))
        if code.shape[1] > model.latent:
            code, logvar = np.split(code, 2, 1)
            rate = (code**2 + np.exp(logvar) - 1 - logvar).sum(1) / 2
        x_hat = 1 / (1 + np.exp(-linear("decoder.2", np.maximum(linear("decoder.0", code), 0))))
    else:
        x_hat = (np.tanh(linear("decoder.0", np.tanh(linear("encoder.0", 2 * x - 1)))) + 1) / 2
    squared = ((x - x_hat) ** 2).sum(1)
    if model.likelihood == "gaussian":
        return squared / 2, rate, squared
    return -(x * np.log(x_hat) + (1 - x) * np.log1p(-x_hat)).sum(1), rate, squared


@pytest.mark.parametrize(
    ("name", "likelihood"),
    [(n, kind) for n, family in MODELS.items() for kind in family.likelihoods],
)
def test_evaluation_agrees_with_numpy_in_float64(name: str, likelihood: str) -> None:
    """Over all 10,000 test digits, from the weights alone, to six digits."""
    model, test = build(ModelConfig(name, SMALL[name], likelihood), seed=5), data.test_digits()
    distortion, rate, squared = float64_losses(model, test)
    found = evaluate(model, test)
    assert found["images"] == 10_000
    at_mean = found["distortion_at_mean" if name == "vae" else "distortion"]
    assert at_mean == pytest.approx(distortion.mean(), rel=1e-6)
    assert found["rate"] == pytest.approx(rate.mean(), rel=1e-5, abs=0)
    assert found["mse"] == pytest.approx(squared.mean() / 784, rel=1e-6)
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
