"""Tiny autoencoders, and their training on the points of a curve.

`vae_demo/ui/engine/toy_training.js` does the same in the browser.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.func import jacrev, vmap

from vae_demo.toys.curves import Curve


class ToyAutoencoder(nn.Module):
    """Dense layers with tanh between them: x, (batch, size), -> code -> x̂, (batch, size).

    Args:
        encoder: The sizes of the input, of each hidden layer and of the code.
        decoder: The sizes of the hidden layers and of the output.
        wide: Whether the code is a layer of tanh units; otherwise it is linear.
    """

    def __init__(self, encoder: tuple[int, ...], decoder: tuple[int, ...], *, wide: bool) -> None:
        super().__init__()
        layers = _dense(encoder)
        self.encoder = nn.Sequential(*layers, nn.Tanh()) if wide else nn.Sequential(*layers)
        self.decoder = nn.Sequential(*_dense((encoder[-1], *decoder)))

    def forward(self, x: Tensor) -> Tensor:
        decoded: Tensor = self.decoder(self.encoder(x))
        return decoded

    def jacobian_norm(self, x: Tensor, of: str = "output") -> Tensor:
        """‖∂h/∂x‖²_F of each input, (batch,), where h is the output x̂ or the code z."""
        return vmap(jacrev(self if of == "output" else self.encoder))(x).square().sum((1, 2))


def _dense(sizes: tuple[int, ...]) -> list[nn.Module]:
    """Linear layers with tanh between them."""
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.Tanh()]
    return layers[:-1]


def plane_autoencoder() -> ToyAutoencoder:
    """2→32→32→2: its code has more numbers than a point, so it could copy every point."""
    return ToyAutoencoder((2, 32, 32), (2,), wide=True)


def space_autoencoder() -> ToyAutoencoder:
    """3→32→32→1→32→32→3: its code is one number."""
    return ToyAutoencoder((3, 32, 32, 1), (32, 32, 3), wide=False)


@dataclass(frozen=True)
class ToyConfig:
    """How a tiny autoencoder is trained."""

    noise: float = 0.0  # standard deviation of the Gaussian noise on its inputs
    penalty: float = 0.0  # weight of ‖∂h/∂x‖²: a contractive autoencoder
    penalised: str = "output"  # or "code": h, see `train_toy`
    steps: int = 1000
    batch_size: int = 64
    lr: float = 0.01  # at the first step, falling linearly to a tenth of it
    seed: int = 0


def train_toy(model: ToyAutoencoder, curve: Curve, config: ToyConfig) -> Iterator[float]:
    """Train on points of a curve; yields the loss of each batch.

    The loss is ½‖x − x̂‖² + penalty · ‖∂h/∂x‖², the mean over the batch. The network is given
    x + noise, and is to return x. h is the output (Alain & Bengio 2014) or the code (Rifai et al.
    2011). A penalty on the code alone does not hold back the output: the decoder can enlarge what
    the encoder has made small.
    """
    generator = torch.Generator().manual_seed(config.seed)
    adam = torch.optim.Adam(model.parameters(), config.lr)
    for step in range(config.steps):
        places = torch.rand(config.batch_size, generator=generator, dtype=torch.float64)
        x = torch.from_numpy(curve(places.numpy())).float()
        given = x + config.noise * torch.randn(x.shape, generator=generator)
        loss = (model(given) - x).square().sum(1).mean() / 2
        if config.penalty:
            loss = loss + config.penalty * model.jacobian_norm(given, config.penalised).mean()
        adam.param_groups[0]["lr"] = config.lr * (1 - 0.9 * step / config.steps)
        adam.zero_grad()
        loss.backward()
        adam.step()
        yield loss.item()


def distance_moved(model: ToyAutoencoder, points: Tensor) -> Tensor:
    """How far the network sends each point, ‖x̂ − x‖, (batch,)."""
    with torch.no_grad():
        return torch.linalg.vector_norm(model(points) - points, dim=1)
