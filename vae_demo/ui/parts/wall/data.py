"""The data of the part "wall": the digits of each step, and their codes on a map."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import torch

from vae_demo.datasets import DataDescription
from vae_demo.digits import mnist, pictures
from vae_demo.digits.probe import Probe
from vae_demo.distributions import Place
from vae_demo.distributions.distribution import CodeDistribution
from vae_demo.distributions.fitting import GUIDANCE
from vae_demo.distributions.flow import CodeFlow
from vae_demo.distributions.places import (
    COMPONENTS,
    TrainingCodes,
    distribution,
    most_components,
    probe_codes,
    training_codes,
)
from vae_demo.evaluation.samples import COUNT, INDEPENDENT, sample_codes
from vae_demo.latent import Projection, project
from vae_demo.latent.code_space import CodeSpace
from vae_demo.models import Codec, decode_many
from vae_demo.ui.charts.colours import colours_of
from vae_demo.ui.parts.array_file import ArrayFile, array_file
from vae_demo.ui.server.shared_cache import kept_with_model

NORMAL = 400  # points of N(0, I) on the map
LEAST_CODES = 20  # to which a Gaussian is fitted; and for each of a mixture's, of other pictures
ROOM = 1.08  # around the farthest points, which the outliers are not
_COLUMNS = 50  # of the contact sheet


@dataclass(frozen=True)
class Sampling:
    """What a visitor has chosen."""

    seed: int  # of the random codes
    place: Place = "prior"  # where they are drawn from
    temperature: float = 1.0  # 1 for the distribution itself
    label: int | None = None  # the digit; None for any
    components: int = COMPONENTS  # of a mixture, for each digit
    guidance: float = GUIDANCE  # of a flow or words
    mode: str = INDEPENDENT  # of a hierarchical model, one of `sampling_modes`


@dataclass(frozen=True, eq=False)
class DrawnWall:
    """A wall of digits, and how its codes were made."""

    path: np.ndarray  # (steps + 1, COUNT, latent), the codes after each step; one step if none
    frames: np.ndarray  # (steps + 1, COUNT, 28, 28) uint8, their pictures

    @property
    def codes(self) -> np.ndarray:
        return np.asarray(self.path[-1])

    @property
    def digits(self) -> np.ndarray:
        return np.asarray(self.frames[-1])


@kept_with_model(max_entries=6)
def draw_wall(model: Codec, sampling: Sampling, probe: Probe) -> DrawnWall:
    """Draw COUNT codes and decode them.

    From the prior, or without one from a normal distribution of each latent, by `sample_codes`.

    Args:
        probe: That of the run.
    """
    path = _path(model, sampling, probe)
    steps, count, latent = path.shape
    frames = decode_many(model, path.reshape(-1, latent))
    return DrawnWall(path, frames.reshape(steps, count, 28, 28))


def _path(model: Codec, sampling: Sampling, probe: Probe) -> np.ndarray:
    if sampling.place == "prior":
        return sample_codes(
            model,
            sampling.seed,
            sampling.temperature,
            label=sampling.label,
            mode=sampling.mode,
            pictures=probe.images,
        )[None]
    found = drawn_from(model, sampling, probe)
    generator = torch.Generator().manual_seed(sampling.seed)
    kinds = None if sampling.label is None else torch.full((COUNT,), sampling.label)
    asked = (COUNT, generator, sampling.temperature, kinds)
    if isinstance(found, CodeFlow):
        return found.draw_path(*asked).numpy()
    return found.draw(*asked).numpy()[None]


def drawn_from(model: Codec, sampling: Sampling, probe: Probe) -> CodeDistribution:
    """The distribution that a visitor has chosen, fitted if it must be."""
    if sampling.place in ("gaussian", "mixture"):
        components = min(sampling.components, most_components(model))
        if probe is not mnist.shown_probe():
            components = min(components, max(1, len(probe) // LEAST_CODES))
        return _fitted(model, sampling.place, components, probe)
    seen = functools.partial(codes_seen, model, probe)
    return distribution(model, sampling.place, seen, guidance=sampling.guidance)


@kept_with_model(max_entries=8)
def _fitted(model: Codec, place: Place, components: int, probe: Probe) -> CodeDistribution:
    seen = functools.partial(codes_seen, model, probe)
    return distribution(model, place, seen, components=components)


@kept_with_model(max_entries=1)
def codes_seen(model: Codec, probe: Probe) -> TrainingCodes:
    """The codes of all training digits; of other data, a run has only the pictures of the probe."""
    if probe is mnist.shown_probe():
        return training_codes(model, mnist.train_digits())
    return probe_codes(model, probe)


@kept_with_model(max_entries=6)
def wall_file(model: Codec, wall: DrawnWall, space: CodeSpace | None) -> ArrayFile:
    """A wall as a file for the browser; `wall/part.js` reads it.

    - sheet: (bytes,) uint8, a PNG with the digits of all steps.
    - points: (steps + 1, COUNT, 2) float32, the codes on the map; empty if there is none.
    """
    points = wall_map(model, space).points(wall.path) if space else np.empty((0, 2))
    digits = wall.frames.reshape(-1, 28, 28)
    sheet = np.frombuffer(pictures.png(pictures.tile(digits, _COLUMNS)), np.uint8)
    return array_file({"sheet": sheet, "points": points.astype(np.float32)}, {"count": COUNT})


@dataclass(frozen=True, eq=False)
class WallMap:
    """A map of codes: the first principal components of those of the probe."""

    flat: Projection
    part: slice  # the latents that it shows

    def points(self, path: np.ndarray) -> np.ndarray:
        """Codes (..., latent) on the map, (..., 2)."""
        shown = path[..., self.part]
        return self.flat(shown.reshape(-1, shown.shape[-1])).reshape(*path.shape[:-1], 2)


def wall_map(model: Codec, space: CodeSpace) -> WallMap:
    """The map of a model's codes, or of its latents whose prior is N(0, I), if it has some."""
    part = model.normal_latents() if model.has_normal_latents else slice(None)
    codes = space.codes[:, part]
    return WallMap(space.flat if codes.shape == space.codes.shape else project(codes), part)


@kept_with_model(max_entries=1)
def map_file(model: Codec, space: CodeSpace, probe: Probe, data: DataDescription) -> ArrayFile:
    """The map as a file for the browser; `wall/wall_map.js` reads it.

    - points: (n, 2) float32, the codes of the probe; labels: (n,) uint8, its digits or kinds.
    - normal: (NORMAL, 2) float32, points of N(0, I).
    """
    found = wall_map(model, space)
    points = found.points(space.codes)
    noise = np.random.default_rng(0).standard_normal((NORMAL, space.latent))
    normal = found.points(noise)
    reach = max(np.quantile(np.abs(points), 0.998), np.quantile(np.abs(normal), 0.998))
    centre = found.points(np.zeros((1, space.latent)))[0]
    return array_file(
        {
            "points": points.astype(np.float32),
            "labels": probe.labels,
            "normal": normal.astype(np.float32),
        },
        {
            "reach": ROOM * float(reach),
            "centre": centre.tolist(),  # of N(0, I)
            "colours": colours_of(data.kinds),
            "kinds": list(data.kinds),
        },
    )
