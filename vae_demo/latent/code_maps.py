"""What the handles of `digits/transforms.py` do to codes: small networks, and one direction each.

    python -m vae_demo.latent.code_maps [RUN ...]     fits those of `RECIPES` and writes their files

A map takes the code of a digit to one that is decoded to the same digit, turned by some degrees or
made some pixels thicker: it learns from transformed training digits, and the decoder stays as it
is. A direction is the best map to the codes of these digits that only adds a multiple of one
vector, whatever the digit.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from safetensors import SafetensorError
from safetensors.torch import load as parse
from safetensors.torch import save as serialise
from torch import Tensor, nn

from vae_demo import runs
from vae_demo.atomic import write_atomically
from vae_demo.datasets import mnist_test, mnist_train
from vae_demo.digits.attributes import UNITS
from vae_demo.digits.measured import ATTRIBUTES, Attributes, test_attributes, train_attributes
from vae_demo.digits.transforms import NAMES, REACH, transformed
from vae_demo.models import Codec, embed_many, to_x
from vae_demo.models.losses import Codes
from vae_demo.shipped import shipped

FOLDER = shipped("checkpoints") / "code_maps"
HIDDEN = 128
DIGITS, BATCH, LR, SEED = 60_000, 64, 2e-3, 0
TOGETHER = 1000  # digits that are transformed at a time, for the memory
FAINT = 1e-3  # added to a picture's error, so that the best pictures do not dominate its logarithm

Shares = Float[Tensor, "batch"]  # of the reach of a handle, -1 to 1


@dataclass(frozen=True)
class MapRecipe:
    """How the maps of a run learn."""

    steps: dict[str, int]  # by the name of the handle
    straying: float = 0.1  # weight of a code's distance from that of the transformed digit


USUAL = MapRecipe(dict.fromkeys(NAMES, 1500) | {"rotation": 8000})
RECIPES = {
    "vae-20": USUAL,
    "vae-conv-20": USUAL,
    # no prior has ordered the codes of a plain autoencoder, so that more is to be learned
    "ae-20": MapRecipe(
        dict.fromkeys(NAMES, 1500)
        | {"slant": 8000, "width": 4000, "rotation": 24_000, "right": 4000, "down": 4000},
        straying=0.03,
    ),
}


class CodeMap(nn.Module):
    """z + t · f(z, t) for a share t of a handle's reach: latent + 1→128→128→latent, ReLU."""

    def __init__(self, latent: int) -> None:
        super().__init__()
        self.step = nn.Sequential(
            *(nn.Linear(latent + 1, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, HIDDEN), nn.ReLU()),
            nn.Linear(HIDDEN, latent),
        )

    def forward(self, z: Codes, t: Shares) -> Codes:
        return z + t[:, None] * self.step(torch.cat([z, t[:, None]], 1))


@dataclass(frozen=True, eq=False)
class CodeMaps:
    """The maps and the directions of one run."""

    maps: dict[str, CodeMap]  # by the name of the handle
    directions: Float[np.ndarray, "9 latent"]  # for the whole reach of each handle
    explained: dict[str, float]  # attribute -> R² of a linear function of the code, test digits

    @torch.inference_mode()
    def moved(
        self, z: Float[np.ndarray, "n latent"], amounts: Float[np.ndarray, "n 9"]
    ) -> Float[np.ndarray, "n latent"]:
        """Codes moved by one map after the other, by amounts of the handles in their units."""
        found = torch.tensor(z, dtype=torch.float32)
        shares = torch.tensor(amounts / REACH, dtype=torch.float32)
        for name, t in zip(NAMES, shares.T, strict=True):
            if t.any():
                found = self.maps[name](found, t)
        return found.numpy()

    def along(
        self, z: Float[np.ndarray, "n latent"], amounts: Float[np.ndarray, "n 9"]
    ) -> Float[np.ndarray, "n latent"]:
        """Codes moved along the directions, by amounts of the handles in their units."""
        return np.asarray(z + amounts / REACH @ self.directions, np.float32)


def fit_code_maps(
    model: Codec, recipe: MapRecipe, seed: int = SEED
) -> Iterator[tuple[str, CodeMap, np.ndarray]]:
    """Fit a map and a direction for each handle; yields the handle's name with both."""
    every = np.arange(0, 60_000, 60_000 // DIGITS)
    digits = mnist_train().images[every]
    own = _own(train_attributes())[every]
    z = embed_many(model, digits)
    for column, name in enumerate(NAMES):
        rng = np.random.default_rng([seed, column])
        shares = rng.uniform(-1, 1, len(z))
        amounts = np.zeros((len(z), len(NAMES)))
        amounts[:, column] = shares * REACH[column]
        pictures = _pulled(digits, amounts, own)
        there = embed_many(model, pictures)
        direction = shares @ (there - z) / (shares @ shares)
        found = _learn(model, (z, there), shares, pictures, recipe, name, seed + column)
        yield name, found, direction.astype(np.float32)


def _pulled(digits: np.ndarray, amounts: np.ndarray, own: np.ndarray) -> np.ndarray:
    """The digits as pixels, pulled by the amounts, some of them at a time."""
    pictures = np.empty_like(digits)
    for at in range(0, len(digits), TOGETHER):
        some = slice(at, at + TOGETHER)
        pictures[some] = np.rint(255 * transformed(digits[some], amounts[some], own[some]))
    return pictures


def _learn(
    model: Codec,
    codes: tuple[np.ndarray, np.ndarray],
    shares: np.ndarray,
    pictures: np.ndarray,
    recipe: MapRecipe,
    name: str,
    seed: int,
) -> CodeMap:
    """A map to codes of pictures, by the mean PSNR of what is decoded.

    The codes must not stray far from those of the encoder: other maps begin where this one ends.
    The learning rate falls as a cosine.

    Args:
        codes: Of the digits, and of the pictures that they become.
    """
    generator = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):  # torch initialises layers from the global generator
        torch.manual_seed(seed)
        found = CodeMap(model.latent)
    start, end, t = (torch.tensor(each, dtype=torch.float32) for each in (*codes, shares))
    spread, steps = start.var(0).sum(), recipe.steps[name]
    learning = list(found.parameters())
    optimizer = torch.optim.Adam(learning, LR)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(steps):
        some = torch.randint(len(t), (BATCH,), generator=generator)
        optimizer.zero_grad()
        moved = found(start[some], t[some])
        wanted = to_x(pictures[some.numpy()])
        error = (model.decode(moved) - wanted).square().flatten(1).mean(1)
        away = (moved - end[some]).square().sum(1) / spread
        ((error + FAINT).log() + recipe.straying * away).mean().backward(inputs=learning)
        optimizer.step()
        schedule.step()
    return found


def explained(model: Codec) -> dict[str, float]:
    """The share of each attribute's variance that a linear function of the codes explains.

    Fitted by least squares to every fourth training digit, measured on the test digits.
    """
    every = np.arange(0, 60_000, 4)
    train, test = (
        np.pad(embed_many(model, images).astype(float), ((0, 0), (0, 1)), constant_values=1)
        for images in (mnist_train().images[every], mnist_test().images)
    )
    found = {}
    for name in UNITS:
        weights = np.linalg.lstsq(train, train_attributes()[name][every].astype(float))[0]
        wanted = test_attributes()[name]
        found[name] = float(1 - np.mean((test @ weights - wanted) ** 2) / wanted.var())
    return found


def load_code_maps(run: str) -> CodeMaps:
    """The shipped maps of a run.

    Raises:
        ValueError: if there are none, or the file is damaged.
    """
    path = _path(run)
    try:
        raw = path.read_bytes()
        tensors = {name: value.float() for name, value in parse(raw).items()}
        length = int.from_bytes(raw[:8], "little")
        described = json.loads(json.loads(raw[8 : 8 + length])["__metadata__"]["described"])
        directions = tensors["directions"].numpy()
        maps = {}
        for name in NAMES:
            maps[name] = CodeMap(directions.shape[1]).eval()
            of_map = {
                key.removeprefix(f"{name}."): value
                for key, value in tensors.items()
                if key.startswith(f"{name}.")
            }
            maps[name].load_state_dict(of_map)
    except (OSError, SafetensorError, RuntimeError, ValueError, LookupError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"{path} can't be read as maps of codes: {reason}") from None
    return CodeMaps(maps, directions, dict(described["explained"]))


def save_code_maps(run: str, found: CodeMaps) -> None:
    """Write the maps of a run, in half precision."""
    tensors = {"directions": torch.tensor(found.directions)} | {
        f"{name}.{key}": value.half()
        for name, each in found.maps.items()
        for key, value in each.state_dict().items()
    }
    described = json.dumps({"explained": found.explained})
    FOLDER.mkdir(exist_ok=True)
    write_atomically(_path(run), serialise(tensors, {"described": described}))


def _own(attributes: Attributes) -> np.ndarray:
    return np.stack([attributes[name] for name in ATTRIBUTES], 1).astype(float)


def _path(run: str) -> Path:
    return FOLDER / f"{run}.safetensors"


def main() -> None:
    from tqdm import tqdm

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", nargs="*", default=RECIPES, help=f"({' '.join(RECIPES)})")
    for run in parser.parse_args().run:
        model = runs.find(run).build()
        steps = fit_code_maps(model, RECIPES.get(run, USUAL))
        fitted = list(tqdm(steps, desc=run, total=len(NAMES)))
        maps = {name: each for name, each, _ in fitted}
        directions = np.stack([direction for *_, direction in fitted])
        save_code_maps(run, CodeMaps(maps, directions, explained(model)))
        print(f"wrote {_path(run)}")


if __name__ == "__main__":
    main()
