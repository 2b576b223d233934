"""The networks that repair digits: one dense, one convolutional, and their files.

Both take pictures (batch, inputs, 28, 28) in [0, 1], whose first channel is the damaged digit, and
return the repaired digit (batch, 1, 28, 28) in [0, 1]. `UNet` has only layers that a browser
computes quickly: 3×3 convolutions, ReLU, sums, and each pixel as 2×2.

`python -m vae_demo repair train NAME` makes the file `checkpoints/repair/NAME.safetensors`: weights
in half precision, and as JSON what is needed to build the network and how it was trained.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn
from torch.nn import functional as F

from vae_demo.models.losses import Images
from vae_demo.shipped import shipped

SHIPPED = shipped("checkpoints") / "repair"
CHUNK = 500  # digits at a time, which limits the memory for activations

Inputs = Float[Tensor, "batch inputs 28 28"]


class DenseNetwork(nn.Module):
    """784·inputs→hidden→hidden→784, ReLU inside, sigmoid out."""

    def __init__(self, inputs: int = 1, hidden: int = 448) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            *(nn.Flatten(), nn.Linear(784 * inputs, hidden), nn.ReLU()),
            *(nn.Linear(hidden, hidden), nn.ReLU()),
            *(nn.Linear(hidden, 784), nn.Sigmoid(), nn.Unflatten(1, (1, 28, 28))),
        )

    def forward(self, x: Inputs) -> Images:
        """The repaired digits."""
        return self.layers(x)


class UNet(nn.Module):
    """28×28→14×14→7×7 and back; on the way back, what was there on the way down is added.

    Source: Ronneberger et al. 2015, with sums in place of concatenations.
    """

    def __init__(self, inputs: int = 1, channels: Sequence[int] = (8, 32, 96)) -> None:
        super().__init__()
        fine, middle, coarse = channels
        self.enter = _conv(inputs, fine)  # 28×28
        self.down1, self.inner1 = _conv(fine, middle, 2), _conv(middle, middle)  # 14×14
        self.down2, self.inner2 = _conv(middle, coarse, 2), _conv(coarse, coarse)  # 7×7
        self.inner3 = _conv(coarse, coarse)
        self.up1, self.outer1 = _conv(coarse, middle), _conv(middle, middle)  # to 14×14
        self.up2, self.outer2 = _conv(middle, fine), _conv(fine, fine)  # to 28×28
        self.leave = _conv(fine, 1)

    def forward(self, x: Inputs) -> Images:
        """The repaired digits."""
        at28 = F.relu(self.enter(x))
        at14 = F.relu(self.inner1(F.relu(self.down1(at28))))
        at7 = F.relu(self.down2(at14))
        at7 = F.relu(at7 + self.inner3(F.relu(self.inner2(at7))))
        at14 = F.relu(at14 + _twice(self.up1(at7)))
        at14 = F.relu(self.outer1(at14))
        at28 = F.relu(at28 + _twice(self.up2(at14)))
        return torch.sigmoid(self.leave(F.relu(self.outer2(at28))))


ARCHITECTURES: dict[str, type[nn.Module]] = {"dense": DenseNetwork, "unet": UNet}


def build(kind: str, seed: int, **settings: Any) -> nn.Module:
    """A new, untrained network whose weights depend only on `seed` (He et al. 2015).

    Args:
        kind: A key of `ARCHITECTURES`.
        settings: The arguments of its class.
    """
    with torch.random.fork_rng(devices=[]):  # torch initialises layers from the global generator
        network = ARCHITECTURES[kind](**settings)
    generator = torch.Generator().manual_seed(seed)
    for layer in network.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu", generator=generator)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    return network


def dumps(
    network: nn.Module, kind: str, settings: dict[str, Any], trained: dict[str, Any]
) -> bytes:
    """Serialize a network to the bytes of its file.

    Args:
        kind, settings: What `build` makes it of.
        trained: How it was trained, for a reader.
    """
    weights = {name: value.half().contiguous() for name, value in network.state_dict().items()}
    described = {"kind": kind, "settings": settings, "trained": trained}
    return save(weights, {"network": json.dumps(described)})


def loads(path: Path) -> nn.Module:
    """The network of a file.

    Raises:
        ValueError: if the file is missing, damaged or no network that repairs digits.
    """
    try:
        with safe_open(path, "pt") as file:
            described = json.loads((file.metadata() or {})["network"])
            weights = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
        network = build(described["kind"], 0, **described["settings"])
        network.load_state_dict(weights)
    except (OSError, SafetensorError, RuntimeError, LookupError, TypeError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"{path} can't be read as a network that repairs: {reason}") from None
    return network.eval().to(memory_format=torch.channels_last)


@functools.cache
def shipped_network(name: str) -> nn.Module:
    """A network in `checkpoints/repair/`; do not change it."""
    return loads(SHIPPED / f"{name}.safetensors")


@torch.inference_mode()
def apply(network: nn.Module, x: Inputs) -> Images:
    """The repaired digits, in chunks."""
    return torch.cat([x[:0, :1], *(network(part) for part in x.split(CHUNK))])


def _conv(inputs: int, outputs: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, 3, stride, padding=1)


def _twice(x: Tensor) -> Tensor:
    """Each pixel as 2×2 pixels."""
    return F.interpolate(x, scale_factor=2)
