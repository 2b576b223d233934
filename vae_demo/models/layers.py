"""Dense models as numpy arrays, which a browser evaluates without torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from torch import nn

Activation = Literal["linear", "relu", "tanh", "sigmoid", "clip"]
_ACTIVATIONS: dict[type[nn.Module], Activation] = {
    nn.ReLU: "relu",
    nn.Tanh: "tanh",
    nn.Sigmoid: "sigmoid",
}


@dataclass(frozen=True, eq=False)
class Dense:
    """y = activation(weight · x + bias)."""

    weight: np.ndarray  # (outputs, inputs) float32
    bias: np.ndarray  # (outputs,) float32
    activation: Activation = "linear"  # applied to each output


@dataclass(frozen=True, eq=False)
class Network:
    """A model as layers: x (784,) in [0, 1] → encoder → z → decoder → x̂ (784,) in [0, 1]."""

    encoder: list[Dense]  # from x to z; [] for a network that only decodes
    decoder: list[Dense]  # from z, (latent,), to x̂
    logvar_range: tuple[float, float] | None = None  # of the log-variance; None: no posterior

    @property
    def latent(self) -> int:
        return self.decoder[0].weight.shape[1]


def dense_layers(module: nn.Module, output: Activation | None = None) -> list[Dense]:
    """Convert a sequence of `nn.Linear` and activations to dense layers.

    Args:
        output: The activation of the last layer, if the sequence does not contain it.

    Raises:
        TypeError: if the sequence contains another module.
    """
    found: list[Dense] = []
    for part in module.children():
        if isinstance(part, nn.Linear):
            found.append(Dense(part.weight.detach().numpy(), part.bias.detach().numpy()))
        elif type(part) in _ACTIVATIONS and found and found[-1].activation == "linear":
            found[-1] = Dense(found[-1].weight, found[-1].bias, _ACTIVATIONS[type(part)])
        else:
            raise TypeError(f"{part} is not supported; expected Linear, each with one activation")
    if output is not None:
        found[-1] = Dense(found[-1].weight, found[-1].bias, output)
    return found
