"""How a step of a training changes the weights, given their gradients."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from vae_demo.digits.mnist import Digits
from vae_demo.models import Codec
from vae_demo.training.adam import Adam
from vae_demo.training.config import TrainConfig

if TYPE_CHECKING:
    from vae_demo.models.losses import Images

USUAL_INPUTS = 400  # a layer with as many inputs learns at the learning rate itself
FEWEST_INPUTS = 20  # a layer with fewer learns as fast as one with so many


class Update:
    """The update of a model's weights by Adam, with the settings of a training.

    With `lr_by_inputs`, each layer has a learning rate of its own, see `layer_factors`.

    With `mean_start`, the first layer learns as if it received each digit x minus the mean digit m:
    its output W·x + b is W·(x − m) + c with c = b + W·m. The gradient of W is that for x, minus the
    gradient of b times m; and when W changes, b changes such that c does not. The model itself is
    the same as ever.
    """

    def __init__(self, model: Codec, digits: Digits, config: TrainConfig) -> None:
        self._factors = layer_factors(model) if config.lr_by_inputs else None
        self._mean, self._first = None, None
        if config.mean_start:
            self._mean, self._first = mean_digit(digits).flatten(), first_layer(model)
            self._of_mean = self._first.weight.detach() @ self._mean

    @torch.no_grad()
    def __call__(self, optimizer: Adam, lr: float) -> None:
        """Update every parameter that has a gradient."""
        if self._first is None or self._mean is None:
            optimizer.step(lr, self._factors)
            return
        weight, bias = self._first.weight, self._first.bias
        assert weight.grad is not None and bias.grad is not None
        weight.grad.addr_(bias.grad, self._mean, alpha=-1)
        optimizer.step(lr, self._factors)
        before, self._of_mean = self._of_mean, weight @ self._mean
        bias.add_(before.sub_(self._of_mean))


def layer_factors(model: Codec) -> list[float]:
    """The factor of the learning rate of each parameter, in the order of `model.parameters()`.

    For the weights and the bias of a layer it is `USUAL_INPUTS` divided by its number of inputs:
    Adam changes all weights by about as much, and the more inputs there are, the more changes add
    up in each output (Yang et al. 2022, "Tensor Programs V", table 3). It is 1 for parameters
    that belong to no layer.
    """
    found = dict.fromkeys(model.parameters(), 1.0)
    for layer in model.modules():
        if isinstance(layer, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
            inputs = math.prod(layer.weight.shape[1:])
            factor = USUAL_INPUTS / max(inputs, FEWEST_INPUTS)
            found |= dict.fromkeys(layer.parameters(), factor)
    return list(found.values())


def mean_digit(digits: Digits) -> Images:
    """The mean of some digits, (1, 1, 28, 28)."""
    total = digits.images.sum(0, dtype=np.uint32)  # three times as fast as the mean of bytes
    return torch.tensor(total / (255 * len(digits)), dtype=torch.float32)[None, None]


def first_layer(model: Codec) -> nn.Linear:
    """The encoder's first layer, which is dense if `can_start_at_mean`."""
    layer = next(model.encoder.children())
    assert isinstance(layer, nn.Linear)
    return layer
