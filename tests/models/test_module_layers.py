"""Modules as layers: the same function, and a sentence where there is none."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tests.support.repairing import SmallUNet
from vae_demo.models.layers import Concatenation, Convolution, Sum, Upsample
from vae_demo.models.module_layers import module_layers
from vae_demo.models.quantization import forward


class Doubled(nn.Module):
    """Something read twice, before and after its activation, and added to itself."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(6, 6, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        a = self.first(x)
        b = torch.relu(a) + a
        return torch.tanh(b + b)


@pytest.mark.parametrize(
    ("module", "shape"),
    [
        (SmallUNet(), (2, 28, 28)),
        (Doubled(), (6,)),
        (nn.Sequential(nn.ReLU(), nn.Sigmoid()), (5,)),
        (nn.Sequential(nn.Unflatten(1, (2, 3, 4)), nn.Conv2d(2, 3, 3), nn.Flatten()), (24,)),
        (nn.ConvTranspose2d(2, 3, 3, stride=2, output_padding=1), (2, 5, 4)),
    ],
)
def test_layers_compute_what_the_module_does(module: nn.Module, shape: tuple[int, ...]) -> None:
    x = torch.randn((7, *shape), generator=torch.Generator().manual_seed(3))
    with torch.no_grad():
        expected = module(x).flatten(1).numpy()
    found = forward(module_layers(module, shape), x.flatten(1).numpy())
    np.testing.assert_allclose(found, expected, atol=2e-5)


def test_a_u_net_has_every_kind_of_layer_and_names_what_is_read() -> None:
    layers = module_layers(SmallUNet(), (2, 28, 28))
    kinds = {type(layer) for layer in layers}
    assert kinds == {Convolution, Upsample, Sum, Concatenation}
    last = layers[-1]
    assert isinstance(last, Convolution) and last.activation == "sigmoid" and last.reads == ()
    (joined,) = (i for i, layer in enumerate(layers) if layer.reads and layer.reads[0] == 0)
    assert joined == len(layers) - 2  # it reads the first layer


class Half(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x[:, :1]


class Halves(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return torch.cat(x.chunk(2, dim=1), dim=1)


class Shrunk(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return F.interpolate(x, scale_factor=0.5)


class Shifted(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x + 1


class Stacked(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([x, x], dim=2)


class Deciding(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x if x.sum() > 0 else torch.relu(x)


@pytest.mark.parametrize(
    ("module", "called"),
    [
        (nn.Sequential(nn.GELU()), "gelu"),
        (nn.Conv2d(2, 2, 3, groups=2), "conv2d"),
        (nn.Conv2d(2, 2, 3, padding="same"), "conv2d"),
        (nn.Conv2d(2, 2, 3, stride=(1, 2)), "conv2d"),
        (nn.Conv2d(2, 2, 3, padding=1, padding_mode="reflect"), "pad"),
        (nn.Linear(8, 8), "linear"),
        (nn.Upsample(scale_factor=2, mode="bilinear"), "interpolate"),
        (nn.BatchNorm2d(2), "batch_norm"),
        (nn.Flatten(0), "flatten"),
        (Half(), "__getitem__"),
        (Halves(), "chunk"),
        (Shrunk(), "interpolate"),
        (Shifted(), "add"),
        (Stacked(), "cat"),
        (Deciding(), "sum"),
    ],
)
def test_what_is_not_supported_is_named(module: nn.Module, called: str) -> None:
    message = f"^{called} is not supported as it is called; there are: linear, conv2d"
    with pytest.raises(TypeError, match=message):
        module_layers(module, (2, 8, 8))


def test_a_module_can_be_converted_while_others_run() -> None:
    """Servers convert a model in one thread while others compute and train."""
    module = SmallUNet()
    x = torch.randn((1, 2, 28, 28))

    def convert(_: int) -> int:
        return len(module_layers(module, (2, 28, 28)))

    def compute(_: int) -> Tensor:
        return module(x).detach()

    expected = convert(0), compute(0)
    with ThreadPoolExecutor(8) as threads:
        counts = threads.map(convert, range(100))
        pictures = threads.map(compute, range(100))
        assert set(counts) == {expected[0]}
        assert all(torch.equal(picture, expected[1]) for picture in pictures)
