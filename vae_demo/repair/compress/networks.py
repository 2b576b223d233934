"""The trained networks as files of integers, and what a coder asks them.

`checkpoints/compress/NAME.safetensors` holds for every layer its integer weights, a scale for each
row and its biases (see `exact`), and as JSON what the model is made of and how it was trained. A
compressed file names its model by the first bytes of the SHA-256 of that file.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float, Int, UInt8
from safetensors import SafetensorError
from safetensors.numpy import load, save
from torch import nn

from vae_demo.digits.mnist import PIXELS, SIDE
from vae_demo.repair.compress import exact, gaussians
from vae_demo.repair.compress.exact import LARGEST, ONE, Integers, Layer, dense, residual
from vae_demo.repair.compress.model import (
    AROUND,
    FAR_BEFORE,
    FINER,
    INK,
    INK_BEFORE,
    LEVELS_BEFORE,
    UNCERTAIN,
    UNIT,
    PixelVAE,
    Settings,
    around,
    before,
    place_inputs,
)
from vae_demo.shipped import shipped

SHIPPED = shipped("checkpoints") / "compress"
NAMES = ("vae", "pixels-before", "binary")
CHECKSUM = 8  # bytes of a model's checksum in a compressed file
MARGIN = max(AROUND, INK_BEFORE, LEVELS_BEFORE, FAR_BEFORE)  # around a canvas
ROW = SIDE + 2 * MARGIN
_LARGE = 10_000  # weights from which a layer has 8 bits each, a smaller one 16

Pixels = UInt8[np.ndarray, "n 28 28"]
Canvas = Float[np.ndarray, " padded"]  # one picture with its margin, flattened


@dataclass(frozen=True, eq=False)
class ExactVAE:
    """A model in integers. Everything that it returns is the same on every machine."""

    settings: Settings
    parts: dict[str, list[Layer]]  # encoder, decoder, ink, correction, level, shapes
    trained: dict[str, Any]  # how it was trained, for a reader
    checksum: bytes  # of its file
    file_bytes: int  # bytes of its file

    def posterior(
        self, pixels: Pixels
    ) -> tuple[Int[np.ndarray, "n latent"], Int[np.ndarray, "n latent"]]:
        """Means on the grid, and widths, of q(z|x)."""
        x = pixels.reshape(-1, PIXELS).astype(np.float64)
        seen = (x + INK * (x > 0)) * (ONE // UNIT) if self.settings.levels else (x > 0) * float(ONE)
        found = dense(self.parts["encoder"], seen)
        mean, logvar = np.split(found, 2, axis=1)
        return gaussians.mean_on_grid(mean), gaussians.width(logvar)

    def features(self, z: Int[np.ndarray, "codes latent"]) -> Integers:
        """What the decoder says of each pixel, (codes, 784, features)."""
        found = dense(self.parts["decoder"], z * float(ONE // gaussians.GRID))
        return np.clip(found, -LARGEST, LARGEST).reshape(len(z), PIXELS, -1)

    def ink(
        self, features: Integers, ink: Bool[np.ndarray, " pixels"]
    ) -> Float[np.ndarray, "codes pixels"]:
        """The probability of ink in each pixel, given the ink of those before, for each code."""
        logits = features[..., 0]
        if self.settings.before:
            seen = canvas(ink)[_INK_BEFORE]
            some = seen.any(1)
            of_pixels = np.broadcast_to(
                seen[some] * ONE, (len(features), some.sum(), seen.shape[1])
            )
            inputs = np.concatenate([of_pixels, features[:, some]], 2)
            logits = logits.copy()
            logits[:, some] += dense(self.parts["ink"], inputs)[..., 0]
        if self.settings.correction:
            code, place = np.nonzero(np.abs(logits) < UNCERTAIN * ONE)
            chosen, drawn = logits[code, place], canvas(ink)
            logits[code, place] += self._correction(features[code, place], drawn, chosen, place)
        return exact.share_of_ink(logits)

    def ink_in_turn(self, features: Integers) -> Iterator[tuple[int, float, Canvas]]:
        """Pixel after pixel: its place, its probability of ink, and the canvas to write it on."""
        correct = self.settings.correction > 0
        drawn = canvas(np.zeros(PIXELS))
        first, *others = self.parts["ink"]
        places = len(before(INK_BEFORE))
        of_pixels, of_features = first.weight[:places] * ONE, features @ first.weight[places:]
        logits = features[:, 0].tolist()
        for place in range(PIXELS):
            seen = drawn[_INK_BEFORE[place]]
            if seen.any():
                sums = (seen @ of_pixels + of_features[place]) * first.scale + first.bias
                found = dense(others, exact.rectified(np.floor(sums)))
                logits[place] += float(found[0])
            if correct and abs(logits[place]) < UNCERTAIN * ONE:
                one = slice(place, place + 1)
                found = self._correction(features[one], drawn, np.array(logits[one]), one)
                logits[place] += float(found[0])
            yield place, exact.share_of_one(logits[place]), drawn

    def _correction(
        self,
        features: Integers,
        drawn: Canvas,
        logits: Integers,
        places: Int[np.ndarray, " pixels"] | slice,
    ) -> Integers:
        """What is added to the logits of the pixels at `places`, given the ink before them."""
        of_z = np.floor(np.column_stack([features, logits]) / FINER)
        inputs = np.concatenate([drawn[_FAR_BEFORE[places]] * ONE, of_z, _PLACE_INPUTS[places]], 1)
        return residual(self.parts["correction"], inputs)[:, 0]

    def levels(
        self,
        features: Integers,
        drawn: Canvas,
        levels: Canvas,
        places: Int[np.ndarray, " pixels"],
    ) -> Float[np.ndarray, "pixels 255"]:
        """Weights of the levels 1 to 255 of the pixels at `places`, given those before.

        Args:
            drawn: Where there is ink.
            levels: The levels; only those before each pixel are read.
        """
        inputs = [drawn[_AROUND[places]] * ONE, features[places]]
        if self.settings.before:
            inputs.append(levels[_LEVELS_BEFORE[places]] * (ONE // UNIT))
        found = dense(self.parts["level"], np.concatenate(inputs, 1))
        return exact.weights_of(self.parts["shapes"][0](np.clip(found, -LARGEST, LARGEST)))


def canvas(values: np.ndarray) -> Canvas:
    """The 784 numbers of a picture, with a margin of 0 around it."""
    return np.pad(values.astype(float).reshape(SIDE, SIDE), MARGIN).ravel()


def _beside(places: list[tuple[int, int]]) -> Int[np.ndarray, "784 places"]:
    """Where on a canvas the places beside each pixel are."""
    steps = np.array([row * ROW + column for row, column in places])
    return PLACE[:, None] + steps


PLACE = (np.arange(ROW**2).reshape(ROW, ROW)[MARGIN:-MARGIN, MARGIN:-MARGIN]).ravel()  # of a pixel
_AROUND, _INK_BEFORE = _beside(around(AROUND)), _beside(before(INK_BEFORE))
_FAR_BEFORE, _LEVELS_BEFORE = _beside(before(FAR_BEFORE)), _beside(before(LEVELS_BEFORE))
_PLACE_INPUTS = place_inputs().double().numpy() * ONE


# ---- files


def dumps(model: PixelVAE, trained: dict[str, Any]) -> bytes:
    """The bytes of a model's file.

    Args:
        trained: How it was trained, for a reader.
    """
    arrays = {}
    for part, layers in model.named_children():
        for place, linear in enumerate(_linear(layers)):
            bits = 8 if linear.weight.numel() > _LARGE else 16
            for name, array in exact.rows(linear, bits).items():
                arrays[f"{part}.{place}.{name}"] = array
    described = {"settings": asdict(model.settings), "trained": trained}
    return save(arrays, {"compress": json.dumps(described)})


def loads(path: Path) -> ExactVAE:
    """The network of a file.

    Raises:
        ValueError: if the file is missing, damaged or no network that compresses.
    """
    try:
        raw = path.read_bytes()
        arrays = load(raw)
        header = json.loads(raw[8 : 8 + int.from_bytes(raw[:8], "little")])
        described = json.loads(header["__metadata__"]["compress"])
        settings = Settings(**described["settings"])
        with torch.device("meta"):
            expected = PixelVAE(settings)
        parts: dict[str, list[Layer]] = {}
        for part, layers in expected.named_children():
            parts[part] = []
            for place, linear in enumerate(_linear(layers)):
                names = ("weight", "scale", "bias")
                found = {name: arrays.pop(f"{part}.{place}.{name}") for name in names}
                if found["weight"].shape != tuple(linear.weight.shape):
                    raise ValueError(f"{part}.{place} has the shape {found['weight'].shape}")
                parts[part].append(exact.layer(found))
        if arrays:
            raise ValueError(f"unexpected {', '.join(arrays)}")
    except (OSError, SafetensorError, LookupError, TypeError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"{path} can't be read as a network that compresses: {reason}") from None
    checksum = hashlib.sha256(raw).digest()[:CHECKSUM]
    return ExactVAE(settings, parts, described["trained"], checksum, len(raw))


@torch.no_grad()
def copy_weights(source: ExactVAE, model: PixelVAE) -> None:
    """Copy the weights of all layers that both have.

    A wider layer keeps its last inputs' own; of more features for each pixel the first are kept.
    """
    for part, layers in model.named_children():
        linears = _linear(layers)
        for linear, layer in zip(linears, source.parts.get(part, ()), strict=False):
            weight = torch.from_numpy((layer.weight * layer.scale).T).float()
            bias = torch.from_numpy(layer.bias / ONE).float()
            if part == "decoder" and linear is linears[-1]:
                features = model.settings.features
                weight, bias = (
                    each.unflatten(0, (PIXELS, -1))[:, :features].flatten(0, 1)
                    for each in (weight, bias)
                )
            linear.weight[:, : weight.shape[1]] = weight
            linear.bias.copy_(bias)


@functools.cache
def network(name: str) -> ExactVAE:
    """A network in `checkpoints/compress/`."""
    return loads(SHIPPED / f"{name}.safetensors")


def by_checksum(checksum: bytes) -> ExactVAE:
    """The shipped network whose file has this checksum.

    Raises:
        ValueError: if there is none.
    """
    for name in NAMES:
        if network(name).checksum == checksum:
            return network(name)
    there = ", ".join(f"{name} ({network(name).checksum.hex()})" for name in NAMES)
    raise ValueError(f"the file was made by another model ({checksum.hex()}); there are: {there}")


def _linear(layers: nn.Module) -> list[nn.Linear]:
    return [each for each in layers.modules() if isinstance(each, nn.Linear)]
