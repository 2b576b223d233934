"""The settings of an update do what they say, beside PyTorch's own Adam."""

from __future__ import annotations

import copy
import math

import pytest
import torch
from torch import Tensor

from vae_demo.digits.mnist import Digits
from vae_demo.models import ModelConfig, build, to_x
from vae_demo.models.vae import VAE
from vae_demo.training.adam import Adam
from vae_demo.training.config import TrainConfig
from vae_demo.training.update import Update


def small(name: str = "vae") -> VAE:
    model = build(ModelConfig(name, 3))
    assert isinstance(model, VAE)
    return model


def backward(model: VAE, x: Tensor, seed: int) -> None:
    """The gradient of the loss of some pictures."""
    model.zero_grad()
    model.losses(x, torch.Generator().manual_seed(seed)).objective(1.0).backward()


@pytest.mark.parametrize("name", ["vae", "vae-conv"])
def test_a_layer_learns_faster_the_fewer_inputs_it_has(name: str, few: Digits) -> None:
    """Adam's first step is as long as the learning rate, whatever the gradient."""
    model, before = small(name), small(name).state_dict()
    optimizer = Adam(model.parameters())
    backward(model, to_x(few.images[:100]), 0)
    Update(model, few, TrainConfig(lr_by_inputs=True))(optimizer, 1e-4)
    for layer, after in model.state_dict().items():
        inputs = math.prod(before[layer.replace("bias", "weight")].shape[1:])
        change = (after - before[layer]).abs().max().item()
        assert change == pytest.approx(1e-4 * 400 / max(inputs, 20), rel=0.01), layer


def test_from_the_mean_digit_the_first_layer_learns_from_differences(few: Digits) -> None:
    """As a layer does that gets digits minus the mean digit: a twin with a hook, and PyTorch."""
    mean = torch.tensor(few.images).double().mean(0).flatten().float() / 255
    model = small()
    twin = copy.deepcopy(model)
    with torch.no_grad():
        twin.encoder[0].bias.add_(twin.encoder[0].weight @ mean)
    twin.encoder[0].register_forward_pre_hook(lambda _layer, args: (args[0] - mean,))
    update = Update(model, few, TrainConfig(mean_start=True))
    optimizer, theirs = Adam(model.parameters()), torch.optim.Adam(twin.parameters(), lr=1e-3)
    for step in range(5):
        x = to_x(few.images[100 * step : 100 * step + 100])
        for each in (model, twin):
            backward(each, x, step)
        update(optimizer, 1e-3)
        theirs.step()
        z, same = model.embed(x), twin.embed(x)
        torch.testing.assert_close(z, same, rtol=1e-3, atol=1e-4)
    plain = copy.deepcopy(small())
    assert not torch.allclose(z, plain.embed(x), atol=0.05)  # something was learned
