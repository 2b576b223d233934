"""A step in slow motion is the step that the training takes, and leaves the training untouched."""

from __future__ import annotations

import contextlib
import copy
from itertools import islice

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from tests.support.small import SMALL, families_now
from vae_demo.digits.mnist import Digits
from vae_demo.models import MODELS, Codec, ModelConfig, build
from vae_demo.training.config import PRECISIONS, TrainConfig
from vae_demo.training.divergence import TrainingDiverged
from vae_demo.training.loop import train
from vae_demo.training.one_step import FAULTS, one_step
from vae_demo.training.schedules import learning_rate
from vae_demo.training.state import TrainingState

CONFIG = TrainConfig(epochs=2, batch_size=100)


def after(name: str, steps: int, few: Digits, test: Digits) -> tuple[Codec, TrainingState]:
    """A small model and the state of its training after some batches."""
    model = build(ModelConfig(name, SMALL[name]))
    state = TrainingState(model, 0)
    for _ in islice(train(model, few[:300], CONFIG, test=test[:20], state=state), 1 + steps):
        pass
    return model, state


@pytest.mark.parametrize("name", families_now("vae", "hvae", "vqvae", "dae", "ae-linear"))
@pytest.mark.parametrize("steps", [0, 4])
def test_it_is_the_step_that_the_training_takes_next(
    name: str, steps: int, few: Digits, few_test: Digits
) -> None:
    model, state = after(name, steps, few, few_test)
    weights = copy.deepcopy(model.state_dict())
    arrays = state.arrays()
    found = one_step(model, few[:300], CONFIG, state)

    assert all(torch.equal(model.state_dict()[n], w) for n, w in weights.items())
    for key, value in state.arrays().items():
        np.testing.assert_array_equal(value, arrays[key])

    (step,) = islice(train(model, few[:300], CONFIG, test=few_test[:20], state=state), 1)
    assert (found.step, found.batch) == (steps, 100)
    assert (found.batch_distortion, found.batch_rate) == (step.distortion, step.rate)
    for layer in found.layers:
        own = [key for key in weights if key.rpartition(".")[0] == layer.name]
        parameters = dict(model.named_parameters())
        gradient = sum(float(parameters[key].grad.square().sum()) for key in own)  # type: ignore[union-attr]
        change = sum(float((model.state_dict()[key] - weights[key]).square().sum()) for key in own)
        assert layer.gradient == pytest.approx(gradient**0.5, rel=1e-4)
        assert layer.change == pytest.approx(change**0.5, rel=1e-4)
    assert {layer.name for layer in found.layers} == {k.rpartition(".")[0] for k in weights}


def test_its_numbers_are_those_of_autograd_and_torch_optim(few: Digits, few_test: Digits) -> None:
    """The first step of a VAE, computed once more from its weights, the digits and the seed."""
    model = build(ModelConfig("vae", 3))
    found = one_step(model, few[:300], CONFIG, TrainingState(model, 5))

    chance = torch.Generator().manual_seed(5)
    index = torch.randperm(300, generator=chance)[:100]
    x = torch.tensor(few.images[index.numpy()]).flatten(1).float() / 255
    np.testing.assert_array_equal(found.picture, few.images[int(index[0])])
    np.testing.assert_array_equal(found.seen, found.picture)
    epsilon = torch.randn((100, 3), generator=chance)

    def loss() -> torch.Tensor:
        mean, logvar = model.encoder(x).chunk(2, 1)
        logits = model.decoder(mean + epsilon * torch.exp(logvar / 2))
        distortion = F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(1)
        return (distortion + (mean**2 + logvar.exp() - 1 - logvar).sum(1) / 2).mean()

    mean, logvar = model.encoder(x[:1]).detach().chunk(2, 1)
    z = mean + epsilon[:1] * torch.exp(logvar / 2)
    for name, wanted in {"mean": mean, "logvar": logvar, "noise": epsilon[:1], "z": z}.items():
        np.testing.assert_allclose(getattr(found, name), wanted[0], rtol=1e-4, atol=1e-5)
    picture = 255 * torch.sigmoid(model.decoder(z)).detach().numpy().reshape(28, 28)
    np.testing.assert_allclose(found.reconstruction, picture, atol=0.51)
    adam = torch.optim.Adam(model.parameters(), lr=learning_rate(CONFIG, 0, 6))
    first = loss()
    first.backward()
    adam.step()
    assert found.loss == pytest.approx(first.item(), rel=1e-6)
    assert found.loss_after == pytest.approx(loss().item(), rel=1e-5)
    assert found.loss_after < found.loss


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("name", MODELS)
def test_every_family_shows_what_it_has(name: str, precision: str, few: Digits) -> None:
    model = build(ModelConfig(name, SMALL[name]))
    config = TrainConfig(epochs=2, batch_size=100, precision=precision)
    found = one_step(model, few[:300], config, TrainingState(model, 0))
    assert np.abs(found.noise).max(initial=0) < 6  # ε is that of N(0, I)
    assert (len(found.mean) > 0) == model.generative
    assert found.mean.shape == found.logvar.shape == found.noise.shape
    assert np.isfinite(found.z).all() and np.isfinite(found.noise).all()
    assert (found.seen != found.picture).any() == (name == "dae")
    still = {"before.0", "before.2"}  # at first, the pixels before have no effect
    assert {layer.name for layer in found.layers if not layer.gradient * layer.change} <= still


def test_an_untrained_model_starts_from_the_mean_digit_if_it_is_to(few: Digits) -> None:
    model = build(ModelConfig("vae", 3))
    losses = []
    for mean_start in (False, True):
        config = TrainConfig(epochs=2, batch_size=100, mean_start=mean_start)
        losses.append(one_step(model, few[:300], config, TrainingState(model, 0)).loss)
    assert losses[1] < 0.6 * losses[0]


def test_after_the_last_step_it_is_one_more_like_it(few: Digits, few_test: Digits) -> None:
    model, state = after("ae", 6, few, few_test)
    found = one_step(model, few[:300], CONFIG, state)
    assert found.step == 6 and found.lr == learning_rate(CONFIG, 5, 6)


@pytest.mark.parametrize("name", families_now("vae", "dae", "hvae", "ae-conv"))
def test_a_step_that_is_far_too_long_says_so(name: str, few: Digits, few_test: Digits) -> None:
    """Also when weights, gradients and the optimizer's averages are no longer finite."""
    model = build(ModelConfig(name, SMALL[name]))
    config, state = TrainConfig(epochs=2, batch_size=100, lr=100.0), TrainingState(model, 0)
    found = [one_step(model, few[:300], config, state)]
    with contextlib.suppress(TrainingDiverged):
        for _ in islice(train(model, few[:300], config, test=few_test[:20], state=state), 4):
            found.append(one_step(model, few[:300], config, state))
    if name == "ae-shallow":  # its units saturate at once, and its loss falls by half
        assert found[0].loss_after < found[0].loss and found[0].fault == ""
    else:
        assert found[0].fault in FAULTS
    for step in found:
        losses = step.loss, step.loss_after
        assert step.fault == "infinite" or np.isfinite([*losses, *step.z, *step.sigma]).all()
    assert name != "dae" or found[-1].fault == "flat"  # all of its units are saturated
