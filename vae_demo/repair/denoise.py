"""Remove noise and blur of unknown kind and strength: networks beside classical methods.

Every method takes pixels (n, 28, 28) uint8, white ink on black, and returns the same shape and
type. A parameter of a classical method has the value with the best mean PSNR over the damages of
`benchmarks/repair.py` on 300 training digits.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import UInt8

from vae_demo.digits.damages import DAMAGES, damage
from vae_demo.digits.mnist import PIXELS
from vae_demo.models import reconstruct_many, to_pixels, to_x
from vae_demo.models.losses import Images
from vae_demo.repair import networks
from vae_demo.repair.reference import reference
from vae_demo.repair.shipped_models import shipped_model

Digits28 = UInt8[np.ndarray, "n 28 28"]
Method = Callable[[Digits28], Digits28]

#: the strongest damage of each kind that the networks are trained on
STRONGEST_TRAINED = {"dropout": 0.85, "gaussian": 1.0, "salt_and_pepper": 0.6, "blur": 3.0}


def by_network(pixels: Digits28, name: str) -> Digits28:
    """Denoise with a network of `checkpoints/repair/`."""
    return to_pixels(networks.apply(networks.shipped_network(name), to_x(pixels)))


def by_run(pixels: Digits28, name: str) -> Digits28:
    """Reconstruct with a shipped run, as a plain or a denoising autoencoder does."""
    return reconstruct_many(shipped_model(name), pixels)


def by_median(pixels: Digits28) -> Digits28:
    """The median of 3×3 pixels (OpenCV)."""
    import cv2

    return _each(pixels, lambda picture: cv2.medianBlur(picture, 3))


def by_total_variation(pixels: Digits28) -> Digits28:
    """The picture with small total variation near the given one, in L1 (OpenCV).

    It minimises Σ|∇u| + λ Σ|u − x| with λ = 1 (Chambolle & Pock 2011).
    """
    import cv2

    def one(picture: np.ndarray) -> np.ndarray:
        found = np.empty_like(picture)
        cv2.denoise_TVL1([picture], found, 1.0, 50)
        return found

    return _each(pixels, one)


def by_non_local_means(pixels: Digits28) -> Digits28:
    """Means of pixels with similar 3×3 neighbourhoods (OpenCV; Buades et al. 2005)."""
    import cv2

    return _each(pixels, lambda picture: cv2.fastNlMeansDenoising(picture, None, 60, 3, 21))


def by_pca(pixels: Digits28) -> Digits28:
    """Project on the first 40 principal components of the training digits, as `reference` has them.

    More components would improve clean digits, but hardly damaged ones.
    """
    mean, components = reference().mean, reference().components
    flat = pixels.reshape(-1, PIXELS) / 255 - mean
    found = mean + flat @ components @ components.T
    return np.rint(found.clip(0, 1) * 255).astype(np.uint8).reshape(pixels.shape)


METHODS: dict[str, Method] = {
    "unet": functools.partial(by_network, name="denoise-unet"),
    "dense": functools.partial(by_network, name="denoise-dense"),
    "dae-500": functools.partial(by_run, name="dae-500"),
    "ae-20": functools.partial(by_run, name="ae-20"),
    "median": by_median,
    "total-variation": by_total_variation,
    "non-local-means": by_non_local_means,
    "pca": by_pca,
}


def random_damage(x: Images, generator: torch.Generator, group: int = 4) -> Images:
    """Damage a training batch: each `group` of digits in another way, one in nine not at all.

    A quarter of the damage is in a rectangle of the digit, the rest all over it.
    """
    parts = []
    for part in x.split(group):
        drawn, chance = (
            torch.randint(9, (), generator=generator),
            torch.rand(2, generator=generator),
        )
        if drawn == 8:
            parts.append(part)
            continue
        kind = list(DAMAGES)[int(drawn) % len(DAMAGES)]
        strength = STRONGEST_TRAINED[kind] * float(chance[0])
        where = _rectangle(part, generator) if chance[1] < 0.25 else None
        parts.append(damage(part, kind, strength, generator, where=where).clamp(0, 1))
    return torch.cat(parts)


def _rectangle(x: Images, generator: torch.Generator) -> Images:
    """1 in a random rectangle of all pictures, else 0."""
    rows, columns = torch.randint(29, (2, 2), generator=generator).sort().values.tolist()
    where = torch.zeros_like(x[:1])
    where[..., rows[0] : rows[1], columns[0] : columns[1]] = 1
    return where.expand_as(x)


def _each(pixels: Digits28, one: Callable[[np.ndarray], np.ndarray]) -> Digits28:
    return np.stack([one(picture) for picture in pixels]) if len(pixels) else pixels
