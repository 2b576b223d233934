"""An autoencoder that learned to need few bits (Ballé, Laparra & Simoncelli 2017).

Its codes are rounded to integers, which an entropy coder writes in −log2 P(code) bits. Rounding has
no gradient; in training it is uniform noise from −½ to ½, and the loss is

    bits + WEIGHT · squared error of the picture,

where P is a logistic distribution for each latent, of the learned mean and scale, summed over the
interval of a rounded code. The encoder only guesses: `search` finds a better code for a picture,
with the same decoder (Yang, Bamler & Mandt 2020, "Improving inference for neural image
compression").
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from safetensors import SafetensorError
from safetensors.numpy import load_file, save
from torch import Tensor, nn

from vae_demo.digits.mnist import PIXELS
from vae_demo.models.codec import Codec, as_pictures, dense
from vae_demo.models.losses import Codes, Images, Losses, PerImage, gaussian_distortion
from vae_demo.repair.compress import exact
from vae_demo.repair.compress.model import new_module
from vae_demo.repair.compress.networks import SHIPPED
from vae_demo.training.adam import Adam

LATENT, HIDDEN = 24, 448
WEIGHT = 18.0  # bits that a squared error of 1 is worth
_STEPS, _LR = 50, 0.1  # of the search
NAME = "few-bits"


class FewBits(Codec):
    """784→448→448→24, rounded, 24→448→448→784, ReLU inside, sigmoid out."""

    default_latent = LATENT

    def __init__(self) -> None:
        super().__init__(LATENT, "gaussian")
        self.encoder = dense(PIXELS, HIDDEN, HIDDEN, LATENT)
        self.decoder = dense(LATENT, HIDDEN, HIDDEN, PIXELS)
        self.mean = nn.Parameter(torch.zeros(LATENT))
        self.log_scale = nn.Parameter(torch.zeros(LATENT))

    def initialise(self, generator: torch.Generator) -> None:
        """Draw the weights (He et al. 2015)."""
        for layer in self.modules():
            if isinstance(layer, nn.Linear):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu", generator=generator)
                nn.init.zeros_(layer.bias)
        nn.init.zeros_(self.mean)
        nn.init.zeros_(self.log_scale)

    def embed(self, x: Images) -> Codes:
        """Codes, not yet rounded."""
        return self.encoder(x.flatten(1))

    def decode(self, z: Codes) -> Images:
        """The picture of each code."""
        return as_pictures(torch.sigmoid(self.decoder(z)))

    def losses(self, x: Images, generator: torch.Generator | None = None) -> Losses:
        """Distortion and rate of codes with noise, or without a generator of rounded codes."""
        z = self.embed(x)
        noise = torch.rand(z.shape, generator=generator) - 0.5 if generator else z.round() - z
        z = z + noise
        return Losses(gaussian_distortion(self.decode(z), x), math.log(2) * self.bits(z))

    def shares(self, least: int, most: int) -> Float[Tensor, "latent integers"]:
        """P of the integers from `least` to `most` of each latent."""
        integers = torch.arange(least, most + 1.0)
        away = (integers - self.mean[:, None]).abs()
        scale = torch.exp(self.log_scale)[:, None]
        return torch.sigmoid((0.5 - away) / scale) - torch.sigmoid((-0.5 - away) / scale)

    def bits(self, z: Codes) -> PerImage:
        """−log2 P(z), where P is the probability of the interval from z − ½ to z + ½."""
        away, scale = (z - self.mean).abs(), torch.exp(self.log_scale)
        # both ends on the side where the logistic function is small: their difference is exact
        near, far = torch.sigmoid((0.5 - away) / scale), torch.sigmoid((-0.5 - away) / scale)
        return -torch.log2((near - far).clamp(min=1e-9)).sum(1)


@torch.inference_mode(False)
def search(model: FewBits, x: Images, weight: float) -> Codes:
    """Integer codes of pictures with few bits and a small error, bits + weight · squared error.

    Adam moves the encoder's code; the gradient is taken at the rounded code, as if rounding changed
    nothing. The best rounded code on the way is returned.

    Args:
        weight: Bits that a squared error of 1 is worth; more give better pictures.
    """
    x = x.clone()
    with torch.no_grad():
        z = model.embed(x)
        best = z.round()
        least = torch.full((len(x),), math.inf)
    z = nn.Parameter(z)
    optimizer = Adam([z])
    for _ in range(_STEPS):
        with torch.enable_grad():
            rounded = z + (z.round() - z).detach()
            error = (model.decode(rounded) - x).square().flatten(1).sum(1)
            loss = model.bits(rounded) + weight * error
            optimizer.zero_grad()
            loss.sum().backward()
        with torch.no_grad():
            better = loss < least
            least = torch.where(better, loss, least)
            best = torch.where(better[:, None], rounded, best)
        optimizer.step(_LR)
    return best.detach()


def dumps(model: FewBits, trained: dict[str, Any]) -> bytes:
    """The bytes of the model's file: integers and the unit of each row, as `exact.rows` gives them.

    The encoder has 8 bits a weight, since it only guesses, the decoder 16.
    """
    arrays = {"mean": model.mean.detach().numpy(), "log_scale": model.log_scale.detach().numpy()}
    for part, place, linear in _layers(model):
        for name, array in exact.rows(linear, 8 if part == "encoder" else 16).items():
            arrays[f"{part}.{place}.{name}"] = array
    return save(arrays, {"few-bits": json.dumps(trained)})


def loads(path: Path) -> FewBits:
    """The model of a file.

    Raises:
        ValueError: if the file is missing, damaged or another one.
    """
    model = new_module(FewBits)
    try:
        arrays = {name: torch.from_numpy(array) for name, array in load_file(path).items()}
        weights = {"mean": arrays["mean"], "log_scale": arrays["log_scale"]}
        for part, place, _ in _layers(model):
            name = f"{part}.{place}"
            scale = arrays[f"{name}.scale"][:, None]
            weights[f"{name}.weight"] = arrays[f"{name}.weight"] * scale
            weights[f"{name}.bias"] = arrays[f"{name}.bias"] / exact.ONE
        model.load_state_dict(weights)
    except (OSError, SafetensorError, LookupError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"{path} can't be read as {NAME}: {reason}") from None
    return model.eval().requires_grad_(False)


def _layers(model: FewBits) -> Iterator[tuple[str, str, nn.Linear]]:
    """The dense layers: of encoder or decoder, their place, and the layer."""
    for part, layers in model.named_children():
        for place, layer in layers.named_children():
            if isinstance(layer, nn.Linear):
                yield part, place, layer


@functools.cache
def few_bits() -> FewBits:
    """The shipped model; do not change it."""
    return loads(SHIPPED / f"{NAME}.safetensors")
